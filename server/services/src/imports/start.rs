//! The irreversible steps: a person has seen the preview and says go, or takes an import back. Both only note the wish
//! and leave the work to a job, in one transaction.

use super::finish::finish;
use super::{in_state, undo_until};
use crate::router_imports::know_packages;
use crate::{Error, Result, Services, require};
use domain::imports::ImportState;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{ImportId, Problem};
use storage::audit::Change;
use storage::{IspTx, audit, imports, jobs};

/// Starts the import of the rows that the preview calls new.
pub async fn start(services: &Services, caller: &Caller, id: ImportId) -> Result<()> {
    require(caller, Permission::CustomersImport)?;
    let mut tx = services.begin(caller).await?;
    let import = imports::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    in_state(&import, &[ImportState::Previewed])?;
    if import.ready == 0 {
        return Err(Error::Conflict(Problem::new("", "import-problem-nothing-new")));
    }
    know_packages(&mut tx, id).await?;
    hand_over(services, &mut tx, id, ImportState::Running, "imports.start", "import.run").await?;
    Ok(tx.commit().await?)
}

/// Stops an import after the rows at hand. What came in stays, the rest waits.
pub async fn cancel(services: &Services, caller: &Caller, id: ImportId) -> Result<()> {
    require(caller, Permission::CustomersImport)?;
    let mut tx = services.begin(caller).await?;
    let import = imports::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    in_state(&import, &[ImportState::Running])?;
    finish(services, &mut tx, id, ImportState::Done).await?;
    let change = Change { action: "imports.cancel", object_kind: "import", object_id: Some(id.0), ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// Goes on with what a stopped import left, and tries again what failed.
pub async fn go_on(services: &Services, caller: &Caller, id: ImportId) -> Result<()> {
    require(caller, Permission::CustomersImport)?;
    let mut tx = services.begin(caller).await?;
    let import = imports::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    in_state(&import, &[ImportState::Done, ImportState::Failed])?;
    imports::wait_again(&mut tx, id).await?;
    if imports::totals(&mut tx, id).await?.new == 0 {
        return Err(Error::Conflict(Problem::new("", "import-problem-nothing-new")));
    }
    hand_over(services, &mut tx, id, ImportState::Running, "imports.go_on", "import.run").await?;
    Ok(tx.commit().await?)
}

/// Takes an import back, as far as nobody has used what it made.
pub async fn start_undo(services: &Services, caller: &Caller, id: ImportId) -> Result<()> {
    require(caller, Permission::CustomersImport)?;
    let mut tx = services.begin(caller).await?;
    let import = imports::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    in_state(&import, &[ImportState::Done])?;
    if undo_until(&import, services.now()).is_none() {
        return Err(Error::Conflict(Problem::new("", "import-problem-undo-late")));
    }
    hand_over(services, &mut tx, id, ImportState::Undoing, "imports.undo", "import.undo").await?;
    Ok(tx.commit().await?)
}

async fn hand_over(services: &Services, tx: &mut IspTx, id: ImportId, state: ImportState, action: &str, task: &str) -> Result<()> {
    let now = services.now();
    imports::set_state(tx, id, state, now, None).await?;
    let change = Change { action, object_kind: "import", object_id: Some(id.0), ..Change::default() };
    audit::record(tx, now, change).await?;
    let payload = serde_json::json!({ "isp_id": tx.isp_id(), "import_id": id });
    Ok(jobs::enqueue(tx, task, payload, Some(&format!("{task}:{id}"))).await?)
}
