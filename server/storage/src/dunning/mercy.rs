//! Promises to pay and exemptions.

use crate::db::currency;
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::dunning::{Exemption, Promise, PromiseFacts};
use domain::{CustomerId, Money, PromiseId};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A promise ready to be written.
#[derive(Clone, Debug)]
pub struct NewPromise<'a> {
    pub id: PromiseId,
    pub customer_id: CustomerId,
    pub made_on: NaiveDate,
    pub until_on: NaiveDate,
    pub cycle_on: NaiveDate,
    pub due: Money,
    pub by_customer: bool,
    pub made_by: &'a str,
    pub note: Option<&'a str>,
    pub made_at: DateTime<Utc>,
}

pub async fn insert_promise(tx: &mut IspTx, promise: &NewPromise<'_>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into promise (isp_id, id, customer_id, made_on, until_on, cycle_on, due_minor, currency, by_customer, made_by, note, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        isp,
        promise.id.0,
        promise.customer_id.0,
        promise.made_on,
        promise.until_on,
        promise.cycle_on,
        promise.due.minor,
        promise.due.currency.code(),
        promise.by_customer,
        promise.made_by,
        promise.note,
        promise.made_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What decides whether a customer may promise; a promise that was taken back does not count.
pub async fn promise_facts(tx: &mut IspTx, customer: CustomerId, cycle_on: NaiveDate, year_from: NaiveDate) -> Result<PromiseFacts> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"select
             (select coalesce(sum(due_minor), 0)::bigint from invoice v where v.isp_id = $1 and v.customer_id = $2 and v.due_minor > 0) as "due!",
             count(*) filter (where p.state = 'open') as "open!",
             count(*) filter (where p.state <> 'cancelled' and p.cycle_on = $3) as "in_cycle!",
             count(*) filter (where p.state <> 'cancelled' and p.made_on > $4) as "in_year!",
             count(*) filter (where p.state = 'broken' and p.made_on > $4) as "broken!"
           from promise p where p.isp_id = $1 and p.customer_id = $2"#,
        isp,
        customer.0,
        cycle_on,
        year_from
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(PromiseFacts { due_minor: row.due, open: row.open > 0, in_cycle: row.in_cycle, in_year: row.in_year, broken: row.broken })
}

/// The day of the month on which a customer's periods begin.
pub async fn billing_day(tx: &mut IspTx, customer: CustomerId) -> Result<u32> {
    let isp = tx.isp();
    let day = sqlx::query_scalar!(
        r#"select b.cycle_day from customer c join billing_profile b on b.isp_id = $1 and b.id = c.billing_profile_id
           where c.isp_id = $1 and c.id = $2"#,
        isp,
        customer.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(u32::from(day.unsigned_abs()))
}

/// A customer's promises, newest first.
pub async fn promises(tx: &mut IspTx, customer: CustomerId) -> Result<Vec<Promise>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select id, made_on, until_on, due_minor, currency, state, by_customer, made_by, note from promise
         where isp_id = $1 and customer_id = $2 order by made_on desc, id desc limit 50",
        isp,
        customer.0
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Promise {
                id: row.id.into(),
                made_on: row.made_on,
                until_on: row.until_on,
                due: Money::new(row.due_minor, currency(&row.currency)?),
                state: row.state,
                by_customer: row.by_customer,
                made_by: row.made_by,
                note: row.note,
            })
        })
        .collect()
}

/// Open promises of these customers: the last day of each.
pub async fn promised_until(tx: &mut IspTx, customers: &[CustomerId]) -> Result<HashMap<CustomerId, NaiveDate>> {
    let isp = tx.isp();
    let ids: Vec<_> = customers.iter().map(|id| id.0).collect();
    let rows =
        sqlx::query!("select customer_id, until_on from promise where isp_id = $1 and customer_id = any($2) and state = 'open'", isp, &ids)
            .fetch_all(tx.conn())
            .await?;
    Ok(rows.into_iter().map(|row| (row.customer_id.into(), row.until_on)).collect())
}

/// Customers whose open promise has nothing left to pay of the bills it was made for, or whose last day is before `day`.
pub async fn promises_to_look_at(tx: &mut IspTx, day: NaiveDate) -> Result<Vec<(CustomerId, bool)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select p.customer_id, not exists (
             select 1 from invoice v where v.isp_id = $1 and v.customer_id = p.customer_id and v.due_minor > 0 and v.issued_on <= p.made_on) as "kept!"
           from promise p where p.isp_id = $1 and p.state = 'open'
             and (p.until_on < $2 or not exists (
               select 1 from invoice v where v.isp_id = $1 and v.customer_id = p.customer_id and v.due_minor > 0 and v.issued_on <= p.made_on))
           order by p.customer_id"#,
        isp,
        day
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.customer_id.into(), row.kept)).collect())
}

