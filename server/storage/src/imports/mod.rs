//! Files of subscribers on their way in: the import itself and the columns remembered for the next file. Its rows have a
//! file of their own; no password is ever stored open.

mod rows;

pub use rows::*;

use crate::error::known;
use crate::{Error, IspTx, Result};
use chrono::{DateTime, Utc};
use domain::imports::{FateTotals, ImportOptions, ImportState, Mapping, Plan};
use domain::{ImportId, PackageId, Problem};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What is needed to take a file in.
#[derive(Clone, Debug)]
pub struct NewImport<'a> {
    pub id: ImportId,
    pub file_name: &'a str,
    pub file_hash: &'a [u8],
    pub header: &'a [String],
    pub signature: &'a str,
    pub mapping: &'a Mapping,
    pub rows: usize,
    pub notes: &'a [Problem],
    pub at: DateTime<Utc>,
}

/// An import as stored.
#[derive(Clone, Debug)]
pub struct Import {
    pub id: ImportId,
    pub file_name: String,
    pub file_hash: Vec<u8>,
    pub header: Vec<String>,
    pub signature: String,
    pub mapping: Mapping,
    pub state: ImportState,
    pub rows: i64,
    pub ready: i64,
    pub unchanged: i64,
    pub wrong: i64,
    pub done: i64,
    pub failed: i64,
    pub options: ImportOptions,
    pub notes: Vec<Problem>,
    pub plan: Plan,
    pub created_packages: Vec<PackageId>,
    pub problem: Option<String>,
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    pub undone_at: Option<DateTime<Utc>>,
}

struct Record {
    id: Uuid,
    file_name: String,
    file_hash: Vec<u8>,
    header: Value,
    header_signature: String,
    mapping: Option<Value>,
    state: String,
    rows: i32,
    ready: i32,
    unchanged: i32,
    wrong: i32,
    done: i32,
    failed: i32,
    options: Value,
    notes: Value,
    plan: Value,
    created_packages: Vec<Uuid>,
    problem: Option<String>,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    undone_at: Option<DateTime<Utc>>,
}

fn json(value: &impl Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| Error::Corrupt(error.to_string()))
}

fn from_json<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(|error| Error::Corrupt(error.to_string()))
}

impl Record {
    fn import(self) -> Result<Import> {
        Ok(Import {
            id: self.id.into(),
            file_name: self.file_name,
            file_hash: self.file_hash,
            header: from_json(self.header)?,
            signature: self.header_signature,
            mapping: self.mapping.map(from_json).transpose()?.unwrap_or_default(),
            state: known(ImportState::from_slug(&self.state), "import state", &self.state)?,
            rows: self.rows.into(),
            ready: self.ready.into(),
            unchanged: self.unchanged.into(),
            wrong: self.wrong.into(),
            done: self.done.into(),
            failed: self.failed.into(),
            options: from_json(self.options)?,
            notes: from_json(self.notes)?,
            plan: from_json(self.plan)?,
            created_packages: self.created_packages.into_iter().map(PackageId).collect(),
            problem: self.problem,
            created_at: self.created_at,
            started_at: self.started_at,
            finished_at: self.finished_at,
            undone_at: self.undone_at,
        })
    }
}

pub async fn create(tx: &mut IspTx, import: &NewImport<'_>) -> Result<()> {
    let (isp, by) = (tx.isp(), tx.caller().actor_id().unwrap_or_default());
    sqlx::query!(
        "insert into import (isp_id, id, file_name, file_hash, header, header_signature, mapping, state, rows, notes, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, 'mapping', $8, $9, $10, $11)",
        isp,
        import.id.0,
        import.file_name,
        import.file_hash,
        json(&import.header)?,
        import.signature,
        json(import.mapping)?,
        import.rows as i32,
        json(&import.notes)?,
        by,
        import.at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn find(tx: &mut IspTx, id: ImportId) -> Result<Option<Import>> {
    let isp = tx.isp();
    let row = sqlx::query_as!(
        Record,
        "select id, file_name, file_hash, header, header_signature, mapping, state, rows, ready, unchanged, wrong, done, failed, options, notes, plan,
           created_packages, problem, created_at, started_at, finished_at, undone_at
         from import where isp_id = $1 and id = $2",
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Record::import).transpose()
}

/// The same, and nobody else works on this import until the transaction ends.
pub async fn lock(tx: &mut IspTx, id: ImportId) -> Result<Option<Import>> {
    let isp = tx.isp();
    sqlx::query!("select id from import where isp_id = $1 and id = $2 for update", isp, id.0).fetch_optional(tx.conn()).await?;
    find(tx, id).await
}

/// The newest imports.
pub async fn list(tx: &mut IspTx, most: i64) -> Result<Vec<Import>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Record,
        "select id, file_name, file_hash, header, header_signature, mapping, state, rows, ready, unchanged, wrong, done, failed, options, notes, plan,
           created_packages, problem, created_at, started_at, finished_at, undone_at
         from import where isp_id = $1 order by created_at desc, id desc limit $2",
        isp,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Record::import).collect()
}

