//! What a person may want of a run: that it rests, goes on, tests once more, goes back, or removes what it left asleep.

use super::run::{ask_for, found};
use crate::{Error, Result, Services, require};
use chrono::TimeDelta;
use domain::people::Caller;
use domain::rights::Permission;
use domain::router_moves::MoveState;
use domain::{Problem, RouterMoveId};
use serde_json::json;
use storage::audit::{self, Change};
use storage::router_moves::{self as sql, MoveRow};
use storage::{IspTx, routers};

/// Rests after the wave that is under way.
pub async fn stop(services: &Services, caller: &Caller, id: RouterMoveId) -> Result<()> {
    let (mut tx, run) = locked(services, caller, id).await?;
    if run.state.rests() || !run.state.can_return() {
        return Err(refusal("problem-move-not-now"));
    }
    sql::ask_stop(&mut tx, id, true).await?;
    tell(services, &mut tx, &run, "router.move_stop").await?;
    Ok(tx.commit().await?)
}

/// Goes on with a run that rests. Where nobody had come in for the test, whoever goes on all the same writes the name of
/// the router: nothing has shown yet that RADIUS lets anybody in.
pub async fn go_on(services: &Services, caller: &Caller, id: RouterMoveId, name: &str) -> Result<()> {
    let (mut tx, run) = locked(services, caller, id).await?;
    match run.state {
        MoveState::Paused => {
            sql::ask_stop(&mut tx, id, false).await?;
            tell(services, &mut tx, &run, "router.move_go_on").await?;
        }
        MoveState::Asking if name.trim() != run.router_name => {
            return Err(Error::Invalid(vec![Problem::new("name", "problem-move-name").with("name", &run.router_name)]));
        }
        MoveState::Asking => {
            sql::forced(&mut tx, id).await?;
            tell(services, &mut tx, &run, "router.move_force").await?;
        }
        _ => return Err(refusal("problem-move-not-now")),
    }
    enter(services, &mut tx, &run, MoveState::Moving).await?;
    Ok(tx.commit().await?)
}

/// Tries once more with the line that is the test.
pub async fn test_again(services: &Services, caller: &Caller, id: RouterMoveId) -> Result<()> {
    let (mut tx, run) = locked(services, caller, id).await?;
    if run.state != MoveState::Asking {
        return Err(refusal("problem-move-not-now"));
    }
    tell(services, &mut tx, &run, "router.move_go_on").await?;
    enter(services, &mut tx, &run, MoveState::Testing).await?;
    Ok(tx.commit().await?)
}

/// Makes everything as it was: in the middle, or after all of it is done and as long as the old secrets are there.
pub async fn go_back(services: &Services, caller: &Caller, id: RouterMoveId) -> Result<()> {
    let (mut tx, run) = locked(services, caller, id).await?;
    if !run.state.can_return() {
        return Err(refusal("problem-move-not-now"));
    }
    alone(&mut tx, &run).await?;
    tell(services, &mut tx, &run, "router.move_back").await?;
    enter(services, &mut tx, &run, MoveState::Returning).await?;
    Ok(tx.commit().await?)
}

/// Removes the old secrets from the router. There is no way back after that.
pub async fn clear(services: &Services, caller: &Caller, id: RouterMoveId) -> Result<()> {
    let (mut tx, run) = locked(services, caller, id).await?;
    if run.state != MoveState::Done {
        return Err(refusal("problem-move-not-now"));
    }
    alone(&mut tx, &run).await?;
    tell(services, &mut tx, &run, "router.move_clear").await?;
    enter(services, &mut tx, &run, MoveState::Clearing).await?;
    Ok(tx.commit().await?)
}

/// The run, with its router locked: of two who press at once the second sees what the first did.
async fn locked(services: &Services, caller: &Caller, id: RouterMoveId) -> Result<(IspTx, MoveRow)> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let router = found(&mut tx, id).await?.router;
    routers::lock(&mut tx, router).await?.ok_or(Error::NotFound)?;
    let run = found(&mut tx, id).await?;
    Ok((tx, run))
}

/// A run that is over begins to work again only when nothing else works on its router, and none was begun since.
async fn alone(tx: &mut IspTx, run: &MoveRow) -> Result<()> {
    let newest = sql::moves(tx, Some(run.router), None, 1).await?.pop();
    if newest.is_some_and(|newest| newest.id != run.id) {
        return Err(refusal("problem-move-not-now"));
    }
    if storage::provisioning::runs(tx, Some(run.router), None, 1).await?.iter().any(|run| !run.state.is_over()) {
        return Err(refusal("problem-provision-running"));
    }
    Ok(())
}

async fn enter(services: &Services, tx: &mut IspTx, run: &MoveRow, state: MoveState) -> Result<()> {
    if !sql::set_state(tx, run.id, run.state, state, services.now()).await? {
        // It went on in this very moment.
        return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
    }
    ask_for(tx, run.id, TimeDelta::zero()).await
}

async fn tell(services: &Services, tx: &mut IspTx, run: &MoveRow, action: &'static str) -> Result<()> {
    let after = Some(json!({ "run": run.id, "router": run.router_name }));
    let change = Change { action, object_kind: "router", object_id: Some(run.router.0), after, ..Change::default() };
    Ok(audit::record(tx, services.now(), change).await?)
}

fn refusal(key: &str) -> Error {
    Error::Conflict(Problem::new("", key))
}
