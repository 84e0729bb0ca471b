//! Before the first secret is touched: the router is backed up and learns to ask RADIUS, with the dead man in place in case
//! that this cuts us off. What the settings were is written down before they are changed.

use super::look::objects;
use super::run::{Next, Work};
use crate::provisioning::{Fault, Tried, no_connection, opened, sealed};
use crate::routers::{Reason, back_up};
use chrono::TimeDelta;
use domain::Problem;
use domain::provisioning::{Action, Item, decide, plan};
use domain::router_moves::MoveState;
use storage::router_moves as sql;

/// So long the router waits for us before it goes back by itself.
const DEAD_MAN: TimeDelta = TimeDelta::minutes(5);

pub(super) async fn prepare(work: &mut Work<'_>) -> Tried<Next> {
    work.enter(MoveState::Preparing).await?;
    let items = match setup(work)? {
        Some(items) => items,
        None => look_and_keep(work).await?,
    };
    let waiting: Vec<&Item> = items.iter().filter(|item| item.action != Action::Keep).collect();
    if !all_hold(work, &waiting).await? {
        if work.device.is_armed().await? {
            // Taken up again where it was.
        } else if work.run.armed_at.is_some_and(|at| work.services.now() - at >= DEAD_MAN) {
            // It lost us and went back by itself: what cut us off would do so again.
            return work.turn_back(Problem::new("", "problem-move-reverted")).await;
        } else {
            arm(work).await?;
        }
        for item in &waiting {
            write(work, item).await?;
        }
        // Only who can still come in may take the dead man away.
        work.device.hang_up();
    }
    if !all_hold(work, &waiting).await? {
        return work.turn_back(Problem::new("", "problem-move-settings")).await;
    }
    work.device.disarm().await?;
    if !all_hold(work, &waiting).await? {
        return work.turn_back(Problem::new("", "problem-move-reverted")).await;
    }
    work.enter(MoveState::Testing).await?;
    Ok(Next::Step)
}

/// What this run set, and what it was before.
pub(super) fn setup(work: &Work<'_>) -> Tried<Option<Vec<Item>>> {
    let sealed = work.run.setup_sealed.as_deref();
    Ok(sealed.map(|sealed| opened(work.services, work.run.id.0, sealed)).transpose()?)
}

async fn look_and_keep(work: &mut Work<'_>) -> Tried<Vec<Item>> {
    let secret = radius_secret(work).await?;
    let objects = objects(work.run.server.as_deref(), &secret).map_err(Fault::Refused)?;
    let rows = work.device.all_rows(&objects).await?;
    let items = plan(&objects, &rows).map_err(Fault::Refused)?.items;
    back_up(work.services, work.caller, work.run.router, Reason::Change).await.map_err(|error| no_connection(error, false))?;
    // The dead man loads one of his own, which nobody needs a word for.
    work.device.back_up().await?;
    let kept = sealed(work.services, work.run.id.0, &items)?;
    let mut tx = work.begin().await?;
    sql::keep_setup(&mut tx, work.run.id, &kept).await?;
    tx.commit().await?;
    work.run.setup_sealed = Some(kept);
    Ok(items)
}

async fn radius_secret(work: &Work<'_>) -> Tried<String> {
    let id = work.nas()?;
    let mut tx = work.begin().await?;
    let nas = storage::radius::nas::sealed(&mut tx, id).await?.ok_or_else(|| work.no_nas())?;
    Ok(work.services.keys.open_text(nas.id.0, &nas.secret_sealed).map_err(crate::Error::from)?)
}

async fn arm(work: &mut Work<'_>) -> Tried<()> {
    let now = work.services.now();
    let mut tx = work.begin().await?;
    sql::armed(&mut tx, work.run.id, now).await?;
    tx.commit().await?;
    work.device.arm(DEAD_MAN.to_std().unwrap_or_default()).await?;
    work.run.armed_at = Some(now);
    Ok(())
}

async fn write(work: &mut Work<'_>, item: &Item) -> Tried<()> {
    let rows = work.device.rows(&item.object.menu).await?;
    let now = decide(&item.object, &rows).map_err(|problem| Fault::Refused(vec![problem]))?;
    match now.write(&rows) {
        Some(write) => work.device.write(&write).await,
        None => Ok(()),
    }
}

async fn all_hold(work: &mut Work<'_>, items: &[&Item]) -> Tried<bool> {
    for item in items {
        let rows = work.device.rows(&item.object.menu).await?;
        if !decide(&item.object, &rows).is_ok_and(|now| now.action == Action::Keep) {
            return Ok(false);
        }
    }
    Ok(true)
}
