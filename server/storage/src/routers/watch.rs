//! What was seen of routers, which server looks after which of them, and what became of them. One statement each writes
//! the looks of many routers.

use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::RouterId;
use domain::routers::{Roll, RouterEvent, RouterFacts, RouterInterface, RouterState, RouterStatus, Why};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

struct Found {
    router_id: Uuid,
    state: String,
    why: Option<String>,
    misses: i32,
    since: Option<DateTime<Utc>>,
    seen_at: Option<DateTime<Utc>>,
    looked_at: Option<DateTime<Utc>>,
    latency_us: Option<i64>,
    cpu_percent: Option<i32>,
    memory_free: Option<i64>,
    memory_total: Option<i64>,
    disk_free: Option<i64>,
    uptime_seconds: Option<i64>,
    routeros: Option<String>,
    board: Option<String>,
    architecture: Option<String>,
    serial: Option<String>,
    skew_seconds: Option<i64>,
    sessions: Option<i32>,
}

fn why(slug: Option<String>) -> Result<Option<Why>> {
    slug.map(|slug| known(Why::from_slug(&slug), "why", &slug)).transpose()
}

impl Found {
    fn read(self) -> Result<(RouterId, RouterState)> {
        let state = RouterState {
            status: known(RouterStatus::from_slug(&self.state), "state", &self.state)?,
            why: why(self.why)?,
            misses: self.misses,
            since: self.since,
            seen_at: self.seen_at,
            looked_at: self.looked_at,
            latency_us: self.latency_us,
            facts: RouterFacts {
                cpu_percent: self.cpu_percent,
                memory_free: self.memory_free,
                memory_total: self.memory_total,
                disk_free: self.disk_free,
                uptime_seconds: self.uptime_seconds,
                routeros: self.routeros,
                board: self.board,
                architecture: self.architecture,
                serial: self.serial,
            },
            skew_seconds: self.skew_seconds,
            sessions: self.sessions,
        };
        Ok((RouterId(self.router_id), state))
    }
}

/// What was seen of some routers, or of all.
pub async fn states(tx: &mut IspTx, ids: Option<&[RouterId]>) -> Result<HashMap<RouterId, RouterState>> {
    let isp = tx.isp();
    let ids: Option<Vec<Uuid>> = ids.map(|ids| ids.iter().map(|id| id.0).collect());
    let rows = sqlx::query_as!(
        Found,
        "select router_id, state, why, misses, since, seen_at, looked_at, latency_us, cpu_percent, memory_free, memory_total, disk_free,
                uptime_seconds, routeros, board, architecture, serial, skew_seconds, sessions
         from router_state where isp_id = $1 and ($2::uuid[] is null or router_id = any($2))",
        isp,
        ids.as_deref()
    );
    rows.fetch_all(tx.conn()).await?.into_iter().map(Found::read).collect()
}

/// A router that one server has taken for a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    pub id: RouterId,
    /// When its interfaces were looked at; `None`: never.
    pub interfaces_at: Option<DateTime<Utc>>,
}

/// Takes routers that are due, and nobody else's, until `until`. Another server takes them over after that.
pub async fn lease(tx: &mut IspTx, node: Uuid, now: DateTime<Utc>, until: DateTime<Utc>, most: i64) -> Result<Vec<Taken>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "update router_state s set leased_by = $2, leased_until = $4
         from (select d.router_id from router_state d join router r on r.isp_id = d.isp_id and r.id = d.router_id
               where d.isp_id = $1 and d.poll_at <= $3 and r.status = 'active' and (d.leased_until is null or d.leased_until <= $3)
               order by d.poll_at limit $5 for update of d skip locked) due
         where s.isp_id = $1 and s.router_id = due.router_id
         returning s.router_id, s.interfaces_at",
        isp,
        node,
        now,
        until,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| Taken { id: RouterId(row.router_id), interfaces_at: row.interfaces_at }).collect())
}

