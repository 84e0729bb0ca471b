//! Windows that are over, written as they ended and never changed; what a line gets where its policy would stop it.

use super::octets;
use crate::{Error, IspTx, Result};
use chrono::NaiveDate;
use domain::fair_use::{AtEnd, Closed, Event, Limit, PastWindow, Policy, Used};
use domain::{FairUseId, ServiceId};
use uuid::Uuid;

/// A window that is over.
#[derive(Clone, Debug)]
pub struct NewWindow {
    pub service_id: ServiceId,
    pub policy: (FairUseId, i32),
    pub closed: Closed,
    /// What of it counted against limits of data.
    pub octets: u64,
}

impl NewWindow {
    /// `None`: nothing happened in it.
    pub fn of(service_id: ServiceId, policy_id: (FairUseId, i32), policy: &Policy, closed: Closed) -> Option<Self> {
        let octets = policy.moved(closed.counter.used);
        (closed.counter.used != Used::default()).then_some(Self { service_id, policy: policy_id, closed, octets })
    }
}

pub async fn record_windows(tx: &mut IspTx, windows: &[NewWindow]) -> Result<()> {
    if windows.is_empty() {
        return Ok(());
    }
    let isp = tx.isp();
    let services: Vec<Uuid> = windows.iter().map(|one| one.service_id.0).collect();
    let begins: Vec<NaiveDate> = windows.iter().map(|one| one.closed.counter.begins).collect();
    let ends: Vec<NaiveDate> = windows.iter().map(|one| one.closed.ends).collect();
    let policies: Vec<Uuid> = windows.iter().map(|one| one.policy.0.0).collect();
    let versions: Vec<i32> = windows.iter().map(|one| one.policy.1).collect();
    let used = |of: fn(&Used) -> u64| windows.iter().map(|one| octets(of(&one.closed.counter.used))).collect::<Vec<i64>>();
    let moved: Vec<i64> = windows.iter().map(|one| octets(one.octets)).collect();
    let data: Vec<Option<i64>> = windows.iter().map(|one| one.closed.limit.octets.map(octets)).collect();
    let minutes = |minutes: u32| i32::try_from(minutes).unwrap_or(i32::MAX);
    let time: Vec<Option<i32>> = windows.iter().map(|one| one.closed.limit.minutes.map(minutes)).collect();
    let standing: Vec<i16> = windows.iter().map(|one| one.closed.counter.standing.code()).collect();
    // Two servers may see the same window end; what the first one wrote stays.
    sqlx::query!(
        "insert into fair_use_window (isp_id, service_id, begins, ends, policy_id, version, up, down, seconds, octets, limit_octets, limit_minutes, standing)
         select $1, u.* from unnest($2::uuid[], $3::date[], $4::date[], $5::uuid[], $6::int[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[],
                                    $11::bigint[], $12::int[], $13::smallint[]) u
         on conflict do nothing",
        isp,
        &services,
        &begins,
        &ends,
        &policies,
        &versions,
        &used(|used| used.up),
        &used(|used| used.down),
        &used(|used| used.seconds),
        &moved,
        &data as _,
        &time as _,
        &standing
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The windows of a line that are over, the newest first, each with what happened in it.
pub async fn past_windows(tx: &mut IspTx, service: ServiceId, most: i64) -> Result<Vec<PastWindow>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select w.begins, w.ends, p.name, w.version, w.up, w.down, w.seconds, w.octets, w.limit_octets, w.limit_minutes, w.standing,
                  (select coalesce(jsonb_agg(jsonb_build_object('at', e.at, 'kind', e.kind, 'policy', p.name, 'version', e.version, 'step', e.step,
                                                                'octets', e.octets) order by e.at, e.id), '[]')
                   from fair_use_event e
                   where e.isp_id = $1 and e.service_id = w.service_id and e.policy_id = w.policy_id and e.begins = w.begins) as "events!"
           from fair_use_window w
           join service s on s.isp_id = $1 and s.id = w.service_id
           join fair_use_policy p on p.isp_id = $1 and p.id = w.policy_id
           where w.isp_id = $1 and w.service_id = $2 order by w.begins desc, w.ends desc limit $3"#,
        isp,
        service.0,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let events: Vec<Event> =
                serde_json::from_value(row.events).map_err(|error| Error::Corrupt(format!("fair-use events: {error}")))?;
            Ok(PastWindow {
                begins: row.begins,
                ends: row.ends,
                policy: row.name,
                version: row.version,
                used: Used { up: row.up.unsigned_abs(), down: row.down.unsigned_abs(), seconds: row.seconds.unsigned_abs() },
                octets: row.octets.unsigned_abs(),
                limit: Limit { octets: row.limit_octets.map(i64::unsigned_abs), minutes: row.limit_minutes.map(i32::unsigned_abs) },
                standing: row.standing,
                events,
            })
        })
        .collect()
}

/// Lets go of windows that ended before a day.
pub async fn drop_windows(tx: &mut IspTx, before: NaiveDate) -> Result<u64> {
    let isp = tx.isp();
    let done = sqlx::query!("delete from fair_use_window where isp_id = $1 and ends <= $2", isp, before).execute(tx.conn()).await?;
    Ok(done.rows_affected())
}

/// As it is stored; no row is the usual.
pub(super) fn read_end(at_end: Option<String>, up_kbps: Option<i32>, down_kbps: Option<i32>) -> AtEnd {
    let speed = up_kbps.zip(down_kbps).map(|(up, down)| (up.unsigned_abs(), down.unsigned_abs()));
    at_end.and_then(|slug| AtEnd::read(&slug, speed)).unwrap_or_default()
}

/// What a line gets where its policy would stop it.
pub async fn at_end(tx: &mut IspTx, service: ServiceId) -> Result<AtEnd> {
    let isp = tx.isp();
    let row = sqlx::query!("select at_end, up_kbps, down_kbps from fair_use_end where isp_id = $1 and service_id = $2", isp, service.0)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|row| read_end(Some(row.at_end), row.up_kbps, row.down_kbps)).unwrap_or_default())
}

/// Sets it; RADIUS and routers are told by triggers.
pub async fn set_at_end(tx: &mut IspTx, service: ServiceId, end: AtEnd) -> Result<()> {
    let isp = tx.isp();
    if end == AtEnd::Usual {
        sqlx::query!("delete from fair_use_end where isp_id = $1 and service_id = $2", isp, service.0).execute(tx.conn()).await?;
        return Ok(());
    }
    let kbps = |kbps: u32| i32::try_from(kbps).unwrap_or(i32::MAX);
    let (up, down) = end.speed().map(|(up, down)| (kbps(up), kbps(down))).unzip();
    sqlx::query!(
        "insert into fair_use_end (isp_id, service_id, at_end, up_kbps, down_kbps) values ($1, $2, $3, $4, $5)
         on conflict (isp_id, service_id) do update set at_end = excluded.at_end, up_kbps = excluded.up_kbps, down_kbps = excluded.down_kbps",
        isp,
        service.0,
        end.slug(),
        up,
        down
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
