//! Whose lines come to the instant at which they may be cut, and holding them down for it. It decides nothing: the
//! instant itself is the caller's.

use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::zones::Tz;
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

/// Notes the days on which non-payment held these lines down, where they are charged in arrears and not for such days.
/// Called before the reason is taken away: afterwards nobody could tell the days.
pub async fn note_pauses(tx: &mut IspTx, lines: &[ServiceId], zone: Tz, now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    let ids: Vec<_> = lines.iter().map(|id| id.0).collect();
    sqlx::query!(
        "insert into service_pause (isp_id, service_id, customer_id, from_on, to_on, noted_at)
         select $1, s.id, s.customer_id, greatest(s.billed_until, d.since), d.today, $3
         from service s
         join customer c on c.isp_id = $1 and c.id = s.customer_id
         join billing_profile b on b.isp_id = $1 and b.id = c.billing_profile_id
         join service_block k on k.isp_id = $1 and k.service_id = s.id and k.reason = 'non_payment'
         cross join lateral (select (k.since at time zone coalesce(b.time_zone, $4))::date as since,
           ($3::timestamptz at time zone coalesce(b.time_zone, $4))::date as today) d
         where s.isp_id = $1 and s.id = any($2) and b.charge_in = 'arrears' and greatest(s.billed_until, d.since) < d.today
           and (b.suspended_charging = 'skip' or b.suspended_charging = 'limit' and b.suspended_periods <= (
             select count(*) from invoice_line l
             where l.isp_id = $1 and l.service_id = s.id and l.kind = 'recurring' and not l.void and l.period_start >= d.since))
         on conflict (isp_id, service_id, from_on) do update set to_on = excluded.to_on, noted_at = excluded.noted_at",
        isp,
        &ids,
        now,
        zone.name()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
