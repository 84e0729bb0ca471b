//! The services that a run has to look at, with everything their bills must say.

use super::facts::{Facts, facts};
use crate::db::currency;
use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::billing::{Billable, ChargeIn, FirstPeriod, ProfileKind, Rhythm, Suspended, SuspendedCharging, Term, charging};
use domain::packages::{PackageKind, Validity};
use domain::zones::{Tz, business_day};
use domain::{CustomerId, ServiceId};
use std::sync::Arc;
use uuid::Uuid;

/// A service with what its invoice and its list row must say.
#[derive(Clone, Debug)]
pub struct ToBill {
    pub billable: Billable,
    pub customer_name: String,
    pub customer_number: String,
    pub customer_address: Option<String>,
    pub username: String,
    pub package: String,
}

/// Which day is billed, and the moment it is now: bills of today wait for their profile's time of day. `now` is `None`
/// for a rehearsal.
#[derive(Clone, Copy, Debug)]
pub struct BillingMoment {
    pub on: NaiveDate,
    pub now: Option<DateTime<Utc>>,
    /// The ISP's own.
    pub zone: Tz,
}

struct Row {
    id: Uuid,
    customer_id: Uuid,
    username: String,
    starts_on: NaiveDate,
    anchor_on: Option<NaiveDate>,
    billed_until: NaiveDate,
    custom_price_minor: Option<i64>,
    name: String,
    number: String,
    address: Option<String>,
    tax_exempt: bool,
    package_id: Uuid,
    package: String,
    package_kind: String,
    price_minor: i64,
    currency: String,
    validity_unit: String,
    validity_count: i16,
    tax_profile_id: Option<Uuid>,
    kind: String,
    charge_in: String,
    billing_day: i16,
    cycle_ends_with_month: bool,
    first_period: String,
    suspended_charging: String,
    suspended_periods: i16,
    minimum_invoice_minor: i64,
    due_days: i16,
    grace_days: i16,
    time_zone: Option<String>,
    suspended_since: Option<DateTime<Utc>>,
}

/// Up to `limit` active services that the run bills, in order of id after `after`, that have a day up to `on` which no
/// invoice covers.
pub async fn to_bill(tx: &mut IspTx, moment: BillingMoment, after: Option<ServiceId>, limit: i64) -> Result<Vec<ToBill>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Row,
        r#"select s.id, s.customer_id, s.username, s.starts_on, s.anchor_on, s.billed_until, s.custom_price_minor, c.name, c.number, c.address,
             c.tax_exempt, p.id as package_id, p.name as package, p.kind as package_kind, p.price_minor, p.currency, p.validity_unit, p.validity_count, p.tax_profile_id,
             b.kind, b.charge_in, b.billing_day, b.cycle_ends_with_month, b.first_period, b.suspended_charging, b.suspended_periods, b.minimum_invoice_minor, b.due_days,
             b.grace_days, b.time_zone, k.since as "suspended_since?"
           from service s
           join customer c on c.isp_id = $1 and c.id = s.customer_id
           join package p on p.isp_id = $1 and p.id = s.package_id
           join billing_profile b on b.isp_id = $1 and b.id = c.billing_profile_id
           left join service_block k on k.isp_id = $1 and k.service_id = s.id and k.reason = 'non_payment'
           where s.isp_id = $1 and s.status = 'active' and s.billed_until <= $2 and s.id > $3
             and b.auto_generate and b.kind in ('monthly', 'anniversary')
             and p.kind not in ('daily', 'hourly', 'volume', 'one_time') and p.validity_unit in ('months', 'days')
             and (p.kind <> 'hotspot' or p.validity_unit = 'months')
             and case when b.billing_time = '00:00' or $5::timestamptz is null then true
                 else ($2::date + b.billing_time) at time zone coalesce(b.time_zone, $6) <= $5 end
           order by s.id limit $4"#,
        isp,
        moment.on,
        after.map_or(Uuid::nil(), |id| id.0),
        limit,
        moment.now,
        moment.zone.name()
    )
    .fetch_all(tx.conn())
    .await?;
    with_facts(tx, rows, moment.zone).await
}

