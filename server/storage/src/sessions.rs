//! Sessions of people, by the hash of their cookie, and the counters that slow down guessing. Platform tables: they
//! are read before anybody is known.

use crate::{PlatformTx, Result};
use chrono::{DateTime, TimeDelta, Utc};
use ipnetwork::IpNetwork;
use std::net::IpAddr;
use uuid::Uuid;

/// A session as it is stored.
#[derive(Clone, Debug)]
pub struct Session {
    pub isp_id: Option<Uuid>,
    pub account_id: Uuid,
    /// Set when a subscriber signed in with the line's own password.
    pub customer_id: Option<Uuid>,
    pub seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// Stores a session and ends the account's oldest ones beyond `most`.
pub async fn open(
    tx: &mut PlatformTx,
    token_hash: &[u8],
    session: &Session,
    ip: Option<IpAddr>,
    agent: &str,
    now: DateTime<Utc>,
    most: i64,
) -> Result<()> {
    sqlx::query!(
        "insert into session (token_hash, isp_id, account_id, customer_id, ip, user_agent, created_at, seen_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
        token_hash,
        session.isp_id,
        session.account_id,
        session.customer_id,
        ip.map(IpNetwork::from),
        agent,
        now,
        session.expires_at
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "delete from session where account_id = $1 and token_hash not in (
           select token_hash from session where account_id = $1 and expires_at > $2
           order by token_hash = $4 desc, created_at desc limit $3)",
        session.account_id,
        now,
        most,
        token_hash
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn find(tx: &mut PlatformTx, token_hash: &[u8]) -> Result<Option<Session>> {
    let row = sqlx::query_as!(
        Session,
        "select isp_id, account_id, customer_id, seen_at, expires_at from session where token_hash = $1",
        token_hash
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

pub async fn touch(tx: &mut PlatformTx, token_hash: &[u8], now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update session set seen_at = $2 where token_hash = $1 and seen_at < $2", token_hash, now).execute(tx.conn()).await?;
    Ok(())
}

pub async fn close(tx: &mut PlatformTx, token_hash: &[u8]) -> Result<()> {
    sqlx::query!("delete from session where token_hash = $1", token_hash).execute(tx.conn()).await?;
    Ok(())
}

pub async fn delete_expired(tx: &mut PlatformTx, now: DateTime<Utc>, idle: TimeDelta) -> Result<u64> {
    let idle_since = now - idle;
    let done = sqlx::query!("delete from session where expires_at <= $1 or seen_at <= $2", now, idle_since).execute(tx.conn()).await?;
    Ok(done.rows_affected())
}

/// Until when this subject (a name on a host, an address) must wait, if it must.
pub async fn locked_until(tx: &mut PlatformTx, subject: &str, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let until = sqlx::query_scalar!("select locked_until from sign_in_throttle where subject = $1 and locked_until > $2", subject, now)
        .fetch_optional(tx.conn())
        .await?;
    Ok(until.flatten())
}

/// Counts a failure: more than `most` within a minute lock the subject, twice as long for each further failure, up to
/// 15 minutes (SEC-01).
pub async fn count_failure(tx: &mut PlatformTx, subject: &str, now: DateTime<Utc>, most: i32) -> Result<()> {
    sqlx::query!(
        "insert into sign_in_throttle as t (subject, failures, window_start) values ($1, 1, $2)
         on conflict (subject) do update set
           failures = case when t.window_start < $2 - interval '15 minutes' then 1 else t.failures + 1 end,
           window_start = case when t.window_start < $2 - interval '15 minutes' then $2 else t.window_start end,
           locked_until = case
             when t.window_start >= $2 - interval '15 minutes' and t.failures + 1 >= $3
             then $2 + least(interval '15 minutes', interval '30 seconds' * power(2, least(t.failures + 1 - $3, 10)))
             else t.locked_until end",
        subject,
        now,
        most
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn clear_failures(tx: &mut PlatformTx, subject: &str) -> Result<()> {
    sqlx::query!("delete from sign_in_throttle where subject = $1", subject).execute(tx.conn()).await?;
    Ok(())
}
