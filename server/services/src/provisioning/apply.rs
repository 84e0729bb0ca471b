//! The changes themselves, one after the other, each written down before and after. Then everything is read again over a
//! new connection, because only who can still come in may take the dead man away.

use super::run::Work;
use super::{Fault, Tried, arm, opened};
use domain::Problem;
use domain::provisioning::{Action, Item, RunState, StepState, decide};
use storage::provisioning::{self, StepRow};

pub(super) async fn apply(work: &mut Work<'_>) -> Tried<()> {
    let steps = work.steps().await?;
    for step in steps.iter().filter(|step| matches!(step.state, StepState::Waiting | StepState::Writing)) {
        // Without the dead man nobody takes back what the next change might break.
        if !work.device.is_armed().await? {
            return disarmed(work).await;
        }
        one(work, step).await?;
    }
    work.device.hang_up();
    verify(work, &steps).await?;
    work.enter(RunState::Disarming).await
}

async fn one(work: &mut Work<'_>, step: &StepRow) -> Tried<()> {
    let planned: Item = opened(work.services, work.run.id.0, &step.item_sealed)?;
    let rows = work.device.rows(&planned.object.menu).await?;
    let item = decide(&planned.object, &rows).map_err(|problem| Fault::Refused(vec![problem]))?;
    let Some(write) = item.write(&rows) else {
        // Written before the connection was lost, or meanwhile by somebody else.
        let state = if step.state == StepState::Writing { StepState::Done } else { StepState::Kept };
        return set(work, step.position, state).await;
    };
    if step.state == StepState::Waiting {
        let record = arm::step(work, step.position, &item)?;
        let mut tx = work.services.begin(work.caller).await?;
        provisioning::begin_step(&mut tx, work.run.id, &record, work.services.now()).await?;
        tx.commit().await?;
    }
    match work.device.write(&write).await {
        Err(Fault::Refused(problems)) => {
            set(work, step.position, StepState::Refused).await?;
            let place = |problem: Problem| problem.with("menu", &step.menu).with("name", &step.name);
            Err(Fault::Refused(problems.into_iter().map(place).collect()))
        }
        written => {
            written?;
            set(work, step.position, StepState::Done).await
        }
    }
}

pub(super) async fn set(work: &Work<'_>, position: i32, state: StepState) -> Tried<()> {
    let mut tx = work.services.begin(work.caller).await?;
    provisioning::set_step(&mut tx, work.run.id, position, state, work.services.now()).await?;
    Ok(tx.commit().await?)
}

/// Reads everything once more: it has to be as it was wanted.
async fn verify(work: &mut Work<'_>, steps: &[StepRow]) -> Tried<()> {
    for step in steps {
        if !holds(work, step).await? {
            return Err(Fault::Refused(vec![
                Problem::new("", "problem-provision-verify").with("menu", &step.menu).with("name", &step.name),
            ]));
        }
    }
    Ok(())
}

async fn holds(work: &mut Work<'_>, step: &StepRow) -> Tried<bool> {
    let item: Item = opened(work.services, work.run.id.0, &step.item_sealed)?;
    let rows = work.device.rows(&item.object.menu).await?;
    Ok(decide(&item.object, &rows).is_ok_and(|item| item.action == Action::Keep))
}

/// The dead man is gone. Either he has done his work, and nothing of ours is left, or somebody took him away; then what
/// was done is taken back by us.
async fn disarmed(work: &mut Work<'_>) -> Tried<()> {
    for step in work.steps().await?.iter().filter(|step| matches!(step.state, StepState::Done | StepState::Writing)) {
        if holds(work, step).await? {
            work.tell(&[Problem::new("", "problem-provision-disarmed")]).await?;
            return work.enter(RunState::Undoing).await;
        }
    }
    work.tell(&[Problem::new("", "problem-provision-reverted")]).await?;
    work.enter(RunState::Reverted).await
}

/// Takes the dead man away. If he was faster, the router is as it was before.
pub(super) async fn disarm(work: &mut Work<'_>) -> Tried<()> {
    work.device.disarm().await?;
    let steps = work.steps().await?;
    match verify(work, &steps).await {
        Ok(()) => work.enter(RunState::Done).await,
        Err(Fault::Refused(_)) => disarmed(work).await,
        Err(other) => Err(other),
    }
}
