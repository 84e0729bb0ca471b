//! Out of sale, or gone for good. What somebody holds or held is never removed: it is archived, and who holds it is moved
//! to another package first.

use super::{commit, invalid, json, own, seller};
use crate::{Error, Result, Services, require};
use domain::packages::Pricing;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{PackageId, Problem};
use storage::audit::Change;
use storage::{audit, packages};

/// Out of sale, or back. Who holds it keeps it.
pub async fn archive_package(services: &Services, caller: &Caller, id: PackageId, archived: bool) -> Result<()> {
    require(caller, if seller(caller).is_some() { Permission::PackagesRetail } else { Permission::PackagesEdit })?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let package = packages::find(&mut tx, id, services.today(&isp)).await?.ok_or(Error::NotFound)?;
    own(caller, package.seller.map(|(id, _)| id))?;
    packages::set_archived(&mut tx, id, archived).await?;
    let action = if archived { "package.archive" } else { "package.restore" };
    audit::record(&mut tx, services.now(), Change { action, object_kind: "package", object_id: Some(id.0), ..Change::default() }).await?;
    commit(tx).await
}

/// Removes a package that nobody holds or held. A trial stays.
pub async fn delete_package(services: &Services, caller: &Caller, id: PackageId) -> Result<()> {
    require(caller, if seller(caller).is_some() { Permission::PackagesRetail } else { Permission::PackagesEdit })?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    packages::lock(&mut tx, id).await?;
    let package = packages::find(&mut tx, id, services.today(&isp)).await?.ok_or(Error::NotFound)?;
    own(caller, package.seller.as_ref().map(|(id, _)| *id))?;
    if package.terms.pricing == Pricing::Trial {
        return Err(Error::Conflict(Problem::new("", "problem-trial-stays")));
    }
    match packages::holders(&mut tx, id).await? {
        (0, 0) => {}
        (0, _) => return Err(Error::Conflict(Problem::new("", "problem-package-had"))),
        (now, _) => return Err(Error::Conflict(Problem::new("", "problem-package-held").with("count", now))),
    }
    if !packages::delete(&mut tx, id).await? {
        return Err(invalid(Problem::new("", "problem-choice")));
    }
    let change =
        Change { action: "package.delete", object_kind: "package", object_id: Some(id.0), before: json(&package), ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    commit(tx).await
}
