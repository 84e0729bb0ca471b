//! What a move would do, read and shown before anything does; and asking for it. The router is only read.

use super::lines::known;
use super::run::ask_for;
use super::{secrets, sessions};
use crate::provisioning::{Device, Fault};
use crate::{Error, Result, Services, require};
use chrono::TimeDelta;
use domain::people::Caller;
use domain::provisioning::{self as setup, Object, radius_objects};
use domain::rights::Permission;
use domain::router_moves::{Listed, MoveForm, Plan, plan};
use domain::routers::{AuthMode, Router};
use domain::{Problem, RouterId, RouterMoveId};
use serde_json::json;
use std::collections::{BTreeMap, HashSet};
use storage::audit::{self, Change};
use storage::router_moves::{self as sql, NewMove};
use storage::{provisioning, routers};
use uuid::Uuid;

/// What a person reads before a move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    pub plan: Plan,
    /// The RADIUS server that the router knows for PPP; without one it has to be told ours.
    pub client: Option<String>,
    /// What of its settings will be different, beside a RADIUS server.
    pub settings: setup::Plan,
    /// Could the passwords be compared?
    pub saw_passwords: bool,
    /// Lines on this router that are not on PPPoE: they go over at the end, all at once.
    pub others: i64,
}

/// Reads the router and says what would be moved, what would stay, and what has to be set.
pub async fn look(services: &Services, caller: &Caller, id: RouterId) -> Result<Look> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let router = routers::find(&mut tx, id).await?.filter(|router| router.active).ok_or(Error::NotFound)?;
    may_begin(&router)?;
    let others = sql::others_on(&mut tx, id).await?;
    drop(tx);
    let told = |fault: Fault| match fault {
        Fault::Lost(_) => Error::Conflict(Problem::new("", "problem-provision-lost")),
        Fault::Refused(problems) => Error::Invalid(problems),
        Fault::Ours(error) => error,
    };
    let mut device = Device::new(services, caller, id);
    let found = secrets(&mut device, true).await.map_err(told)?;
    let online: HashSet<String> = sessions(&mut device).await.map_err(told)?.into_iter().map(|session| session.name).collect();
    let objects = radius_objects(None).map_err(Error::Invalid)?;
    let rows = device.all_rows(&objects).await.map_err(told)?;
    let client = client(&mut device).await.map_err(told)?;
    let names: Vec<String> = found.iter().map(|secret| secret.name.to_lowercase()).collect();
    let lines = known(services, caller, &names).await?;
    Ok(Look {
        saw_passwords: found.iter().all(|secret| secret.password.is_some()),
        plan: plan(found, &lines, |name| online.contains(name)),
        settings: setup::plan(&objects, &rows).map_err(Error::Invalid)?,
        client,
        others,
    })
}

/// The RADIUS server that this router asks for subscribers on PPP.
async fn client(device: &mut Device<'_>) -> super::Tried<Option<String>> {
    let rows = device.rows("/radius").await?;
    let text = |row: &BTreeMap<String, String>, name: &str| row.get(name).cloned().unwrap_or_default();
    let serves = |row: &&BTreeMap<String, String>| {
        !["true", "yes"].contains(&text(row, "disabled").as_str()) && text(row, "service").split(',').any(|one| one == "ppp")
    };
    Ok(rows.iter().find(serves).map(|row| text(row, "address")))
}

/// The objects that a run puts on its router.
pub(super) fn objects(server: Option<&str>, secret: &str) -> std::result::Result<Vec<Object>, Vec<Problem>> {
    radius_objects(server.map(|server| (server, secret)))
}

fn may_begin(router: &Router) -> Result<()> {
    let refuse = |key: &str| Err(Error::Conflict(Problem::new("", key).with("name", &router.name)));
    match (router.auth_mode, router.nas_id) {
        (AuthMode::Radius, _) => refuse("problem-move-radius"),
        (_, None) => refuse("problem-move-no-nas"),
        _ => Ok(()),
    }
}

/// Asks for a move, from what the router shows now.
pub async fn begin(services: &Services, caller: &Caller, router: RouterId, form: &MoveForm) -> Result<RouterMoveId> {
    require(caller, Permission::NetworkEdit)?;
    let draft = form.read().map_err(Error::Invalid)?;
    let seen = look(services, caller, router).await?;
    let server = draft.server.as_deref().filter(|_| seen.client.is_none());
    let mut problems = Vec::new();
    if seen.plan.moves.is_empty() {
        problems.push(Problem::new("", "problem-move-nothing"));
    } else if !seen.plan.moves.iter().any(|listed| listed.secret.name == draft.test) {
        problems.push(Problem::new("test", "problem-choice"));
    }
    if seen.client.is_none() && server.is_none() {
        problems.push(Problem::new("server", "problem-move-server"));
    }
    if !seen.plan.stays.is_empty() && !draft.leave {
        problems.push(Problem::new("leave", "problem-move-stays").with("count", seen.plan.stays.len()));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let (id, now) = (RouterMoveId(Uuid::now_v7()), services.now());
    let mut tx = services.begin(caller).await?;
    // One lock a router: of two who press at once the second sees what the first did.
    let found = routers::lock(&mut tx, router).await?.filter(|router| router.active).ok_or(Error::NotFound)?;
    may_begin(&found)?;
    if provisioning::runs(&mut tx, Some(router), None, 1).await?.iter().any(|run| !run.state.is_over()) {
        return Err(Error::Conflict(Problem::new("", "problem-provision-running")));
    }
    let new = NewMove { id, router, percent: draft.percent, minutes: draft.minutes, server, mode_before: found.auth_mode, at: now };
    sql::open(&mut tx, &new).await?;
    let all: Vec<&Listed> = seen.plan.moves.iter().chain(&seen.plan.stays).collect();
    sql::secrets::add(&mut tx, id, &all, &draft.test).await?;
    ask_for(&mut tx, id, TimeDelta::zero()).await?;
    let after =
        json!({ "run": id, "router": found.name, "moves": seen.plan.moves.len(), "stays": seen.plan.stays.len(), "test": draft.test });
    let change = Change {
        action: "router.move_begin",
        object_kind: "router",
        object_id: Some(router.0),
        before: Some(json!({ "auth_mode": found.auth_mode })),
        after: Some(after),
        ..Change::default()
    };
    audit::record(&mut tx, now, change).await?;
    tx.commit().await?;
    Ok(id)
}
