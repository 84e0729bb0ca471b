//! How a run came out on a copy of its router: the last time it was tried there.

use super::known;
use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::{Problem, ProvisionRunId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RehearsalRow {
    pub at: DateTime<Utc>,
    pub by_name: String,
    pub written: i32,
    /// What a second run would have changed.
    pub again: i32,
    pub problems: Vec<Problem>,
}

impl RehearsalRow {
    pub fn is_well(&self) -> bool {
        self.again == 0 && self.problems.is_empty()
    }
}

pub async fn put(tx: &mut IspTx, run: ProvisionRunId, row: &RehearsalRow) -> Result<()> {
    let isp = tx.isp();
    let problems = serde_json::to_value(&row.problems).unwrap_or_default();
    sqlx::query!(
        "insert into provision_rehearsal (isp_id, run_id, at, by_name, written, again, problems) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (isp_id, run_id) do update set at = excluded.at, by_name = excluded.by_name, written = excluded.written,
           again = excluded.again, problems = excluded.problems",
        isp,
        run.0,
        row.at,
        row.by_name,
        row.written,
        row.again,
        problems
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn find(tx: &mut IspTx, run: ProvisionRunId) -> Result<Option<RehearsalRow>> {
    let isp = tx.isp();
    let row =
        sqlx::query!("select at, by_name, written, again, problems from provision_rehearsal where isp_id = $1 and run_id = $2", isp, run.0);
    let Some(row) = row.fetch_optional(tx.conn()).await? else { return Ok(None) };
    let problems = known(serde_json::from_value(row.problems).ok(), "problems", &run.to_string())?;
    Ok(Some(RehearsalRow { at: row.at, by_name: row.by_name, written: row.written, again: row.again, problems }))
}
