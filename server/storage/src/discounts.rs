//! Discounts on services.

use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::billing::{Discount, DiscountRule};
use domain::{CustomerId, DiscountId, ServiceId};

pub async fn create(tx: &mut IspTx, service: ServiceId, customer: CustomerId, discount: &Discount, at: DateTime<Utc>) -> Result<()> {
    let (isp, by, name) = (tx.isp(), tx.caller().actor_id(), tx.caller().actor_name().to_string());
    let (kind, percent, amount) = match discount.rule {
        DiscountRule::Percent { percent, most_minor } => ("percent", Some(percent), most_minor),
        DiscountRule::Fixed { amount_minor } => ("fixed", None, Some(amount_minor)),
    };
    sqlx::query!(
        "insert into discount (isp_id, id, customer_id, service_id, kind, percent, amount_minor, starts_on, ends_on, reason, created_at, created_by,
           created_by_name)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        isp,
        discount.id.0,
        customer.0,
        service.0,
        kind,
        percent,
        amount,
        discount.starts_on,
        discount.ends_on,
        discount.reason,
        at,
        by,
        name
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends a discount on a day; answers with whose it is. `None`: there is none, or it ends before.
pub async fn end(tx: &mut IspTx, id: DiscountId, on: NaiveDate) -> Result<Option<CustomerId>> {
    let isp = tx.isp();
    let customer = sqlx::query_scalar!(
        "update discount set ends_on = greatest(starts_on, $3) where isp_id = $1 and id = $2 and (ends_on is null or ends_on > $3) returning customer_id",
        isp,
        id.0,
        on
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(customer.map(CustomerId))
}
