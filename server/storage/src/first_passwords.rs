//! Passwords that somebody made for another: sealed, and kept for a few minutes so that whoever made one can pass it on.
//! Of accounts of ISPs and of the platform alike. Nothing here is a password that is still hidden behind its hash.

use crate::Result;
use crate::db::sealed::Conn;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// Keeps it for so long, in place of one of before; whatever grew too old goes.
pub async fn keep(
    tx: &mut impl Conn,
    account: Uuid,
    sealed: &[u8],
    made_by: Option<Uuid>,
    now: DateTime<Utc>,
    shown: TimeDelta,
) -> Result<()> {
    sqlx::query!("delete from first_password where until <= $1", now).execute(tx.conn()).await?;
    sqlx::query!(
        "insert into first_password (account_id, sealed, made_by, until) values ($1, $2, $3, $4)
         on conflict (account_id) do update set sealed = $2, made_by = $3, until = $4",
        account,
        sealed,
        made_by,
        now + shown
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// For the one who made it, while it may still be seen.
pub async fn shown(tx: &mut impl Conn, account: Uuid, made_by: Uuid, now: DateTime<Utc>) -> Result<Option<Vec<u8>>> {
    Ok(sqlx::query_scalar!(
        "select sealed from first_password where account_id = $1 and made_by = $2 and until > $3",
        account,
        made_by,
        now
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Gone for good: passed on, replaced or too old. Takes with it whatever else is too old.
pub async fn forget(tx: &mut impl Conn, account: Uuid, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("delete from first_password where account_id = $1 or until <= $2", account, now).execute(tx.conn()).await?;
    Ok(())
}
