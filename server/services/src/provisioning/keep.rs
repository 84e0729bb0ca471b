//! What a router was before a run, kept by us beside its own backup: its export where it can be read, else the menus that
//! the run touches, as they were read. Sealed, because it holds passwords.

use super::device::BACKUP;
use super::run::Work;
use super::{Fault, Tried};
use crate::Error;
use domain::BackupId;
use domain::provisioning::Rows;
use sha2::{Digest, Sha256};
use storage::routers::backups::{self, BackupRow};
use uuid::Uuid;

pub(super) async fn keep(work: &mut Work<'_>, rows: &Rows) -> Tried<()> {
    let version = work.device.version().await?;
    let text = match work.device.export(version).await {
        Ok(Some(text)) => text,
        Ok(None) | Err(Fault::Refused(_)) => serde_json::to_string_pretty(rows).map_err(|error| Error::Internal(error.to_string()))?,
        Err(other) => return Err(other),
    };
    let id = Uuid::now_v7();
    let sealed = work.services.keys.seal_text(id, &text).map_err(Error::from)?;
    let row = BackupRow {
        id: BackupId(id),
        router_id: work.run.router_id,
        kind: "export".into(),
        reason: "change".into(),
        taken_at: work.services.now(),
        taken_by: work.run.asked_by.clone(),
        routeros: Some(version.to_string()),
        serial: None,
        name: work.run.template_name.clone(),
        bytes: i64::try_from(text.len()).unwrap_or(i64::MAX),
        digest: Sha256::digest(&text).to_vec(),
        on_router: Some(BACKUP.into()),
    };
    let mut tx = work.services.begin(work.caller).await?;
    backups::add(&mut tx, &row, &sealed).await?;
    Ok(tx.commit().await?)
}
