//! Holding, running and repeating jobs by hand. Each is written into the audit log; what a job does stays its own rule.

use super::jobs::job;
use crate::{Error, Result, Services, require};
use chrono::NaiveDate;
use domain::Problem;
use domain::people::Caller;
use domain::rights::Permission;
use serde_json::json;
use storage::audit::Change;
use storage::{IspTx, audit, jobs, schedule};

/// Has a job run now: for today, or where that makes sense for a day of choice. The next look of any server takes it.
/// Asked twice before it is done, it runs once.
pub async fn run_now(services: &Services, caller: &Caller, name: &str, on: Option<NaiveDate>) -> Result<()> {
    require(caller, Permission::JobsManage)?;
    let job = job(name).ok_or(Error::NotFound)?;
    let today = services.today(&services.isp(caller.isp_id).await?);
    let on = on.unwrap_or(today);
    if on != today && !job.any_day {
        return Err(Error::Invalid(vec![Problem::new("on", "problem-job-today-only")]));
    }
    if on > today {
        return Err(Error::Invalid(vec![Problem::new("on", "problem-billing-future")]));
    }
    let mut tx = services.begin(caller).await?;
    if !schedule::ask(&mut tx, job.name, on, caller.actor_name(), services.now()).await? {
        return Err(Error::Conflict(Problem::new("", "problem-job-asked")));
    }
    record(&mut tx, services, "job.run", json!({ "job": name, "on": on })).await?;
    Ok(tx.commit().await?)
}

/// Holds a job of this ISP until somebody lets it go on.
pub async fn pause(services: &Services, caller: &Caller, name: &str, reason: &str) -> Result<()> {
    require(caller, Permission::JobsManage)?;
    let job = job(name).ok_or(Error::NotFound)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > 300 {
        return Err(Error::Invalid(vec![Problem::new("reason", "problem-reason-needed").with("most", 300)]));
    }
    let mut tx = services.begin(caller).await?;
    let by = caller.actor_name().to_string();
    if !schedule::pause(&mut tx, job.name, &by, reason, services.now()).await? {
        return Err(Error::Conflict(Problem::new("", "problem-job-paused")));
    }
    record(&mut tx, services, "job.pause", json!({ "job": name, "reason": reason })).await?;
    Ok(tx.commit().await?)
}

/// Lets a job go on; what it missed is caught up.
pub async fn resume(services: &Services, caller: &Caller, name: &str) -> Result<()> {
    require(caller, Permission::JobsManage)?;
    let job = job(name).ok_or(Error::NotFound)?;
    let mut tx = services.begin(caller).await?;
    if !schedule::resume(&mut tx, job.name).await? {
        return Err(Error::Conflict(Problem::new("", "problem-job-not-paused")));
    }
    record(&mut tx, services, "job.resume", json!({ "job": name })).await?;
    Ok(tx.commit().await?)
}

/// Tries what failed again at once instead of later.
pub async fn retry(services: &Services, caller: &Caller, name: &str) -> Result<()> {
    require(caller, Permission::JobsManage)?;
    let job = job(name).ok_or(Error::NotFound)?;
    let mut tx = services.begin(caller).await?;
    if schedule::retry_now(&mut tx, job.name, services.now()).await? == 0 {
        return Err(Error::NotFound);
    }
    record(&mut tx, services, "job.retry", json!({ "job": name })).await?;
    Ok(tx.commit().await?)
}

/// Puts a piece of queued work that failed back into the queue.
pub async fn retry_task(services: &Services, caller: &Caller, id: i64) -> Result<()> {
    require(caller, Permission::JobsManage)?;
    let mut tx = services.begin(caller).await?;
    let task = jobs::retry(&mut tx, id).await?.ok_or(Error::NotFound)?;
    record(&mut tx, services, "task.retry", json!({ "task": task, "id": id })).await?;
    Ok(tx.commit().await?)
}

/// Takes a piece of queued work that failed out of the queue for good.
pub async fn dismiss_task(services: &Services, caller: &Caller, id: i64) -> Result<()> {
    require(caller, Permission::JobsManage)?;
    let mut tx = services.begin(caller).await?;
    let task = jobs::dismiss(&mut tx, id).await?.ok_or(Error::NotFound)?;
    record(&mut tx, services, "task.dismiss", json!({ "task": task, "id": id })).await?;
    Ok(tx.commit().await?)
}

async fn record(tx: &mut IspTx, services: &Services, action: &str, after: serde_json::Value) -> Result<()> {
    let change = Change { action, object_kind: "job", after: Some(after), ..Change::default() };
    Ok(audit::record(tx, services.now(), change).await?)
}
