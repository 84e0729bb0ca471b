//! Imports whose rows come from a router: which one, what was read of it, and the backup that was kept before.

use crate::{Error, IspTx, Result};
use chrono::NaiveDate;
use domain::router_imports::Read;
use domain::{BackupId, ImportId, RouterId};

/// One of them.
#[derive(Clone, Debug)]
pub struct Found {
    pub router: RouterId,
    pub day: NaiveDate,
    pub read: Read,
    pub backup: BackupId,
}

pub async fn create(tx: &mut IspTx, import: ImportId, found: &Found) -> Result<()> {
    let isp = tx.isp();
    let read = serde_json::to_value(&found.read).map_err(|error| Error::Corrupt(error.to_string()))?;
    sqlx::query!(
        "insert into router_import (isp_id, import_id, router_id, day, read, backup_id) values ($1, $2, $3, $4, $5, $6)",
        isp,
        import.0,
        found.router.0,
        found.day,
        read,
        found.backup.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Where the rows of an import come from; `None`: from a file.
pub async fn find(tx: &mut IspTx, import: ImportId) -> Result<Option<Found>> {
    let isp = tx.isp();
    let row = sqlx::query!("select router_id, day, read, backup_id from router_import where isp_id = $1 and import_id = $2", isp, import.0);
    let Some(row) = row.fetch_optional(tx.conn()).await? else { return Ok(None) };
    let read = serde_json::from_value(row.read).map_err(|error| Error::Corrupt(error.to_string()))?;
    Ok(Some(Found { router: row.router_id.into(), day: row.day, read, backup: row.backup_id.into() }))
}

/// The newest of a router on a day, but for one.
pub async fn same_day(tx: &mut IspTx, router: RouterId, day: NaiveDate, but: Option<ImportId>) -> Result<Option<ImportId>> {
    let isp = tx.isp();
    let id = sqlx::query_scalar!(
        "select r.import_id from router_import r join import i on i.isp_id = $1 and i.id = r.import_id
         where r.isp_id = $1 and r.router_id = $2 and r.day = $3 and r.import_id is distinct from $4 order by i.created_at desc limit 1",
        isp,
        router.0,
        day,
        but.map(|id| id.0)
    );
    Ok(id.fetch_optional(tx.conn()).await?.map(ImportId))
}
