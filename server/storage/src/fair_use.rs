//! Policies of fair use with all their versions, what lines have used of their windows, and where they stand.

use crate::{Error, IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::fair_use::{Counter, Event, Mark, Policy, PolicyRow, Standing, Used};
use domain::{CustomerId, FairUseId, PackageId, ServiceId};
use std::collections::HashMap;
use uuid::Uuid;

fn rules(value: serde_json::Value) -> Result<Policy> {
    serde_json::from_value(value).map_err(|error| Error::Corrupt(format!("a fair-use policy: {error}")))
}

fn octets(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// All policies by name with their rules, packages and lines; archived ones last.
pub async fn policies(tx: &mut IspTx) -> Result<Vec<PolicyRow>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select p.id, p.name, p.archived, p.version, v.rules, v.since,
             coalesce((select array_agg(k.id order by lower(k.name)) from package_fair_use f join package k on k.isp_id = $1 and k.id = f.package_id
                       where f.isp_id = $1 and f.policy_id = p.id), '{}') as "packages!",
             (select count(*) from package_fair_use f join service s on s.isp_id = $1 and s.package_id = f.package_id and s.status <> 'terminated'
              where f.isp_id = $1 and f.policy_id = p.id) as "lines!",
             (select count(*) from fair_use_counter c where c.isp_id = $1 and c.policy_id = p.id and c.standing > 0) as "slowed!",
             (select count(*) from fair_use_counter c where c.isp_id = $1 and c.policy_id = p.id and c.standing < 0) as "stopped!"
           from fair_use_policy p join fair_use_version v on v.isp_id = $1 and v.policy_id = p.id and v.version = p.version
           where p.isp_id = $1 order by p.archived, lower(p.name)"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(PolicyRow {
                id: row.id.into(),
                name: row.name,
                archived: row.archived,
                version: row.version,
                since: row.since,
                policy: rules(row.rules)?,
                packages: row.packages.into_iter().map(PackageId).collect(),
                lines: row.lines,
                slowed: row.slowed,
                stopped: row.stopped,
            })
        })
        .collect()
}

/// Earlier and present words of a policy, the newest first.
pub async fn versions(tx: &mut IspTx, id: FairUseId) -> Result<Vec<(i32, DateTime<Utc>, Policy)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select version, since, rules from fair_use_version where isp_id = $1 and policy_id = $2 order by version desc limit 20",
        isp,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(|row| Ok((row.version, row.since, rules(row.rules)?))).collect()
}

