//! What is sold: listing, making, changing, taking out of sale.

use crate::{Error, Result, Services, require};
use domain::packages::{Package, PackageForm, TaxProfile, read_package};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{PackageId, Problem, TaxProfileId};
use rust_decimal::Decimal;
use storage::audit::Change;
use storage::{audit, packages};
use uuid::Uuid;

pub async fn list_packages(services: &Services, caller: &Caller) -> Result<Vec<Package>> {
    require(caller, Permission::PackagesView)?;
    let mut tx = services.begin(caller).await?;
    Ok(packages::list(&mut tx).await?)
}

/// Ids and names, for a filter.
pub async fn package_names(services: &Services, caller: &Caller) -> Result<Vec<(PackageId, String)>> {
    require(caller, Permission::PackagesView)?;
    let mut tx = services.begin(caller).await?;
    Ok(packages::names(&mut tx).await?)
}

pub async fn list_taxes(services: &Services, caller: &Caller) -> Result<Vec<TaxProfile>> {
    require(caller, Permission::PackagesView)?;
    let mut tx = services.begin(caller).await?;
    Ok(packages::taxes(&mut tx).await?)
}

/// Makes a package (`existing` is `None`) or changes one that still has the given version.
pub async fn save_package(
    services: &Services,
    caller: &Caller,
    existing: Option<(PackageId, i32)>,
    form: &PackageForm,
) -> Result<PackageId> {
    require(caller, Permission::PackagesEdit)?;
    let isp = services.isp(caller.isp_id).await?;
    let draft = read_package(form, isp.currency).map_err(Error::Invalid)?;
    let mut tx = services.begin(caller).await?;
    if let Some(tax) = draft.tax_profile_id
        && !packages::taxes(&mut tx).await?.iter().any(|known| known.id == tax)
    {
        return Err(Error::Invalid(vec![Problem::new("tax_profile_id", "problem-choice")]));
    }
    let (id, before) = match existing {
        None => {
            let id = PackageId(Uuid::now_v7());
            packages::create(&mut tx, id, &draft).await?;
            (id, None)
        }
        Some((id, version)) => {
            let before = packages::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
            if !packages::update(&mut tx, id, version, &draft).await? {
                return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
            }
            (id, Some(before))
        }
    };
    let after = packages::find(&mut tx, id).await?;
    let change = Change {
        action: if before.is_some() { "package.update" } else { "package.create" },
        object_kind: "package",
        object_id: Some(id.0),
        before: before.and_then(|package| serde_json::to_value(package).ok()),
        after: after.and_then(|package| serde_json::to_value(package).ok()),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(id)
}

/// Out of sale, or back. Who holds it keeps it.
pub async fn archive_package(services: &Services, caller: &Caller, id: PackageId, archived: bool) -> Result<()> {
    require(caller, Permission::PackagesEdit)?;
    let mut tx = services.begin(caller).await?;
    if !packages::set_archived(&mut tx, id, archived).await? {
        return Err(Error::NotFound);
    }
    let action = if archived { "package.archive" } else { "package.restore" };
    audit::record(&mut tx, services.now(), Change { action, object_kind: "package", object_id: Some(id.0), ..Change::default() }).await?;
    Ok(tx.commit().await?)
}

/// A tax rate in percent, inclusive or on top.
pub async fn create_tax(services: &Services, caller: &Caller, name: &str, rate: &str, inclusive: bool) -> Result<TaxProfileId> {
    require(caller, Permission::PackagesEdit)?;
    let name = name.trim();
    let mut problems = Vec::new();
    if name.is_empty() || name.chars().count() > 60 {
        problems.push(Problem::new("name", "problem-name-length").with("most", 60));
    }
    let rate: Option<Decimal> = domain::money::ascii_digits(rate.trim()).parse().ok();
    let rate = rate.filter(|rate| *rate >= Decimal::ZERO && *rate <= Decimal::ONE_HUNDRED && rate.scale() <= 4);
    let Some(rate) = rate.filter(|_| problems.is_empty()) else {
        if rate.is_none() {
            problems.push(Problem::new("rate", "problem-rate"));
        }
        return Err(Error::Invalid(problems));
    };
    let mut tx = services.begin(caller).await?;
    let id = TaxProfileId(Uuid::now_v7());
    packages::create_tax(&mut tx, id, name, rate, inclusive).await?;
    let after = serde_json::json!({ "name": name, "rate": rate, "inclusive": inclusive });
    let change =
        Change { action: "tax.create", object_kind: "tax_profile", object_id: Some(id.0), after: Some(after), ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(id)
}
