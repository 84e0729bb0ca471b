//! Approving a rehearsal, rejecting it, or letting it issue by itself after some days. What is approved is what was
//! shown: it is computed once more first, and when something has changed meanwhile the new one is shown instead.

use super::build::build_in;
use crate::{Error, Result, Services, require};
use chrono::{Days, NaiveDate};
use domain::billing::RehearsalState;
use domain::corrections::CorrectionRule;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{Problem, RehearsalId};
use storage::audit::Change;
use storage::isps::Isp;
use storage::{IspTx, audit, jobs, rehearsals};

/// Approves the rehearsal as it is on the screen. Its run is asked for at once when its day has come, with the date it
/// was rehearsed for, however late it is approved.
pub async fn approve(services: &Services, caller: &Caller, id: RehearsalId) -> Result<()> {
    require(caller, Permission::BillingApprove)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let seen = open(&mut tx, id).await?;
    let before = rehearsals::fingerprint(&mut tx, id).await?;
    build_in(&mut tx, services, &isp, seen).await?;
    if rehearsals::fingerprint(&mut tx, id).await? != before {
        // The new one is kept: it is what there is to look at now.
        tx.commit().await?;
        return Err(Error::Conflict(Problem::new("", "problem-rehearsal-changed")));
    }
    confirm(&mut tx, services, &isp, id, seen).await?;
    Ok(tx.commit().await?)
}

/// The day of a rehearsal that waits for a decision.
async fn open(tx: &mut IspTx, id: RehearsalId) -> Result<NaiveDate> {
    let found = rehearsals::find(tx, id).await?.ok_or(Error::NotFound)?;
    let locked = rehearsals::lock(tx, found.business_date).await?.ok_or(Error::NotFound)?;
    match locked.state {
        RehearsalState::Open => Ok(locked.business_date),
        _ => Err(Error::Conflict(Problem::new("", "problem-rehearsal-decided"))),
    }
}

/// Marks it approved and asks for its run if its day has come.
pub(super) async fn confirm(tx: &mut IspTx, services: &Services, isp: &Isp, id: RehearsalId, on: NaiveDate) -> Result<()> {
    let now = services.now();
    rehearsals::decide(tx, id, RehearsalState::Approved, now).await?;
    if on <= services.today(isp) {
        let run = storage::billing::open_run(tx, on, now, isp.currency).await?;
        storage::billing::reopen_run(tx, run).await?;
        let payload = serde_json::json!({ "isp_id": isp.id, "business_date": on });
        let task = crate::billing::RUN_TASK;
        jobs::enqueue(tx, task, payload, Some(&format!("{task}:{}:{on}", isp.id))).await?;
    }
    record(tx, services, "rehearsal.approve", id, on).await
}

async fn record(tx: &mut IspTx, services: &Services, action: &'static str, id: RehearsalId, on: NaiveDate) -> Result<()> {
    let change = Change {
        action,
        object_kind: "rehearsal",
        object_id: Some(id.0),
        after: Some(serde_json::json!({ "business_date": on })),
        ..Change::default()
    };
    Ok(audit::record(tx, services.now(), change).await?)
}

/// Nothing of it is billed; the next day's rehearsal holds it again.
pub async fn reject(services: &Services, caller: &Caller, id: RehearsalId) -> Result<()> {
    require(caller, Permission::BillingApprove)?;
    let mut tx = services.begin(caller).await?;
    let on = open(&mut tx, id).await?;
    rehearsals::decide(&mut tx, id, RehearsalState::Rejected, services.now()).await?;
    record(&mut tx, services, "rehearsal.reject", id, on).await?;
    Ok(tx.commit().await?)
}

/// Approves what nobody decided within the days the ISP gives itself; answers with how many. What has changed since it
/// was shown is computed anew first, because nobody is there to look again.
pub async fn auto_confirm(services: &Services, caller: &Caller, today: NaiveDate) -> Result<usize> {
    require(caller, Permission::BillingGenerate)?;
    let isp = services.isp(caller.isp_id).await?;
    let rule = CorrectionRule::of(&isp.settings, isp.currency);
    let mut tx = services.begin(caller).await?;
    let Some(last) = due_by(&rule, today) else { return Ok(0) };
    let days = rehearsals::undecided(&mut tx, last).await?;
    tx.rollback().await?;
    for on in &days {
        let mut tx = services.begin(caller).await?;
        if rehearsals::lock(&mut tx, *on).await?.is_some_and(|found| found.state == RehearsalState::Open) {
            let id = build_in(&mut tx, services, &isp, *on).await?;
            confirm(&mut tx, services, &isp, id, *on).await?;
        }
        tx.commit().await?;
    }
    Ok(days.len())
}

/// Rehearsals of days up to this one issue by themselves today.
pub(super) fn due_by(rule: &CorrectionRule, today: NaiveDate) -> Option<NaiveDate> {
    let days = rule.rehearsal_days.filter(|_| rule.rehearsal_required)?;
    today.checked_sub_days(Days::new(u64::from(days)))
}
