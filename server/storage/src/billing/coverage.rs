//! Up to which day services are covered, from when they may be cut, and what customers have ahead.

use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{CustomerId, ServiceId};
use std::collections::HashMap;
use uuid::Uuid;

/// What decides when a service is cut, besides its invoices.
#[derive(Clone, Debug)]
pub struct CutoffFacts {
    pub service_id: ServiceId,
    pub customer_id: CustomerId,
    pub billed_until: NaiveDate,
    pub cutoff_at: Option<DateTime<Utc>>,
    pub due_days: u16,
    pub grace_days: u16,
    pub auto_suspend: bool,
    pub profile_zone: Option<String>,
    /// The earliest day on which an unpaid invoice of the customer may cut.
    pub oldest_cut_on: Option<NaiveDate>,
}

/// The facts of every service of these customers that is not terminated.
pub async fn cutoff_facts(tx: &mut IspTx, customers: &[CustomerId]) -> Result<Vec<CutoffFacts>> {
    let isp = tx.isp();
    let ids: Vec<_> = customers.iter().map(|id| id.0).collect();
    let oldest: HashMap<Uuid, NaiveDate> = sqlx::query!(
        r#"select customer_id, min(cut_on) as "cut_on!" from invoice where isp_id = $1 and customer_id = any($2) and due_minor > 0 group by customer_id"#,
        isp,
        &ids
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(|row| (row.customer_id, row.cut_on))
    .collect();
    let rows = sqlx::query!(
        "select s.id, s.customer_id, s.billed_until, s.cutoff_at, b.due_days, b.grace_days, b.auto_suspend, b.time_zone
         from service s
         join customer c on c.isp_id = $1 and c.id = s.customer_id
         join billing_profile b on b.isp_id = $1 and b.id = c.billing_profile_id
         where s.isp_id = $1 and s.customer_id = any($2) and s.status <> 'terminated'",
        isp,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let facts = rows.into_iter().map(|row| CutoffFacts {
        service_id: row.id.into(),
        customer_id: row.customer_id.into(),
        billed_until: row.billed_until,
        cutoff_at: row.cutoff_at,
        due_days: row.due_days.unsigned_abs(),
        grace_days: row.grace_days.unsigned_abs(),
        auto_suspend: row.auto_suspend,
        profile_zone: row.time_zone,
        oldest_cut_on: oldest.get(&row.customer_id).copied(),
    });
    Ok(facts.collect())
}

/// Sets up to which day services are covered and from when they may be cut.
pub async fn set_coverage(tx: &mut IspTx, rows: &[(ServiceId, NaiveDate, Option<DateTime<Utc>>)]) -> Result<()> {
    let isp = tx.isp();
    let ids: Vec<_> = rows.iter().map(|row| row.0.0).collect();
    let until: Vec<_> = rows.iter().map(|row| row.1).collect();
    let cutoff: Vec<_> = rows.iter().map(|row| row.2).collect();
    sqlx::query!(
        "update service s set billed_until = v.until, cutoff_at = v.cutoff
         from unnest($2::uuid[], $3::date[], $4::timestamptz[]) as v (id, until, cutoff)
         where s.isp_id = $1 and s.id = v.id",
        isp,
        &ids,
        &until,
        &cutoff as &[Option<DateTime<Utc>>]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The credit of those among `customers` that have some.
pub async fn credits(tx: &mut IspTx, customers: &[CustomerId]) -> Result<HashMap<CustomerId, i64>> {
    let isp = tx.isp();
    let ids: Vec<_> = customers.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select party_id as "party_id!", (-sum(amount_minor))::bigint as "credit!" from posting
           where isp_id = $1 and account = 'customer_advance' and party_id = any($2) group by party_id having sum(amount_minor) < 0"#,
        isp,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (CustomerId(row.party_id), row.credit)).collect())
}