/// Where the lines stand that the run bills: so many kinds of them, not so many lines.
#[derive(Clone, Debug)]
pub struct Standing {
    pub profile: domain::BillingProfileId,
    pub billed_until: NaiveDate,
    /// The line's own beginning, when nothing was billed yet.
    pub starts_on: Option<NaiveDate>,
    pub anchor_on: Option<NaiveDate>,
    pub validity: Validity,
}

pub async fn standings(tx: &mut IspTx) -> Result<Vec<Standing>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select distinct b.id, s.billed_until, case when s.starts_on = s.billed_until then s.starts_on end as starts_on,
             case when b.kind = 'anniversary' then coalesce(s.anchor_on, s.starts_on) end as anchor_on, p.validity_unit, p.validity_count
           from service s
           join customer c on c.isp_id = $1 and c.id = s.customer_id
           join package p on p.isp_id = $1 and p.id = s.package_id
           join billing_profile b on b.isp_id = $1 and b.id = c.billing_profile_id
           where s.isp_id = $1 and s.status = 'active' and b.auto_generate and b.kind in ('monthly', 'anniversary')
             and p.kind not in ('daily', 'hourly', 'volume', 'one_time') and p.validity_unit in ('months', 'days')
             and (p.kind <> 'hotspot' or p.validity_unit = 'months')"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Standing {
                profile: row.id.into(),
                billed_until: row.billed_until,
                starts_on: row.starts_on,
                anchor_on: row.anchor_on,
                validity: known(Validity::read(&row.validity_unit, row.validity_count.unsigned_abs()), "validity", &row.validity_unit)?,
            })
        })
        .collect()
}

/// How many services `to_bill` would find in all.
pub async fn count_to_bill(tx: &mut IspTx, on: NaiveDate) -> Result<i64> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from service s
           join customer c on c.isp_id = $1 and c.id = s.customer_id
           join package p on p.isp_id = $1 and p.id = s.package_id
           join billing_profile b on b.isp_id = $1 and b.id = c.billing_profile_id
           where s.isp_id = $1 and s.status = 'active' and s.billed_until <= $2
             and b.auto_generate and b.kind in ('monthly', 'anniversary') and b.charge_in = 'advance'
             and p.kind not in ('daily', 'hourly', 'volume', 'one_time') and p.validity_unit in ('months', 'days')
             and (p.kind <> 'hotspot' or p.validity_unit = 'months')"#,
        isp,
        on
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Everything the engine knows of one service that is not terminated, whatever its profile.
pub async fn billable(tx: &mut IspTx, service: ServiceId, zone: Tz) -> Result<Option<ToBill>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Row,
        r#"select s.id, s.customer_id, s.username, s.starts_on, s.anchor_on, s.billed_until, s.custom_price_minor, c.name, c.number, c.address,
             c.tax_exempt, p.id as package_id, p.name as package, p.kind as package_kind, p.price_minor, p.currency, p.validity_unit, p.validity_count, p.tax_profile_id,
             b.kind, b.charge_in, b.billing_day, b.cycle_ends_with_month, b.first_period, b.suspended_charging, b.suspended_periods, b.minimum_invoice_minor, b.due_days,
             b.grace_days, b.time_zone, k.since as "suspended_since?"
           from service s
           join customer c on c.isp_id = $1 and c.id = s.customer_id
           join package p on p.isp_id = $1 and p.id = s.package_id
           join billing_profile b on b.isp_id = $1 and b.id = c.billing_profile_id
           left join service_block k on k.isp_id = $1 and k.service_id = s.id and k.reason = 'non_payment'
           where s.isp_id = $1 and s.id = $2 and s.status <> 'terminated'"#,
        isp,
        service.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(with_facts(tx, rows, zone).await?.pop())
}