/// What a look brought, to be written.
pub struct Looked {
    pub id: RouterId,
    pub state: RouterState,
    pub event: Option<RouterEvent>,
    pub interfaces: Option<Vec<RouterInterface>>,
    /// Of a router that lets people in by itself, when it answered.
    pub roll: Option<Roll>,
    pub answered: bool,
}

/// Writes the looks of a server at `now`, and gives the routers back until `next`. Routers that another server has taken over
/// meanwhile are left to it; answers with those that were not.
pub async fn write(tx: &mut IspTx, node: Uuid, looked: &[Looked], now: DateTime<Utc>, next: DateTime<Utc>) -> Result<HashSet<RouterId>> {
    let isp = tx.isp();
    let column = |f: &dyn Fn(&Looked) -> Option<i64>| looked.iter().map(f).collect::<Vec<_>>();
    let text = |f: &dyn Fn(&RouterState) -> Option<String>| looked.iter().map(|one| f(&one.state)).collect::<Vec<_>>();
    let ids: Vec<Uuid> = looked.iter().map(|one| one.id.0).collect();
    let numbers: [Vec<Option<i64>>; 9] = [
        column(&|one| Some(i64::from(one.state.misses))),
        column(&|one| one.state.latency_us),
        column(&|one| one.state.facts.cpu_percent.map(i64::from)),
        column(&|one| one.state.facts.memory_free),
        column(&|one| one.state.facts.memory_total),
        column(&|one| one.state.facts.disk_free),
        column(&|one| one.state.facts.uptime_seconds),
        column(&|one| one.state.skew_seconds),
        column(&|one| one.state.sessions.map(i64::from)),
    ];
    let [misses, latency, cpu, memory_free, memory_total, disk, uptime, skew, sessions] = &numbers;
    let since: Vec<Option<DateTime<Utc>>> = looked.iter().map(|one| one.state.since).collect();
    let seen: Vec<Option<DateTime<Utc>>> = looked.iter().map(|one| one.state.seen_at).collect();
    let deep: Vec<bool> = looked.iter().map(|one| one.interfaces.is_some()).collect();
    let written = sqlx::query_scalar!(
        "update router_state s set state = l.state, why = l.why, misses = l.misses, since = l.since, seen_at = l.seen_at, looked_at = $3,
                latency_us = l.latency, cpu_percent = l.cpu, memory_free = l.memory_free, memory_total = l.memory_total, disk_free = l.disk,
                uptime_seconds = l.uptime, routeros = l.routeros, board = l.board, architecture = l.architecture, serial = l.serial,
                skew_seconds = l.skew, sessions = l.sessions, interfaces_at = case when l.deep then $3 else s.interfaces_at end,
                poll_at = $4, leased_until = $3
         from unnest($5::uuid[], $6::text[], $7::text[], $8::bigint[], $9::timestamptz[], $10::timestamptz[], $11::bigint[], $12::bigint[],
                     $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::text[], $18::text[], $19::text[], $20::text[],
                     $21::bigint[], $22::bigint[], $23::bool[])
              l (id, state, why, misses, since, seen_at, latency, cpu, memory_free, memory_total, disk, uptime, routeros, board,
                 architecture, serial, skew, sessions, deep)
         where s.isp_id = $1 and s.router_id = l.id and s.leased_by = $2
         returning s.router_id",
        isp,
        node,
        now,
        next,
        &ids,
        &looked.iter().map(|one| one.state.status.slug().to_string()).collect::<Vec<_>>(),
        &text(&|state| state.why.map(|why| why.slug().to_string())) as &[Option<String>],
        misses as &[Option<i64>],
        &since as &[Option<DateTime<Utc>>],
        &seen as &[Option<DateTime<Utc>>],
        latency as &[Option<i64>],
        cpu as &[Option<i64>],
        memory_free as &[Option<i64>],
        memory_total as &[Option<i64>],
        disk as &[Option<i64>],
        uptime as &[Option<i64>],
        &text(&|state| state.facts.routeros.clone()) as &[Option<String>],
        &text(&|state| state.facts.board.clone()) as &[Option<String>],
        &text(&|state| state.facts.architecture.clone()) as &[Option<String>],
        &text(&|state| state.facts.serial.clone()) as &[Option<String>],
        skew as &[Option<i64>],
        sessions as &[Option<i64>],
        &deep
    )
    .fetch_all(tx.conn())
    .await?;
    let ours: Vec<&Looked> = looked.iter().filter(|one| written.contains(&one.id.0)).collect();
    write_events(tx, &ours).await?;
    write_samples(tx, &ours, now).await?;
    write_interfaces(tx, &ours, now).await?;
    Ok(ours.into_iter().map(|one| one.id).collect())
}

