//! Which package a service has from which day on.

use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{CustomerId, InvoiceId, PackageId, ServiceChangeId, ServiceId};

/// A change as it is written.
#[derive(Clone, Debug)]
pub struct NewChange<'a> {
    pub id: ServiceChangeId,
    pub service_id: ServiceId,
    pub customer_id: CustomerId,
    pub effective_on: NaiveDate,
    pub from: (PackageId, Option<i64>),
    pub to: (PackageId, Option<i64>),
    pub done: bool,
    pub invoice_id: Option<InvoiceId>,
    pub credited_minor: i64,
    pub key: &'a str,
}

pub async fn create(tx: &mut IspTx, change: &NewChange<'_>, at: DateTime<Utc>) -> Result<()> {
    let (isp, by, name) = (tx.isp(), tx.caller().actor_id(), tx.caller().actor_name().to_string());
    sqlx::query!(
        "insert into service_change (isp_id, id, service_id, customer_id, effective_on, from_package_id, from_custom_minor, to_package_id,
           to_custom_minor, state, invoice_id, credited_minor, requested_at, requested_by, requested_by_name, idempotency_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        isp,
        change.id.0,
        change.service_id.0,
        change.customer_id.0,
        change.effective_on,
        change.from.0.0,
        change.from.1,
        change.to.0.0,
        change.to.1,
        if change.done { "done" } else { "planned" },
        change.invoice_id.map(|id| id.0),
        change.credited_minor,
        at,
        by,
        name,
        change.key
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The change that came in under this key before: which service it was for.
pub async fn find_by_key(tx: &mut IspTx, key: &str) -> Result<Option<ServiceId>> {
    let isp = tx.isp();
    let id = sqlx::query_scalar!("select service_id from service_change where isp_id = $1 and idempotency_key = $2", isp, key)
        .fetch_optional(tx.conn())
        .await?;
    Ok(id.map(ServiceId))
}

/// What is planned for a service: the change, its day, the package's name.
pub async fn planned(tx: &mut IspTx, service: ServiceId) -> Result<Option<(ServiceChangeId, NaiveDate, String)>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select c.id, c.effective_on, p.name from service_change c join package p on p.isp_id = $1 and p.id = c.to_package_id
         where c.isp_id = $1 and c.service_id = $2 and c.state = 'planned'",
        isp,
        service.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.id.into(), row.effective_on, row.name)))
}

/// Takes back what is planned for a service. `false`: nothing is.
pub async fn cancel_planned(tx: &mut IspTx, service: ServiceId) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "update service_change set state = 'cancelled' where isp_id = $1 and service_id = $2 and state = 'planned'",
        isp,
        service.0
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives a service its package and price; RADIUS hears of it with the commit.
pub async fn set_package(tx: &mut IspTx, service: ServiceId, package: PackageId, custom_minor: Option<i64>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update service set package_id = $3, custom_price_minor = $4, version = version + 1 where isp_id = $1 and id = $2",
        isp,
        service.0,
        package.0,
        custom_minor
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Carries out every change planned for a day up to `on`; answers with whom it touched.
pub async fn carry_out(tx: &mut IspTx, on: NaiveDate) -> Result<Vec<(ServiceId, CustomerId)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "with due as (
           update service_change set state = 'done' where isp_id = $1 and state = 'planned' and effective_on <= $2
           returning service_id, customer_id, to_package_id, to_custom_minor),
         changed as (
           update service s set package_id = due.to_package_id, custom_price_minor = due.to_custom_minor, version = s.version + 1
           from due where s.isp_id = $1 and s.id = due.service_id)
         select service_id, customer_id from due",
        isp,
        on
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.service_id.into(), row.customer_id.into())).collect())
}

/// The package a service has now, and its own price if it has one.
pub async fn current(tx: &mut IspTx, service: ServiceId) -> Result<Option<(PackageId, Option<i64>)>> {
    let isp = tx.isp();
    let row = sqlx::query!("select package_id, custom_price_minor from service where isp_id = $1 and id = $2", isp, service.0)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|row| (row.package_id.into(), row.custom_price_minor)))
}
