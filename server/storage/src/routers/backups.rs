//! What routers said of themselves, kept sealed.

use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::{BackupId, RouterId};
use uuid::Uuid;

/// A backup as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupRow {
    pub id: BackupId,
    pub router_id: RouterId,
    pub kind: String,
    pub reason: String,
    pub taken_at: DateTime<Utc>,
    pub taken_by: String,
    pub routeros: Option<String>,
    pub serial: Option<String>,
    pub name: String,
    pub bytes: i64,
    pub digest: Vec<u8>,
    /// The file that the router keeps of the same moment.
    pub on_router: Option<String>,
}

struct Found {
    id: Uuid,
    router_id: Uuid,
    kind: String,
    reason: String,
    taken_at: DateTime<Utc>,
    taken_by: String,
    routeros: Option<String>,
    serial: Option<String>,
    name: String,
    bytes: i64,
    digest: Vec<u8>,
    on_router: Option<String>,
}

impl From<Found> for BackupRow {
    fn from(row: Found) -> Self {
        Self {
            id: BackupId(row.id),
            router_id: RouterId(row.router_id),
            kind: row.kind,
            reason: row.reason,
            taken_at: row.taken_at,
            taken_by: row.taken_by,
            routeros: row.routeros,
            serial: row.serial,
            name: row.name,
            bytes: row.bytes,
            digest: row.digest,
            on_router: row.on_router,
        }
    }
}

pub async fn add(tx: &mut IspTx, row: &BackupRow, sealed: &[u8]) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into router_backup (isp_id, id, router_id, kind, reason, taken_at, taken_by, routeros, serial, name, bytes, digest, on_router, sealed)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        isp,
        row.id.0,
        row.router_id.0,
        row.kind,
        row.reason,
        row.taken_at,
        row.taken_by,
        row.routeros,
        row.serial,
        row.name,
        row.bytes,
        row.digest,
        row.on_router,
        sealed
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Those of a router, the newest first.
pub async fn list(tx: &mut IspTx, router: RouterId, most: i64) -> Result<Vec<BackupRow>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Found,
        "select id, router_id, kind, reason, taken_at, taken_by, routeros, serial, name, bytes, digest, on_router
         from router_backup where isp_id = $1 and router_id = $2 order by taken_at desc limit $3",
        isp,
        router.0,
        most
    );
    Ok(rows.fetch_all(tx.conn()).await?.into_iter().map(BackupRow::from).collect())
}

/// One of them, and what is inside, sealed.
pub async fn find(tx: &mut IspTx, id: BackupId) -> Result<Option<(BackupRow, Vec<u8>)>> {
    let isp = tx.isp();
    let row = sqlx::query_as!(
        Found,
        "select id, router_id, kind, reason, taken_at, taken_by, routeros, serial, name, bytes, digest, on_router
         from router_backup where isp_id = $1 and id = $2",
        isp,
        id.0
    );
    let Some(row) = row.fetch_optional(tx.conn()).await? else { return Ok(None) };
    let sealed = sqlx::query_scalar!("select sealed from router_backup where isp_id = $1 and id = $2", isp, id.0);
    let sealed = sealed.fetch_one(tx.conn()).await?;
    Ok(Some((row.into(), sealed)))
}

/// Forgets what is older than `before` and was not asked for by hand; the newest of a router stays whatever its age.
pub async fn forget(tx: &mut IspTx, before: DateTime<Utc>) -> Result<u64> {
    let isp = tx.isp();
    let gone = sqlx::query!(
        "delete from router_backup b where b.isp_id = $1 and b.taken_at < $2 and b.reason <> 'manual'
         and exists (select 1 from router_backup n where n.isp_id = $1 and n.router_id = b.router_id and n.taken_at > b.taken_at)",
        isp,
        before
    );
    Ok(gone.execute(tx.conn()).await?.rows_affected())
}