async fn write_events(tx: &mut IspTx, looked: &[&Looked]) -> Result<()> {
    let isp = tx.isp();
    let events: Vec<(Uuid, &RouterEvent)> = looked.iter().filter_map(|one| Some((one.id.0, one.event.as_ref()?))).collect();
    if events.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into router_event (isp_id, router_id, at, state, why, behind)
         select $1, * from unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::uuid[]) on conflict do nothing",
        isp,
        &events.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
        &events.iter().map(|(_, event)| event.at).collect::<Vec<_>>(),
        &events.iter().map(|(_, event)| event.status.slug().to_string()).collect::<Vec<_>>(),
        &events.iter().map(|(_, event)| event.why.map(|why| why.slug().to_string())).collect::<Vec<_>>() as &[Option<String>],
        &events.iter().map(|(_, event)| event.behind.map(|id| id.0)).collect::<Vec<_>>() as &[Option<Uuid>]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Adds to the five minutes that are running: how often we looked, how often it answered, and the worst of each figure.
async fn write_samples(tx: &mut IspTx, looked: &[&Looked], now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into router_sample (isp_id, router_id, at, looks, answers, latency_us, cpu_percent, memory_percent, sessions)
         select $1, l.id, date_bin('5 minutes', $2, 'epoch'), 1, l.answers, l.latency, l.cpu, l.memory, l.sessions
         from unnest($3::uuid[], $4::int[], $5::bigint[], $6::int[], $7::int[], $8::int[]) l (id, answers, latency, cpu, memory, sessions)
         on conflict (isp_id, router_id, at) do update set looks = router_sample.looks + 1, answers = router_sample.answers + excluded.answers,
           latency_us = greatest(router_sample.latency_us, excluded.latency_us), cpu_percent = greatest(router_sample.cpu_percent, excluded.cpu_percent),
           memory_percent = greatest(router_sample.memory_percent, excluded.memory_percent), sessions = greatest(router_sample.sessions, excluded.sessions)",
        isp,
        now,
        &looked.iter().map(|one| one.id.0).collect::<Vec<_>>(),
        &looked.iter().map(|one| i32::from(one.answered)).collect::<Vec<_>>(),
        &looked.iter().map(|one| one.state.latency_us.filter(|_| one.answered)).collect::<Vec<_>>() as &[Option<i64>],
        &looked.iter().map(|one| one.state.facts.cpu_percent.filter(|_| one.answered)).collect::<Vec<_>>() as &[Option<i32>],
        &looked.iter().map(|one| one.state.facts.memory_percent().filter(|_| one.answered)).collect::<Vec<_>>() as &[Option<i32>],
        &looked.iter().map(|one| one.state.sessions.filter(|_| one.answered)).collect::<Vec<_>>() as &[Option<i32>]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn write_interfaces(tx: &mut IspTx, looked: &[&Looked], now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    let rows: Vec<(Uuid, &RouterInterface)> =
        looked.iter().flat_map(|one| one.interfaces.iter().flatten().map(|interface| (one.id.0, interface))).collect();
    let deep: Vec<Uuid> = looked.iter().filter(|one| one.interfaces.is_some()).map(|one| one.id.0).collect();
    if deep.is_empty() {
        return Ok(());
    }
    // A counter that went back was reset: then nothing is known of the time between.
    sqlx::query!(
        "insert into router_interface (isp_id, router_id, name, kind, running, disabled, rx_bytes, tx_bytes, at)
         select $1, l.*, $2 from unnest($3::uuid[], $4::text[], $5::text[], $6::bool[], $7::bool[], $8::bigint[], $9::bigint[]) l
         on conflict (isp_id, router_id, name) do update set kind = excluded.kind, running = excluded.running, disabled = excluded.disabled,
           rx_bps = case when excluded.at > router_interface.at and excluded.rx_bytes >= router_interface.rx_bytes
             then ((excluded.rx_bytes - router_interface.rx_bytes) * 8000000 / greatest(1, (extract(epoch from excluded.at - router_interface.at) * 1000000)::numeric))::bigint end,
           tx_bps = case when excluded.at > router_interface.at and excluded.tx_bytes >= router_interface.tx_bytes
             then ((excluded.tx_bytes - router_interface.tx_bytes) * 8000000 / greatest(1, (extract(epoch from excluded.at - router_interface.at) * 1000000)::numeric))::bigint end,
           rx_bytes = excluded.rx_bytes, tx_bytes = excluded.tx_bytes, at = excluded.at",
        isp,
        now,
        &rows.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
        &rows.iter().map(|(_, one)| one.name.clone()).collect::<Vec<_>>(),
        &rows.iter().map(|(_, one)| one.kind.clone()).collect::<Vec<_>>(),
        &rows.iter().map(|(_, one)| one.running).collect::<Vec<_>>(),
        &rows.iter().map(|(_, one)| one.disabled).collect::<Vec<_>>(),
        &rows.iter().map(|(_, one)| one.rx_bytes).collect::<Vec<_>>(),
        &rows.iter().map(|(_, one)| one.tx_bytes).collect::<Vec<_>>()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("delete from router_interface where isp_id = $1 and router_id = any($2) and at < $3", isp, &deep, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The interfaces of a router, ports first.
pub async fn interfaces(tx: &mut IspTx, id: RouterId) -> Result<Vec<RouterInterface>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        RouterInterface,
        "select name, kind, running, disabled, rx_bytes, tx_bytes, rx_bps, tx_bps from router_interface
         where isp_id = $1 and router_id = $2 order by kind <> 'ether', kind, name",
        isp,
        id.0
    );
    Ok(rows.fetch_all(tx.conn()).await?)
}

/// When a router went and came, the newest first.
pub async fn events(tx: &mut IspTx, id: RouterId, most: i64) -> Result<Vec<RouterEvent>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select at, state, why, behind from router_event where isp_id = $1 and router_id = $2 order by at desc limit $3",
        isp,
        id.0,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let event = rows.into_iter().map(|row| {
        let status = known(RouterStatus::from_slug(&row.state), "state", &row.state)?;
        Ok(RouterEvent { at: row.at, status, why: why(row.why)?, behind: row.behind.map(RouterId) })
    });
    event.collect()
}

/// Five minutes of a router's life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    pub at: DateTime<Utc>,
    pub looks: i32,
    pub answers: i32,
    pub latency_us: Option<i64>,
    pub cpu_percent: Option<i32>,
    pub memory_percent: Option<i32>,
    pub sessions: Option<i32>,
}

pub async fn samples(tx: &mut IspTx, id: RouterId, since: DateTime<Utc>) -> Result<Vec<Sample>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Sample,
        "select at, looks, answers, latency_us, cpu_percent, memory_percent, sessions from router_sample
         where isp_id = $1 and router_id = $2 and at >= $3 order by at",
        isp,
        id.0,
        since
    );
    Ok(rows.fetch_all(tx.conn()).await?)
}

/// Forgets what is older: what happened, and the five minutes. Answers with how many rows went.
pub async fn forget(tx: &mut IspTx, events_before: DateTime<Utc>, samples_before: DateTime<Utc>) -> Result<u64> {
    let isp = tx.isp();
    let events = sqlx::query!("delete from router_event where isp_id = $1 and at < $2", isp, events_before).execute(tx.conn()).await?;
    let samples = sqlx::query!("delete from router_sample where isp_id = $1 and at < $2", isp, samples_before).execute(tx.conn()).await?;
    Ok(events.rows_affected() + samples.rows_affected())
}
