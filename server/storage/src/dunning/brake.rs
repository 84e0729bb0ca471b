//! Runs that were stopped before they cut too many, who was on their lists, and how many are cut on a usual day.

use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::dunning::{BrakeCause, BrakeFigures, BrakeItem, BrakeLimits, BrakeRow, Hold};
use domain::{BrakeId, Currency, CustomerId, Money};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Counts customers that were cut today, and how many of them a person had released.
pub async fn count_suspended(tx: &mut IspTx, day: NaiveDate, customers: i64, released: i64) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into suspension_day as d (isp_id, day, customers, released) values ($1, $2, $3::bigint::integer, $4::bigint::integer)
         on conflict (isp_id, day) do update set customers = d.customers + excluded.customers, released = d.released + excluded.released",
        isp,
        day,
        customers,
        released
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The figures of `day` so far: `would` counts those who were cut without anybody's consent.
pub async fn brake_figures(tx: &mut IspTx, day: NaiveDate) -> Result<BrakeFigures> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"select
             coalesce((select customers from suspension_day where isp_id = $1 and day = $2), 0)::bigint as "today!",
             coalesce((select released from suspension_day where isp_id = $1 and day = $2), 0)::bigint as "released!",
             (select coalesce(sum(customers), 0)::bigint from suspension_day where isp_id = $1 and day >= $2 - 30 and day < $2) as "before!",
             (select count(*) from suspension_day where isp_id = $1 and day >= $2 - 30 and day < $2 and customers > 0) as "days!",
             (select count(distinct s.customer_id) from service s where s.isp_id = $1 and s.status = 'active'
               and not exists (select 1 from service_block k where k.isp_id = $1 and k.service_id = s.id and k.reason = 'non_payment')) as "up!""#,
        isp,
        day
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(BrakeFigures { would: row.today - row.released, active: row.up + row.today, before: row.before, days: row.days })
}

/// The run that waits for a decision.
pub async fn open_brake(tx: &mut IspTx) -> Result<Option<BrakeId>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!("select id from suspension_brake where isp_id = $1 and state = 'open'", isp)
        .fetch_optional(tx.conn())
        .await?
        .map(BrakeId))
}

/// Writes that a run was stopped, or finds the one that waits already.
pub async fn trip(
    tx: &mut IspTx,
    day: NaiveDate,
    at: DateTime<Utc>,
    figures: BrakeFigures,
    limits: BrakeLimits,
    cause: BrakeCause,
) -> Result<BrakeId> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into suspension_brake (isp_id, id, business_date, tripped_at, would_suspend, active_base, usual_tenths, share_limit, times_limit, cause)
         values ($1, $2, $3, $4, $5::bigint::integer, $6::bigint::integer, $7::bigint::integer, $8, $9, $10) on conflict do nothing",
        isp,
        Uuid::now_v7(),
        day,
        at,
        figures.would,
        figures.active,
        figures.usual_tenths(),
        limits.share,
        limits.times,
        cause.slug()
    )
    .execute(tx.conn())
    .await?;
    let id = sqlx::query_scalar!("select id from suspension_brake where isp_id = $1 and state = 'open'", isp).fetch_one(tx.conn()).await?;
    Ok(id.into())
}

/// A customer that a stopped run would have cut.
#[derive(Clone, Copy, Debug)]
pub struct NewBrakeItem {
    pub customer_id: CustomerId,
    pub due_minor: i64,
    pub cut_on: NaiveDate,
}

