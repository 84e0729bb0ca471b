//! What the last comparison with a router found: written whole, read as a list.

use super::kind_of;
use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::wanted::{Difference, DriftRow, Finding, Kind};
use domain::{CustomerId, RouterId, ServiceId};
use serde_json::{Value, json};
use uuid::Uuid;

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFinding {
    pub kind: Kind,
    pub name: String,
    pub finding: Finding,
    pub differences: Vec<Difference>,
    pub service: Option<ServiceId>,
}

/// Puts what was found in the place of what was found before.
pub async fn replace(tx: &mut IspTx, router: RouterId, found: &[NewFinding], now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("delete from router_drift where isp_id = $1 and router_id = $2", isp, router.0).execute(tx.conn()).await?;
    let kinds: Vec<&str> = found.iter().map(|one| one.kind.slug()).collect();
    let names: Vec<&str> = found.iter().map(|one| one.name.as_str()).collect();
    let findings: Vec<&str> = found.iter().map(|one| one.finding.slug()).collect();
    let differences: Vec<Value> = found.iter().map(|one| json!(one.differences)).collect();
    let services: Vec<Option<Uuid>> = found.iter().map(|one| one.service.map(|id| id.0)).collect();
    sqlx::query!(
        "insert into router_drift (isp_id, router_id, kind, name, finding, differences, service_id)
         select $1, $2, u.* from unnest($3::text[], $4::text[], $5::text[], $6::jsonb[], $7::uuid[]) as u
         on conflict do nothing",
        isp,
        router.0,
        &kinds as &[&str],
        &names as &[&str],
        &findings as &[&str],
        &differences,
        &services as &[Option<Uuid>]
    )
    .execute(tx.conn())
    .await?;
    audited(tx, router, now, None).await
}

/// Notes a comparison, or why there was none.
pub async fn audited(tx: &mut IspTx, router: RouterId, now: DateTime<Utc>, problem: Option<(&str, Option<&str>)>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into router_errand (isp_id, router_id, audited_at, audit_problem, audit_said)
         values ($1, $2, case when $4::text is null then $3::timestamptz end, $4, $5)
         on conflict (isp_id, router_id) do update set
           audited_at = coalesce(excluded.audited_at, router_errand.audited_at), audit_problem = excluded.audit_problem, audit_said = excluded.audit_said",
        isp,
        router.0,
        now,
        problem.map(|(word, _)| word),
        problem.and_then(|(_, said)| said)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// When a router was compared last, and why the last try failed, if it did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audited {
    pub at: Option<DateTime<Utc>>,
    pub problem: Option<String>,
    pub said: Option<String>,
}

pub async fn last(tx: &mut IspTx, router: RouterId) -> Result<Audited> {
    let isp = tx.isp();
    let row = sqlx::query_as!(
        Audited,
        "select audited_at as at, audit_problem as problem, audit_said as said from router_errand where isp_id = $1 and router_id = $2",
        isp,
        router.0
    );
    Ok(row.fetch_optional(tx.conn()).await?.unwrap_or_default())
}

/// The findings, what matters most first; for what is foreign, the line of that name which nobody serves.
pub async fn list(tx: &mut IspTx, router: RouterId, finding: Option<Finding>, most: i64) -> Result<Vec<DriftRow>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select d.kind, d.name, d.finding, d.differences, s.customer_id as "customer_id?", c.name as "customer?", a.id as "adopter?"
           from router_drift d
           left join service a on a.isp_id = $1 and d.finding = 'foreign' and d.kind in ('ppp_secret', 'hotspot_user', 'simple_queue')
             and a.username_key = lower(d.name) and a.status <> 'terminated'
           left join service s on s.isp_id = $1 and s.id = coalesce(d.service_id, a.id)
           left join customer c on c.isp_id = $1 and c.id = s.customer_id
           where d.isp_id = $1 and d.router_id = $2 and ($3::text is null or d.finding = $3)
           order by array_position(array['missing', 'differs', 'leftover', 'foreign'], d.finding), d.kind, d.name limit $4"#,
        isp,
        router.0,
        finding.map(|finding| finding.slug()),
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(|row| {
        Ok(DriftRow {
            kind: kind_of(&row.kind)?,
            name: row.name,
            finding: known(Finding::from_slug(&row.finding), "finding", &row.finding)?,
            differences: serde_json::from_value(row.differences).map_err(|error| crate::Error::Corrupt(format!("differences: {error}")))?,
            customer: row.customer_id.map(CustomerId).zip(row.customer),
            adopter: row.adopter.map(ServiceId),
        })
    });
    rows.collect()
}

/// How many there are of each kind of finding.
pub async fn counts(tx: &mut IspTx, router: RouterId) -> Result<Vec<(Finding, i64)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select finding, count(*) as "count!" from router_drift where isp_id = $1 and router_id = $2 group by finding"#,
        isp,
        router.0
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(|row| Ok((known(Finding::from_slug(&row.finding), "finding", &row.finding)?, row.count))).collect()
}

/// Takes findings off the list that somebody has dealt with.
pub async fn dealt_with(tx: &mut IspTx, router: RouterId, kind: Kind, name: &str) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "delete from router_drift where isp_id = $1 and router_id = $2 and kind = $3 and name = $4",
        isp,
        router.0,
        kind.slug(),
        name
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
