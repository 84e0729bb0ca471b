//! Exports of many invoices: what was asked for, which documents are done, what came out. They are thrown away when
//! their time is over.

use crate::documents::paper;
use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::InvoiceId;
use domain::billing::InvoiceFilter;
use domain::documents::{BatchFormat, BatchProblem, BatchRow, Paper};
use sqlx::QueryBuilder;
use uuid::Uuid;

/// What somebody asked for.
#[derive(Clone, Debug)]
pub struct NewBatch<'a> {
    pub id: Uuid,
    pub format: BatchFormat,
    pub paper: Paper,
    pub language: &'a str,
    pub base: &'a str,
    pub at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// Opens an export of all invoices that match, in the order of their numbers, and answers with how many they are.
pub async fn open(tx: &mut IspTx, batch: &NewBatch<'_>, filter: &InvoiceFilter, today: NaiveDate) -> Result<i64> {
    let (isp, caller) = (tx.isp(), tx.caller().clone());
    sqlx::query!(
        "insert into document_batch (isp_id, id, format, paper, language, base, state, total, owner_path, created_by, by_name, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, 'running', 0, $7, $8, $9, $10, $11)",
        isp,
        batch.id,
        batch.format.slug(),
        batch.paper.slug(),
        batch.language,
        batch.base,
        caller.owner_path.clone().or_else(|| caller.bounds.is_held().then(|| "/".into())),
        caller.actor_id(),
        caller.actor_name(),
        batch.at,
        batch.expires_at
    )
    .execute(tx.conn())
    .await?;
    let mut items = QueryBuilder::new("insert into document_batch_item (isp_id, batch_id, position, invoice_id) select v.isp_id, ");
    items.push_bind(batch.id).push(", (row_number() over (order by v.issued_on, v.number))::int, v.id from invoice v");
    items.push(" join customer c on c.isp_id = v.isp_id and c.id = v.customer_id");
    crate::invoices::conditions(&mut items, isp, filter, None, today);
    let total = items.build().execute(tx.conn()).await?.rows_affected();
    let total = i64::try_from(total).unwrap_or(i64::MAX);
    sqlx::query("update document_batch set total = $3 where isp_id = $1 and id = $2")
        .bind(isp)
        .bind(batch.id)
        .bind(total)
        .execute(tx.conn())
        .await?;
    Ok(total)
}

/// What the work needs to know of an export.
#[derive(Clone, Debug)]
pub struct Batch {
    pub format: BatchFormat,
    pub paper: Paper,
    pub language: String,
    pub base: String,
    pub state: String,
    pub owner_path: Option<String>,
    pub created_at: DateTime<Utc>,
}

pub async fn find(tx: &mut IspTx, id: Uuid) -> Result<Option<Batch>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select format, paper, language, base, state, owner_path, created_at from document_batch where isp_id = $1 and id = $2",
        isp,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        Ok(Batch {
            format: known(BatchFormat::from_slug(&row.format), "format", &row.format)?,
            paper: paper(&row.paper)?,
            language: row.language,
            base: row.base,
            state: row.state,
            owner_path: row.owner_path,
            created_at: row.created_at,
        })
    })
    .transpose()
}

/// Exports that were not thrown away yet, newest first, or one of them.
pub async fn rows(tx: &mut IspTx, one: Option<Uuid>, now: DateTime<Utc>) -> Result<Vec<BatchRow>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select b.id, format, paper, language, state, total::bigint as "total!", by_name, created_at, expires_at,
             (select count(*) from document_batch_item i where i.isp_id = $1 and i.batch_id = b.id and i.state = 'done') as "done!",
             (select count(*) from document_batch_item i where i.isp_id = $1 and i.batch_id = b.id and i.state = 'failed') as "failed!"
           from document_batch b where isp_id = $1 and ($2::uuid is null or id = $2) and expires_at > $3 order by created_at desc limit 50"#,
        isp,
        one,
        now
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(BatchRow {
                id: row.id,
                format: known(BatchFormat::from_slug(&row.format), "format", &row.format)?,
                paper: paper(&row.paper)?,
                language: row.language,
                state: row.state,
                total: row.total,
                done: row.done,
                failed: row.failed,
                by: row.by_name,
                created_at: row.created_at,
                expires_at: row.expires_at,
            })
        })
        .collect()
}

