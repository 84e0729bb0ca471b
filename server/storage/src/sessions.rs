//! Sessions of people, by the hash of their cookie, and the counters that slow down guessing. Platform tables: they
//! are read before anybody is known.

use crate::db::sealed::Conn;
use crate::{Result, sign_in_rules};
use chrono::{DateTime, TimeDelta, Utc};
use domain::trust::Network;
use ipnetwork::IpNetwork;
use std::net::IpAddr;
use uuid::Uuid;

/// How long the cookie of before is still taken after it was replaced: for requests under way.
const GRACE: TimeDelta = TimeDelta::seconds(30);

/// A session as it is stored.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: Uuid,
    pub isp_id: Option<Uuid>,
    pub account_id: Uuid,
    /// Set when a subscriber signed in with the line's own password.
    pub customer_id: Option<Uuid>,
    /// What is missing before it opens anything.
    pub owes: Option<String>,
    pub proved_at: DateTime<Utc>,
    pub seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub idle_minutes: i32,
    /// Who acts as this person, and the session he does it from.
    pub impersonator_id: Option<Uuid>,
    pub impersonator_name: Option<String>,
    pub parent_id: Option<Uuid>,
    /// Where it was opened, and where its owner gave his password again.
    pub networks: Vec<IpNetwork>,
    /// What the rules say to another one.
    pub on_move: String,
}

impl Session {
    /// The networks from which it was used before.
    pub fn known_networks(&self) -> Vec<Network> {
        self.networks.iter().filter_map(|network| Network::new(network.ip(), network.prefix())).collect()
    }
}

/// So many networks of a session are kept, the newest.
const MOST_NETWORKS: i32 = 10;

/// A session to be opened.
#[derive(Clone, Debug)]
pub struct NewSession<'a> {
    pub isp_id: Option<Uuid>,
    pub account_id: Uuid,
    pub customer_id: Option<Uuid>,
    pub owes: Option<&'a str>,
    pub expires_at: DateTime<Utc>,
    pub ip: Option<IpAddr>,
    pub agent: &'a str,
}