async fn add_version(tx: &mut IspTx, id: FairUseId, version: i32, policy: &Policy, at: DateTime<Utc>) -> Result<()> {
    let (isp, by) = (tx.isp(), tx.caller().actor_id());
    let rules = serde_json::to_value(policy).map_err(|error| Error::Corrupt(error.to_string()))?;
    sqlx::query!(
        "insert into fair_use_version (isp_id, policy_id, version, rules, since, set_by) values ($1, $2, $3, $4, $5, $6)",
        isp,
        id.0,
        version,
        rules,
        at,
        by
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn create(tx: &mut IspTx, id: FairUseId, name: &str, policy: &Policy, at: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("insert into fair_use_policy (isp_id, id, name) values ($1, $2, $3)", isp, id.0, name).execute(tx.conn()).await?;
    add_version(tx, id, 1, policy, at).await
}

/// Gives a policy new words if it still has `version`. `false`: somebody was faster, or there is none.
pub async fn update(tx: &mut IspTx, id: FairUseId, version: i32, name: &str, policy: &Policy, at: DateTime<Utc>) -> Result<bool> {
    let isp = tx.isp();
    let found = sqlx::query_scalar!(
        "select 1 as one from fair_use_policy where isp_id = $1 and id = $2 and version = $3 for update",
        isp,
        id.0,
        version
    )
    .fetch_optional(tx.conn())
    .await?;
    if found.is_none() {
        return Ok(false);
    }
    add_version(tx, id, version + 1, policy, at).await?;
    sqlx::query!("update fair_use_policy set name = $3, version = version + 1 where isp_id = $1 and id = $2", isp, id.0, name)
        .execute(tx.conn())
        .await?;
    Ok(true)
}

pub async fn set_archived(tx: &mut IspTx, id: FairUseId, archived: bool) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!("update fair_use_policy set archived = $3 where isp_id = $1 and id = $2", isp, id.0, archived)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Makes these the packages that have the policy; one that had another has this one from now on.
pub async fn set_packages(tx: &mut IspTx, id: FairUseId, packages: &[PackageId]) -> Result<()> {
    let isp = tx.isp();
    let packages: Vec<Uuid> = packages.iter().map(|id| id.0).collect();
    sqlx::query!("delete from package_fair_use where isp_id = $1 and policy_id = $2 and package_id <> all($3)", isp, id.0, &packages)
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "insert into package_fair_use as f (isp_id, package_id, policy_id) select $1, p, $2 from unnest($3::uuid[]) p
         on conflict (isp_id, package_id) do update set policy_id = excluded.policy_id where f.policy_id <> excluded.policy_id",
        isp,
        id.0,
        &packages
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What a line's policy is, and what is known of it.
#[derive(Clone, Debug)]
pub struct Watched {
    pub service_id: ServiceId,
    pub billing_day: u8,
    /// `None`: the line has no policy any more.
    pub policy: Option<(FairUseId, i32)>,
    pub counter: Option<Stored>,
}

/// A counter under the version that it was written by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub policy: (FairUseId, i32),
    pub counter: Counter,
    pub told: Option<Mark>,
}

struct WatchedRow {
    service_id: Uuid,
    billing_day: i16,
    policy_id: Option<Uuid>,
    version: Option<i32>,
    counter_policy: Option<Uuid>,
    counter_version: Option<i32>,
    begins: Option<NaiveDate>,
    up: Option<i64>,
    down: Option<i64>,
    seconds: Option<i64>,
    standing: Option<i16>,
    mark: Option<i16>,
    told: Option<i16>,
}

impl WatchedRow {
    fn read(self) -> Watched {
        let amount = |value: Option<i64>| value.unwrap_or(0).unsigned_abs();
        let counter = self.counter_policy.zip(self.counter_version).zip(self.begins).map(|((policy, version), begins)| Stored {
            policy: (policy.into(), version),
            counter: Counter {
                begins,
                used: Used { up: amount(self.up), down: amount(self.down), seconds: amount(self.seconds) },
                standing: Standing::read(self.standing.unwrap_or(0)),
                mark: Mark::read(self.mark.unwrap_or(0)),
            },
            told: Mark::read(self.told.unwrap_or(0)),
        });
        Watched {
            service_id: self.service_id.into(),
            billing_day: u8::try_from(self.billing_day).unwrap_or(1),
            policy: self.policy_id.map(FairUseId).zip(self.version),
            counter,
        }
    }
}

/// Those of some lines that have a policy, with their counters locked. The services come sorted, so that two never wait
/// for each other in a circle.
pub async fn watch(tx: &mut IspTx, services: &[ServiceId]) -> Result<Vec<Watched>> {
    let isp = tx.isp();
    let ids: Vec<Uuid> = services.iter().map(|id| id.0).collect();
    let rows = sqlx::query_as!(
        WatchedRow,
        r#"select s.id as service_id, b.billing_day, f.policy_id as "policy_id?", p.version as "version?", c.policy_id as "counter_policy?",
                  c.version as "counter_version?", c.begins as "begins?", c.up as "up?", c.down as "down?", c.seconds as "seconds?",
                  c.standing as "standing?", c.mark as "mark?", c.told as "told?"
           from unnest($2::uuid[]) with ordinality u (id, position)
           join service s on s.isp_id = $1 and s.id = u.id and s.status <> 'terminated'
           join package_fair_use f on f.isp_id = $1 and f.package_id = s.package_id
           join fair_use_policy p on p.isp_id = $1 and p.id = f.policy_id
           join customer k on k.isp_id = $1 and k.id = s.customer_id
           join billing_profile b on b.isp_id = $1 and b.id = k.billing_profile_id
           left join lateral (select * from fair_use_counter n where n.isp_id = $1 and n.service_id = s.id for update) c on true
           where exists (select 1 from package_fair_use where isp_id = $1)
           order by u.position"#,
        isp,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(WatchedRow::read).collect())
}

/// Counters that have to be looked at by now, locked; also of lines that have no policy any more.
pub async fn due(tx: &mut IspTx, now: DateTime<Utc>, most: i64) -> Result<Vec<Watched>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        WatchedRow,
        r#"select c.service_id, b.billing_day, p.id as "policy_id?", p.version as "version?", c.policy_id as "counter_policy?",
                  c.version as "counter_version?", c.begins as "begins?", c.up as "up?", c.down as "down?", c.seconds as "seconds?",
                  c.standing as "standing?", c.mark as "mark?", c.told as "told?"
           from (select * from fair_use_counter where isp_id = $1 and due_at <= $2 order by service_id limit $3 for update skip locked) c
           join service s on s.isp_id = $1 and s.id = c.service_id
           join customer k on k.isp_id = $1 and k.id = s.customer_id
           join billing_profile b on b.isp_id = $1 and b.id = k.billing_profile_id
           left join package_fair_use f on f.isp_id = $1 and f.package_id = s.package_id and s.status <> 'terminated'
           left join fair_use_policy p on p.isp_id = $1 and p.id = f.policy_id"#,
        isp,
        now,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(WatchedRow::read).collect())
}

