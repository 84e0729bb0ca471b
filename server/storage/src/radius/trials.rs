//! Real requests that somebody sent to see what comes back.

use crate::error::known;
use crate::{Error, IspTx, Result};
use chrono::{DateTime, Utc};
use domain::NasId;
use domain::radius::{Trial, TrialKind};
use uuid::Uuid;

pub async fn put(tx: &mut IspTx, nas: NasId, trial: &Trial) -> Result<()> {
    let isp = tx.isp();
    let said = serde_json::to_value(&trial.said).map_err(|error| Error::Corrupt(error.to_string()))?;
    sqlx::query!(
        "insert into radius_trial (isp_id, id, nas_id, kind, at, by_name, outcome, millis, said) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        isp,
        trial.id,
        nas.0,
        trial.kind.slug(),
        trial.at,
        trial.by,
        trial.outcome,
        trial.millis,
        said
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn find(tx: &mut IspTx, id: Uuid) -> Result<Option<Trial>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select t.kind, t.at, t.by_name, t.outcome, t.millis, t.said, n.name as nas
         from radius_trial t join nas n on n.isp_id = $1 and n.id = t.nas_id where t.isp_id = $1 and t.id = $2",
        isp,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let kind = known(TrialKind::from_slug(&row.kind), "kind", &row.kind)?;
    let said = serde_json::from_value(row.said).map_err(|error| Error::Corrupt(error.to_string()))?;
    Ok(Some(Trial { id, at: row.at, nas: row.nas, kind, by: row.by_name, outcome: row.outcome, millis: row.millis, said }))
}

/// Those before an instant go, a bounded number of them.
pub async fn forget(tx: &mut IspTx, before: DateTime<Utc>, most: i64) -> Result<u64> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "delete from radius_trial where isp_id = $1 and id in (select id from radius_trial where isp_id = $1 and at < $2 order by at limit $3)",
        isp,
        before,
        most
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
