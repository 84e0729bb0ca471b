//! Which business period of which job was done by whom, how far each job has come, and who holds it. The unique key
//! elects the runner; a heartbeat that stops lets another one take over. Nothing here decides what is due.

use crate::{IspTx, PlatformTx, Result};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// How far a job has come at an ISP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The newest period that was done or given up.
    pub watermark: Option<String>,
    pub paused: Option<Pause>,
    /// Periods that began and did not end well, and what somebody asked for.
    pub open: Vec<OpenPeriod>,
}

/// Somebody holds a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    pub at: DateTime<Utc>,
    pub by: String,
    pub reason: String,
}

/// A period that is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenPeriod {
    pub period: String,
    pub business_date: Option<NaiveDate>,
    /// `waiting`, `running` or `failed`.
    pub state: String,
    pub asked: bool,
    pub retry_at: Option<DateTime<Utc>>,
    pub attempts: i32,
    pub heartbeat_at: DateTime<Utc>,
}

/// Progress of every job of this ISP that ever ran or was touched.
pub async fn progress(tx: &mut IspTx) -> Result<HashMap<String, Progress>> {
    let isp = tx.isp();
    let rows = sqlx::query!("select job, watermark, paused_at, paused_by, pause_reason from schedule_job where isp_id = $1", isp)
        .fetch_all(tx.conn())
        .await?;
    let mut all: HashMap<String, Progress> = HashMap::new();
    for row in rows {
        let paused = match (row.paused_at, row.paused_by, row.pause_reason) {
            (Some(at), Some(by), Some(reason)) => Some(Pause { at, by, reason }),
            _ => None,
        };
        all.insert(row.job, Progress { watermark: row.watermark, paused, open: Vec::new() });
    }
    let rows = sqlx::query!(
        r#"select job, period, business_date, state, asked_by is not null as "asked!", retry_at, attempts, heartbeat_at from schedule_run
           where isp_id = $1 and state in ('waiting', 'running', 'failed') order by job, period limit 2000"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    for row in rows {
        all.entry(row.job).or_default().open.push(OpenPeriod {
            period: row.period,
            business_date: row.business_date,
            state: row.state,
            asked: row.asked,
            retry_at: row.retry_at,
            attempts: row.attempts,
            heartbeat_at: row.heartbeat_at,
        });
    }
    Ok(all)
}

/// A period to take.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    pub job: &'a str,
    pub period: &'a str,
    pub business_date: NaiveDate,
    pub node: Uuid,
    pub now: DateTime<Utc>,
    /// A runner that was silent for so long has lost its period.
    pub silence: TimeDelta,
}

/// Takes a period of a job. `false`: it is done, somebody else has it, it may not be tried again yet, or another
/// period of the same job is under way: one job runs once at a time in an ISP.
pub async fn claim(tx: &mut IspTx, claim: &Claim<'_>) -> Result<bool> {
    let isp = tx.isp();
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1::text || $2, 0))", isp.to_string(), claim.job)
        .execute(tx.conn())
        .await?;
    let silent = claim.now - claim.silence;
    let won = sqlx::query_scalar!(
        r#"insert into schedule_run as r (isp_id, job, period, business_date, state, node, started_at, heartbeat_at)
           select $1, $2, $3, $4, 'running', $5, $6, $6
           where not exists (select 1 from schedule_run o where o.isp_id = $1 and o.job = $2 and o.period <> $3 and o.state = 'running' and o.heartbeat_at >= $7)
           on conflict (isp_id, job, period) do update
             set state = 'running', node = $5, started_at = $6, heartbeat_at = $6, attempts = r.attempts + 1, problem = null, retry_at = null,
               finished_at = null
             where r.state in ('waiting', 'failed', 'running') and (r.state <> 'running' or r.heartbeat_at < $7)
               and (r.retry_at is null or r.retry_at <= $6)
           returning true as "won!""#,
        isp,
        claim.job,
        claim.period,
        claim.business_date,
        claim.node,
        claim.now,
        silent
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(won.unwrap_or(false))
}

/// Says that the runner is alive; `false`: it is not the runner any more.
pub async fn beat(tx: &mut IspTx, job: &str, period: &str, node: Uuid, now: DateTime<Utc>) -> Result<bool> {
    let isp = tx.isp();
    let beaten = sqlx::query!(
        "update schedule_run set heartbeat_at = $5 where isp_id = $1 and job = $2 and period = $3 and node = $4 and state = 'running'",
        isp,
        job,
        period,
        node,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(beaten.rows_affected() > 0)
}

/// How a period ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    Done(Value),
    Failed { problem: String, retry_at: DateTime<Utc> },
}

