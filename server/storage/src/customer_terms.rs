//! The terms of one customer beside his packages: profile, credit limit, tax, what waits for his next bill.

use crate::db::currency;
use crate::error::known;
use crate::{IspTx, Result};
use chrono::NaiveDate;
use domain::billing::{AddonView, ChargeView, CustomerTerms, DiscountView, LineKind, ProfileKind, ServiceTerms, charging};
use domain::packages::{PackageKind, Validity};
use domain::{BillingProfileId, CustomerId, Money, ServiceId};

/// Everything about an existing customer that the page of his terms shows.
pub async fn read(tx: &mut IspTx, id: CustomerId) -> Result<Option<CustomerTerms>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"select c.name, c.billing_profile_id, c.credit_limit_minor, b.credit_limit_minor as profile_limit, c.tax_exempt, c.tax_exempt_reason, c.version, i.currency,
             coalesce((select -sum(amount_minor) from posting p where p.isp_id = $1 and p.account = 'customer_deposit' and p.party_id = c.id), 0)::bigint as "deposit!",
             coalesce((select -sum(amount_minor) from posting p where p.isp_id = $1 and p.account = 'customer_advance' and p.party_id = c.id), 0)::bigint as "credit!"
           from customer c join billing_profile b on b.isp_id = $1 and b.id = c.billing_profile_id join isp i on i.id = $1
           where c.isp_id = $1 and c.id = $2"#,
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let currency = currency(&row.currency)?;
    Ok(Some(CustomerTerms {
        name: row.name,
        billing_profile_id: row.billing_profile_id.into(),
        credit_limit: row.credit_limit_minor.map(|minor| Money::new(minor, currency)),
        profile_credit_limit: row.profile_limit.map(|minor| Money::new(minor, currency)),
        tax_exempt: row.tax_exempt,
        tax_exempt_reason: row.tax_exempt_reason,
        deposit: Money::new(row.deposit, currency),
        credit: Money::new(row.credit, currency),
        charges: charges(tx, id, currency).await?,
        services: services(tx, id, currency).await?,
        version: row.version,
    }))
}

async fn charges(tx: &mut IspTx, id: CustomerId, currency: domain::Currency) -> Result<Vec<ChargeView>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select id, kind, description, quantity, price_minor from charge where isp_id = $1 and customer_id = $2 and state = 'open' order by created_at, id",
        isp,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(ChargeView {
                id: row.id.into(),
                kind: known(LineKind::from_slug(&row.kind), "charge kind", &row.kind)?,
                description: row.description,
                quantity: row.quantity,
                amount: Money::new(row.price_minor.saturating_mul(row.quantity.into()), currency),
            })
        })
        .collect()
}

async fn services(tx: &mut IspTx, id: CustomerId, currency: domain::Currency) -> Result<Vec<ServiceTerms>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select s.id, s.username, s.auto_renew, s.package_id, p.name as package, p.kind, p.validity_unit, p.validity_count, b.kind as profile_kind
         from service s join package p on p.isp_id = $1 and p.id = s.package_id
         join customer c on c.isp_id = $1 and c.id = s.customer_id join billing_profile b on b.isp_id = $1 and b.id = c.billing_profile_id
         where s.isp_id = $1 and s.customer_id = $2 and s.status <> 'terminated' order by s.created_at, s.id",
        isp,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    let mut services = Vec::with_capacity(rows.len());
    for row in rows {
        let service = ServiceId(row.id);
        let profile = known(ProfileKind::from_slug(&row.profile_kind), "profile kind", &row.profile_kind)?;
        let kind = known(PackageKind::from_slug(&row.kind), "package kind", &row.kind)?;
        let validity = known(Validity::read(&row.validity_unit, row.validity_count.unsigned_abs()), "validity", &row.validity_unit)?;
        services.push(ServiceTerms {
            id: service,
            username: row.username,
            package_id: row.package_id.into(),
            package: row.package,
            auto_renew: row.auto_renew,
            charging: charging(profile, kind, validity),
            planned: crate::service_changes::planned(tx, service).await?.map(|(_, day, package)| (day, package)),
            holds: crate::holds::of_service(tx, service).await?,
            addons: addons(tx, service, currency).await?,
            discounts: discounts(tx, service, currency).await?,
        });
    }
    Ok(services)
}

