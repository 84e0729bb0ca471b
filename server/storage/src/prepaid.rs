//! Prepaid time: what was bought, and whose is over.

use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::billing::Bought;
use domain::{CustomerId, InvoiceId, PackageId, PurchaseId, ServiceId};

/// A purchase as it is written.
#[derive(Clone, Debug)]
pub struct NewPurchase<'a> {
    pub id: PurchaseId,
    pub service_id: ServiceId,
    pub customer_id: CustomerId,
    pub package_id: PackageId,
    pub hours: i32,
    pub bought: Bought,
    pub invoice_id: Option<InvoiceId>,
    pub renewed: bool,
    pub key: &'a str,
}

pub async fn create(tx: &mut IspTx, purchase: &NewPurchase<'_>, at: DateTime<Utc>) -> Result<()> {
    let (isp, by) = (tx.isp(), tx.caller().actor_id());
    sqlx::query!(
        "insert into prepaid_purchase (isp_id, id, service_id, customer_id, package_id, hours, converted_minutes, from_at, until_at, invoice_id, renewed,
           at, by_id, idempotency_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        isp,
        purchase.id.0,
        purchase.service_id.0,
        purchase.customer_id.0,
        purchase.package_id.0,
        purchase.hours,
        i32::try_from(purchase.bought.converted_minutes).unwrap_or(i32::MAX),
        purchase.bought.from,
        purchase.bought.until,
        purchase.invoice_id.map(|id| id.0),
        purchase.renewed,
        at,
        by,
        purchase.key
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The purchase that came in under this key before: its service and until when it lasts.
pub async fn find_by_key(tx: &mut IspTx, key: &str) -> Result<Option<(ServiceId, DateTime<Utc>)>> {
    let isp = tx.isp();
    let row = sqlx::query!("select service_id, until_at from prepaid_purchase where isp_id = $1 and idempotency_key = $2", isp, key)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|row| (row.service_id.into(), row.until_at)))
}

/// Hours that were bought last for a service.
pub async fn last_hours(tx: &mut IspTx, service: ServiceId) -> Result<Option<i32>> {
    let isp = tx.isp();
    let hours = sqlx::query_scalar!(
        "select hours from prepaid_purchase where isp_id = $1 and service_id = $2 order by at desc, id desc limit 1",
        isp,
        service.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(hours)
}

/// A line whose prepaid time is over and that nobody looked at since.
#[derive(Clone, Copy, Debug)]
pub struct Expired {
    pub service_id: ServiceId,
    pub customer_id: CustomerId,
    pub expires_at: DateTime<Utc>,
    pub auto_renew: bool,
}

pub async fn expired(tx: &mut IspTx, now: DateTime<Utc>, after: Option<ServiceId>, limit: i64) -> Result<Vec<Expired>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select id, customer_id, expires_at as "expires_at!", auto_renew from service
           where isp_id = $1 and status = 'active' and expires_at <= $2 and expiry_seen is distinct from expires_at and id > $3
           order by id limit $4"#,
        isp,
        now,
        after.map_or(uuid::Uuid::nil(), |id| id.0),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    let read = |id: uuid::Uuid, customer: uuid::Uuid, expires_at, auto_renew| Expired {
        service_id: id.into(),
        customer_id: customer.into(),
        expires_at,
        auto_renew,
    };
    Ok(rows.into_iter().map(|row| read(row.id, row.customer_id, row.expires_at, row.auto_renew)).collect())
}

/// Notes that the end of these lines was seen; RADIUS hears of it with the commit.
pub async fn mark_seen(tx: &mut IspTx, services: &[(ServiceId, DateTime<Utc>)]) -> Result<()> {
    let isp = tx.isp();
    let (ids, ends): (Vec<_>, Vec<_>) = services.iter().map(|(id, end)| (id.0, *end)).unzip();
    sqlx::query!(
        "update service s set expiry_seen = v.end_at from unnest($2::uuid[], $3::timestamptz[]) as v (id, end_at)
         where s.isp_id = $1 and s.id = v.id and s.expires_at = v.end_at",
        isp,
        &ids,
        &ends
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn set_auto_renew(tx: &mut IspTx, service: ServiceId, on: bool) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update service set auto_renew = $3, version = version + 1 where isp_id = $1 and id = $2", isp, service.0, on)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn expires_at(tx: &mut IspTx, service: ServiceId) -> Result<Option<DateTime<Utc>>> {
    let isp = tx.isp();
    let end = sqlx::query_scalar!("select expires_at from service where isp_id = $1 and id = $2", isp, service.0)
        .fetch_optional(tx.conn())
        .await?;
    Ok(end.flatten())
}
