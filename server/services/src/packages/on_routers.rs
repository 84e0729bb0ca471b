//! What packages are on routers (PKG-12): set by whoever looks after the network, and asked before a line is sold or
//! changed: a router that keeps lines itself cannot keep one of a package that it does not know.

use crate::{Error, Result, Services, require};
use domain::people::Caller;
use domain::radius::router_name;
use domain::rights::Permission;
use domain::routers::{AuthMode, Router};
use domain::{PackageId, Problem, RouterId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashMap;
use storage::audit::{self, Change};
use storage::package_routers::{self as store};
use storage::{IspTx, package_routers, routers};

/// What a package is on a router, as its form has it; nothing in both takes it away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OnRouterForm {
    pub package: String,
    pub router: String,
    pub profile: String,
    pub pool: String,
}

/// One row of a package's or a router's list: the other end, and what is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnRouterRow {
    pub package: PackageId,
    pub router: RouterId,
    /// Of the other end.
    pub name: String,
    /// Of the router.
    pub mode: AuthMode,
    pub profile: String,
    pub pool: String,
}

impl OnRouterRow {
    /// A router that keeps lines itself cannot be sold on without a profile.
    pub fn is_missing(&self) -> bool {
        self.mode.keeps_lines() && self.profile.is_empty()
    }
}

fn row(package: PackageId, router: &Router, name: String, known: Option<&store::OnRouter>) -> OnRouterRow {
    let text = |of: fn(&store::OnRouter) -> &Option<String>| known.and_then(|known| of(known).clone()).unwrap_or_default();
    OnRouterRow {
        package,
        router: router.id,
        name,
        mode: router.auth_mode,
        profile: text(|known| &known.profile),
        pool: text(|known| &known.pool),
    }
}

/// Every router that is in use, with what a package is on it.
pub async fn package_on_routers(services: &Services, caller: &Caller, package: PackageId) -> Result<Vec<OnRouterRow>> {
    require(caller, Permission::NetworkView)?;
    let mut tx = services.begin(caller).await?;
    let known: HashMap<RouterId, _> = store::list(&mut tx, Some(package), None).await?.into_iter().map(|one| (one.router, one)).collect();
    let routers = routers::list(&mut tx).await?.into_iter().filter(|router| router.active);
    Ok(routers.map(|router| row(package, &router, router.name.clone(), known.get(&router.id))).collect())
}

/// Every package that is sold, with what it is on a router.
pub async fn packages_on_router(services: &Services, caller: &Caller, router: RouterId) -> Result<(Router, Vec<OnRouterRow>)> {
    require(caller, Permission::NetworkView)?;
    let today = services.today(&services.isp(caller.isp_id).await?);
    let mut tx = services.begin(caller).await?;
    let router = routers::find(&mut tx, router).await?.ok_or(Error::NotFound)?;
    let known: HashMap<PackageId, _> =
        store::list(&mut tx, None, Some(router.id)).await?.into_iter().map(|one| (one.package, one)).collect();
    let packages = storage::packages::list(&mut tx, today).await?.into_iter();
    let packages = packages.filter(|package| !package.archived && package.terms.kind.has_line() || known.contains_key(&package.id));
    let rows = packages.map(|package| row(package.id, &router, package.name.clone(), known.get(&package.id))).collect();
    Ok((router, rows))
}

/// Says what a package is on a router.
pub async fn put_on_router(services: &Services, caller: &Caller, form: &OnRouterForm) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    let ids = form.package.parse::<PackageId>().ok().zip(form.router.parse::<RouterId>().ok());
    let (package, router) = ids.ok_or(Error::NotFound)?;
    let (profile, pool) = (router_name("profile", &form.profile), router_name("pool", &form.pool));
    let (profile, pool) = match (profile, pool) {
        (Ok(profile), Ok(pool)) => (profile, pool),
        (profile, pool) => return Err(Error::Invalid([profile.err(), pool.err()].into_iter().flatten().collect())),
    };
    let today = services.today(&services.isp(caller.isp_id).await?);
    let mut tx = services.begin(caller).await?;
    let name = storage::packages::find(&mut tx, package, today).await?.ok_or(Error::NotFound)?.name;
    let at = routers::find(&mut tx, router).await?.ok_or(Error::NotFound)?.name;
    package_routers::put(&mut tx, package, router, profile.as_deref(), pool.as_deref()).await?;
    let after = json!({ "package": name, "router": at, "profile": profile, "pool": pool });
    let change =
        Change { action: "package.router", object_kind: "package", object_id: Some(package.0), after: Some(after), ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// What stands against selling a package on a router, to be said while it is chosen; `None`: nothing.
pub async fn sale_problem(services: &Services, caller: &Caller, package: PackageId, router: RouterId) -> Result<Option<Problem>> {
    require(caller, Permission::NetworkView)?;
    let mut tx = services.begin(caller).await?;
    problem(&mut tx, package, router).await
}

async fn problem(tx: &mut IspTx, package: PackageId, router: RouterId) -> Result<Option<Problem>> {
    let standing = package_routers::standing(tx, router, package).await?.ok_or(Error::NotFound)?;
    let missing = standing.mode.keeps_lines() && standing.profile.is_none();
    Ok(missing.then(|| Problem::new("package_id", "problem-package-not-on-router").with("router", standing.name)))
}

/// Refuses a sale on a router that keeps lines itself and does not know the package.
pub(crate) async fn must_be_on(tx: &mut IspTx, package: PackageId, router: RouterId) -> Result<()> {
    match problem(tx, package, router).await? {
        Some(problem) => Err(Error::Conflict(problem)),
        None => Ok(()),
    }
}
