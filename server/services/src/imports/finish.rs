//! The last step of a run or an undo: the state, and one line in the audit log with what came of it.

use crate::{Result, Services};
use domain::ImportId;
use domain::imports::ImportState;
use storage::audit::Change;
use storage::{IspTx, audit, imports};

pub(super) async fn finish(services: &Services, tx: &mut IspTx, id: ImportId, state: ImportState) -> Result<()> {
    let now = services.now();
    imports::set_state(tx, id, state, now, None).await?;
    let totals = imports::totals(tx, id).await?;
    let action = if state == ImportState::Undone { "imports.undone" } else { "imports.finish" };
    let after = serde_json::json!({ "totals": totals });
    let change = Change { action, object_kind: "import", object_id: Some(id.0), after: Some(after), ..Change::default() };
    Ok(audit::record(tx, now, change).await?)
}
