//! Days on which lines rest.

use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::billing::HoldView;
use domain::calendar::Period;
use domain::{CustomerId, HoldId, ServiceId};

/// A hold as it is written.
#[derive(Clone, Debug)]
pub struct NewHold<'a> {
    pub id: HoldId,
    pub service_id: ServiceId,
    pub customer_id: CustomerId,
    pub days: Period,
    pub active: bool,
    pub reason: Option<&'a str>,
    pub credited_minor: i64,
}

pub async fn create(tx: &mut IspTx, hold: &NewHold<'_>, at: DateTime<Utc>) -> Result<()> {
    let (isp, by) = (tx.isp(), tx.caller().actor_id());
    sqlx::query!(
        "insert into service_hold (isp_id, id, service_id, customer_id, from_on, to_on, state, reason, credited_minor, created_at, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        isp,
        hold.id.0,
        hold.service_id.0,
        hold.customer_id.0,
        hold.days.start,
        hold.days.end,
        if hold.active { "active" } else { "planned" },
        hold.reason,
        hold.credited_minor,
        at,
        by
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The holds of a service that were not cancelled, newest first.
pub async fn of_service(tx: &mut IspTx, service: ServiceId) -> Result<Vec<HoldView>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select id, from_on, to_on, state, reason from service_hold where isp_id = $1 and service_id = $2 and state <> 'cancelled' order by from_on desc",
        isp,
        service.0
    )
    .fetch_all(tx.conn())
    .await?;
    let view = |id: uuid::Uuid, from_on, to_on, state: String, reason| HoldView {
        id: id.into(),
        from_on,
        to_on,
        running: state == "active",
        over: state == "done",
        reason,
    };
    Ok(rows.into_iter().map(|row| view(row.id, row.from_on, row.to_on, row.state, row.reason)).collect())
}

/// Locks a hold that is not over: its service, customer and days.
pub async fn lock_open(tx: &mut IspTx, id: HoldId) -> Result<Option<(ServiceId, CustomerId, NaiveDate, NaiveDate)>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select service_id, customer_id, from_on, to_on from service_hold
         where isp_id = $1 and id = $2 and state in ('planned', 'active') for update",
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.service_id.into(), row.customer_id.into(), row.from_on, row.to_on)))
}

/// Ends a hold on a day, or takes it back when it would hold no day at all.
pub async fn end(tx: &mut IspTx, id: HoldId, to_on: NaiveDate) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update service_hold set state = case when from_on < $3 then 'done' else 'cancelled' end, to_on = case when from_on < $3 then $3 else to_on end
         where isp_id = $1 and id = $2",
        isp,
        id.0,
        to_on
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Holds that begin: the lines go down. Answers with which, and whose.
pub async fn begin_due(tx: &mut IspTx, today: NaiveDate, at: DateTime<Utc>) -> Result<Vec<(ServiceId, CustomerId)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "with begun as (
           update service_hold set state = 'active' where isp_id = $1 and state = 'planned' and from_on <= $2 and to_on > $2
           returning service_id, customer_id),
         held as (
           insert into service_block (isp_id, service_id, reason, since) select $1, service_id, 'hold', $3 from begun on conflict do nothing)
         select service_id, customer_id from begun",
        isp,
        today,
        at
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.service_id.into(), row.customer_id.into())).collect())
}

/// Holds that are over: the lines come up, unless something else holds them down.
pub async fn end_due(tx: &mut IspTx, today: NaiveDate) -> Result<Vec<(ServiceId, CustomerId)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "with ended as (
           update service_hold set state = 'done' where isp_id = $1 and state in ('planned', 'active') and to_on <= $2
           returning service_id, customer_id),
         freed as (
           delete from service_block k using ended where k.isp_id = $1 and k.service_id = ended.service_id and k.reason = 'hold')
         select service_id, customer_id from ended",
        isp,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.service_id.into(), row.customer_id.into())).collect())
}
