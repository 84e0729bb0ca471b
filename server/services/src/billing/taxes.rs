//! Tax profiles: their dated rates (BIL-10). A rate never changes for days that bills were made on.

use crate::{Error, Result, Services, require};
use domain::billing::{TaxRateForm, TaxView, read_tax_rate};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{Problem, TaxProfileId};
use storage::audit::Change;
use storage::{audit, taxes};

/// Every tax with its rates.
pub async fn tax_profiles(services: &Services, caller: &Caller) -> Result<Vec<TaxView>> {
    require(caller, Permission::BillingView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    Ok(taxes::list(&mut tx, services.today(&isp)).await?)
}

/// A new rate from a day on. One of the same name that runs without an end is ended on that day.
pub async fn add_tax_rate(services: &Services, caller: &Caller, id: TaxProfileId, form: &TaxRateForm) -> Result<()> {
    require(caller, Permission::BillingProfiles)?;
    let rate = read_tax_rate(form).map_err(Error::Invalid)?;
    let mut tx = services.begin(caller).await?;
    let mut terms = taxes::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if taxes::last_billed(&mut tx).await?.is_some_and(|billed| rate.from_on <= billed) {
        return Err(Error::Invalid(vec![Problem::new("from_on", "problem-tax-billed")]));
    }
    let before = serde_json::to_value(&terms).ok();
    terms.add(rate.clone(), true).map_err(|problem| Error::Invalid(vec![problem]))?;
    taxes::add_rate(&mut tx, id, &rate, true).await?;
    let change = Change {
        action: "tax.rate",
        object_kind: "tax_profile",
        object_id: Some(id.0),
        before,
        after: serde_json::to_value(&terms).ok(),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}
