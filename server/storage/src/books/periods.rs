//! Months of the books: which are closed, who asked to reopen one. The trigger on the journal keeps entries out of
//! them; here they are only shut and opened.

use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::ApprovalId;
use domain::books::{PeriodRow, Reopening};

/// Every month from that of the first entry to that of `today`, newest first, with the request to reopen it that waits.
pub async fn list(tx: &mut IspTx, today: NaiveDate, now: DateTime<Utc>) -> Result<Vec<PeriodRow>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select m::date as "month!",
             (select count(*) from journal_entry e where e.isp_id = $1 and e.business_date >= m::date and e.business_date < (m + interval '1 month')::date)
               as "entries!",
             p.closed_at as "closed_at?", p.closed_by_name as "closed_by_name?", r.id as "reopening_id?", r.reason as "reason?",
             r.maker_id as "asked_by?", r.maker_name as "asked_by_name?"
           from generate_series(
             date_trunc('month', coalesce((select min(business_date) from journal_entry where isp_id = $1), $2::date)::timestamp),
             $2::date::timestamp, interval '1 month') m
           left join ledger_period p on p.isp_id = $1 and p.month = m::date
           left join approval_request r on r.isp_id = $1 and r.kind = 'ledger_reopen' and r.state = 'pending' and r.expires_at > $3
             and r.payload ->> 'month' = m::date::text
           order by m desc"#,
        isp,
        today,
        now
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
                (Some(id), Some(reason), Some(asked_by), Some(asked_by_name)) => {
                    Some(Reopening { id: id.into(), reason, asked_by, asked_by_name })
                }
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

/// The request to reopen a month that nobody decided yet: which, and until when it holds.
pub async fn waiting(tx: &mut IspTx, month: NaiveDate) -> Result<Option<(ApprovalId, DateTime<Utc>)>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select id, expires_at from approval_request
         where isp_id = $1 and kind = 'ledger_reopen' and state = 'pending' and payload ->> 'month' = $2::date::text for update",
        isp,
        month
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.id.into(), row.expires_at)))
}