/// Puts customers on the list of a stopped run.
pub async fn hold_customers(tx: &mut IspTx, brake: BrakeId, items: &[NewBrakeItem]) -> Result<()> {
    let isp = tx.isp();
    let customers: Vec<Uuid> = items.iter().map(|item| item.customer_id.0).collect();
    let due: Vec<i64> = items.iter().map(|item| item.due_minor).collect();
    let days: Vec<NaiveDate> = items.iter().map(|item| item.cut_on).collect();
    sqlx::query!(
        "insert into suspension_brake_item (isp_id, brake_id, customer_id, due_minor, cut_on)
         select $1, $2, customer_id, due, cut_on from unnest($3::uuid[], $4::bigint[], $5::date[]) as v (customer_id, due, cut_on)
         on conflict do nothing",
        isp,
        brake.0,
        &customers,
        &due,
        &days
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update suspension_brake b set would_suspend = greatest(would_suspend,
           (select count(*)::integer from suspension_brake_item i where i.isp_id = $1 and i.brake_id = $2)) where b.isp_id = $1 and b.id = $2",
        isp,
        brake.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How stopped runs hold these customers: one that waits, or a day until which somebody spares them.
pub async fn holds(tx: &mut IspTx, customers: &[CustomerId]) -> Result<HashMap<CustomerId, Hold>> {
    let isp = tx.isp();
    let ids: Vec<_> = customers.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select customer_id, bool_or(state = 'held') as "held!", max(spared_until) as spared_until from suspension_brake_item
           where isp_id = $1 and customer_id = any($2) and state in ('held', 'spared') group by customer_id"#,
        isp,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let hold = |held: bool, until: Option<NaiveDate>| match (held, until) {
        (true, _) => Hold::Open,
        (false, Some(day)) => Hold::Until(day),
        (false, None) => Hold::None,
    };
    Ok(rows.into_iter().map(|row| (row.customer_id.into(), hold(row.held, row.spared_until))).collect())
}

/// Those of these customers whose cut on exactly this day a person has released.
pub async fn consented(tx: &mut IspTx, wanted: &[(CustomerId, NaiveDate)]) -> Result<HashSet<CustomerId>> {
    let isp = tx.isp();
    let customers: Vec<Uuid> = wanted.iter().map(|one| one.0.0).collect();
    let days: Vec<NaiveDate> = wanted.iter().map(|one| one.1).collect();
    let rows = sqlx::query_scalar!(
        r#"select distinct i.customer_id as "id!" from suspension_brake_item i join unnest($2::uuid[], $3::date[]) as v (customer_id, cut_on)
             on v.customer_id = i.customer_id and v.cut_on = i.cut_on
           where i.isp_id = $1 and i.state = 'released'"#,
        isp,
        &customers,
        &days
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(CustomerId).collect())
}

/// Decides a stopped run, once: `false`, somebody has. The chosen are released (all of them when `chosen` is `None`),
/// the rest is spared until a day.
pub async fn decide(tx: &mut IspTx, brake: BrakeId, decision: &Decision<'_>) -> Result<bool> {
    let isp = tx.isp();
    let decided = sqlx::query!(
        "update suspension_brake set state = $3, decided_at = $4, decided_by = $5, reason = $6 where isp_id = $1 and id = $2 and state = 'open'",
        isp,
        brake.0,
        if decision.release { "released" } else { "dismissed" },
        decision.at,
        decision.by,
        decision.reason
    )
    .execute(tx.conn())
    .await?;
    if decided.rows_affected() == 0 {
        return Ok(false);
    }
    let chosen: Option<Vec<Uuid>> = decision.chosen.map(|chosen| chosen.iter().map(|id| id.0).collect());
    sqlx::query!(
        "update suspension_brake_item set state = 'released'
         where isp_id = $1 and brake_id = $2 and $3 and ($4::uuid[] is null or customer_id = any($4))",
        isp,
        brake.0,
        decision.release,
        chosen.as_deref() as Option<&[Uuid]>
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update suspension_brake_item set state = 'spared', spared_until = $3 where isp_id = $1 and brake_id = $2 and state = 'held'",
        isp,
        brake.0,
        decision.spared_until
    )
    .execute(tx.conn())
    .await?;
    Ok(true)
}

/// What a person decided about a stopped run.
#[derive(Clone, Debug)]
pub struct Decision<'a> {
    pub release: bool,
    pub chosen: Option<&'a [CustomerId]>,
    pub spared_until: NaiveDate,
    pub by: &'a str,
    pub reason: &'a str,
    pub at: DateTime<Utc>,
}

struct Row {
    id: Uuid,
    business_date: NaiveDate,
    tripped_at: DateTime<Utc>,
    would_suspend: i32,
    active_base: i32,
    usual_tenths: i32,
    share_limit: i16,
    times_limit: i16,
    cause: String,
    state: String,
    decided_at: Option<DateTime<Utc>>,
    decided_by: Option<String>,
    reason: Option<String>,
}

impl Row {
    fn row(self) -> Result<BrakeRow> {
        Ok(BrakeRow {
            id: self.id.into(),
            business_date: self.business_date,
            tripped_at: self.tripped_at,
            would_suspend: self.would_suspend,
            active_base: self.active_base,
            usual_tenths: self.usual_tenths,
            share_limit: self.share_limit,
            times_limit: self.times_limit,
            cause: known(BrakeCause::from_slug(&self.cause), "brake cause", &self.cause)?,
            state: self.state,
            decided_at: self.decided_at,
            decided_by: self.decided_by,
            reason: self.reason,
        })
    }
}

/// Stopped runs, newest first.
pub async fn brakes(tx: &mut IspTx, limit: i64) -> Result<Vec<BrakeRow>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Row,
        "select id, business_date, tripped_at, would_suspend, active_base, usual_tenths, share_limit, times_limit, cause, state, decided_at, decided_by, reason
         from suspension_brake where isp_id = $1 order by tripped_at desc limit $2",
        isp,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Row::row).collect()
}

