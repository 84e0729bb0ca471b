//! The steps of plans: which are due on a day, which were done, and the calls and visits that came out of them.

use super::plans::step;
use crate::db::currency;
use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::dunning::{Step, StepAction, StepDone, TaskRow};
use domain::{Currency, CustomerId, DunningPlanId, InvoiceId, Money};
use std::collections::HashSet;
use uuid::Uuid;

/// A step that is due about a bill, with everything its message may say.
#[derive(Clone, Debug)]
pub struct DueStep {
    pub step: Step,
    pub plan_id: DunningPlanId,
    pub invoice_id: InvoiceId,
    pub invoice: String,
    pub due_on: NaiveDate,
    pub due: Money,
    pub customer_id: CustomerId,
    pub customer: String,
    pub customer_number: String,
    pub mobile: Option<String>,
    pub email: Option<String>,
    /// A later step of the same kind is due as well: after days of downtime only the last word is said.
    pub overtaken: bool,
    pub exempt: bool,
    pub promised: bool,
}

/// Up to `limit` steps that are due on business day `on` and were not done; `before`: those before the due date, else
/// those on it and after it. `today` is the day it really is.
pub async fn due_steps(tx: &mut IspTx, on: NaiveDate, today: NaiveDate, before: bool, limit: i64) -> Result<Vec<DueStep>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select s.offset_days, s.action, s.template, s.channels, s.plan_id, v.id, v.number, v.due_on, v.due_minor, v.currency, v.customer_id,
             c.name, c.number as customer_number, c.mobile, c.email,
             exists (select 1 from dunning_step l where l.isp_id = $1 and l.plan_id = s.plan_id and l.action = s.action and l.offset_days > s.offset_days
               and v.due_on + l.offset_days <= $3) as "overtaken!",
             exists (select 1 from dunning_exemption x where x.isp_id = $1 and x.customer_id = c.id and (x.until_on is null or x.until_on >= $3)) as "exempt!",
             exists (select 1 from promise p where p.isp_id = $1 and p.customer_id = c.id and p.state = 'open' and p.until_on >= $3) as "promised!"
           from dunning_step s
           join billing_profile b on b.isp_id = $1
             and s.plan_id = coalesce(b.dunning_plan_id, (select d.id from dunning_plan d where d.isp_id = $1 and d.is_default))
           join invoice v on v.isp_id = $1 and v.due_minor > b.tolerance_minor and v.due_minor > 0 and v.due_on = $2::date - s.offset_days
           join customer c on c.isp_id = $1 and c.id = v.customer_id and c.billing_profile_id = b.id and c.status = 'active'
           where s.isp_id = $1 and (s.offset_days < 0) = $4
             and not exists (select 1 from dunning_event e where e.isp_id = $1 and e.invoice_id = v.id and e.offset_days = s.offset_days and e.action = s.action)
           limit $5"#,
        isp,
        on,
        today,
        before,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(DueStep {
                step: step(row.offset_days, &row.action, row.template.as_deref(), &row.channels)?,
                plan_id: row.plan_id.into(),
                invoice_id: row.id.into(),
                invoice: row.number,
                due_on: row.due_on,
                due: Money::new(row.due_minor, currency(&row.currency)?),
                customer_id: row.customer_id.into(),
                customer: row.name,
                customer_number: row.customer_number,
                mobile: row.mobile,
                email: row.email,
                overtaken: row.overtaken,
                exempt: row.exempt,
                promised: row.promised,
            })
        })
        .collect()
}

