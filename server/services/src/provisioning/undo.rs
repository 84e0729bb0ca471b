//! The way back: by itself when something was refused, by hand at any time. Each change is taken back in the opposite order,
//! and only where it still is as we left it. Where even that is refused while the backup is fresh, the router loads it.

use super::apply::set;
use super::plan::ask_for;
use super::run::Work;
use super::{Fault, Tried, opened};
use crate::{Error, Result, Services, require};
use chrono::TimeDelta;
use domain::people::Caller;
use domain::provisioning::{Item, RunState, StepState, undo as way_back};
use domain::rights::Permission;
use domain::{Problem, ProvisionRunId};
use serde_json::json;
use storage::audit::{self, Change};
use storage::provisioning::{self, RunRow};
use storage::{router_moves, routers};

/// Takes a run back by hand, also one that is over.
pub async fn roll_back(services: &Services, caller: &Caller, id: ProvisionRunId) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let run = found(provisioning::runs(&mut tx, None, Some(id), 1).await?)?;
    if run.state != RunState::Done {
        return Err(Error::Conflict(Problem::new("", "problem-provision-not-done")));
    }
    let newest = provisioning::runs(&mut tx, Some(run.router_id), None, 1).await?.pop();
    if newest.is_some_and(|newest| newest.id != id) {
        return Err(Error::Conflict(Problem::new("", "problem-provision-newer")));
    }
    routers::lock(&mut tx, run.router_id).await?.ok_or(Error::NotFound)?;
    if router_moves::is_active(&mut tx, run.router_id).await? {
        return Err(Error::Conflict(Problem::new("", "problem-router-moving")));
    }
    provisioning::set_state(&mut tx, id, RunState::Undoing, services.now()).await?;
    ask_for(&mut tx, id, TimeDelta::zero()).await?;
    let after = Some(json!({ "run": id }));
    let change =
        Change { action: "router.provision_undo", object_kind: "router", object_id: Some(run.router_id.0), after, ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// Has a run that waits for its router go on at once.
pub async fn resume(services: &Services, caller: &Caller, id: ProvisionRunId) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let run = found(provisioning::runs(&mut tx, None, Some(id), 1).await?)?;
    if run.state.is_over() {
        return Ok(());
    }
    ask_for(&mut tx, id, TimeDelta::zero()).await?;
    Ok(tx.commit().await?)
}

fn found(mut runs: Vec<RunRow>) -> Result<RunRow> {
    runs.pop().ok_or(Error::NotFound)
}

pub(super) async fn undo(work: &mut Work<'_>) -> Tried<()> {
    for step in work.steps().await?.iter().rev() {
        // One that was refused may have been done all the same.
        if !matches!(step.state, StepState::Writing | StepState::Done | StepState::Refused) {
            continue;
        }
        let item: Item = opened(work.services, work.run.id.0, &step.item_sealed)?;
        let rows = work.device.rows(&item.object.menu).await?;
        if let Some(write) = way_back(&item, &rows) {
            work.device.write(&write).await?;
        } else if step.state == StepState::Refused {
            continue;
        }
        set(work, step.position, StepState::Undone).await?;
    }
    work.device.disarm().await?;
    work.enter(RunState::RolledBack).await
}

/// Even the way back was refused. While the dead man stands the backup is of the moment before; later it would take away
/// what others have changed since.
pub(super) async fn by_backup(work: &mut Work<'_>) -> Tried<()> {
    if work.device.is_armed().await? {
        match work.device.load_backup().await {
            Ok(()) => return work.enter(RunState::Reverted).await,
            Err(Fault::Refused(problems)) => work.tell(&problems).await?,
            Err(other) => return Err(other),
        }
    }
    work.tell(&[Problem::new("", "problem-provision-left")]).await?;
    work.enter(RunState::RolledBack).await
}