/// Closes a period that `node` still holds. Only a period of the schedule moves the watermark. Answers with how often
/// it was tried; `None`: another server took it over meanwhile.
pub async fn finish(tx: &mut IspTx, job: &str, period: &str, node: Uuid, now: DateTime<Utc>, outcome: Outcome) -> Result<Option<i32>> {
    let isp = tx.isp();
    let (state, result, problem, retry_at) = match outcome {
        Outcome::Done(result) => ("done", Some(result), None, None),
        Outcome::Failed { problem, retry_at } => ("failed", None, Some(problem), Some(retry_at)),
    };
    let closed = sqlx::query!(
        "update schedule_run set state = $5, finished_at = $6, heartbeat_at = $6, result = $7, problem = $8, retry_at = $9
         where isp_id = $1 and job = $2 and period = $3 and node = $4 and state = 'running' returning attempts, asked_by",
        isp,
        job,
        period,
        node,
        state,
        now,
        result,
        problem,
        retry_at
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(closed) = closed else { return Ok(None) };
    if state == "done" && closed.asked_by.is_none() {
        move_watermark(tx, job, period).await?;
    }
    Ok(Some(closed.attempts))
}

async fn move_watermark(tx: &mut IspTx, job: &str, period: &str) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into schedule_job as j (isp_id, job, watermark) values ($1, $2, $3)
         on conflict (isp_id, job) do update set watermark = greatest(j.watermark, $3)",
        isp,
        job,
        period
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How often a period was tried.
pub async fn attempts(tx: &mut IspTx, job: &str, period: &str) -> Result<i32> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!("select attempts from schedule_run where isp_id = $1 and job = $2 and period = $3", isp, job, period)
        .fetch_optional(tx.conn())
        .await?
        .unwrap_or(1))
}

/// Notes periods that are given up because they lie too far back.
pub async fn skip(tx: &mut IspTx, job: &str, period: &str, result: Value, now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into schedule_run (isp_id, job, period, state, started_at, heartbeat_at, finished_at, result)
         values ($1, $2, $3, 'skipped', $4, $4, $4, $5) on conflict do nothing",
        isp,
        job,
        period,
        now,
        result
    )
    .execute(tx.conn())
    .await?;
    move_watermark(tx, job, period).await
}

/// Closes what was run by servers that have been silent since `silent`, so that it is tried again.
pub async fn release_lost(tx: &mut IspTx, silent: DateTime<Utc>, now: DateTime<Utc>) -> Result<u64> {
    let isp = tx.isp();
    let lost = sqlx::query!(
        "update schedule_run set state = 'failed', finished_at = $3, problem = 'the server that ran it stopped', retry_at = $3
         where isp_id = $1 and state = 'running' and heartbeat_at < $2",
        isp,
        silent,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(lost.rows_affected())
}

/// Writes down that somebody wants a job to run; `false`: the same is already asked for or running.
pub async fn ask(tx: &mut IspTx, job: &str, on: NaiveDate, by: &str, now: DateTime<Utc>) -> Result<bool> {
    let isp = tx.isp();
    let asked = sqlx::query!(
        "insert into schedule_run (isp_id, job, period, business_date, state, started_at, heartbeat_at, attempts, asked_by)
         values ($1, $2, $3, $4, 'waiting', $5, $5, 0, $6) on conflict do nothing",
        isp,
        job,
        format!("{on} {}", Uuid::now_v7().simple()),
        on,
        now,
        by
    )
    .execute(tx.conn())
    .await?;
    Ok(asked.rows_affected() > 0)
}

/// Holds a job; `false`: it is held already.
pub async fn pause(tx: &mut IspTx, job: &str, by: &str, reason: &str, now: DateTime<Utc>) -> Result<bool> {
    let isp = tx.isp();
    let paused = sqlx::query!(
        "insert into schedule_job as j (isp_id, job, paused_at, paused_by, pause_reason) values ($1, $2, $3, $4, $5)
         on conflict (isp_id, job) do update set paused_at = $3, paused_by = $4, pause_reason = $5 where j.paused_at is null",
        isp,
        job,
        now,
        by,
        reason
    )
    .execute(tx.conn())
    .await?;
    Ok(paused.rows_affected() > 0)
}

/// Lets a job go on; `false`: nobody held it.
pub async fn resume(tx: &mut IspTx, job: &str) -> Result<bool> {
    let isp = tx.isp();
    let resumed = sqlx::query!(
        "update schedule_job set paused_at = null, paused_by = null, pause_reason = null where isp_id = $1 and job = $2 and paused_at is not null",
        isp,
        job
    )
    .execute(tx.conn())
    .await?;
    Ok(resumed.rows_affected() > 0)
}

/// Tries failed periods of a job again at the next look; answers with how many.
pub async fn retry_now(tx: &mut IspTx, job: &str, now: DateTime<Utc>) -> Result<u64> {
    let isp = tx.isp();
    let retried = sqlx::query!("update schedule_run set retry_at = $3 where isp_id = $1 and job = $2 and state = 'failed'", isp, job, now)
        .execute(tx.conn())
        .await?;
    Ok(retried.rows_affected())
}

/// One run as the board and a job's history show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRow {
    pub job: String,
    pub period: String,
    pub business_date: Option<NaiveDate>,
    pub state: String,
    pub started_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub attempts: i32,
    pub result: Option<Value>,
    pub problem: Option<String>,
    pub retry_at: Option<DateTime<Utc>>,
    pub asked_by: Option<String>,
}

