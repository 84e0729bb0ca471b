//! Policies of fair use with all their versions and the packages that have them; below, what lines have used of their
//! windows and where they stand.

mod counters;
mod standing;
mod windows;

pub use counters::{NewCounter, Stored, Untold, Watched, due, forget, look_again, told, untold, watch, write};
pub use standing::{NewEvent, NewStep, events, record, release, slow, stop, unslow};
pub use windows::{NewWindow, at_end, drop_windows, past_windows, record_windows, set_at_end};

use crate::{Error, IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::fair_use::{Policy, PolicyRow, Used};
use domain::{FairUseId, PackageId, ServiceId};
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
        r#"select p.name, v.rules, b.cycle_day as "billing_day!", c.begins as "begins?", c.up as "up?", c.down as "down?", c.seconds as "seconds?"
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
