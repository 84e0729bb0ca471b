//! Taxes that packages name.

use crate::{Error, Result, Services, require};
use domain::packages::TaxProfile;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{Problem, TaxProfileId};
use rust_decimal::Decimal;
use storage::audit::Change;
use storage::{audit, packages};
use uuid::Uuid;

/// Every tax with the rate that holds today.
pub async fn list_taxes(services: &Services, caller: &Caller) -> Result<Vec<TaxProfile>> {
    require(caller, Permission::PackagesView)?;
    let today = services.today(&services.isp(caller.isp_id).await?);
    let mut tx = services.begin(caller).await?;
    Ok(packages::taxes(&mut tx, today).await?)
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
