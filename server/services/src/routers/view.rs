//! Routers to look at: all of them with how each is doing, and one with its interfaces and its past.

use crate::{Error, Result, Services, require};
use chrono::TimeDelta;
use domain::RouterId;
use domain::people::Caller;
use domain::rights::Permission;
use domain::routers::{Router, RouterEvent, RouterInterface, RouterState};
use storage::routers::{self, watch, watch::Sample};

/// So many of the past of a router are shown.
const EVENTS: i64 = 50;

/// A router and how it is doing.
#[derive(Clone, Debug)]
pub struct RouterView {
    pub router: Router,
    pub state: RouterState,
}

/// Every router, those in use first.
pub async fn list_routers(services: &Services, caller: &Caller) -> Result<Vec<RouterView>> {
    require(caller, Permission::NetworkView)?;
    let mut tx = services.begin(caller).await?;
    let found = routers::list(&mut tx).await?;
    let mut states = watch::states(&mut tx, None).await?;
    Ok(found.into_iter().map(|router| RouterView { state: states.remove(&router.id).unwrap_or_default(), router }).collect())
}

/// One router with its interfaces.
pub async fn find_router(services: &Services, caller: &Caller, id: RouterId) -> Result<(RouterView, Vec<RouterInterface>)> {
    require(caller, Permission::NetworkView)?;
    let mut tx = services.begin(caller).await?;
    let router = routers::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let state = watch::states(&mut tx, Some(&[id])).await?.remove(&id).unwrap_or_default();
    Ok((RouterView { router, state }, watch::interfaces(&mut tx, id).await?))
}

/// When it went and came, and the last day by five minutes.
pub async fn router_history(services: &Services, caller: &Caller, id: RouterId) -> Result<(Vec<RouterEvent>, Vec<Sample>)> {
    require(caller, Permission::NetworkView)?;
    let mut tx = services.begin(caller).await?;
    let events = watch::events(&mut tx, id, EVENTS).await?;
    Ok((events, watch::samples(&mut tx, id, services.now() - TimeDelta::days(1)).await?))
}
