//! What the pages of imports show. Passwords are dots before anything leaves here.

use super::{rows, undo_until};
use crate::{Error, Result, Services, require};
use chrono::{DateTime, TimeDelta, Utc};
use domain::customers::{Page, Paging};
use domain::imports::{ColumnView, Fate, ImportSummary, MappingView, PreviewRow};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{ImportId, Problem};
use storage::imports::{Import, StoredRow};
use storage::{IspTx, imports};

/// Imports in the list.
const MOST_LISTED: i64 = 200;
/// Rows looked at for examples, and examples shown.
const SAMPLE_ROWS: i64 = 40;
const SAMPLES: usize = 3;
/// The same file within this time is worth a warning.
const SAME_FILE_HOURS: i64 = 24;

/// The newest imports.
pub async fn list(services: &Services, caller: &Caller) -> Result<Vec<ImportSummary>> {
    require(caller, Permission::CustomersImport)?;
    let mut tx = services.begin(caller).await?;
    let found = imports::list(&mut tx, MOST_LISTED).await?;
    let now = services.now();
    Ok(found.iter().map(|import| summary(import, now)).collect())
}

fn summary(import: &Import, now: DateTime<Utc>) -> ImportSummary {
    ImportSummary {
        id: import.id,
        file_name: import.file_name.clone(),
        state: import.state,
        rows: import.rows,
        ready: import.ready,
        unchanged: import.unchanged,
        wrong: import.wrong,
        done: import.done,
        failed: import.failed,
        created_at: import.created_at,
        started_at: import.started_at,
        finished_at: import.finished_at,
        undone_at: import.undone_at,
        undo_until: undo_until(import, now),
        problem: import.problem.as_deref().map(|key| Problem::new("", key)),
    }
}

/// One import: its columns with examples, what was chosen, what all rows came to.
pub async fn get(services: &Services, caller: &Caller, id: ImportId) -> Result<MappingView> {
    require(caller, Permission::CustomersImport)?;
    let mut tx = services.begin(caller).await?;
    let import = imports::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let since = import.created_at - TimeDelta::hours(SAME_FILE_HOURS);
    let same_file = imports::same_file(&mut tx, &import, since).await?;
    let totals = imports::totals(&mut tx, id).await?;
    let columns = columns(services, &mut tx, &import).await?;
    let remembered = import.notes.iter().any(|note| note.key == "import-mapping-remembered");
    Ok(MappingView {
        columns,
        remembered,
        same_file,
        totals,
        import: summary(&import, services.now()),
        options: import.options,
        notes: import.notes,
        readings: import.plan.readings,
        new_packages: import.plan.new_packages,
    })
}

async fn columns(services: &Services, tx: &mut IspTx, import: &Import) -> Result<Vec<ColumnView>> {
    let mask = rows::Mask::new(&import.header, &import.mapping);
    let mut columns: Vec<ColumnView> =
        import.header.iter().map(|header| ColumnView { header: header.clone(), samples: Vec::new(), field: None }).collect();
    for (column, field) in columns.iter_mut().zip(&import.mapping) {
        column.field = *field;
    }
    for (number, sealed) in imports::cells_after(tx, import.id, i32::MIN, SAMPLE_ROWS).await? {
        let cells = mask.apply(rows::open(&services.keys, import.id, number, &sealed)?);
        for (column, cell) in columns.iter_mut().zip(cells) {
            if column.samples.len() < SAMPLES && !cell.trim().is_empty() && !column.samples.contains(&cell) {
                column.samples.push(cell.chars().take(60).collect());
            }
        }
    }
    Ok(columns)
}

/// Rows with their fates, in the order of the file; no fates means all.
pub async fn preview_rows(services: &Services, caller: &Caller, id: ImportId, fates: &[Fate], paging: Paging) -> Result<Page<PreviewRow>> {
    require(caller, Permission::CustomersImport)?;
    let mut tx = services.begin(caller).await?;
    let import = imports::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let totals = imports::totals(&mut tx, id).await?;
    let total = if fates.is_empty() {
        totals.rows()
    } else {
        Fate::ALL.iter().filter(|fate| fates.contains(fate)).map(|fate| totals.of(*fate)).sum()
    };
    let stored = imports::rows(&mut tx, id, fates, paging.size, paging.offset()).await?;
    let mask = rows::Mask::new(&import.header, &import.mapping);
    let view = |row: StoredRow| {
        let cells = mask.apply(rows::open(&services.keys, id, row.row_number, &row.cells_sealed)?);
        let row_number = row.row_number.cast_unsigned();
        Ok(PreviewRow { row_number, fate: row.fate, cells, parsed: row.parsed, problems: row.problems, customer_id: row.customer_id })
    };
    let rows = stored.into_iter().map(view).collect::<Result<Vec<_>>>()?;
    Ok(Page { rows, total, page: paging.page, size: paging.size })
}
