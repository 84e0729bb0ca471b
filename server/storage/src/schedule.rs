//! Which business period of which job was done by whom. The unique key elects the runner; a heartbeat that stops lets
//! another one take over.

use crate::{IspTx, Result};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use uuid::Uuid;

/// Takes a period of a job: nobody took it yet, or who took it has been silent for `silence`, or it failed and
/// `silence` has passed. `false`: somebody else has it, or it is done.
pub async fn claim(tx: &mut IspTx, job: &str, period: &str, node: Uuid, now: DateTime<Utc>, silence: TimeDelta) -> Result<bool> {
    let isp = tx.isp();
    let won = sqlx::query_scalar!(
        r#"insert into schedule_run as r (isp_id, job, period, state, node, started_at, heartbeat_at) values ($1, $2, $3, 'running', $4, $5, $5)
           on conflict (isp_id, job, period) do update
             set state = 'running', node = $4, started_at = $5, heartbeat_at = $5, attempts = r.attempts + 1, problem = null
             where r.state <> 'done' and r.heartbeat_at < $6
           returning true as "won!""#,
        isp,
        job,
        period,
        node,
        now,
        now - silence
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(won.unwrap_or(false))
}

/// Says that the runner is alive.
pub async fn beat(tx: &mut IspTx, job: &str, period: &str, node: Uuid, now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update schedule_run set heartbeat_at = $5 where isp_id = $1 and job = $2 and period = $3 and node = $4",
        isp,
        job,
        period,
        node,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Closes a period: done with a result, or failed with a problem.
pub async fn finish(
    tx: &mut IspTx,
    job: &str,
    period: &str,
    now: DateTime<Utc>,
    outcome: std::result::Result<Value, String>,
) -> Result<()> {
    let isp = tx.isp();
    let (state, result, problem) = match outcome {
        Ok(result) => ("done", Some(result), None),
        Err(problem) => ("failed", None, Some(problem)),
    };
    sqlx::query!(
        "update schedule_run set state = $4, finished_at = $5, heartbeat_at = $5, result = $6, problem = $7 where isp_id = $1 and job = $2 and period = $3",
        isp,
        job,
        period,
        state,
        now,
        result,
        problem
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The last period of a job that was done.
pub async fn last_done(tx: &mut IspTx, job: &str) -> Result<Option<String>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!("select max(period) from schedule_run where isp_id = $1 and job = $2 and state = 'done'", isp, job)
        .fetch_one(tx.conn())
        .await?)
}

/// Forgets finished periods older than `before` of jobs that run all the time, so that the table stays small.
pub async fn forget(tx: &mut IspTx, job: &str, before: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("delete from schedule_run where isp_id = $1 and job = $2 and state = 'done' and started_at < $3", isp, job, before)
        .execute(tx.conn())
        .await?;
    Ok(())
}