/// The newest other import of the very same file since an instant.
pub async fn same_file(tx: &mut IspTx, import: &Import, since: DateTime<Utc>) -> Result<Option<ImportId>> {
    let isp = tx.isp();
    let id = sqlx::query_scalar!(
        "select id from import where isp_id = $1 and file_hash = $2 and id <> $3 and created_at between $4 and $5 order by created_at desc limit 1",
        isp,
        import.file_hash,
        import.id.0,
        since,
        import.created_at
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id.map(ImportId))
}

/// The columns as they were understood last time a file of this signature came.
pub async fn remembered(tx: &mut IspTx, signature: &str) -> Result<Option<BTreeMap<String, Option<domain::imports::Field>>>> {
    let isp = tx.isp();
    let value = sqlx::query_scalar!("select mapping from import_mapping where isp_id = $1 and header_signature = $2", isp, signature)
        .fetch_optional(tx.conn())
        .await?;
    value.map(from_json).transpose()
}

pub async fn remember(
    tx: &mut IspTx,
    signature: &str,
    mapping: &BTreeMap<String, Option<domain::imports::Field>>,
    at: DateTime<Utc>,
) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into import_mapping (isp_id, header_signature, mapping, used_at) values ($1, $2, $3, $4)
         on conflict (isp_id, header_signature) do update set mapping = $3, used_at = $4",
        isp,
        signature,
        json(mapping)?,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes what a person chose; the rows are about to be judged.
pub async fn choose(tx: &mut IspTx, id: ImportId, mapping: &Mapping, options: &ImportOptions) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update import set state = 'previewing', mapping = $3, options = $4 where isp_id = $1 and id = $2",
        isp,
        id.0,
        json(mapping)?,
        json(options)?
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn finish_preview(tx: &mut IspTx, id: ImportId, plan: &Plan, totals: FateTotals) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update import set state = 'previewed', plan = $3, ready = $4, unchanged = $5, wrong = $6 where isp_id = $1 and id = $2",
        isp,
        id.0,
        json(plan)?,
        totals.new as i32,
        (totals.same + totals.duplicate + totals.blank + totals.skipped) as i32,
        totals.wrong as i32
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Moves an import on; `at` is noted where the state has an instant of its own.
pub async fn set_state(tx: &mut IspTx, id: ImportId, state: ImportState, at: DateTime<Utc>, problem: Option<&str>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update import set state = $3, problem = $5,
           started_at = case when $3 = 'running' then $4 else started_at end,
           finished_at = case when $3 in ('done', 'failed') then $4 else finished_at end,
           undone_at = case when $3 = 'undone' then $4 else undone_at end
         where isp_id = $1 and id = $2",
        isp,
        id.0,
        state.slug(),
        at,
        problem
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Adds to the counters that a page shows while the import runs.
pub async fn progress(tx: &mut IspTx, id: ImportId, done: usize, failed: usize) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update import set done = done + $3, failed = failed + $4 where isp_id = $1 and id = $2",
        isp,
        id.0,
        done as i32,
        failed as i32
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Rows that failed wait again. Answers how many.
pub async fn wait_again(tx: &mut IspTx, id: ImportId) -> Result<u64> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "update import_row set fate = 'new', problems = '[]' where isp_id = $1 and import_id = $2 and fate = 'failed' and parsed is not null",
        isp,
        id.0
    );
    let rows = done.execute(tx.conn()).await?.rows_affected();
    sqlx::query!("update import set failed = failed - $3 where isp_id = $1 and id = $2", isp, id.0, rows as i32).execute(tx.conn()).await?;
    Ok(rows)
}

pub async fn note_packages(tx: &mut IspTx, id: ImportId, created: &[PackageId]) -> Result<()> {
    let isp = tx.isp();
    let created: Vec<Uuid> = created.iter().map(|id| id.0).collect();
    sqlx::query!("update import set created_packages = created_packages || $3 where isp_id = $1 and id = $2", isp, id.0, &created)
        .execute(tx.conn())
        .await?;
    Ok(())
}