/// Writes what was done about each; answers with those that nobody had done before.
pub async fn record_steps(
    tx: &mut IspTx,
    steps: &[(&DueStep, &'static str)],
    on: NaiveDate,
    at: DateTime<Utc>,
) -> Result<HashSet<(InvoiceId, i16, &'static str)>> {
    let isp = tx.isp();
    macro_rules! column {
        ($f:expr) => {
            steps.iter().map($f).collect::<Vec<_>>()
        };
    }
    let rows = sqlx::query!(
        "insert into dunning_event (isp_id, invoice_id, offset_days, action, plan_id, customer_id, business_date, at, result)
         select $1, invoice_id, offset_days, action, plan_id, customer_id, $7, $8, result
         from unnest($2::uuid[], $3::smallint[], $4::text[], $5::uuid[], $6::uuid[], $9::text[])
           as v (invoice_id, offset_days, action, plan_id, customer_id, result)
         on conflict do nothing returning invoice_id, offset_days, action",
        isp,
        &column!(|(s, _)| s.invoice_id.0),
        &column!(|(s, _)| s.step.offset_days),
        &column!(|(s, _)| s.step.action.slug()) as &[&str],
        &column!(|(s, _)| s.plan_id.0),
        &column!(|(s, _)| s.customer_id.0),
        on,
        at,
        &column!(|(_, result)| *result) as &[&str]
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let action = known(StepAction::from_slug(&row.action), "step", &row.action)?;
            Ok((InvoiceId(row.invoice_id), row.offset_days, action.slug()))
        })
        .collect()
}

/// Writes calls and visits to be made.
pub async fn add_tasks(tx: &mut IspTx, tasks: &[(CustomerId, InvoiceId, &'static str)], on: NaiveDate) -> Result<()> {
    let isp = tx.isp();
    let ids: Vec<Uuid> = tasks.iter().map(|_| Uuid::now_v7()).collect();
    let customers: Vec<Uuid> = tasks.iter().map(|task| task.0.0).collect();
    let invoices: Vec<Uuid> = tasks.iter().map(|task| task.1.0).collect();
    let kinds: Vec<&str> = tasks.iter().map(|task| task.2).collect();
    sqlx::query!(
        "insert into dunning_task (isp_id, id, customer_id, invoice_id, kind, made_on)
         select $1, id, customer_id, invoice_id, kind, $6 from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[]) as v (id, customer_id, invoice_id, kind)",
        isp,
        &ids,
        &customers,
        &invoices,
        &kinds as &[&str],
        on
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Calls and visits that are to be made, oldest first, and how many there are.
pub async fn open_tasks(tx: &mut IspTx, books: Currency, limit: i64, offset: i64) -> Result<(Vec<TaskRow>, i64)> {
    let isp = tx.isp();
    let total = sqlx::query_scalar!(r#"select count(*) as "n!" from dunning_task t where t.isp_id = $1 and t.state = 'open'"#, isp)
        .fetch_one(tx.conn())
        .await?;
    let rows = sqlx::query!(
        "select t.id, t.kind, t.state, t.made_on, t.customer_id, c.name, c.number as customer_number, c.mobile, c.address, t.invoice_id, v.number, v.due_minor
         from dunning_task t join customer c on c.isp_id = $1 and c.id = t.customer_id join invoice v on v.isp_id = $1 and v.id = t.invoice_id
         where t.isp_id = $1 and t.state = 'open' order by t.made_on, t.id limit $2 offset $3",
        isp,
        limit,
        offset
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows
        .into_iter()
        .map(|row| TaskRow {
            id: row.id,
            kind: row.kind,
            state: row.state,
            made_on: row.made_on,
            customer_id: row.customer_id.into(),
            customer: row.name,
            customer_number: row.customer_number,
            mobile: row.mobile,
            address: row.address,
            invoice_id: row.invoice_id.into(),
            invoice: row.number,
            due: Money::new(row.due_minor, books),
        })
        .collect();
    Ok((rows, total))
}

/// Closes a call or visit; answers with whose it was. `None`: there is no such open one.
pub async fn close_task(tx: &mut IspTx, id: Uuid, by: &str, note: Option<&str>, at: DateTime<Utc>) -> Result<Option<(CustomerId, String)>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "update dunning_task set state = 'done', closed_at = $3, closed_by = $4, note = $5 where isp_id = $1 and id = $2 and state = 'open'
         returning customer_id, kind",
        isp,
        id,
        at,
        by,
        note
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.customer_id.into(), row.kind)))
}

/// What was done about a customer's bills, newest first.
pub async fn steps_done(tx: &mut IspTx, customer: CustomerId, limit: i64) -> Result<Vec<StepDone>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select e.invoice_id, v.number, e.offset_days, e.action, e.at, e.result from dunning_event e join invoice v on v.isp_id = $1 and v.id = e.invoice_id
         where e.isp_id = $1 and e.customer_id = $2 order by e.at desc, e.offset_days desc limit $3",
        isp,
        customer.0,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(StepDone {
                invoice_id: row.invoice_id.into(),
                invoice: row.number,
                offset_days: row.offset_days,
                action: known(StepAction::from_slug(&row.action), "step", &row.action)?,
                at: row.at,
                result: row.result,
            })
        })
        .collect()
}
