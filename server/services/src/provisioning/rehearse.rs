//! A run is tried on a copy first: a simulated router of the same version that holds what the real one shows in the menus
//! that the plan touches. The copy goes through everything the real one would: backup, dead man, each change, being read
//! again, and a second run that must find nothing to do. The real router is only read.

use super::device::Device;
use super::plan::{read_router, told};
use super::{Fault, Tried, opened};
use crate::{Error, Result, Services, require};
use domain::people::Caller;
use domain::provisioning::{self as rules, Action, Object, Rows, RunState, Template};
use domain::rights::Permission;
use domain::routers::{Router, RouterDoor};
use domain::{Problem, ProvisionRunId};
use futures_util::future::BoxFuture;
use integrations::routeros::Version;
use rand::Rng;
use std::any::Any;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use storage::provisioning::{self, rehearsals, rehearsals::RehearsalRow};
use storage::routers::{self, SealedRouter};

/// Where copies of routers stand. Whoever puts the product together says how they are made; use cases only speak to them.
pub trait Stage: Send + Sync {
    fn replica(&self, original: Original) -> BoxFuture<'_, io::Result<Replica>>;
}

/// What a copy is made from.
pub struct Original {
    pub name: String,
    pub version: Version,
    pub rows: Rows,
    /// How it is to be entered, by nobody else.
    pub login: String,
    pub password: String,
}

/// A copy that is switched on until it is dropped.
pub struct Replica {
    pub address: SocketAddr,
    pub standing: Box<dyn Any + Send>,
}

/// The dead man of a copy has nobody to cut off.
const DEAD_MAN: Duration = Duration::from_secs(600);
const LOGIN: &str = "lastmile";

/// Tries a run that was not begun, and keeps how it came out.
pub async fn rehearse(services: &Services, caller: &Caller, id: ProvisionRunId) -> Result<RehearsalRow> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let run = provisioning::runs(&mut tx, None, Some(id), 1).await?.pop().ok_or(Error::NotFound)?;
    let body = provisioning::body(&mut tx, run.template_id, run.template_version).await?.ok_or(Error::NotFound)?;
    let router = routers::find(&mut tx, run.router_id).await?.ok_or(Error::NotFound)?;
    drop(tx);
    if run.state != RunState::Draft {
        return Err(Error::Conflict(Problem::new("", "problem-provision-begun")));
    }
    let stage = services.stage.clone().ok_or_else(|| Error::Conflict(Problem::new("", "problem-rehearsal-no-stage")))?;
    let template = Template::read(&body).map_err(Error::Invalid)?;
    let values = opened(services, id.0, &run.values_sealed)?;
    let (version, objects, rows) = read_router(services, caller, run.router_id, &template, &values).await.map_err(told)?;
    // What stands in the way on the real one is told as the plan tells it, without a copy.
    rules::plan(&objects, &rows).map_err(Error::Invalid)?;
    let password: String = (0..32).map(|_| char::from(rand::rng().sample(rand::distr::Alphanumeric))).collect();
    let original = Original { name: router.name.clone(), version, rows, login: LOGIN.into(), password: password.clone() };
    let copy = stage.replica(original).await.map_err(|error| Error::Internal(format!("a copy of a router: {error}")))?;
    let mut device = Device::on_copy(services, caller, door_of(services, &router, &copy, &password)?);
    let row = RehearsalRow { at: services.now(), by_name: caller.actor_name().to_string(), written: 0, again: 0, problems: Vec::new() };
    let row = match play(&mut device, &objects).await {
        Ok((written, again)) => RehearsalRow { written: number(written), again: number(again), ..row },
        Err(Fault::Refused(problems)) => RehearsalRow { problems, ..row },
        Err(Fault::Lost(_)) => RehearsalRow { problems: vec![Problem::new("", "problem-rehearsal-lost")], ..row },
        Err(Fault::Ours(error)) => return Err(error),
    };
    drop(copy);
    let mut tx = services.begin(caller).await?;
    rehearsals::put(&mut tx, id, &row).await?;
    tx.commit().await?;
    Ok(row)
}

fn number(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// The way to the copy, as if it were a router of ours.
fn door_of(services: &Services, router: &Router, copy: &Replica, password: &str) -> Result<SealedRouter> {
    let (host, port) = (copy.address.ip().to_string(), copy.address.port());
    let router = Router { host, port, door: RouterDoor::Api, fingerprint: None, username: LOGIN.into(), active: true, ..router.clone() };
    Ok(SealedRouter { password_sealed: services.keys.seal_text(router.id.0, password)?, router })
}

/// Everything that a run does, on a copy. Answers with what was written, and what a second run would write.
async fn play(device: &mut Device<'_>, objects: &[Object]) -> Tried<(usize, usize)> {
    device.back_up().await?;
    device.arm(DEAD_MAN).await?;
    let mut written = 0;
    for object in objects {
        let at = |problem: Problem| problem.with("menu", &object.menu).with("name", object.name());
        let rows = device.rows(&object.menu).await?;
        let item = rules::decide(object, &rows).map_err(|problem| Fault::Refused(vec![problem]))?;
        let Some(write) = item.write(&rows) else { continue };
        device.write(&write).await.map_err(|fault| match fault {
            Fault::Refused(problems) => Fault::Refused(problems.into_iter().map(at).collect()),
            other => other,
        })?;
        written += 1;
    }
    device.hang_up();
    device.disarm().await?;
    let rows = device.all_rows(objects).await?;
    let second = rules::plan(objects, &rows).map_err(Fault::Refused)?;
    Ok((written, second.items.len() - second.count(Action::Keep)))
}
