//! What follows for lines: slower, held, let go, and the record of it. Triggers tell RADIUS and routers.

use super::octets;
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::fair_use::Event;
use domain::{FairUseId, ServiceId};
use uuid::Uuid;

/// A line that is slow from now on.
#[derive(Clone, Copy, Debug)]
pub struct NewStep {
    pub service_id: ServiceId,
    pub step: i16,
    pub up_kbps: u32,
    pub down_kbps: u32,
    pub until: DateTime<Utc>,
}

/// Sets lines on steps; RADIUS and routers are told by triggers.
pub async fn slow(tx: &mut IspTx, steps: &[NewStep], now: DateTime<Utc>) -> Result<()> {
    if steps.is_empty() {
        return Ok(());
    }
    let isp = tx.isp();
    let kbps = |kbps: u32| i32::try_from(kbps).unwrap_or(i32::MAX);
    let services: Vec<Uuid> = steps.iter().map(|one| one.service_id.0).collect();
    let step: Vec<i16> = steps.iter().map(|one| one.step).collect();
    let up: Vec<i32> = steps.iter().map(|one| kbps(one.up_kbps)).collect();
    let down: Vec<i32> = steps.iter().map(|one| kbps(one.down_kbps)).collect();
    let until: Vec<DateTime<Utc>> = steps.iter().map(|one| one.until).collect();
    sqlx::query!(
        "insert into fair_use_step as s (isp_id, service_id, step, up_kbps, down_kbps, since, until)
         select $1, u.service, u.step, u.up, u.down, $7, u.until
         from unnest($2::uuid[], $3::smallint[], $4::int[], $5::int[], $6::timestamptz[]) u (service, step, up, down, until)
         on conflict (isp_id, service_id) do update
         set step = excluded.step, up_kbps = excluded.up_kbps, down_kbps = excluded.down_kbps, since = excluded.since, until = excluded.until",
        isp,
        &services,
        &step,
        &up,
        &down,
        &until,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes lines off their steps.
pub async fn unslow(tx: &mut IspTx, services: &[ServiceId]) -> Result<()> {
    if services.is_empty() {
        return Ok(());
    }
    let isp = tx.isp();
    let ids: Vec<Uuid> = services.iter().map(|id| id.0).collect();
    sqlx::query!("delete from fair_use_step where isp_id = $1 and service_id = any($2)", isp, &ids).execute(tx.conn()).await?;
    Ok(())
}

/// The note of a hold that fair use put there, by which it is found again.
const NOTE: &str = "fair_use";

/// Holds lines down until their windows end.
pub async fn stop(tx: &mut IspTx, lines: &[(ServiceId, DateTime<Utc>)], now: DateTime<Utc>) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let isp = tx.isp();
    let services: Vec<Uuid> = lines.iter().map(|(id, _)| id.0).collect();
    let until: Vec<DateTime<Utc>> = lines.iter().map(|(_, until)| *until).collect();
    sqlx::query!(
        "insert into service_block as b (isp_id, service_id, reason, since, until, note)
         select $1, u.service, 'volume', $4, u.until, $5 from unnest($2::uuid[], $3::timestamptz[]) u (service, until)
         on conflict (isp_id, service_id, reason) do update set until = excluded.until where b.note = $5",
        isp,
        &services,
        &until,
        now,
        NOTE
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lets go of lines that fair use held down; what else holds them stays.
pub async fn release(tx: &mut IspTx, services: &[ServiceId]) -> Result<()> {
    if services.is_empty() {
        return Ok(());
    }
    let isp = tx.isp();
    let ids: Vec<Uuid> = services.iter().map(|id| id.0).collect();
    sqlx::query!(
        "delete from service_block where isp_id = $1 and service_id = any($2) and reason = 'volume' and note = $3",
        isp,
        &ids,
        NOTE
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Something that happened to a line.
#[derive(Clone, Debug)]
pub struct NewEvent {
    pub service_id: ServiceId,
    pub kind: &'static str,
    pub policy: (FairUseId, i32),
    pub begins: NaiveDate,
    pub step: Option<i16>,
    pub octets: u64,
}

pub async fn record(tx: &mut IspTx, events: &[NewEvent], at: DateTime<Utc>) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let isp = tx.isp();
    let ids: Vec<Uuid> = events.iter().map(|_| Uuid::now_v7()).collect();
    let services: Vec<Uuid> = events.iter().map(|one| one.service_id.0).collect();
    let kinds: Vec<&str> = events.iter().map(|one| one.kind).collect();
    let policies: Vec<Uuid> = events.iter().map(|one| one.policy.0.0).collect();
    let versions: Vec<i32> = events.iter().map(|one| one.policy.1).collect();
    let begins: Vec<NaiveDate> = events.iter().map(|one| one.begins).collect();
    let steps: Vec<Option<i16>> = events.iter().map(|one| one.step).collect();
    let moved: Vec<i64> = events.iter().map(|one| octets(one.octets)).collect();
    sqlx::query!(
        "insert into fair_use_event (isp_id, id, service_id, at, kind, policy_id, version, begins, step, octets)
         select $1, u.id, u.service, $10, u.kind, u.policy, u.version, u.begins, u.step, u.octets
         from unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::int[], $7::date[], $8::smallint[], $9::bigint[])
              u (id, service, kind, policy, version, begins, step, octets)",
        isp,
        &ids,
        &services,
        &kinds as _,
        &policies,
        &versions,
        &begins,
        &steps as _,
        &moved,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What happened to a line lately, the newest first.
pub async fn events(tx: &mut IspTx, service: ServiceId, most: i64) -> Result<Vec<Event>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Event,
        "select e.at, e.kind, p.name as policy, e.version, e.step, e.octets
         from fair_use_event e
         join fair_use_policy p on p.isp_id = $1 and p.id = e.policy_id
         join service s on s.isp_id = $1 and s.id = e.service_id
         where e.isp_id = $1 and e.service_id = $2 order by e.at desc, e.id desc limit $3",
        isp,
        service.0,
        most
    );
    Ok(rows.fetch_all(tx.conn()).await?)
}
