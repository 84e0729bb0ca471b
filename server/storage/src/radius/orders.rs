//! What has to be told to access servers: which lines changed, which orders follow, and what became of each. An order is
//! about one session; a session has one open order at most.

use crate::{IspTx, Result};
use chrono::{DateTime, NaiveTime, Utc};
use domain::accounting::GONE;
use domain::radius::{OrderFilter, OrderRow};
use domain::{NasId, ServiceId, SessionId};
use ipnetwork::IpNetwork;
use std::net::IpAddr;
use uuid::Uuid;

/// Says that lines have to be looked at, when somebody is online there.
pub async fn nudge(tx: &mut IspTx, services: &[ServiceId], cause: &str) -> Result<()> {
    let isp = tx.isp();
    let services: Vec<Uuid> = services.iter().map(|id| id.0).collect();
    sqlx::query!("select nudge_services($1, $2, $3)::text as done", isp, &services, cause).fetch_one(tx.conn()).await?;
    Ok(())
}

/// Takes lines that changed, and why; they are gone when this transaction commits.
pub async fn take_nudges(tx: &mut IspTx, most: i64) -> Result<Vec<(ServiceId, String)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "delete from access_nudge where isp_id = $1 and service_id in (
           select service_id from access_nudge where isp_id = $1 order by at limit $2 for update skip locked)
         returning service_id, cause",
        isp,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.service_id.into(), row.cause)).collect())
}

/// An open session as an order about it needs it.
#[derive(Clone, Debug)]
pub struct OnlineSession {
    pub id: SessionId,
    pub service_id: ServiceId,
    pub nas_id: NasId,
    pub granted: Option<String>,
    pub started_at: DateTime<Utc>,
}

/// Open sessions of lines that access servers tell of, the longest online first: of no others would a server know.
pub async fn open_of(tx: &mut IspTx, services: &[ServiceId]) -> Result<Vec<OnlineSession>> {
    let isp = tx.isp();
    let services: Vec<Uuid> = services.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select r.id, r.service_id as "service_id!", r.nas_id, r.granted, r.started_at from radius_session r
           where r.isp_id = $1 and coalesce(r.stopped_at, 'infinity') = 'infinity' and r.service_id = any($2)
             and exists (select 1 from nas n where n.isp_id = $1 and n.id = r.nas_id)
           order by r.started_at, r.id"#,
        isp,
        &services
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(|row| OnlineSession {
        id: row.id.into(),
        service_id: row.service_id.into(),
        nas_id: row.nas_id.into(),
        granted: row.granted,
        started_at: row.started_at,
    });
    Ok(rows.collect())
}

/// Lines whose sessions are not what they should be at `now`, as far as a query can tell: up and behind the wall, down
/// and not, or more online than may be.
pub async fn at_odds(tx: &mut IspTx, now: DateTime<Utc>) -> Result<Vec<ServiceId>> {
    let isp = tx.isp();
    let rows = sqlx::query_scalar!(
        r#"select distinct r.service_id as "service_id!" from radius_session r
           join service s on s.isp_id = $1 and s.id = r.service_id
           join nas n on n.isp_id = $1 and n.id = r.nas_id
           where r.isp_id = $1 and r.stopped_at is null
             and (s.status <> 'active' or coalesce(least(s.expires_at, s.cutoff_at) <= $2, false)
                  or exists (select 1 from service_block b where b.isp_id = $1 and b.service_id = s.id and (b.until is null or b.until > $2)))
               <> coalesce(r.granted like 'w:%', false)
           union
           select r.service_id from radius_session r
           join service s on s.isp_id = $1 and s.id = r.service_id
           join nas n on n.isp_id = $1 and n.id = r.nas_id
           left join package_access p on p.isp_id = $1 and p.package_id = s.package_id
           left join service_access a on a.isp_id = $1 and a.service_id = s.id
           where r.isp_id = $1 and r.stopped_at is null and coalesce(a.sessions, p.sessions, 1) > 0
           group by r.service_id, a.sessions, p.sessions having count(*) > coalesce(a.sessions, p.sessions, 1)"#,
        isp,
        now
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(ServiceId).collect())
}

/// Lines with somebody online whose night began or ended within the last quarter of an hour, by the ISP's wall clock. A
/// session that cannot tell what it has is not there: it would be told again and again.
pub async fn night_turned(tx: &mut IspTx, clock: NaiveTime) -> Result<Vec<ServiceId>> {
    let isp = tx.isp();
    let rows = sqlx::query_scalar!(
        r#"select distinct s.id from package p
           join service s on s.isp_id = $1 and s.package_id = p.id
           join radius_session r on r.isp_id = $1 and r.service_id = s.id and coalesce(r.stopped_at, 'infinity') = 'infinity' and r.granted is not null
           where p.isp_id = $1 and p.night_from is not null
             and ($2 - p.night_from between '00:00' and '00:15' or $2 - p.night_from < '-23:45'
                  or $2 - p.night_to between '00:00' and '00:15' or $2 - p.night_to < '-23:45')"#,
        isp,
        clock
    );
    Ok(rows.fetch_all(tx.conn()).await?.into_iter().map(ServiceId).collect())
}