/// The last run of each of these jobs that ended or is under way.
pub async fn last_runs(tx: &mut IspTx, jobs: &[&str]) -> Result<Vec<RunRow>> {
    let isp = tx.isp();
    Ok(sqlx::query_as!(
        RunRow,
        r#"select r.job as "job!", r.period as "period!", r.business_date, r.state as "state!", r.started_at as "started_at!", r.finished_at,
             r.attempts as "attempts!", r.result, r.problem, r.retry_at, r.asked_by
           from unnest($2::text[]) as wanted (job)
           cross join lateral (select * from schedule_run x where x.isp_id = $1 and x.job = wanted.job and x.state <> 'waiting'
             order by x.started_at desc limit 1) r"#,
        isp,
        jobs as &[&str]
    )
    .fetch_all(tx.conn())
    .await?)
}

/// The runs of one job, newest first, with how many there are.
pub async fn history(tx: &mut IspTx, job: &str, limit: i64, offset: i64) -> Result<(Vec<RunRow>, i64)> {
    let isp = tx.isp();
    let total = sqlx::query_scalar!("select count(*) as \"n!\" from schedule_run where isp_id = $1 and job = $2", isp, job)
        .fetch_one(tx.conn())
        .await?;
    let rows = sqlx::query_as!(
        RunRow,
        "select job, period, business_date, state, started_at, finished_at, attempts, result, problem, retry_at, asked_by from schedule_run
         where isp_id = $1 and job = $2 order by started_at desc, period desc limit $3 offset $4",
        isp,
        job,
        limit,
        offset
    )
    .fetch_all(tx.conn())
    .await?;
    Ok((rows, total))
}

/// Forgets periods that ended before `before` of jobs that run all the time, so that the table stays small.
pub async fn forget(tx: &mut IspTx, job: &str, before: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "delete from schedule_run where isp_id = $1 and job = $2 and state in ('done', 'failed', 'skipped') and started_at < $3",
        isp,
        job,
        before
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Says that a server looks for work.
pub async fn node_beats(tx: &mut PlatformTx, node: Uuid, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "insert into schedule_node (node, started_at, beat_at) values ($1, $2, $2)
         on conflict (node) do update set beat_at = $2, stopped_at = null",
        node,
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("delete from schedule_node where beat_at < $1", now - TimeDelta::days(7)).execute(tx.conn()).await?;
    Ok(())
}

/// Says that a server looks for work no more.
pub async fn node_stops(tx: &mut PlatformTx, node: Uuid, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update schedule_node set stopped_at = $2 where node = $1", node, now).execute(tx.conn()).await?;
    Ok(())
}

/// When any server last looked for work.
pub async fn last_beat(tx: &mut PlatformTx) -> Result<Option<DateTime<Utc>>> {
    Ok(sqlx::query_scalar!("select max(beat_at) from schedule_node").fetch_one(tx.conn()).await?)
}
