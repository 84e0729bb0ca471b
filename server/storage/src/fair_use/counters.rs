//! The windows that are being counted, one for each line with a policy: locked, read, and written many at a time.

use super::octets;
use super::windows::read_end;
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::fair_use::{AtEnd, Counter, Mark, Standing, Used};
use domain::{CustomerId, FairUseId, ServiceId};
use uuid::Uuid;

/// What a line's policy is, and what is known of it.
#[derive(Clone, Debug)]
pub struct Watched {
    pub service_id: ServiceId,
    pub billing_day: u8,
    /// `None`: the line has no policy any more.
    pub policy: Option<(FairUseId, i32)>,
    pub counter: Option<Stored>,
    /// What the line gets where the policy would stop it.
    pub at_end: AtEnd,
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
    at_end: Option<String>,
    end_up: Option<i32>,
    end_down: Option<i32>,
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
            at_end: read_end(self.at_end, self.end_up, self.end_down),
        }
    }
}

/// Those of some lines that have a policy, with their counters locked, in the order of the lines, so that two never wait
/// for each other in a circle.
pub async fn watch(tx: &mut IspTx, services: &[ServiceId]) -> Result<Vec<Watched>> {
    let isp = tx.isp();
    let any = sqlx::query_scalar!(r#"select exists (select from package_fair_use where isp_id = $1) as "any!""#, isp)
        .fetch_one(tx.conn())
        .await?;
    if !any {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = services.iter().map(|id| id.0).collect();
    sqlx::query!(
        "select 1 as one from fair_use_counter where isp_id = $1 and service_id = any($2) order by service_id for update",
        isp,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = sqlx::query_as!(
        WatchedRow,
        r#"select s.id as service_id, b.cycle_day as "billing_day!", f.policy_id as "policy_id?", p.version as "version?", c.policy_id as "counter_policy?",
                  c.version as "counter_version?", c.begins as "begins?", c.up as "up?", c.down as "down?", c.seconds as "seconds?",
                  c.standing as "standing?", c.mark as "mark?", c.told as "told?", e.at_end as "at_end?", e.up_kbps as "end_up?",
                  e.down_kbps as "end_down?"
           from unnest($2::uuid[]) with ordinality u (id, position)
           join service s on s.isp_id = $1 and s.id = u.id and s.status <> 'terminated'
           join package_fair_use f on f.isp_id = $1 and f.package_id = s.package_id
           join fair_use_policy p on p.isp_id = $1 and p.id = f.policy_id
           join customer k on k.isp_id = $1 and k.id = s.customer_id
           join billing_profile b on b.isp_id = $1 and b.id = k.billing_profile_id
           left join fair_use_counter c on c.isp_id = $1 and c.service_id = s.id
           left join fair_use_end e on e.isp_id = $1 and e.service_id = s.id
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
        r#"select c.service_id, b.cycle_day as "billing_day!", p.id as "policy_id?", p.version as "version?", c.policy_id as "counter_policy?",
                  c.version as "counter_version?", c.begins as "begins?", c.up as "up?", c.down as "down?", c.seconds as "seconds?",
                  c.standing as "standing?", c.mark as "mark?", c.told as "told?", e.at_end as "at_end?", e.up_kbps as "end_up?",
                  e.down_kbps as "end_down?"
           from (select * from fair_use_counter where isp_id = $1 and due_at <= $2 order by service_id limit $3 for update skip locked) c
           join service s on s.isp_id = $1 and s.id = c.service_id
           join customer k on k.isp_id = $1 and k.id = s.customer_id
           join billing_profile b on b.isp_id = $1 and b.id = k.billing_profile_id
           left join package_fair_use f on f.isp_id = $1 and f.package_id = s.package_id and s.status <> 'terminated'
           left join fair_use_policy p on p.isp_id = $1 and p.id = f.policy_id
           left join fair_use_end e on e.isp_id = $1 and e.service_id = s.id"#,
        isp,
        now,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(WatchedRow::read).collect())
}

/// A counter as it is written.
#[derive(Clone, Debug)]
pub struct NewCounter {
    pub service_id: ServiceId,
    pub policy: (FairUseId, i32),
    pub counter: Counter,
    /// There was none: should another server have written one in this moment, this one is added to it.
    pub first: bool,
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
    let ids_of =
        |which: fn(&NewCounter) -> bool| counters.iter().filter(|one| which(one)).map(|one| one.service_id.0).collect::<Vec<Uuid>>();
    let due: Vec<DateTime<Utc>> = counters.iter().map(|one| one.due_at).collect();
    sqlx::query!(
        "insert into fair_use_counter as c (isp_id, service_id, policy_id, version, begins, up, down, seconds, standing, mark, due_at)
         select $1, u.service, u.policy, u.version, u.begins, u.up, u.down, u.seconds, u.standing, u.mark, u.due
         from unnest($2::uuid[], $3::uuid[], $4::int[], $5::date[], $6::bigint[], $7::bigint[], $8::bigint[], $9::smallint[], $10::smallint[], $11::timestamptz[])
              u (service, policy, version, begins, up, down, seconds, standing, mark, due)
         on conflict (isp_id, service_id) do update
         set policy_id = excluded.policy_id, version = excluded.version, begins = excluded.begins,
             up = excluded.up + case when c.service_id = any($13) then c.up else 0 end,
             down = excluded.down + case when c.service_id = any($13) then c.down else 0 end,
             seconds = excluded.seconds + case when c.service_id = any($13) then c.seconds else 0 end, standing = excluded.standing, mark = excluded.mark, due_at = excluded.due_at,
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
        &ids_of(|one| one.anew),
        &ids_of(|one| one.first)
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
        r#"select c.service_id, s.customer_id, s.username, c.policy_id, c.version, c.begins, c.mark, c.up, c.down, c.seconds,
           b.cycle_day as "billing_day!"
         from (select * from fair_use_counter where isp_id = $1 and mark > told order by service_id limit $2 for update skip locked) c
         join service s on s.isp_id = $1 and s.id = c.service_id
         join customer k on k.isp_id = $1 and k.id = s.customer_id
         join billing_profile b on b.isp_id = $1 and b.id = k.billing_profile_id"#,
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
    sqlx::query!("update fair_use_counter set told = mark where isp_id = $1 and service_id = any($2)", isp, &ids)
        .execute(tx.conn())
        .await?;
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
