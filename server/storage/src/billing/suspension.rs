//! Who is overdue past his grace, and holding lines down for it. It decides nothing: tolerance and exemptions are the
//! caller's.

use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{CustomerId, ServiceId};

/// Customers of one billing profile whose bills past their last day of grace add up to more than the profile
/// tolerates, and who still have a service that non-payment does not hold down: customer and overdue sum.
pub async fn to_suspend(tx: &mut IspTx, profile: domain::BillingProfileId, today: NaiveDate) -> Result<Vec<(CustomerId, i64)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select v.customer_id, sum(v.due_minor)::bigint as "overdue!"
           from invoice v join customer c on c.isp_id = $1 and c.id = v.customer_id and c.billing_profile_id = $2
           where v.isp_id = $1 and v.due_minor > 0 and v.cut_on <= $3
             and exists (
               select 1 from service s where s.isp_id = $1 and s.customer_id = v.customer_id and s.status = 'active'
                 and not exists (select 1 from service_block k where k.isp_id = $1 and k.service_id = s.id and k.reason = 'non_payment'))
           group by v.customer_id"#,
        isp,
        profile.0,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.customer_id.into(), row.overdue)).collect())
}

/// Holds every active service of these customers down for non-payment and answers with those that were up.
pub async fn suspend(tx: &mut IspTx, customers: &[CustomerId], since: DateTime<Utc>) -> Result<Vec<(ServiceId, CustomerId)>> {
    let isp = tx.isp();
    let ids: Vec<_> = customers.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        "with held as (
           insert into service_block (isp_id, service_id, reason, since)
           select $1, s.id, 'non_payment', $3 from service s where s.isp_id = $1 and s.customer_id = any($2) and s.status = 'active'
           on conflict do nothing returning service_id)
         select s.id, s.customer_id from service s join held on held.service_id = s.id where s.isp_id = $1",
        isp,
        &ids,
        since
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id.into(), row.customer_id.into())).collect())
}

/// The sum of a customer's bills past their last day of grace, and what his profile tolerates.
pub async fn overdue_and_tolerance(tx: &mut IspTx, customer: CustomerId, today: NaiveDate) -> Result<(i64, i64)> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"select b.tolerance_minor,
             coalesce((select sum(due_minor) from invoice v where v.isp_id = $1 and v.customer_id = c.id and v.due_minor > 0 and v.cut_on <= $3), 0)::bigint as "overdue!"
           from customer c join billing_profile b on b.isp_id = $1 and b.id = c.billing_profile_id where c.isp_id = $1 and c.id = $2"#,
        isp,
        customer.0,
        today
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.overdue, row.tolerance_minor))
}