/// What is to be told about one session.
#[derive(Clone, Debug)]
pub struct NewOrder {
    pub session: OnlineSession,
    pub cause: String,
    /// The new rate; `None`: it has to end.
    pub rate: Option<String>,
    /// What it has afterwards.
    pub grants: Option<String>,
}

fn kind(rate: Option<&String>) -> &'static str {
    if rate.is_some() { "change" } else { "disconnect" }
}

/// Places orders; one that is still open for the same session becomes this one.
pub async fn place(tx: &mut IspTx, orders: &[NewOrder], now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    let ids: Vec<Uuid> = orders.iter().map(|_| Uuid::now_v7()).collect();
    let sessions: Vec<Uuid> = orders.iter().map(|order| order.session.id.0).collect();
    let services: Vec<Uuid> = orders.iter().map(|order| order.session.service_id.0).collect();
    let nas: Vec<Uuid> = orders.iter().map(|order| order.session.nas_id.0).collect();
    let causes: Vec<&str> = orders.iter().map(|order| order.cause.as_str()).collect();
    let kinds: Vec<&str> = orders.iter().map(|order| kind(order.rate.as_ref())).collect();
    let rates: Vec<Option<&str>> = orders.iter().map(|order| order.rate.as_deref()).collect();
    let grants: Vec<Option<&str>> = orders.iter().map(|order| order.grants.as_deref()).collect();
    sqlx::query!(
        "insert into access_order (isp_id, id, session_id, service_id, nas_id, cause, kind, rate, grants, asked_at, next_at)
         select $1, u.*, $10, $10
         from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[]) u
         on conflict (isp_id, session_id) where state in ('waiting', 'sending') do update
         set cause = excluded.cause, kind = excluded.kind, rate = excluded.rate, grants = excluded.grants,
             next_at = case when access_order.kind = excluded.kind and access_order.rate is not distinct from excluded.rate
                            then access_order.next_at else excluded.next_at end",
        isp,
        &ids,
        &sessions,
        &services,
        &nas,
        &causes as _,
        &kinds as _,
        &rates as _,
        &grants as _,
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("select pg_notify('access', $1::uuid::text)::text as told", isp).fetch_one(tx.conn()).await?;
    Ok(())
}

/// An order that is due, with everything that names its session.
#[derive(Clone, Debug)]
pub struct DueOrder {
    pub id: Uuid,
    pub session: OnlineSession,
    pub cause: String,
    pub rate: Option<String>,
    pub grants: Option<String>,
    pub attempts: i16,
    pub username: String,
    pub acct_session_id: String,
    pub ip: Option<IpAddr>,
    /// The session has ended by itself.
    pub over: bool,
}

/// Takes orders that are due; whoever takes them has until `leased` to say what became of them.
pub async fn claim(tx: &mut IspTx, now: DateTime<Utc>, leased: DateTime<Utc>, most: i64) -> Result<Vec<DueOrder>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"with due as (
             update access_order set state = 'sending', attempts = attempts + 1, next_at = $3
             where isp_id = $1 and id in (
               select id from access_order where isp_id = $1 and state in ('waiting', 'sending') and next_at <= $2
               order by next_at limit $4 for update skip locked)
             returning id, session_id, cause, rate, grants, attempts)
           select d.id as "id!", d.session_id as "session_id!", d.cause as "cause!", d.rate, d.grants, d.attempts as "attempts!",
                  r.service_id, r.nas_id, r.granted, r.started_at, r.username, r.acct_session_id, r.framed_ip,
                  r.stopped_at is not null as "over!"
           from due d join radius_session r on r.isp_id = $1 and r.id = d.session_id"#,
        isp,
        now,
        leased,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().filter_map(|row| {
        let session = OnlineSession {
            id: row.session_id.into(),
            service_id: row.service_id?.into(),
            nas_id: row.nas_id.into(),
            granted: row.granted,
            started_at: row.started_at,
        };
        Some(DueOrder {
            id: row.id,
            session,
            cause: row.cause,
            rate: row.rate,
            grants: row.grants,
            attempts: row.attempts,
            username: row.username,
            acct_session_id: row.acct_session_id,
            ip: row.framed_ip.map(|network: IpNetwork| network.ip()),
            over: row.over,
        })
    });
    Ok(rows.collect())
}

/// What became of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Became {
    /// The server says that it is so.
    Done,
    /// The server does not know the session.
    Gone,
    Unneeded,
    Again {
        at: DateTime<Utc>,
    },
    /// The server will not change it, so it has to end.
    Disconnect,
    Failed,
}

/// How a server answered: a word of `access_order.answer` and the error cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    pub word: &'static str,
    pub error_cause: Option<i32>,
}

