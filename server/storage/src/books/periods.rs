//! Months of the books: which are closed, who asked to reopen one. The trigger on the journal keeps entries out of
//! them; here they are only shut and opened.

use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::books::{PeriodRow, Reopening};
use uuid::Uuid;

/// Every month from that of the first entry to that of `today`, newest first.
pub async fn list(tx: &mut IspTx, today: NaiveDate) -> Result<Vec<PeriodRow>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select m::date as "month!",
             (select count(*) from journal_entry e where e.isp_id = $1 and e.business_date >= m::date and e.business_date < (m + interval '1 month')::date)
               as "entries!",
             p.closed_at as "closed_at?", p.closed_by_name as "closed_by_name?", r.id as "reopening_id?", r.reason as "reason?",
             r.asked_by as "asked_by?", r.asked_by_name as "asked_by_name?"
           from generate_series(
             date_trunc('month', coalesce((select min(business_date) from journal_entry where isp_id = $1), $2::date)::timestamp),
             $2::date::timestamp, interval '1 month') m
           left join ledger_period p on p.isp_id = $1 and p.month = m::date
           left join ledger_reopening r on r.isp_id = $1 and r.month = m::date and r.state = 'asked'
           order by m desc"#,
        isp,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| PeriodRow {
            month: row.month,
            entries: row.entries,
            closed_at: row.closed_at,
            closed_by_name: row.closed_by_name,
            reopening: match (row.reopening_id, row.reason, row.asked_by, row.asked_by_name) {
                (Some(id), Some(reason), Some(asked_by), Some(asked_by_name)) => Some(Reopening { id, reason, asked_by, asked_by_name }),
                _ => None,
            },
        })
        .collect())
}

/// Holds back everybody who posts until this transaction ends.
pub async fn hold(tx: &mut IspTx) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("select pg_advisory_xact_lock(ledger_closing_lock($1))", isp).fetch_one(tx.conn()).await?;
    Ok(())
}

/// The last month that is closed.
pub async fn last_closed(tx: &mut IspTx) -> Result<Option<NaiveDate>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!("select max(month) from ledger_period where isp_id = $1", isp).fetch_one(tx.conn()).await?)
}

/// The month of the first entry.
pub async fn first_month(tx: &mut IspTx) -> Result<Option<NaiveDate>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!("select date_trunc('month', min(business_date)::timestamp)::date from journal_entry where isp_id = $1", isp)
        .fetch_one(tx.conn())
        .await?)
}

pub async fn close(tx: &mut IspTx, month: NaiveDate, at: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    let (by, name) = (tx.caller().actor_id(), tx.caller().actor_name().to_string());
    sqlx::query!(
        "insert into ledger_period (isp_id, month, closed_at, closed_by, closed_by_name) values ($1, $2, $3, $4, $5)",
        isp,
        month,
        at,
        by,
        name
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn reopen(tx: &mut IspTx, month: NaiveDate) -> Result<bool> {
    let isp = tx.isp();
    let gone = sqlx::query!("delete from ledger_period where isp_id = $1 and month = $2", isp, month).execute(tx.conn()).await?;
    Ok(gone.rows_affected() == 1)
}

/// Somebody asks; `ledger_reopening_asked_key` refuses a second request for the same month.
pub async fn ask(tx: &mut IspTx, id: Uuid, month: NaiveDate, reason: &str, by: Uuid, at: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    let name = tx.caller().actor_name().to_string();
    sqlx::query!(
        "insert into ledger_reopening (isp_id, id, month, reason, state, asked_by, asked_by_name, asked_at) values ($1, $2, $3, $4, 'asked', $5, $6, $7)",
        isp,
        id,
        month,
        reason,
        by,
        name,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A request that waits, locked: month, who asked, when.
pub async fn lock_request(tx: &mut IspTx, id: Uuid) -> Result<Option<(NaiveDate, Uuid, DateTime<Utc>)>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select month, asked_by, asked_at from ledger_reopening where isp_id = $1 and id = $2 and state = 'asked' for update",
        isp,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.month, row.asked_by, row.asked_at)))
}

pub async fn decide(tx: &mut IspTx, id: Uuid, granted: bool, by: Uuid, at: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    let name = tx.caller().actor_name().to_string();
    sqlx::query!(
        "update ledger_reopening set state = $3, decided_by = $4, decided_by_name = $5, decided_at = $6 where isp_id = $1 and id = $2",
        isp,
        id,
        if granted { "granted" } else { "refused" },
        by,
        name,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
