//! What is charged with every period of a service.

use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{AddonId, CustomerId, ServiceId, TaxProfileId};

/// An add-on as it is written.
#[derive(Clone, Debug)]
pub struct NewAddon<'a> {
    pub id: AddonId,
    pub service_id: ServiceId,
    pub customer_id: CustomerId,
    pub kind: &'a str,
    pub name: &'a str,
    pub quantity: i32,
    pub price_minor: i64,
    pub tax_profile_id: Option<TaxProfileId>,
    pub starts_on: NaiveDate,
}

pub async fn create(tx: &mut IspTx, addon: &NewAddon<'_>, at: DateTime<Utc>) -> Result<()> {
    let (isp, by) = (tx.isp(), tx.caller().actor_id());
    sqlx::query!(
        "insert into service_addon (isp_id, id, service_id, customer_id, kind, name, quantity, price_minor, tax_profile_id, starts_on, created_at, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        isp,
        addon.id.0,
        addon.service_id.0,
        addon.customer_id.0,
        addon.kind,
        addon.name,
        addon.quantity,
        addon.price_minor,
        addon.tax_profile_id.map(|id| id.0),
        addon.starts_on,
        at,
        by
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Locks an add-on that goes on: its service, customer and tax.
pub async fn lock_open(tx: &mut IspTx, id: AddonId) -> Result<Option<(ServiceId, CustomerId, Option<TaxProfileId>)>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select service_id, customer_id, tax_profile_id from service_addon where isp_id = $1 and id = $2 and ends_on is null for update",
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.service_id.into(), row.customer_id.into(), row.tax_profile_id.map(Into::into))))
}

pub async fn end(tx: &mut IspTx, id: AddonId, on: NaiveDate) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update service_addon set ends_on = greatest(starts_on, $3) where isp_id = $1 and id = $2", isp, id.0, on)
        .execute(tx.conn())
        .await?;
    Ok(())
}
