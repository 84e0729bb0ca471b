//! What waits for a customer's next bill.

use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::billing::{Charge, LineKind};
use domain::{ChargeId, CustomerId, ServiceId, TaxProfileId};
use std::collections::HashMap;

/// The open charges of these customers, oldest first.
pub async fn open(tx: &mut IspTx, customers: &[CustomerId]) -> Result<HashMap<CustomerId, Vec<Charge>>> {
    let isp = tx.isp();
    let ids: Vec<_> = customers.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        "select id, customer_id, service_id, kind, description, quantity, price_minor, tax_profile_id from charge
         where isp_id = $1 and customer_id = any($2) and state = 'open' order by created_at, id",
        isp,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let taxes = crate::billing::taxes(tx).await?;
    let mut charges: HashMap<CustomerId, Vec<Charge>> = HashMap::new();
    for row in rows {
        charges.entry(row.customer_id.into()).or_default().push(Charge {
            id: row.id.into(),
            kind: known(LineKind::from_slug(&row.kind), "charge kind", &row.kind)?,
            service_id: row.service_id.map(ServiceId),
            description: row.description,
            quantity: row.quantity,
            price_minor: row.price_minor,
            tax: row.tax_profile_id.and_then(|id| taxes.get(&id).cloned()),
        });
    }
    Ok(charges)
}

/// A charge as it is written.
#[derive(Clone, Debug)]
pub struct NewCharge<'a> {
    pub id: ChargeId,
    pub customer_id: CustomerId,
    pub service_id: Option<ServiceId>,
    pub kind: LineKind,
    pub description: &'a str,
    pub quantity: i32,
    pub price_minor: i64,
    pub tax_profile_id: Option<TaxProfileId>,
}

pub async fn create(tx: &mut IspTx, charge: &NewCharge<'_>, at: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    let by = tx.caller().actor_id();
    sqlx::query!(
        "insert into charge (isp_id, id, customer_id, service_id, kind, description, quantity, price_minor, tax_profile_id, state, created_at, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', $10, $11)",
        isp,
        charge.id.0,
        charge.customer_id.0,
        charge.service_id.map(|id| id.0),
        charge.kind.slug(),
        charge.description,
        charge.quantity,
        charge.price_minor,
        charge.tax_profile_id.map(|id| id.0),
        at,
        by
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Drops a charge that was not billed yet; answers with whose it was.
pub async fn drop_open(tx: &mut IspTx, id: ChargeId) -> Result<Option<CustomerId>> {
    let isp = tx.isp();
    let row = sqlx::query_scalar!(
        "update charge set state = 'dropped', version = version + 1 where isp_id = $1 and id = $2 and state = 'open' returning customer_id",
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(CustomerId))
}
