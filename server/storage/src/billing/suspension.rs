//! Whose lines come to the instant at which they may be cut, and holding them down for it. It decides nothing: the
//! instant itself is the caller's.

use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::{CustomerId, ServiceId};
use uuid::Uuid;

/// Up to `limit` customers after `after`, in order of id, with an active line that may be cut before `horizon` by what
/// is written on it, and that non-payment does not hold down yet.
pub async fn near_cutoff(tx: &mut IspTx, horizon: DateTime<Utc>, after: Option<CustomerId>, limit: i64) -> Result<Vec<CustomerId>> {
    let isp = tx.isp();
    let ids = sqlx::query_scalar!(
        r#"select distinct s.customer_id from service s
           where s.isp_id = $1 and s.status = 'active' and s.cutoff_at <= $2 and s.customer_id > $3
             and not exists (select 1 from service_block k where k.isp_id = $1 and k.service_id = s.id and k.reason = 'non_payment')
           order by s.customer_id limit $4"#,
        isp,
        horizon,
        after.map_or(Uuid::nil(), |id| id.0),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(CustomerId).collect())
}

/// Up to `limit` customers after `after`, in order of id, who owe something.
pub async fn customers_who_owe(tx: &mut IspTx, after: Option<CustomerId>, limit: i64) -> Result<Vec<CustomerId>> {
    let isp = tx.isp();
    let ids = sqlx::query_scalar!(
        "select distinct customer_id from invoice where isp_id = $1 and due_minor > 0 and customer_id > $2 order by customer_id limit $3",
        isp,
        after.map_or(Uuid::nil(), |id| id.0),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(CustomerId).collect())
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
