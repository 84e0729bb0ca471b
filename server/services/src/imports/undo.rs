//! Takes back what an import made and nobody has used: customers, their lines, and packages that only it had needed.
//! Whoever got a bill, a payment, a session or a change stays, and his row says so.

use super::finish::finish;
use crate::{Error, Result, Services, require};
use domain::ImportId;
use domain::imports::{Fate, ImportState};
use domain::people::Caller;
use domain::rights::Permission;
use storage::customers_bulk::Imported;
use storage::{customers_bulk, imports};

const BATCH: i64 = 500;

/// Undoes an import that `start_undo` marked. Resumable like the run; for any other import it changes nothing.
pub async fn undo(services: &Services, caller: &Caller, id: ImportId) -> Result<()> {
    require(caller, Permission::CustomersImport)?;
    loop {
        let mut tx = services.begin(caller).await?;
        let import = imports::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
        if import.state != ImportState::Undoing {
            return Ok(());
        }
        let batch = customers_bulk::imported(&mut tx, id, BATCH).await?;
        if batch.is_empty() {
            customers_bulk::remove_unused_packages(&mut tx, &import.created_packages).await?;
            finish(services, &mut tx, id, ImportState::Undone).await?;
            return Ok(tx.commit().await?);
        }
        let (touched, untouched): (Vec<Imported>, Vec<Imported>) = batch.into_iter().partition(|row| row.touched);
        let numbers = |rows: &[Imported]| rows.iter().map(|row| row.row_number).collect::<Vec<_>>();
        let customers: Vec<_> = untouched.iter().map(|row| row.customer_id).collect();
        let lines: Vec<_> = untouched.iter().map(|row| row.service_id).collect();
        customers_bulk::remove(&mut tx, &customers, &lines).await?;
        imports::mark_undone(&mut tx, id, &numbers(&untouched), Fate::Undone).await?;
        imports::mark_undone(&mut tx, id, &numbers(&touched), Fate::Kept).await?;
        tx.commit().await?;
    }
}