/// A package as a service would have it from a day on.
pub async fn package_term(
    tx: &mut IspTx,
    package: domain::PackageId,
    custom_minor: Option<i64>,
    from: NaiveDate,
    profile: ProfileKind,
) -> Result<Option<Term>> {
    let facts = facts(tx, &[]).await?;
    Ok(facts.term(package.0, custom_minor, from, profile))
}

async fn with_facts(tx: &mut IspTx, rows: Vec<Row>, zone: Tz) -> Result<Vec<ToBill>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let suspended: Vec<_> = rows.iter().filter_map(|row| Some((row.id, local_day(row, zone, row.suspended_since?)))).collect();
    let charged = super::facts::charged_since(tx, &suspended).await?;
    let mut facts = facts(tx, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let since = row.suspended_since.map(|since| local_day(&row, zone, since));
            let suspended = since.map(|since| Suspended { since, charged: charged.get(&row.id).copied().unwrap_or(0) });
            Ok(ToBill {
                billable: billable_of(&row, &mut facts, suspended)?,
                customer_name: row.name,
                customer_number: row.number,
                customer_address: row.address,
                username: row.username,
                package: row.package,
            })
        })
        .collect()
}

fn local_day(row: &Row, zone: Tz, at: DateTime<Utc>) -> NaiveDate {
    business_day(at, row.time_zone.as_deref().and_then(|name| name.parse().ok()).unwrap_or(zone))
}

fn billable_of(row: &Row, facts: &mut Facts, suspended: Option<Suspended>) -> Result<Billable> {
    let validity = known(Validity::read(&row.validity_unit, row.validity_count.unsigned_abs()), "validity", &row.validity_unit)?;
    let kind = known(ProfileKind::from_slug(&row.kind), "profile kind", &row.kind)?;
    let package_kind = known(PackageKind::from_slug(&row.package_kind), "package kind", &row.package_kind)?;
    let current = Term {
        from: row.starts_on,
        description: Arc::from(row.package.as_str()),
        currency: currency(&row.currency)?,
        validity,
        custom_minor: row.custom_price_minor,
        prices: facts.prices(row.package_id, row.price_minor),
        tax: facts.tax(row.tax_profile_id),
        tax_profile: row.tax_profile_id.map(Into::into),
        charging: charging(kind, package_kind, validity),
    };
    Ok(Billable {
        service_id: row.id.into(),
        customer_id: CustomerId(row.customer_id),
        rhythm: Rhythm {
            kind,
            charge_in: known(ChargeIn::from_slug(&row.charge_in), "charge_in", &row.charge_in)?,
            billing_day: row.billing_day.unsigned_abs(),
            cycle_ends_with_month: row.cycle_ends_with_month,
            first_period: known(FirstPeriod::from_slug(&row.first_period), "first_period", &row.first_period)?,
            suspended_charging: known(
                SuspendedCharging::from_slug(&row.suspended_charging),
                "suspended_charging",
                &row.suspended_charging,
            )?,
            suspended_periods: row.suspended_periods.unsigned_abs(),
            minimum_minor: row.minimum_invoice_minor,
            due_days: row.due_days.unsigned_abs(),
            grace_days: row.grace_days.unsigned_abs(),
            starts_on: row.starts_on,
            anchor_on: row.anchor_on.unwrap_or(row.starts_on),
        },
        terms: facts.terms(row.id, current, row.billed_until, kind),
        agreed: facts.agreed.remove(&row.id).unwrap_or_default(),
        billed_until: row.billed_until,
        held: facts.held.remove(&row.id).unwrap_or_default(),
        addons: facts.addons.remove(&row.id).unwrap_or_default(),
        discounts: facts.discounts.remove(&row.id).unwrap_or_default(),
        suspended,
        tax_exempt: row.tax_exempt,
    })
}
