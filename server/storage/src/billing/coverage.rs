//! Up to which day services are covered, from when they may be cut, and what customers have ahead.

use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::billing::{ChargeIn, Charging, FirstPeriod, ProfileKind, Rhythm, SuspendedCharging, charging};
use domain::dunning::OpenBill;
use domain::packages::{PackageKind, Validity};
use domain::{CustomerId, ServiceId};
use std::collections::HashMap;

/// A line and what its billing profile says about cutting it.
#[derive(Clone, Debug)]
pub struct LineFacts {
    pub service_id: ServiceId,
    pub customer_id: CustomerId,
    pub billed_until: NaiveDate,
    pub cutoff_at: Option<DateTime<Utc>>,
    /// Non-payment holds it down.
    pub blocked: bool,
    pub active: bool,
    pub auto_suspend: bool,
    pub bills_by_itself: bool,
    pub rhythm: Rhythm,
    pub validity: Validity,
    pub due_days: u16,
    pub grace_days: u16,
    pub suspend_time: NaiveTime,
    pub skip_weekends: bool,
    pub skip_holidays: bool,
    pub tolerance_minor: i64,
    pub credit_limit_minor: Option<i64>,
    pub profile_zone: Option<String>,
}

/// Every service of these customers that is not terminated, with its customer's terms.
pub async fn line_facts(tx: &mut IspTx, customers: &[CustomerId]) -> Result<Vec<LineFacts>> {
    let isp = tx.isp();
    let ids: Vec<_> = customers.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select s.id, s.customer_id, s.billed_until, s.cutoff_at, s.status, b.due_days, b.grace_days, b.auto_suspend, b.time_zone, b.suspend_time,
             b.skip_weekends, b.skip_holidays, b.tolerance_minor, coalesce(c.credit_limit_minor, b.credit_limit_minor) as credit_limit_minor,
             b.auto_generate, b.kind, b.charge_in, b.billing_day, b.cycle_ends_with_month, b.first_period, s.starts_on, s.anchor_on, p.kind as package_kind, p.validity_unit,
             p.validity_count,
             exists (select 1 from service_block k where k.isp_id = $1 and k.service_id = s.id and k.reason = 'non_payment') as "blocked!"
           from service s
           join customer c on c.isp_id = $1 and c.id = s.customer_id
           join package p on p.isp_id = $1 and p.id = s.package_id
           join billing_profile b on b.isp_id = $1 and b.id = c.billing_profile_id
           where s.isp_id = $1 and s.customer_id = any($2) and s.status <> 'terminated'"#,
        isp,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let validity = known(Validity::read(&row.validity_unit, row.validity_count.unsigned_abs()), "validity", &row.validity_unit)?;
            let kind = known(ProfileKind::from_slug(&row.kind), "profile kind", &row.kind)?;
            let package_kind = known(PackageKind::from_slug(&row.package_kind), "package kind", &row.package_kind)?;
            let (due_days, grace_days) = (row.due_days.unsigned_abs(), row.grace_days.unsigned_abs());
            Ok(LineFacts {
                service_id: row.id.into(),
                customer_id: row.customer_id.into(),
                billed_until: row.billed_until,
                cutoff_at: row.cutoff_at,
                blocked: row.blocked,
                active: row.status == "active",
                auto_suspend: row.auto_suspend,
                bills_by_itself: row.auto_generate && charging(kind, package_kind, validity) == Charging::Cycle,
                rhythm: Rhythm {
                    kind,
                    charge_in: known(ChargeIn::from_slug(&row.charge_in), "charge_in", &row.charge_in)?,
                    billing_day: row.billing_day.unsigned_abs(),
                    cycle_ends_with_month: row.cycle_ends_with_month,
                    first_period: known(FirstPeriod::from_slug(&row.first_period), "first_period", &row.first_period)?,
                    suspended_charging: SuspendedCharging::Bill,
                    suspended_periods: 0,
                    minimum_minor: 0,
                    due_days,
                    grace_days,
                    starts_on: row.starts_on,
                    anchor_on: row.anchor_on.unwrap_or(row.starts_on),
                },
                validity,
                due_days,
                grace_days,
                suspend_time: row.suspend_time,
                skip_weekends: row.skip_weekends,
                skip_holidays: row.skip_holidays,
                tolerance_minor: row.tolerance_minor,
                credit_limit_minor: row.credit_limit_minor,
                profile_zone: row.time_zone,
            })
        })
        .collect()
}

/// What these customers owe, bill by bill: from which day on each may cut, and how much.
pub async fn open_bills(tx: &mut IspTx, customers: &[CustomerId]) -> Result<HashMap<CustomerId, Vec<OpenBill>>> {
    let isp = tx.isp();
    let ids: Vec<_> = customers.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        "select customer_id, cut_on, due_minor from invoice where isp_id = $1 and customer_id = any($2) and due_minor > 0",
        isp,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let mut bills: HashMap<CustomerId, Vec<OpenBill>> = HashMap::new();
    for row in rows {
        bills.entry(row.customer_id.into()).or_default().push(OpenBill { cut_on: row.cut_on, due_minor: row.due_minor });
    }
    Ok(bills)
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

/// Customers who have something ahead and an open bill.
pub async fn with_credit_and_debt(tx: &mut IspTx) -> Result<Vec<CustomerId>> {
    let isp = tx.isp();
    let ids = sqlx::query_scalar!(
        r#"select p.party_id as "id!" from posting p
           where p.isp_id = $1 and p.account = 'customer_advance'
             and exists (select 1 from invoice v where v.isp_id = $1 and v.customer_id = p.party_id and v.due_minor > 0)
           group by p.party_id having sum(p.amount_minor) < 0 order by p.party_id"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(CustomerId).collect())
}