/// Stores a session; what has been over for a day is swept away with it.
pub async fn open(tx: &mut impl Conn, token_hash: &[u8], session: &NewSession<'_>, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("delete from session where expires_at < $1", now - TimeDelta::days(1)).execute(tx.conn()).await?;
    sqlx::query!(
        "insert into session (token_hash, isp_id, account_id, customer_id, owes, ip, user_agent, created_at, seen_at, proved_at, expires_at, networks)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8, $9, $10)",
        token_hash,
        session.isp_id,
        session.account_id,
        session.customer_id,
        session.owes,
        session.ip.map(IpNetwork::from),
        session.agent,
        now,
        session.expires_at,
        &networks(session.ip)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends the account's oldest whole sessions beyond `most`, and whatever is over. The one with this hash stays.
pub async fn keep_newest(tx: &mut impl Conn, account: Uuid, token_hash: &[u8], most: i32, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "delete from session where account_id = $1 and parent_id is null and (owes is null or expires_at <= $2) and token_hash not in (
           select token_hash from session where account_id = $1 and parent_id is null and owes is null and expires_at > $2
           order by token_hash = $4 desc, created_at desc limit $3)",
        account,
        now,
        i64::from(most),
        token_hash
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn find(tx: &mut impl Conn, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<Session>> {
    let row = sqlx::query_as!(
        Session,
        r#"select s.id, s.isp_id, s.account_id, s.customer_id, s.owes, s.proved_at, s.seen_at, s.expires_at,
             coalesce(r.idle_minutes, $3) as "idle_minutes!", s.impersonator_id, s.impersonator_name, s.parent_id, s.networks,
             case when s.customer_id is not null and s.impersonator_id is null then coalesce(r.customer_moves, $4)
               else coalesce(r.staff_moves, $5) end as "on_move!"
           from session s left join sign_in_rule r on r.scope = coalesce(s.isp_id, '00000000-0000-0000-0000-000000000000')
           where s.token_hash = $1 or (s.previous_hash = $1 and s.rotated_at > $2)"#,
        token_hash,
        now - GRACE,
        sign_in_rules::USUAL.idle_minutes,
        sign_in_rules::USUAL.customer_moves.slug(),
        sign_in_rules::USUAL.staff_moves.slug()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row)
}

/// The neighbourhood of an address, as it is stored.
fn networks(ip: Option<IpAddr>) -> Vec<IpNetwork> {
    let around = ip.map(Network::around);
    around.and_then(|network| IpNetwork::new(network.address(), network.prefix()).ok()).into_iter().collect()
}

/// Its owner was here too.
pub async fn remember_network(tx: &mut impl Conn, id: Uuid, ip: Option<IpAddr>) -> Result<()> {
    sqlx::query!("update session set networks = ($2::cidr[] || networks)[1:$3] where id = $1", id, &networks(ip), MOST_NETWORKS)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn touch(tx: &mut impl Conn, id: Uuid, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update session set seen_at = $2 where id = $1 and seen_at < $2", id, now).execute(tx.conn()).await?;
    Ok(())
}

pub async fn close(tx: &mut impl Conn, token_hash: &[u8]) -> Result<()> {
    sqlx::query!("delete from session where token_hash = $1 or previous_hash = $1", token_hash).execute(tx.conn()).await?;
    Ok(())
}

/// Gives a session another cookie. What it owes is `owes` from now on; `proved`: a password or a code was given.
pub async fn renew(tx: &mut impl Conn, id: Uuid, token_hash: &[u8], owes: Option<&str>, proved: bool, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update session set previous_hash = token_hash, token_hash = $2, rotated_at = $5, seen_at = $5, owes = $3,
           proved_at = case when $4 then $5 else proved_at end
         where id = $1",
        id,
        token_hash,
        owes,
        proved,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A session that becomes a whole one lives as long as one.
pub async fn extend(tx: &mut impl Conn, id: Uuid, until: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update session set expires_at = $2 where id = $1", id, until).execute(tx.conn()).await?;
    Ok(())
}

/// Opens a session in which somebody acts as another, below his own: it ends with that one. No password was given in
/// it, so nothing dangerous is done in it.
pub async fn open_below(
    tx: &mut impl Conn,
    token_hash: &[u8],
    session: &NewSession<'_>,
    parent: Uuid,
    by: (Uuid, &str),
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into session (token_hash, isp_id, account_id, customer_id, ip, user_agent, created_at, seen_at, proved_at, expires_at,
           parent_id, impersonator_id, impersonator_name, networks)
         values ($1, $2, $3, $4, $5, $6, $7, $7, 'epoch', $8, $9, $10, $11, $12)",
        token_hash,
        session.isp_id,
        session.account_id,
        session.customer_id,
        session.ip.map(IpNetwork::from),
        session.agent,
        now,
        session.expires_at,
        parent,
        by.0,
        by.1,
        &networks(session.ip)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The session below which this one hangs.
pub async fn parent(tx: &mut impl Conn, id: Uuid) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!("select parent_id from session where id = $1", id).fetch_optional(tx.conn()).await?.flatten())
}

/// Ends what somebody opened as another from this session.
pub async fn end_below(tx: &mut impl Conn, parent: Uuid) -> Result<u64> {
    let done = sqlx::query!("delete from session where parent_id = $1", parent).execute(tx.conn()).await?;
    Ok(done.rows_affected())
}

/// Notes that somebody came in, for whoever looks after him.
pub async fn came_in(tx: &mut impl Conn, account: Uuid, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "insert into last_sign_in (account_id, at) values ($1, $2) on conflict (account_id) do update set at = greatest(last_sign_in.at, $2)",
        account,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A session as its owner sees it.
#[derive(Clone, Debug)]
pub struct OpenSession {
    pub id: Uuid,
    pub ip: Option<IpNetwork>,
    pub user_agent: Option<String>,
    pub created_at: DateTime<Utc>,
    pub seen_at: DateTime<Utc>,
}

/// The account's whole sessions that are still good, the newest seen first.
pub async fn of_account(tx: &mut impl Conn, account: Uuid, idle_minutes: i32, now: DateTime<Utc>) -> Result<Vec<OpenSession>> {
    let idle_since = now - TimeDelta::minutes(i64::from(idle_minutes));
    let rows = sqlx::query_as!(
        OpenSession,
        "select id, ip, user_agent, created_at, seen_at from session
         where account_id = $1 and parent_id is null and owes is null and expires_at > $2 and seen_at > $3 order by seen_at desc, created_at desc",
        account,
        now,
        idle_since
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Ends one of the account's own sessions; `false`: it is not his, or gone.
pub async fn end(tx: &mut impl Conn, account: Uuid, id: Uuid) -> Result<bool> {
    let done = sqlx::query!("delete from session where account_id = $1 and id = $2", account, id).execute(tx.conn()).await?;
    Ok(done.rows_affected() > 0)
}

/// Ends all of the account's sessions but one; answers with how many.
pub async fn end_others(tx: &mut impl Conn, account: Uuid, keep: Option<Uuid>) -> Result<u64> {
    let done =
        sqlx::query!("delete from session where account_id = $1 and id is distinct from $2", account, keep).execute(tx.conn()).await?;
    Ok(done.rows_affected())
}

/// Until when this subject (a name on a host, an address) must wait, if it must.
pub async fn locked_until(tx: &mut impl Conn, subject: &str, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let until = sqlx::query_scalar!("select locked_until from sign_in_throttle where subject = $1 and locked_until > $2", subject, now)
        .fetch_optional(tx.conn())
        .await?;
    Ok(until.flatten())
}

/// Counts a failure: more than `most` within a minute lock the subject, twice as long for each further failure, up to
/// 15 minutes (SEC-01).
pub async fn count_failure(tx: &mut impl Conn, subject: &str, now: DateTime<Utc>, most: i32) -> Result<()> {
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

pub async fn clear_failures(tx: &mut impl Conn, subject: &str) -> Result<()> {
    sqlx::query!("delete from sign_in_throttle where subject = $1", subject).execute(tx.conn()).await?;
    Ok(())
}
