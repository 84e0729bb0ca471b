//! The rows of an import: sealed cells, what each was understood as, and what became of it.

use super::{from_json, json};
use crate::error::known;
use crate::{IspTx, Result};
use domain::imports::{Fate, FateTotals};
use domain::{CustomerId, ImportId, Problem, ServiceId};
use serde_json::Value;
use uuid::Uuid;

/// Writes rows nobody has read yet: their numbers in the file and their sealed cells.
pub async fn add_rows(tx: &mut IspTx, id: ImportId, numbers: &[i32], cells: &[Vec<u8>]) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into import_row (isp_id, import_id, row_number, cells_sealed, fate)
         select $1, $2, n, c, 'unread' from unnest($3::integer[], $4::bytea[]) as r (n, c)",
        isp,
        id.0,
        numbers,
        cells
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A row with its cells still sealed.
#[derive(Clone, Debug)]
pub struct StoredRow {
    pub row_number: i32,
    pub cells_sealed: Vec<u8>,
    pub fate: Fate,
    pub parsed: Option<domain::imports::ParsedRow>,
    pub problems: Vec<Problem>,
    pub customer_id: Option<CustomerId>,
}

struct RowRecord {
    row_number: i32,
    cells_sealed: Vec<u8>,
    fate: String,
    parsed: Option<Value>,
    problems: Value,
    customer_id: Option<Uuid>,
}

impl RowRecord {
    fn row(self) -> Result<StoredRow> {
        Ok(StoredRow {
            row_number: self.row_number,
            cells_sealed: self.cells_sealed,
            fate: known(Fate::from_slug(&self.fate), "fate", &self.fate)?,
            parsed: self.parsed.map(from_json).transpose()?,
            problems: from_json(self.problems)?,
            customer_id: self.customer_id.map(CustomerId),
        })
    }
}

/// Number and sealed cells of the rows after one, in the order of the file.
pub async fn cells_after(tx: &mut IspTx, id: ImportId, after: i32, most: i64) -> Result<Vec<(i32, Vec<u8>)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select row_number, cells_sealed from import_row where isp_id = $1 and import_id = $2 and row_number > $3 order by row_number limit $4",
        isp,
        id.0,
        after,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.row_number, row.cells_sealed)).collect())
}

/// Rows of some fates in the order of the file; no fates means all.
pub async fn rows(tx: &mut IspTx, id: ImportId, fates: &[Fate], most: i64, offset: i64) -> Result<Vec<StoredRow>> {
    let isp = tx.isp();
    let fates: Vec<String> = fates.iter().map(|fate| fate.slug().to_string()).collect();
    let rows = sqlx::query_as!(
        RowRecord,
        "select row_number, cells_sealed, fate, parsed, problems, customer_id from import_row
         where isp_id = $1 and import_id = $2 and (cardinality($3::text[]) = 0 or fate = any($3)) order by row_number limit $4 offset $5",
        isp,
        id.0,
        &fates,
        most,
        offset
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(RowRecord::row).collect()
}

/// The next rows to be created, in the order of the file.
pub async fn waiting(tx: &mut IspTx, id: ImportId, most: i64) -> Result<Vec<StoredRow>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        RowRecord,
        "select row_number, cells_sealed, fate, parsed, problems, customer_id from import_row
         where isp_id = $1 and import_id = $2 and fate = 'new' order by row_number limit $3",
        isp,
        id.0,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(RowRecord::row).collect()
}

/// How many rows have which fate.
pub async fn totals(tx: &mut IspTx, id: ImportId) -> Result<FateTotals> {
    let isp = tx.isp();
    let rows =
        sqlx::query!(r#"select fate, count(*) as "rows!" from import_row where isp_id = $1 and import_id = $2 group by fate"#, isp, id.0)
            .fetch_all(tx.conn())
            .await?;
    let mut totals = FateTotals::default();
    for row in rows {
        totals.set(known(Fate::from_slug(&row.fate), "fate", &row.fate)?, row.rows);
    }
    Ok(totals)
}

/// What was decided for a row.
#[derive(Clone, Debug)]
pub struct RowFate {
    pub row_number: i32,
    pub fate: Fate,
    pub parsed: Option<domain::imports::ParsedRow>,
    pub problems: Vec<Problem>,
}

/// Writes the fates of rows, over whatever stood there.
pub async fn store_fates(tx: &mut IspTx, id: ImportId, rows: &[RowFate]) -> Result<()> {
    let isp = tx.isp();
    let numbers: Vec<i32> = rows.iter().map(|row| row.row_number).collect();
    let fates: Vec<String> = rows.iter().map(|row| row.fate.slug().to_string()).collect();
    let parsed = rows.iter().map(|row| row.parsed.as_ref().map_or(Ok(Value::Null), json)).collect::<Result<Vec<Value>>>()?;
    let problems = rows.iter().map(|row| json(&row.problems)).collect::<Result<Vec<Value>>>()?;
    sqlx::query!(
        "update import_row r set fate = u.fate, parsed = nullif(u.parsed, 'null'::jsonb), problems = u.problems
         from unnest($3::integer[], $4::text[], $5::jsonb[], $6::jsonb[]) as u (row_number, fate, parsed, problems)
         where r.isp_id = $1 and r.import_id = $2 and r.row_number = u.row_number",
        isp,
        id.0,
        &numbers,
        &fates,
        &parsed,
        &problems
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Rows that became customers.
pub async fn mark_created(tx: &mut IspTx, id: ImportId, rows: &[(i32, CustomerId, ServiceId)]) -> Result<()> {
    let isp = tx.isp();
    let numbers: Vec<i32> = rows.iter().map(|row| row.0).collect();
    let customers: Vec<Uuid> = rows.iter().map(|row| row.1.0).collect();
    let services: Vec<Uuid> = rows.iter().map(|row| row.2.0).collect();
    sqlx::query!(
        "update import_row r set fate = 'created', customer_id = u.customer_id, service_id = u.service_id
         from unnest($3::integer[], $4::uuid[], $5::uuid[]) as u (row_number, customer_id, service_id)
         where r.isp_id = $1 and r.import_id = $2 and r.row_number = u.row_number and r.fate = 'new'",
        isp,
        id.0,
        &numbers,
        &customers,
        &services
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A row that could not be written, if it still waits. `false` when somebody else dealt with it.
pub async fn mark_failed(tx: &mut IspTx, id: ImportId, row_number: i32, problems: &[Problem]) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "update import_row set fate = 'failed', problems = $4 where isp_id = $1 and import_id = $2 and row_number = $3 and fate = 'new'",
        isp,
        id.0,
        row_number,
        json(&problems)?
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Rows that were undone or had to be kept.
pub async fn mark_undone(tx: &mut IspTx, id: ImportId, numbers: &[i32], fate: Fate) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update import_row set fate = $4 where isp_id = $1 and import_id = $2 and row_number = any($3) and fate = 'created'",
        isp,
        id.0,
        numbers,
        fate.slug()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
