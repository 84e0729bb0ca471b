//! Before the first change: the plan is made once more from what the router has now, everything is backed up, and the dead
//! man is put in place. Nothing of the plan is written here.

use super::device::dialect;
use super::run::Work;
use super::{Fault, Tried, keep, opened, sealed};
use crate::Error;
use chrono::TimeDelta;
use domain::provisioning::{Action, Item, Plan, RunState, Setting, StepState, Template, plan};
use std::time::Duration;
use storage::provisioning::{self, StepRow};

pub(super) async fn arm(work: &mut Work<'_>) -> Tried<()> {
    work.enter(RunState::Arming).await?;
    let (services, run) = (work.services, &work.run);
    let values = opened(services, run.id.0, &run.values_sealed)?;
    let mut tx = services.begin(work.caller).await?;
    let body = provisioning::body(&mut tx, run.template_id, run.template_version).await?.ok_or(Error::NotFound)?;
    drop(tx);
    let template = Template::read(&body).map_err(Fault::Refused)?;
    let dialect = dialect(work.device.version().await?);
    let objects = template.objects(&values, dialect).map_err(Fault::Refused)?;
    let rows = work.device.all_rows(&objects).await?;
    let plan = plan(&objects, &rows).map_err(Fault::Refused)?;
    let steps = steps(work, &plan)?;
    let mut tx = services.begin(work.caller).await?;
    provisioning::set_steps(&mut tx, work.run.id, &steps).await?;
    tx.commit().await?;
    if plan.is_empty() {
        work.device.disarm().await?;
        return work.enter(RunState::Done).await;
    }
    work.device.back_up().await?;
    keep::keep(work, &rows).await?;
    let seconds = u64::try_from(work.run.dead_man_seconds).unwrap_or(1);
    let at = services.now() + TimeDelta::seconds(work.run.dead_man_seconds.into());
    let mut tx = services.begin(work.caller).await?;
    provisioning::armed(&mut tx, work.run.id, at).await?;
    tx.commit().await?;
    work.device.arm(Duration::from_secs(seconds)).await?;
    work.enter(RunState::Applying).await
}

fn steps(work: &Work<'_>, plan: &Plan) -> Tried<Vec<StepRow>> {
    plan.items.iter().zip(1..).map(|(item, position)| step(work, position, item)).collect()
}

/// A step as it is written down.
pub(super) fn step(work: &Work<'_>, position: i32, item: &Item) -> Tried<StepRow> {
    Ok(StepRow {
        position,
        part: item.object.part.clone(),
        menu: item.object.menu.clone(),
        name: item.object.name(),
        action: item.action,
        state: if item.action == Action::Keep { StepState::Kept } else { StepState::Waiting },
        item_sealed: sealed(work.services, work.run.id.0, item)?,
        shown: item.settings.iter().map(Setting::shown).collect(),
        at: None,
    })
}
