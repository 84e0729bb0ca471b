//! What programs asked for under a key of their own, and what they were answered (API-02): the same question again gets
//! the same answer. Kept a day.

use crate::{IspTx, Result};
use chrono::{DateTime, TimeDelta, Utc};
use domain::AccountId;

/// Whoever died at work leaves his question to the next one after this long.
const ABANDONED: TimeDelta = TimeDelta::minutes(2);
/// So long an answer is given again.
pub const KEPT: TimeDelta = TimeDelta::hours(24);

/// An answer as it went out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: i32,
    pub location: Option<String>,
    pub etag: Option<String>,
    pub body: String,
}

/// What is known of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// Nobody asked before: now it is ours.
    New,
    /// Somebody is at it.
    AtWork,
    /// Something else was asked under this key.
    Another,
    Answered(Answer),
}

/// Takes a question, or tells what became of it.
pub async fn begin(tx: &mut IspTx, account: AccountId, key: &str, asked: &[u8], now: DateTime<Utc>) -> Result<Known> {
    let isp = tx.isp();
    let taken = sqlx::query!(
        "insert into api_request as r (isp_id, account_id, key, asked, begun_at) values ($1, $2, $3, $4, $5)
         on conflict (isp_id, account_id, key) do update set asked = $4, begun_at = $5, status = null, location = null, etag = null, answer = null
           where r.begun_at <= $6 or (r.status is null and r.begun_at <= $7 and r.asked = $4)",
        isp,
        account.0,
        key,
        asked,
        now,
        now - KEPT,
        now - ABANDONED
    )
    .execute(tx.conn())
    .await?;
    if taken.rows_affected() > 0 {
        return Ok(Known::New);
    }
    let row = sqlx::query!(
        "select asked, status, location, etag, answer from api_request where isp_id = $1 and account_id = $2 and key = $3",
        isp,
        account.0,
        key
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(match row {
        None => Known::AtWork,
        Some(row) if row.asked != asked => Known::Another,
        Some(row) => match row.status {
            None => Known::AtWork,
            Some(status) => {
                Known::Answered(Answer { status, location: row.location, etag: row.etag, body: row.answer.unwrap_or_default() })
            }
        },
    })
}

pub async fn finish(tx: &mut IspTx, account: AccountId, key: &str, answer: &Answer) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update api_request set status = $4, location = $5, etag = $6, answer = $7 where isp_id = $1 and account_id = $2 and key = $3",
        isp,
        account.0,
        key,
        answer.status,
        answer.location,
        answer.etag,
        answer.body
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Nothing came of it: it may be asked again.
pub async fn give_up(tx: &mut IspTx, account: AccountId, key: &str) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("delete from api_request where isp_id = $1 and account_id = $2 and key = $3 and status is null", isp, account.0, key)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Forgets what nobody will ask about again.
pub async fn forget(tx: &mut IspTx, now: DateTime<Utc>) -> Result<u64> {
    let isp = tx.isp();
    let done = sqlx::query!("delete from api_request where isp_id = $1 and begun_at <= $2", isp, now - KEPT).execute(tx.conn()).await?;
    Ok(done.rows_affected())
}
