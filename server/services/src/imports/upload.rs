//! Takes a file in: reads it by what it is, stores its rows sealed, guesses or remembers its columns. Nothing of it
//! touches a subscriber yet.

use super::rows;
use crate::{Error, Result, Services, require};
use domain::imports::{Mapping, clean, guess_mapping, header_signature, recall};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{ImportId, Problem};
use integrations::spreadsheet::{self, Table};
use sha2::{Digest, Sha256};
use storage::audit::Change;
use storage::imports::NewImport;
use storage::{IspTx, audit, imports};
use uuid::Uuid;

/// Rows written in one statement.
const CHUNK: usize = 2_000;

/// Rows that come from elsewhere than a file, with columns that are known.
pub(crate) struct NewRows {
    /// Shown where a file's name stands.
    pub name: String,
    pub header: Vec<String>,
    pub mapping: Mapping,
    pub rows: Vec<Vec<String>>,
}

/// The same, sealed for an import that is to be.
pub(crate) struct SealedRows {
    pub id: ImportId,
    name: String,
    header: Vec<String>,
    mapping: Mapping,
    taken: Taken,
}

/// Seals rows; nothing is written.
pub(crate) async fn seal_rows(services: &Services, new: NewRows) -> Result<SealedRows> {
    let id = ImportId(Uuid::now_v7());
    let keys = services.keys.clone();
    let NewRows { name, header, mapping, rows } = new;
    let work = tokio::task::spawn_blocking(move || {
        let mut digest = Sha256::new();
        let (mut numbers, mut sealed) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        for (number, cells) in (1..).zip(&rows) {
            cells.iter().for_each(|cell| digest.update([cell.as_bytes(), &[0]].concat()));
            sealed.push(rows::seal(&keys, id, number, cells)?);
            numbers.push(number);
        }
        let table = Table { header: header.clone(), ..Table::default() };
        Ok::<_, Error>(SealedRows { id, name, header, mapping, taken: Taken { table, numbers, sealed, hash: digest.finalize().to_vec() } })
    });
    work.await.map_err(|fault| Error::Internal(fault.to_string()))?
}

/// Writes them as an import whose columns are named.
pub(crate) async fn store_rows(tx: &mut IspTx, services: &Services, rows: &SealedRows) -> Result<()> {
    let signature = signature(&rows.header);
    let new = NewImport {
        id: rows.id,
        file_name: &rows.name,
        file_hash: &rows.taken.hash,
        header: &rows.header,
        signature: &signature,
        mapping: &rows.mapping,
        rows: rows.taken.numbers.len(),
        notes: &[],
        at: services.now(),
    };
    store(tx, services, &new, &rows.taken).await
}

async fn store(tx: &mut IspTx, services: &Services, new: &NewImport<'_>, taken: &Taken) -> Result<()> {
    imports::create(tx, new).await?;
    for (numbers, cells) in taken.numbers.chunks(CHUNK).zip(taken.sealed.chunks(CHUNK)) {
        imports::add_rows(tx, new.id, numbers, cells).await?;
    }
    let after = serde_json::json!({ "file": new.file_name, "rows": taken.numbers.len() });
    let change =
        Change { action: "imports.upload", object_kind: "import", object_id: Some(new.id.0), after: Some(after), ..Change::default() };
    Ok(audit::record(tx, services.now(), change).await?)
}

struct Taken {
    table: Table,
    numbers: Vec<i32>,
    sealed: Vec<Vec<u8>>,
    hash: Vec<u8>,
}

/// Stores a file and answers with the id of its import. A file that cannot be read is refused with the reason.
pub async fn upload(services: &Services, caller: &Caller, file_name: &str, bytes: Vec<u8>) -> Result<ImportId> {
    require(caller, Permission::CustomersImport)?;
    let id = ImportId(Uuid::now_v7());
    let taken = take_in(services, id, bytes).await?;
    let signature = signature(&taken.table.header);
    let mut tx = services.begin(caller).await?;
    let remembered = imports::remembered(&mut tx, &signature).await?;
    let mapping: Mapping = match &remembered {
        Some(remembered) => recall(&taken.table.header, remembered),
        None => guess_mapping(&taken.table.header),
    };
    let mut notes = taken.table.notes.clone();
    if remembered.is_some() {
        notes.push(Problem::new("file", "import-mapping-remembered"));
    }
    let file_name = base_name(file_name);
    let now = services.now();
    let new = NewImport {
        id,
        file_name: &file_name,
        file_hash: &taken.hash,
        header: &taken.table.header,
        signature: &signature,
        mapping: &mapping,
        rows: taken.numbers.len(),
        notes: &notes,
        at: now,
    };
    store(&mut tx, services, &new, &taken).await?;
    tx.commit().await?;
    Ok(id)
}

/// Reading and sealing take processor time and meet files made to harm: off the threads that serve pages, and a fault
/// in a library's parser ends this file, not the process.
async fn take_in(services: &Services, id: ImportId, bytes: Vec<u8>) -> Result<Taken> {
    let keys = services.keys.clone();
    let work = tokio::task::spawn_blocking(move || {
        let table = spreadsheet::read(&bytes).map_err(|error| Error::Invalid(vec![error.problem()]))?;
        let mut numbers = Vec::with_capacity(table.rows.len());
        let mut sealed = Vec::with_capacity(table.rows.len());
        for (number, cells) in &table.rows {
            let number = number.cast_signed();
            sealed.push(rows::seal(&keys, id, number, cells)?);
            numbers.push(number);
        }
        let hash = Sha256::digest(&bytes).to_vec();
        Ok(Taken { table: Table { rows: Vec::new(), ..table }, numbers, sealed, hash })
    });
    match work.await {
        Ok(taken) => taken,
        Err(fault) => {
            tracing::error!(%fault, "a file broke its reader");
            Err(Error::Invalid(vec![Problem::new("file", "import-file-damaged")]))
        }
    }
}

/// Column names may be long; what is stored as a key is their digest.
pub(super) fn signature(header: &[String]) -> String {
    let digest = Sha256::digest(header_signature(header).as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The name without the folders that some browsers send along.
fn base_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = clean(name).chars().take(200).collect();
    if name.is_empty() { "list".into() } else { name }
}