pub async fn find_brake(tx: &mut IspTx, id: BrakeId) -> Result<Option<BrakeRow>> {
    let isp = tx.isp();
    let row = sqlx::query_as!(
        Row,
        "select id, business_date, tripped_at, would_suspend, active_base, usual_tenths, share_limit, times_limit, cause, state, decided_at, decided_by, reason
         from suspension_brake where isp_id = $1 and id = $2",
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Row::row).transpose()
}

/// Who is on the list of a stopped run: one page in order of what they owe, and how many there are.
pub async fn brake_items(tx: &mut IspTx, brake: BrakeId, books: Currency, limit: i64, offset: i64) -> Result<(Vec<BrakeItem>, i64)> {
    let isp = tx.isp();
    let total =
        sqlx::query_scalar!(r#"select count(*) as "n!" from suspension_brake_item where isp_id = $1 and brake_id = $2"#, isp, brake.0)
            .fetch_one(tx.conn())
            .await?;
    let rows = sqlx::query!(
        "select i.customer_id, c.name, c.number, i.due_minor, i.cut_on, i.state, i.spared_until from suspension_brake_item i
         join customer c on c.isp_id = $1 and c.id = i.customer_id
         where i.isp_id = $1 and i.brake_id = $2 order by i.due_minor desc, i.customer_id limit $3 offset $4",
        isp,
        brake.0,
        limit,
        offset
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows
        .into_iter()
        .map(|row| BrakeItem {
            customer_id: row.customer_id.into(),
            customer: row.name,
            customer_number: row.number,
            due: Money::new(row.due_minor, books),
            cut_on: row.cut_on,
            state: row.state,
            spared_until: row.spared_until,
        })
        .collect();
    Ok((rows, total))
}

/// Everybody on the list of a stopped run.
pub async fn brake_customers(tx: &mut IspTx, brake: BrakeId) -> Result<Vec<CustomerId>> {
    let isp = tx.isp();
    let ids = sqlx::query_scalar!(
        "select customer_id from suspension_brake_item where isp_id = $1 and brake_id = $2 order by customer_id",
        isp,
        brake.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(CustomerId).collect())
}