/// Policies as they are now.
pub async fn current(tx: &mut IspTx, ids: &[FairUseId]) -> Result<HashMap<FairUseId, Policy>> {
    let isp = tx.isp();
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        "select p.id, v.rules from fair_use_policy p join fair_use_version v on v.isp_id = $1 and v.policy_id = p.id and v.version = p.version
         where p.isp_id = $1 and p.id = any($2)",
        isp,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(|row| Ok((row.id.into(), rules(row.rules)?))).collect()
}

/// A counter as it is written.
#[derive(Clone, Debug)]
pub struct NewCounter {
    pub service_id: ServiceId,
    pub policy: (FairUseId, i32),
    pub counter: Counter,
    /// A window that begins anew has told nothing.
    pub anew: bool,
    pub due_at: DateTime<Utc>,
}

pub async fn write(tx: &mut IspTx, counters: &[NewCounter]) -> Result<()> {
    let isp = tx.isp();
    let of = |amount: fn(&NewCounter) -> i64| counters.iter().map(amount).collect::<Vec<_>>();
    let services: Vec<Uuid> = counters.iter().map(|one| one.service_id.0).collect();
    let policies: Vec<Uuid> = counters.iter().map(|one| one.policy.0.0).collect();
    let versions: Vec<i32> = counters.iter().map(|one| one.policy.1).collect();
    let begins: Vec<NaiveDate> = counters.iter().map(|one| one.counter.begins).collect();
    let standing: Vec<i16> = counters.iter().map(|one| one.counter.standing.code()).collect();
    let mark: Vec<i16> = counters.iter().map(|one| one.counter.mark.map_or(0, Mark::percent)).collect();
    let anew: Vec<bool> = counters.iter().map(|one| one.anew).collect();
    let due: Vec<DateTime<Utc>> = counters.iter().map(|one| one.due_at).collect();
    sqlx::query!(
        "insert into fair_use_counter as c (isp_id, service_id, policy_id, version, begins, up, down, seconds, standing, mark, due_at)
         select $1, u.service, u.policy, u.version, u.begins, u.up, u.down, u.seconds, u.standing, u.mark, u.due
         from unnest($2::uuid[], $3::uuid[], $4::int[], $5::date[], $6::bigint[], $7::bigint[], $8::bigint[], $9::smallint[], $10::smallint[], $11::timestamptz[])
              u (service, policy, version, begins, up, down, seconds, standing, mark, due)
         on conflict (isp_id, service_id) do update
         set policy_id = excluded.policy_id, version = excluded.version, begins = excluded.begins, up = excluded.up, down = excluded.down,
             seconds = excluded.seconds, standing = excluded.standing, mark = excluded.mark, due_at = excluded.due_at,
             told = case when excluded.begins = c.begins and not (excluded.service_id = any($12)) then c.told else 0 end",
        isp,
        &services,
        &policies,
        &versions,
        &begins,
        &of(|one| octets(one.counter.used.up)),
        &of(|one| octets(one.counter.used.down)),
        &of(|one| octets(one.counter.used.seconds)),
        &standing,
        &mark,
        &due,
        &services.iter().zip(&anew).filter(|(_, anew)| **anew).map(|(id, _)| *id).collect::<Vec<_>>()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn forget(tx: &mut IspTx, services: &[ServiceId]) -> Result<()> {
    let isp = tx.isp();
    let ids: Vec<Uuid> = services.iter().map(|id| id.0).collect();
    sqlx::query!("delete from fair_use_counter where isp_id = $1 and service_id = any($2)", isp, &ids).execute(tx.conn()).await?;
    Ok(())
}

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
    sqlx::query!("delete from service_block where isp_id = $1 and service_id = any($2) and reason = 'volume' and note = $3", isp, &ids, NOTE)
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

/// Somebody who has to be told how far he is.
#[derive(Clone, Debug)]
pub struct Untold {
    pub service_id: ServiceId,
    pub customer_id: CustomerId,
    pub username: String,
    pub policy: (FairUseId, i32),
    pub begins: NaiveDate,
    pub mark: Mark,
    pub used: Used,
    pub billing_day: u8,
}

/// Those who reached a mark that nobody told them about, locked.
pub async fn untold(tx: &mut IspTx, most: i64) -> Result<Vec<Untold>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select c.service_id, s.customer_id, s.username, c.policy_id, c.version, c.begins, c.mark, c.up, c.down, c.seconds, b.billing_day
         from (select * from fair_use_counter where isp_id = $1 and mark > told order by service_id limit $2 for update skip locked) c
         join service s on s.isp_id = $1 and s.id = c.service_id
         join customer k on k.isp_id = $1 and k.id = s.customer_id
         join billing_profile b on b.isp_id = $1 and b.id = k.billing_profile_id",
        isp,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().filter_map(|row| {
        Some(Untold {
            service_id: row.service_id.into(),
            customer_id: row.customer_id.into(),
            username: row.username,
            policy: (row.policy_id.into(), row.version),
            begins: row.begins,
            mark: Mark::read(row.mark)?,
            used: Used { up: row.up.unsigned_abs(), down: row.down.unsigned_abs(), seconds: row.seconds.unsigned_abs() },
            billing_day: u8::try_from(row.billing_day).unwrap_or(1),
        })
    });
    Ok(rows.collect())
}

pub async fn told(tx: &mut IspTx, services: &[ServiceId]) -> Result<()> {
    let isp = tx.isp();
    let ids: Vec<Uuid> = services.iter().map(|id| id.0).collect();
    sqlx::query!("update fair_use_counter set told = mark where isp_id = $1 and service_id = any($2)", isp, &ids).execute(tx.conn()).await?;
    Ok(())
}

/// Has a line looked at with the next minute.
pub async fn look_again(tx: &mut IspTx, services: &[ServiceId]) -> Result<()> {
    let isp = tx.isp();
    let ids: Vec<Uuid> = services.iter().map(|id| id.0).collect();
    sqlx::query!("update fair_use_counter set due_at = 'epoch' where isp_id = $1 and service_id = any($2)", isp, &ids)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// A line's policy with what counts in the window that was counted last.
#[derive(Clone, Debug)]
pub struct OfLine {
    pub name: String,
    pub policy: Policy,
    pub billing_day: u8,
    pub counter: Option<(NaiveDate, Used)>,
}

pub async fn of_line(tx: &mut IspTx, service: ServiceId) -> Result<Option<OfLine>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"select p.name, v.rules, b.billing_day, c.begins as "begins?", c.up as "up?", c.down as "down?", c.seconds as "seconds?"
           from service s
           join package_fair_use f on f.isp_id = $1 and f.package_id = s.package_id
           join fair_use_policy p on p.isp_id = $1 and p.id = f.policy_id
           join fair_use_version v on v.isp_id = $1 and v.policy_id = p.id and v.version = p.version
           join customer k on k.isp_id = $1 and k.id = s.customer_id
           join billing_profile b on b.isp_id = $1 and b.id = k.billing_profile_id
           left join fair_use_counter c on c.isp_id = $1 and c.service_id = s.id and c.policy_id = p.id
           where s.isp_id = $1 and s.id = $2"#,
        isp,
        service.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        let amount = |value: Option<i64>| value.unwrap_or(0).unsigned_abs();
        Ok(OfLine {
            name: row.name,
            policy: rules(row.rules)?,
            billing_day: u8::try_from(row.billing_day).unwrap_or(1),
            counter: row.begins.map(|begins| (begins, Used { up: amount(row.up), down: amount(row.down), seconds: amount(row.seconds) })),
        })
    })
    .transpose()
}
