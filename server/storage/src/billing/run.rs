//! The row of a run: what it did and what it could not do.

use crate::db::currency;
use crate::{Error, IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::billing::RunRow;
use domain::{BillingRunId, CustomerId, Money, ServiceId};
use uuid::Uuid;

/// Opens the run of a business day, or finds the one that is there.
pub async fn open_run(tx: &mut IspTx, on: NaiveDate, at: DateTime<Utc>, currency: domain::Currency) -> Result<BillingRunId> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into billing_run (isp_id, id, business_date, state, started_at, currency) values ($1, $2, $3, 'running', $4, $5) on conflict do nothing",
        isp,
        Uuid::now_v7(),
        on,
        at,
        currency.code()
    )
    .execute(tx.conn())
    .await?;
    let id = sqlx::query_scalar!("select id from billing_run where isp_id = $1 and business_date = $2 and kind = 'cycle'", isp, on)
        .fetch_one(tx.conn())
        .await?;
    Ok(id.into())
}

/// Adds what a batch did to its run.
pub async fn count_in_run(tx: &mut IspTx, run: BillingRunId, invoices: i64, total_minor: i64) -> Result<()> {
    let isp = tx.isp();
    let invoices = i32::try_from(invoices).map_err(|_| Error::Corrupt("invoices of a batch".into()))?;
    sqlx::query!(
        "update billing_run set invoices = invoices + $3, total_minor = total_minor + $4 where isp_id = $1 and id = $2",
        isp,
        run.0,
        invoices,
        total_minor
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Closes a run; its problems are counted from their rows. A second close changes nothing but the time of the first.
pub async fn close_run(tx: &mut IspTx, run: BillingRunId, at: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update billing_run r set state = 'done', finished_at = coalesce(finished_at, $3),
           problems = (select count(*) from billing_run_problem p where p.isp_id = $1 and p.run_id = $2)
         where isp_id = $1 and id = $2",
        isp,
        run.0,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Says that a run that was closed goes on: somebody asked for its day again.
pub async fn reopen_run(tx: &mut IspTx, run: BillingRunId) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update billing_run set state = 'running', finished_at = null where isp_id = $1 and id = $2", isp, run.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Notes why a service could not be billed in this run.
pub async fn note_problem(tx: &mut IspTx, run: BillingRunId, service: ServiceId, problem: &str) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into billing_run_problem (isp_id, run_id, service_id, problem) values ($1, $2, $3, $4)
         on conflict (isp_id, run_id, service_id) do update set problem = $4",
        isp,
        run.0,
        service.0,
        problem
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

struct Run {
    id: Uuid,
    business_date: NaiveDate,
    state: String,
    started_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    invoices: i32,
    total_minor: i64,
    problems: i32,
    currency: String,
}

impl Run {
    fn row(self) -> Result<RunRow> {
        Ok(RunRow {
            id: self.id.into(),
            business_date: self.business_date,
            state: self.state,
            started_at: self.started_at,
            finished_at: self.finished_at,
            invoices: self.invoices,
            total: Money::new(self.total_minor, currency(&self.currency)?),
            problems: self.problems,
        })
    }
}

/// The last runs, newest business day first.
pub async fn runs(tx: &mut IspTx, limit: i64) -> Result<Vec<RunRow>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Run,
        "select id, business_date, state, started_at, finished_at, invoices, total_minor, problems, currency from billing_run
         where isp_id = $1 order by business_date desc, started_at desc limit $2",
        isp,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Run::row).collect()
}

pub async fn find_run(tx: &mut IspTx, id: BillingRunId) -> Result<Option<RunRow>> {
    let isp = tx.isp();
    let row = sqlx::query_as!(
        Run,
        "select id, business_date, state, started_at, finished_at, invoices, total_minor, problems, currency from billing_run where isp_id = $1 and id = $2",
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Run::row).transpose()
}

/// What could not be billed in a run: service, customer, user name, why.
pub async fn problems(tx: &mut IspTx, run: BillingRunId) -> Result<Vec<(ServiceId, CustomerId, String, String, String)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select p.service_id, s.customer_id, c.name, s.username, p.problem from billing_run_problem p
         join service s on s.isp_id = $1 and s.id = p.service_id join customer c on c.isp_id = $1 and c.id = s.customer_id
         where p.isp_id = $1 and p.run_id = $2 order by c.name limit 1000",
        isp,
        run.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.service_id.into(), row.customer_id.into(), row.name, row.username, row.problem)).collect())
}