/// Ends a customer's open promise; answers with its id, if there was one.
pub async fn close_promise(tx: &mut IspTx, customer: CustomerId, state: &str, at: DateTime<Utc>) -> Result<Option<PromiseId>> {
    let isp = tx.isp();
    let id = sqlx::query_scalar!(
        "update promise set state = $3, closed_at = $4 where isp_id = $1 and customer_id = $2 and state = 'open' returning id",
        isp,
        customer.0,
        state,
        at
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id.map(PromiseId))
}

/// A customer's exemption.
pub async fn exemption(tx: &mut IspTx, customer: CustomerId) -> Result<Option<Exemption>> {
    let isp = tx.isp();
    Ok(sqlx::query_as!(
        Exemption,
        "select reason, until_on, set_by, set_at from dunning_exemption where isp_id = $1 and customer_id = $2",
        isp,
        customer.0
    )
    .fetch_optional(tx.conn())
    .await?)
}

pub async fn set_exemption(tx: &mut IspTx, customer: CustomerId, exemption: &Exemption) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into dunning_exemption (isp_id, customer_id, reason, until_on, set_by, set_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (isp_id, customer_id) do update set reason = $3, until_on = $4, set_by = $5, set_at = $6",
        isp,
        customer.0,
        exemption.reason,
        exemption.until_on,
        exemption.set_by,
        exemption.set_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends an exemption; `false`: there was none.
pub async fn end_exemption(tx: &mut IspTx, customer: CustomerId) -> Result<bool> {
    let isp = tx.isp();
    let ended =
        sqlx::query!("delete from dunning_exemption where isp_id = $1 and customer_id = $2", isp, customer.0).execute(tx.conn()).await?;
    Ok(ended.rows_affected() > 0)
}

/// Exemptions of these customers: their last day, if they have one.
pub async fn exemptions(tx: &mut IspTx, customers: &[CustomerId]) -> Result<HashMap<CustomerId, Option<NaiveDate>>> {
    let isp = tx.isp();
    let ids: Vec<_> = customers.iter().map(|id| id.0).collect();
    let rows = sqlx::query!("select customer_id, until_on from dunning_exemption where isp_id = $1 and customer_id = any($2)", isp, &ids)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|row| (row.customer_id.into(), row.until_on)).collect())
}

/// Payments of these customers that were begun after `since` and have not ended: when the newest of each began. Where
/// this installation takes no payments that are under way for a while, there are none.
pub async fn payments_pending(
    tx: &mut IspTx,
    customers: &[CustomerId],
    since: DateTime<Utc>,
) -> Result<HashMap<CustomerId, DateTime<Utc>>> {
    let there = sqlx::query_scalar!(r#"select to_regclass('payment_attempt') is not null as "there!""#).fetch_one(tx.conn()).await?;
    if !there {
        return Ok(HashMap::new());
    }
    let ids: Vec<Uuid> = customers.iter().map(|id| id.0).collect();
    // Not a checked query: the table comes with the gateways, and is not in every schema that this is compiled against.
    let rows: Vec<(Uuid, DateTime<Utc>)> = sqlx::query_as(
        "select customer_id, max(opened_at) from payment_attempt
         where isp_id = $1 and customer_id = any($2) and state = 'opened' and opened_at > $3 group by customer_id",
    )
    .bind(tx.isp())
    .bind(&ids)
    .bind(since)
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|(customer, at)| (CustomerId(customer), at)).collect())
}

/// Locks these customers in order of id, so that payments and runs never wait for each other in a circle.
pub async fn lock_customers(tx: &mut IspTx, customers: &[CustomerId]) -> Result<HashSet<CustomerId>> {
    let isp = tx.isp();
    let ids: Vec<_> = customers.iter().map(|id| id.0).collect();
    let locked = sqlx::query_scalar!("select id from customer where isp_id = $1 and id = any($2) order by id for update", isp, &ids)
        .fetch_all(tx.conn())
        .await?;
    Ok(locked.into_iter().map(CustomerId).collect())
}

/// Locks those of these customers that nobody else has locked, and answers with them: this one never waits.
pub async fn lock_free_customers(tx: &mut IspTx, customers: &[CustomerId]) -> Result<Vec<CustomerId>> {
    let isp = tx.isp();
    let ids: Vec<_> = customers.iter().map(|id| id.0).collect();
    let locked =
        sqlx::query_scalar!("select id from customer where isp_id = $1 and id = any($2) order by id for update skip locked", isp, &ids)
            .fetch_all(tx.conn())
            .await?;
    Ok(locked.into_iter().map(CustomerId).collect())
}