async fn addons(tx: &mut IspTx, service: ServiceId, currency: domain::Currency) -> Result<Vec<AddonView>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select id, name, quantity, price_minor, starts_on, ends_on from service_addon where isp_id = $1 and service_id = $2 order by created_at, id",
        isp,
        service.0
    )
    .fetch_all(tx.conn())
    .await?;
    let view = |id: uuid::Uuid, name, quantity, price_minor, starts_on, ends_on| AddonView {
        id: id.into(),
        name,
        quantity,
        price: Money::new(price_minor, currency),
        starts_on,
        ends_on,
    };
    Ok(rows.into_iter().map(|row| view(row.id, row.name, row.quantity, row.price_minor, row.starts_on, row.ends_on)).collect())
}

async fn discounts(tx: &mut IspTx, service: ServiceId, currency: domain::Currency) -> Result<Vec<DiscountView>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select id, percent, amount_minor, starts_on, ends_on, reason from discount where isp_id = $1 and service_id = $2 order by starts_on desc, id",
        isp,
        service.0
    )
    .fetch_all(tx.conn())
    .await?;
    let money = |minor: Option<i64>| minor.map(|minor| Money::new(minor, currency));
    Ok(rows
        .into_iter()
        .map(|row| DiscountView {
            id: row.id.into(),
            percent: row.percent,
            amount: money(row.amount_minor),
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            reason: row.reason,
        })
        .collect())
}

/// What is to hold for a customer from now on.
#[derive(Clone, Debug)]
pub struct TermsChange<'a> {
    pub billing_profile_id: BillingProfileId,
    pub credit_limit_minor: Option<i64>,
    pub tax_exempt_reason: Option<&'a str>,
}

/// Sets a customer's terms if he still has `version`. `false`: somebody was faster.
pub async fn set(tx: &mut IspTx, id: CustomerId, version: i32, change: &TermsChange<'_>) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "update customer set billing_profile_id = $4, credit_limit_minor = $5, tax_exempt = $6::text is not null, tax_exempt_reason = $6, version = version + 1
         where isp_id = $1 and id = $2 and version = $3",
        isp,
        id.0,
        version,
        change.billing_profile_id.0,
        change.credit_limit_minor,
        change.tax_exempt_reason
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The customers of a profile.
pub async fn of_profile(tx: &mut IspTx, profile: BillingProfileId) -> Result<Vec<CustomerId>> {
    let isp = tx.isp();
    let ids = sqlx::query_scalar!("select id from customer where isp_id = $1 and billing_profile_id = $2 order by id", isp, profile.0)
        .fetch_all(tx.conn())
        .await?;
    Ok(ids.into_iter().map(CustomerId).collect())
}

/// Days up to `today` are not charged to services of these customers that nothing charged so far: they were free or
/// prepaid under their old profile.
pub async fn begin_charging(tx: &mut IspTx, customers: &[CustomerId], today: NaiveDate) -> Result<()> {
    let isp = tx.isp();
    let ids: Vec<_> = customers.iter().map(|id| id.0).collect();
    sqlx::query!(
        "update service set billed_until = greatest(billed_until, $3) where isp_id = $1 and customer_id = any($2) and status <> 'terminated'",
        isp,
        &ids,
        today
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn profile_of(tx: &mut IspTx, id: CustomerId) -> Result<Option<BillingProfileId>> {
    let isp = tx.isp();
    let profile = sqlx::query_scalar!("select billing_profile_id from customer where isp_id = $1 and id = $2", isp, id.0)
        .fetch_optional(tx.conn())
        .await?;
    Ok(profile.map(BillingProfileId))
}
