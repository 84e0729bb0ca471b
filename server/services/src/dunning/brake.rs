//! Runs that were stopped because they would have cut unusually many: looking at them, and the one decision that a person
//! with the right makes about each, with a reason.

use crate::billing::refresh_all;
use crate::{Error, Result, Services, require};
use chrono::{Days, NaiveDate};
use domain::customers::{Page, Paging};
use domain::dunning::{BrakeItem, BrakeRow};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{BrakeId, CustomerId, Problem};
use storage::audit::Change;
use storage::dunning::Decision;
use storage::{audit, dunning, schedule};

/// What a person decides: everybody, some, or nobody is cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BrakeChoice {
    All,
    Some(Vec<CustomerId>),
    Nobody,
}

/// A spared customer is asked about again after at most so many days.
const LONGEST_SPARING: i64 = 60;

/// Stopped runs, newest first.
pub async fn brakes(services: &Services, caller: &Caller) -> Result<Vec<BrakeRow>> {
    require(caller, Permission::BillingView)?;
    let mut tx = services.begin(caller).await?;
    Ok(dunning::brakes(&mut tx, 50).await?)
}

/// The run that waits for a decision, for the banner and the dashboard.
pub async fn open_brake(services: &Services, caller: &Caller) -> Result<Option<BrakeRow>> {
    require(caller, Permission::BillingView)?;
    let mut tx = services.begin(caller).await?;
    match dunning::open_brake(&mut tx).await? {
        Some(id) => Ok(dunning::find_brake(&mut tx, id).await?),
        None => Ok(None),
    }
}

/// A stopped run and one page of its list.
pub async fn brake(services: &Services, caller: &Caller, id: BrakeId, paging: Paging) -> Result<(BrakeRow, Page<BrakeItem>)> {
    require(caller, Permission::BillingView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let row = dunning::find_brake(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let (rows, total) = dunning::brake_items(&mut tx, id, isp.currency, paging.size, paging.offset()).await?;
    Ok((row, Page { rows, total, page: paging.page, size: paging.size }))
}

/// Decides a stopped run, once. Whoever is released is cut by the next run, who is not is asked about again on
/// `spared_until`.
pub async fn decide(
    services: &Services,
    caller: &Caller,
    id: BrakeId,
    choice: &BrakeChoice,
    spared_until: Option<NaiveDate>,
    reason: &str,
) -> Result<()> {
    require(caller, Permission::SuspensionRelease)?;
    let isp = services.isp(caller.isp_id).await?;
    let (now, today) = (services.now(), services.today(&isp));
    let spared_until = spared_until.unwrap_or(today + Days::new(1));
    let reason = reason.trim();
    let mut problems = Vec::new();
    if reason.is_empty() || reason.chars().count() > 300 {
        problems.push(Problem::new("reason", "problem-reason-needed").with("most", 300));
    }
    if !(1..=LONGEST_SPARING).contains(&(spared_until - today).num_days()) {
        problems.push(Problem::new("until", "problem-spare-days").with("days", LONGEST_SPARING));
    }
    if matches!(choice, BrakeChoice::Some(chosen) if chosen.is_empty()) {
        problems.push(Problem::new("id", "problem-choose-somebody"));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let mut tx = services.begin(caller).await?;
    dunning::find_brake(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let (release, chosen) = match choice {
        BrakeChoice::All => (true, None),
        BrakeChoice::Some(chosen) => (true, Some(chosen.as_slice())),
        BrakeChoice::Nobody => (false, None),
    };
    let decision = Decision { release, chosen, spared_until, by: caller.actor_name(), reason, at: now };
    if !dunning::decide(&mut tx, id, &decision).await? {
        return Err(Error::Conflict(Problem::new("", "problem-brake-decided")));
    }
    let customers = dunning::brake_customers(&mut tx, id).await?;
    let after = serde_json::json!({ "released": release, "chosen": chosen.map(<[CustomerId]>::len), "of": customers.len(), "spared_until": spared_until, "reason": reason });
    let action = if release { "suspension.release" } else { "suspension.dismiss" };
    let change = Change { action, object_kind: "suspension_brake", object_id: Some(id.0), after: Some(after), ..Change::default() };
    audit::record(&mut tx, now, change).await?;
    if release {
        schedule::ask(&mut tx, "billing.suspend_overdue", today, caller.actor_name(), now).await?;
    }
    tx.commit().await?;
    refresh_all(services, caller, &isp, &customers).await
}
