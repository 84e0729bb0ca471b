//! The job queue, reached from inside a transaction: a job exists if and only if what asked for it was committed.

use crate::{Db, IspTx, Result};
use chrono::TimeDelta;
use domain::people::PlatformCaller;
use serde_json::Value;

/// Adds a job for `task` when this transaction commits. With a `key`, a job that still waits under the same key is
/// replaced instead of added twice. Jobs of one ISP and task run one after the other.
pub async fn enqueue(tx: &mut IspTx, task: &str, payload: Value, key: Option<&str>) -> Result<()> {
    let queue = format!("{task}:{}", tx.isp());
    // Not a checked query: the queue's schema belongs to the queue, not to our migrations.
    sqlx::query("select graphile_worker.add_jobs(array[row($1, $2::json, $3, null, 5, $4, 0, null)::graphile_worker.job_spec])")
        .bind(task)
        .bind(payload)
        .bind(queue)
        .bind(key)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The same, not before some time has passed, in a queue of its own: jobs of one `queue` run one after the other.
pub async fn enqueue_later(tx: &mut IspTx, task: &str, queue: &str, payload: Value, key: &str, after: TimeDelta) -> Result<()> {
    sqlx::query("select graphile_worker.add_jobs(array[row($1, $2::json, $3, now() + $5, 5, $4, 0, null)::graphile_worker.job_spec])")
        .bind(task)
        .bind(payload)
        .bind(queue)
        .bind(key)
        .bind(after)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// One job as the board shows it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct QueuedJob {
    pub id: i64,
    pub task: String,
    pub attempts: i32,
    pub max_attempts: i32,
    pub last_error: Option<String>,
    pub run_at: chrono::DateTime<chrono::Utc>,
    pub running: bool,
}

/// What waits, runs or has failed for good, newest first, at most 200.
pub async fn list(db: &Db, caller: &PlatformCaller) -> Result<Vec<QueuedJob>> {
    let mut tx = db.platform(caller).await?;
    // Not a checked query either, for the same reason.
    let jobs = sqlx::query_as(
        "select j.id, t.identifier as task, j.attempts::int as attempts, j.max_attempts::int as max_attempts, j.last_error, j.run_at,
           j.locked_at is not null as running
         from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
         order by j.id desc limit 200",
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(jobs)
}

/// What of this ISP waits, runs or has failed for good, newest first, at most 200.
pub async fn list_of_isp(tx: &mut IspTx) -> Result<Vec<QueuedJob>> {
    let isp = tx.isp().to_string();
    // The queue's tables stand outside the ISP lock: the ISP is in the payload of each job.
    let jobs = sqlx::query_as(
        "select j.id, t.identifier as task, j.attempts::int as attempts, j.max_attempts::int as max_attempts, j.last_error, j.run_at,
           j.locked_at is not null as running
         from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
         where j.payload ->> 'isp_id' = $1 order by j.id desc limit 200",
    )
    .bind(isp)
    .fetch_all(tx.conn())
    .await?;
    Ok(jobs)
}

/// Has a job of this ISP that nobody runs tried again at once; answers with its task.
pub async fn retry(tx: &mut IspTx, id: i64) -> Result<Option<String>> {
    let Some(task) = idle_task(tx, id).await? else { return Ok(None) };
    sqlx::query("select graphile_worker.reschedule_jobs(array[$1::bigint], now(), null, 0, null)").bind(id).execute(tx.conn()).await?;
    Ok(Some(task))
}

/// Takes a job of this ISP that nobody runs out of the queue; answers with its task.
pub async fn dismiss(tx: &mut IspTx, id: i64) -> Result<Option<String>> {
    let Some(task) = idle_task(tx, id).await? else { return Ok(None) };
    sqlx::query("select graphile_worker.complete_jobs(array[$1::bigint])").bind(id).execute(tx.conn()).await?;
    Ok(Some(task))
}

async fn idle_task(tx: &mut IspTx, id: i64) -> Result<Option<String>> {
    let isp = tx.isp().to_string();
    let task = sqlx::query_scalar(
        "select t.identifier from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
         where j.id = $1 and j.payload ->> 'isp_id' = $2 and j.locked_at is null for update of j",
    )
    .bind(id)
    .bind(isp)
    .fetch_optional(tx.conn())
    .await?;
    Ok(task)
}