/// The next documents of an export that nobody has done yet: position and invoice.
pub async fn waiting(tx: &mut IspTx, id: Uuid, limit: i64) -> Result<Vec<(i32, InvoiceId)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select position, invoice_id from document_batch_item where isp_id = $1 and batch_id = $2 and state = 'waiting' order by position limit $3",
        isp,
        id,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.position, row.invoice_id.into())).collect())
}

/// All documents of an export that were not refused, in order.
pub async fn wanted(tx: &mut IspTx, id: Uuid) -> Result<Vec<(i32, InvoiceId)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select position, invoice_id from document_batch_item where isp_id = $1 and batch_id = $2 and state <> 'failed' order by position",
        isp,
        id
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.position, row.invoice_id.into())).collect())
}

/// What became of one document.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub position: i32,
    pub pdf: Option<Vec<u8>>,
    pub problem: Option<String>,
}

pub async fn set_outcomes(tx: &mut IspTx, id: Uuid, outcomes: &[Outcome]) -> Result<()> {
    let isp = tx.isp();
    let positions: Vec<_> = outcomes.iter().map(|outcome| outcome.position).collect();
    let pdfs: Vec<_> = outcomes.iter().map(|outcome| outcome.pdf.as_deref()).collect();
    let problems: Vec<_> = outcomes.iter().map(|outcome| outcome.problem.as_deref()).collect();
    sqlx::query!(
        "update document_batch_item i set pdf = v.pdf, problem = v.problem, state = case when v.problem is null then 'done' else 'failed' end
         from unnest($3::int[], $4::bytea[], $5::text[]) as v (position, pdf, problem)
         where i.isp_id = $1 and i.batch_id = $2 and i.position = v.position",
        isp,
        id,
        &positions,
        &pdfs as &[Option<&[u8]>],
        &problems as &[Option<&str>]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Closes an export: with its one file, or with what its documents hold themselves.
pub async fn close(tx: &mut IspTx, id: Uuid, state: &str, result: Option<&[u8]>, at: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update document_batch set state = $3, result = $4, finished_at = $5 where isp_id = $1 and id = $2",
        isp,
        id,
        state,
        result,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The one file of an export that makes one.
pub async fn result(tx: &mut IspTx, id: Uuid) -> Result<Option<Vec<u8>>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!("select result from document_batch where isp_id = $1 and id = $2", isp, id)
        .fetch_optional(tx.conn())
        .await?
        .flatten())
}

/// Documents of an archive after a position: position, number of the invoice, its PDF.
pub async fn pdfs_after(tx: &mut IspTx, id: Uuid, after: i32, limit: i64) -> Result<Vec<(i32, String, Vec<u8>)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select i.position, v.number, i.pdf as "pdf!" from document_batch_item i join invoice v on v.isp_id = $1 and v.id = i.invoice_id
           where i.isp_id = $1 and i.batch_id = $2 and i.position > $3 and i.pdf is not null order by i.position limit $4"#,
        isp,
        id,
        after,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.position, row.number, row.pdf)).collect())
}

/// What was left out, at most 200.
pub async fn problems(tx: &mut IspTx, id: Uuid) -> Result<Vec<BatchProblem>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select i.invoice_id, v.number, coalesce(i.problem, '') as "problem!" from document_batch_item i
           join invoice v on v.isp_id = $1 and v.id = i.invoice_id
           where i.isp_id = $1 and i.batch_id = $2 and i.state = 'failed' order by i.position limit 200"#,
        isp,
        id
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| BatchProblem { invoice: row.invoice_id.into(), number: row.number, problem: row.problem }).collect())
}

/// Throws away what has outlived its time.
pub async fn delete_expired(tx: &mut IspTx, now: DateTime<Utc>) -> Result<u64> {
    let isp = tx.isp();
    Ok(sqlx::query!("delete from document_batch where isp_id = $1 and expires_at <= $2", isp, now)
        .execute(tx.conn())
        .await?
        .rows_affected())
}