pub async fn record(tx: &mut IspTx, order: &DueOrder, became: &Became, answered: Option<Answered>, now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    let (state, next_at) = match became {
        Became::Done | Became::Gone => ("done", now),
        Became::Unneeded => ("unneeded", now),
        Became::Again { at } => ("waiting", *at),
        Became::Disconnect => ("waiting", now),
        Became::Failed => ("failed", now),
    };
    let disconnect = *became == Became::Disconnect;
    sqlx::query!(
        "update access_order set state = $3, next_at = $4, answer = coalesce($5, answer), error_cause = $6,
                answered_at = case when $5::text is null then answered_at else $7 end,
                verified_at = case when $8 then $7 else verified_at end,
                kind = case when $9 then 'disconnect' else kind end, rate = case when $9 then null else rate end,
                grants = case when $9 then null else grants end
         where isp_id = $1 and id = $2 and state = 'sending'",
        isp,
        order.id,
        state,
        next_at,
        answered.map(|answered| answered.word),
        answered.and_then(|answered| answered.error_cause),
        now,
        *became == Became::Gone,
        disconnect
    )
    .execute(tx.conn())
    .await?;
    match became {
        Became::Done if order.rate.is_some() => {
            sqlx::query!("update radius_session set granted = $3 where isp_id = $1 and id = $2", isp, order.session.id.0, order.grants)
                .execute(tx.conn())
                .await?;
        }
        Became::Gone => {
            sqlx::query!(
                "update radius_session set stopped_at = updated_at, stop_cause = $3 where isp_id = $1 and id = $2 and stopped_at is null",
                isp,
                order.session.id.0,
                GONE
            )
            .execute(tx.conn())
            .await?;
        }
        _ => {}
    }
    Ok(())
}

/// Looks whether accounting shows what servers said: a session that ended, or goes on after a change. One that goes on
/// although its server said that it ended is told again. Answers with how many those are.
pub async fn verify(tx: &mut IspTx, now: DateTime<Utc>) -> Result<u64> {
    let isp = tx.isp();
    sqlx::query!(
        "update access_order o set verified_at = $2
         from radius_session r
         where o.isp_id = $1 and o.state = 'done' and o.verified_at is null and r.isp_id = $1 and r.id = o.session_id
           and (r.stopped_at is not null or o.kind = 'change' and r.updated_at > o.answered_at)",
        isp,
        now
    )
    .execute(tx.conn())
    .await?;
    let again = sqlx::query!(
        "update access_order o set state = 'waiting', next_at = $2
         from radius_session r
         where o.isp_id = $1 and o.state = 'done' and o.verified_at is null and o.kind = 'disconnect' and r.isp_id = $1 and r.id = o.session_id
           and r.stopped_at is null and r.updated_at > o.answered_at + interval '30 seconds'
           and not exists (select 1 from access_order e where e.isp_id = $1 and e.session_id = o.session_id and e.state in ('waiting', 'sending'))",
        isp,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(again.rows_affected())
}

/// Forgets orders that are over for long, so many at most. Answers with how many those were.
pub async fn forget(tx: &mut IspTx, before: DateTime<Utc>, most: i64) -> Result<u64> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "delete from access_order where isp_id = $1 and id in (
           select id from access_order where isp_id = $1 and asked_at < $2 and state not in ('waiting', 'sending') order by asked_at limit $3)",
        isp,
        before,
        most
    );
    Ok(done.execute(tx.conn()).await?.rows_affected())
}

/// What was told about the sessions of a customer, or of everybody, the newest first. A caller who sees only some
/// customers sees only theirs.
pub async fn recent(tx: &mut IspTx, filter: &OrderFilter, most: i64) -> Result<Vec<OrderRow>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        OrderRow,
        r#"select o.asked_at, r.username, n.name as nas, o.cause, o.kind, o.rate, o.state, o.answer, o.error_cause, o.attempts, o.next_at,
                  o.answered_at, o.verified_at
           from access_order o
           join radius_session r on r.isp_id = $1 and r.id = o.session_id
           join nas n on n.isp_id = $1 and n.id = o.nas_id
           where o.isp_id = $1 and ($2::uuid is null or r.customer_id = $2) and ($4::uuid is null or o.nas_id = $4)
             and ($5::timestamptz is null or o.asked_at < $5)
             and case $6::text when 'open' then o.state in ('waiting', 'sending') when 'ack' then o.answer = 'ack' when 'nak' then o.answer = 'nak'
                 when 'silent' then o.answer in ('timeout', 'unreachable') when 'unverified' then o.state = 'done' and o.verified_at is null
                 else true end
           order by o.asked_at desc, o.id desc limit $3"#,
        isp,
        filter.customer.map(|id| id.0),
        most,
        filter.nas_id.map(|id| id.0),
        filter.before,
        filter.state
    );
    Ok(rows.fetch_all(tx.conn()).await?)
}
