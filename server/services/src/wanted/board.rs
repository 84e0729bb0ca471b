//! What waits for routers, for people: seen, tried again now, or given up with a reason; and what of one subscriber's lines
//! his router has not been told, for whoever looks after him and for himself.

use crate::{Error, Result, Services, require};
use chrono::TimeDelta;
use domain::customers::{Page, Paging};
use domain::people::Caller;
use domain::rights::Permission;
use domain::wanted::{Depth, Kind, Waiting, WantFilter, WantRow};
use domain::{CustomerId, Problem, RouterId};
use serde_json::json;
use storage::audit::{self, Change};
use storage::wanted::{board as sql, errands, wants};
use storage::{customers, routers};

/// A router that answers is told within seconds: nobody has to read of those.
const WORTH_SAYING: TimeDelta = TimeDelta::seconds(10);

/// The list of what waits, and how much of it for whom.
pub struct Board {
    pub depths: Vec<Depth>,
    pub page: Page<WantRow>,
    /// Every router that something waits for, whatever the filter.
    pub routers: Vec<(RouterId, String)>,
}

/// What waits for which router, since when and why.
pub async fn board(services: &Services, caller: &Caller, filter: &WantFilter, paging: Paging) -> Result<Board> {
    require(caller, Permission::NetworkView)?;
    let mut tx = services.begin(caller).await?;
    let depths = sql::depths(&mut tx, None).await?;
    let routers = depths.iter().map(|depth| (depth.router_id, depth.router.clone())).collect();
    Ok(Board { page: sql::page(&mut tx, filter, paging).await?, depths, routers })
}

/// One router's queue; `None`: nothing waits for it.
pub async fn router_queue(services: &Services, caller: &Caller, router: RouterId) -> Result<Option<Depth>> {
    require(caller, Permission::NetworkView)?;
    let mut tx = services.begin(caller).await?;
    Ok(sql::depths(&mut tx, Some(router)).await?.pop())
}

/// Tries one object, or everything that waits for a router, at once and anew. Answers with how many.
pub async fn try_again(services: &Services, caller: &Caller, router: RouterId, one: Option<(Kind, String)>) -> Result<u64> {
    require(caller, Permission::NetworkEdit)?;
    let now = services.now();
    let mut tx = services.begin(caller).await?;
    routers::find(&mut tx, router).await?.ok_or(Error::NotFound)?;
    let only = one.map(|one| vec![one]);
    let many = wants::again(&mut tx, router, only.as_deref(), now).await?;
    if only.is_some() && many == 0 {
        return Err(Error::NotFound);
    }
    errands::hurry(&mut tx, router).await?;
    let change = Change {
        action: "router.try_again",
        object_kind: "router",
        object_id: Some(router.0),
        after: Some(json!({ "objects": many, "name": only.and_then(|only| only.into_iter().next()).map(|(_, name)| name) })),
        ..Change::default()
    };
    audit::record(&mut tx, now, change).await?;
    tx.commit().await?;
    Ok(many)
}

/// Gives an object up: the router stays as it is, until somebody wants something else of that object.
pub async fn give_up(services: &Services, caller: &Caller, router: RouterId, kind: Kind, name: &str, reason: &str) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > 300 {
        return Err(Error::Invalid(vec![Problem::new("reason", "problem-reason-needed").with("most", 300)]));
    }
    let mut tx = services.begin(caller).await?;
    if !wants::give_up(&mut tx, router, kind, name, reason).await? {
        return Err(Error::NotFound);
    }
    let change = Change {
        action: "router.give_up",
        object_kind: "router",
        object_id: Some(router.0),
        after: Some(json!({ "kind": kind.slug(), "name": name, "reason": reason })),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// What of a subscriber's lines their routers have not been told.
pub async fn waiting_of_customer(services: &Services, caller: &Caller, customer: CustomerId) -> Result<Vec<Waiting>> {
    require(caller, Permission::CustomersView)?;
    let mut tx = services.begin(caller).await?;
    let lines = customers::service_ids(&mut tx, customer).await?;
    Ok(sql::of_lines(&mut tx, &lines, services.now() - WORTH_SAYING).await?)
}

/// The same for the subscriber himself.
pub async fn waiting_of_own_lines(services: &Services, caller: &Caller) -> Result<Vec<Waiting>> {
    require(caller, Permission::OwnAccount)?;
    let customer = caller.customer_id.ok_or(Error::NotFound)?;
    let mut tx = services.begin(caller).await?;
    let lines = customers::service_ids(&mut tx, customer).await?;
    Ok(sql::of_lines(&mut tx, &lines, services.now() - WORTH_SAYING).await?)
}
