//! What the page of an import from a router shows beside what it shows of any import: the router, its pools and profiles,
//! and whether there is room.

use crate::{Error, Result, Services, require};
use domain::people::Caller;
use domain::platform::Limited;
use domain::rights::Permission;
use domain::router_imports::RouterImport;
use domain::{ImportId, RouterId};
use storage::{IspTx, imports, router_imports, routers};

/// One import from a router.
pub async fn find(services: &Services, caller: &Caller, id: ImportId) -> Result<RouterImport> {
    require(caller, Permission::CustomersImport)?;
    let mut tx = services.begin(caller).await?;
    let import = imports::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let found = router_imports::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let router = routers::find(&mut tx, found.router).await?.ok_or(Error::NotFound)?;
    let same_day = router_imports::same_day(&mut tx, found.router, found.day, Some(id)).await?;
    let room = room(&mut tx).await?;
    Ok(RouterImport {
        import: id,
        router: router.id,
        router_name: router.name,
        day: found.day,
        read: found.read,
        read_at: import.created_at,
        same_day,
        room,
    })
}

/// How many customers the plan of the ISP's tenant still allows.
async fn room(tx: &mut IspTx) -> Result<Option<u64>> {
    let isp = tx.isp_id();
    let usage = storage::plans::usage(tx, isp).await?;
    let customers = usage.into_iter().find(|(what, ..)| *what == Limited::Customers);
    Ok(customers.and_then(|(_, _, all, most)| Some(u64::try_from(i64::from(most?) - all).unwrap_or(0))))
}

/// The import of a router that was read today already.
pub async fn of_router(services: &Services, caller: &Caller, router: RouterId) -> Result<Option<ImportId>> {
    require(caller, Permission::CustomersImport)?;
    let today = services.today(&services.isp(caller.isp_id).await?);
    let mut tx = services.begin(caller).await?;
    Ok(router_imports::same_day(&mut tx, router, today, None).await?)
}
