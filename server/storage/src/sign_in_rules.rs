//! How strict an ISP, or the platform itself, is with who signs in. Without a row the product's own rules hold.

use crate::Result;
use crate::db::sealed::Conn;
use chrono::{DateTime, Utc};
use domain::trust::{OnMove, SignInRule};
use uuid::Uuid;

/// What holds until somebody decides otherwise.
pub const USUAL: SignInRule = SignInRule::USUAL;

/// The rules at an ISP; `None`: of the platform itself.
pub async fn of(tx: &mut impl Conn, isp: Option<Uuid>) -> Result<SignInRule> {
    let row = sqlx::query!(
        "select second_factor, idle_minutes, most_sessions, password_days, staff_moves, customer_moves from sign_in_rule where scope = $1",
        isp.unwrap_or_default()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map_or(USUAL, |row| SignInRule {
        second_factor: row.second_factor,
        idle_minutes: row.idle_minutes,
        most_sessions: row.most_sessions,
        password_days: row.password_days,
        staff_moves: OnMove::from_slug(&row.staff_moves).unwrap_or(USUAL.staff_moves),
        customer_moves: OnMove::from_slug(&row.customer_moves).unwrap_or(USUAL.customer_moves),
    }))
}

pub async fn set(tx: &mut impl Conn, isp: Option<Uuid>, rule: &SignInRule, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "insert into sign_in_rule (scope, second_factor, idle_minutes, most_sessions, password_days, changed_at, staff_moves, customer_moves)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (scope) do update set second_factor = $2, idle_minutes = $3, most_sessions = $4, password_days = $5, changed_at = $6,
           staff_moves = $7, customer_moves = $8",
        isp.unwrap_or_default(),
        rule.second_factor,
        rule.idle_minutes,
        rule.most_sessions,
        rule.password_days,
        now,
        rule.staff_moves.slug(),
        rule.customer_moves.slug()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
