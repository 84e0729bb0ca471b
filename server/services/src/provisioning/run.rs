//! Drives a run from state to state. Every state may be entered again after the worker was killed or the router was away:
//! what was done is seen on the router, never believed.

use super::device::Device;
use super::plan::ask_for;
use super::{Fault, Tried, apply, arm, undo};
use crate::{Error, Result, Services, require};
use chrono::TimeDelta;
use domain::people::Caller;
use domain::provisioning::RunState;
use domain::rights::Permission;
use domain::{Problem, ProvisionRunId};
use std::time::Duration;
use storage::provisioning::{self, RunRow, StepRow};

/// The job that drives one run.
pub const RUN_TASK: &str = "router.provision";
/// So often a torn connection is made anew before the job rests.
const TRIES: u32 = 3;
const BETWEEN_TRIES: Duration = Duration::from_millis(200);
/// How long it rests while a router is away.
const REST: TimeDelta = TimeDelta::seconds(20);

/// A run and what it works with.
pub(super) struct Work<'a> {
    pub services: &'a Services,
    pub caller: &'a Caller,
    pub run: RunRow,
    pub device: Device<'a>,
}

impl Work<'_> {
    pub(super) async fn steps(&self) -> Tried<Vec<StepRow>> {
        let mut tx = self.services.begin(self.caller).await?;
        Ok(provisioning::steps(&mut tx, self.run.id).await?)
    }

    pub(super) async fn enter(&mut self, state: RunState) -> Tried<()> {
        let mut tx = self.services.begin(self.caller).await?;
        provisioning::set_state(&mut tx, self.run.id, state, self.services.now()).await?;
        tx.commit().await?;
        self.run.state = state;
        Ok(())
    }

    pub(super) async fn tell(&mut self, problems: &[Problem]) -> Tried<()> {
        let mut tx = self.services.begin(self.caller).await?;
        provisioning::add_problems(&mut tx, self.run.id, problems).await?;
        Ok(tx.commit().await?)
    }

    async fn one_state(&mut self) -> Tried<()> {
        match self.run.state {
            RunState::Waiting | RunState::Arming => arm::arm(self).await,
            RunState::Applying => apply::apply(self).await,
            RunState::Disarming => apply::disarm(self).await,
            RunState::Undoing => undo::undo(self).await,
            RunState::Draft | RunState::Done | RunState::RolledBack | RunState::Reverted | RunState::Refused => Ok(()),
        }
    }

    /// What cannot be done ends a run that has changed nothing, and turns one that has.
    async fn refused(&mut self, problems: &[Problem]) -> Tried<()> {
        self.tell(problems).await?;
        match self.run.state {
            RunState::Waiting | RunState::Arming => {
                // Best left as it was found; what stays of the dead man would only load the same state again.
                let _ = self.device.disarm().await;
                self.enter(RunState::Refused).await
            }
            RunState::Undoing => undo::by_backup(self).await,
            _ => self.enter(RunState::Undoing).await,
        }
    }
}

/// Goes on with a run until it is over or its router is away; then the job comes back later.
pub async fn run(services: &Services, caller: &Caller, id: ProvisionRunId) -> Result<RunState> {
    let state = drive(services, caller, id).await?;
    if !state.is_over() {
        let mut tx = services.begin(caller).await?;
        ask_for(&mut tx, id, REST).await?;
        tx.commit().await?;
    }
    Ok(state)
}

/// The same without coming back by itself.
pub async fn drive(services: &Services, caller: &Caller, id: ProvisionRunId) -> Result<RunState> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let run = provisioning::runs(&mut tx, None, Some(id), 1).await?.pop().ok_or(Error::NotFound)?;
    drop(tx);
    let device = Device::new(services, caller, run.router_id);
    let mut work = Work { services, caller, run, device };
    let mut tries = 0;
    while !work.run.state.is_over() {
        let before = work.run.state;
        work.device.patient = !matches!(before, RunState::Waiting | RunState::Arming);
        match work.one_state().await {
            Ok(()) => {}
            Err(Fault::Refused(problems)) => settle(work.refused(&problems).await)?,
            Err(Fault::Ours(error)) => return Err(error),
            Err(Fault::Lost(error)) => {
                work.device.hang_up();
                tries += 1;
                if tries >= TRIES {
                    let mut tx = services.begin(caller).await?;
                    provisioning::wait_for(&mut tx, id, &error.to_string()).await?;
                    tx.commit().await?;
                    return Ok(work.run.state);
                }
                // The first time the line is merely torn.
                tokio::time::sleep(BETWEEN_TRIES * (tries - 1)).await;
            }
        }
        if work.run.state != before {
            tries = 0;
        }
    }
    Ok(work.run.state)
}

/// A router that is lost while it is being left alone is asked again by the next turn.
fn settle(tried: Tried<()>) -> Result<()> {
    match tried {
        Err(Fault::Ours(error)) => Err(error),
        Ok(()) | Err(Fault::Lost(_) | Fault::Refused(_)) => Ok(()),
    }
}
