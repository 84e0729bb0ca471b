//! The terms of one customer: his billing profile, how far he may go into the red, whether he pays tax.

use super::profiles::switch;
use crate::{Error, Result, Services, require};
use domain::billing::CustomerTerms;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{BillingProfileId, CustomerId, Money, Problem};
use serde::{Deserialize, Serialize};
use storage::audit::Change;
use storage::customer_terms::{self, TermsChange};
use storage::{audit, billing_profiles, customers};

/// What the form sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermsForm {
    pub billing_profile_id: String,
    /// Empty: what the profile says.
    #[serde(default)]
    pub credit_limit: String,
    #[serde(default)]
    pub tax_exempt: Option<String>,
    #[serde(default)]
    pub tax_exempt_reason: String,
    pub version: String,
}

/// What holds for a customer beside his packages.
pub async fn customer_terms(services: &Services, caller: &Caller, id: CustomerId) -> Result<CustomerTerms> {
    require(caller, Permission::BillingView)?;
    let mut tx = services.begin(caller).await?;
    customer_terms::read(&mut tx, id).await?.ok_or(Error::NotFound)
}

pub async fn set_customer_terms(services: &Services, caller: &Caller, id: CustomerId, form: &TermsForm) -> Result<()> {
    require(caller, Permission::BillingProfiles)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut problems = Vec::new();
    let profile = form
        .billing_profile_id
        .parse::<BillingProfileId>()
        .map_err(|_| problems.push(Problem::new("billing_profile_id", "problem-choice")))
        .ok();
    let credit_limit_minor = match form.credit_limit.trim() {
        "" => None,
        text => Money::parse(text, isp.currency)
            .map(|money| money.minor)
            .map_err(|error| problems.push(Problem::new("credit_limit", error.key())))
            .ok(),
    };
    let reason = form.tax_exempt_reason.trim();
    if form.tax_exempt.is_some() && (reason.is_empty() || reason.chars().count() > 200) {
        problems.push(Problem::new("tax_exempt_reason", "problem-reason-needed").with("most", 200));
    }
    let version = form.version.parse().map_err(|_| problems.push(Problem::new("", "problem-form-stale"))).ok();
    let (Some(profile), Some(version), true) = (profile, version, problems.is_empty()) else { return Err(Error::Invalid(problems)) };

    let mut tx = services.begin(caller).await?;
    customers::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let before = customer_terms::read(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let old = super::profiles::of_customer(&mut tx, id).await?;
    let new = billing_profiles::find(&mut tx, profile)
        .await?
        .ok_or_else(|| Error::Invalid(vec![Problem::new("billing_profile_id", "problem-choice")]))?;
    let tax_exempt_reason = form.tax_exempt.as_ref().map(|_| reason);
    let change = TermsChange { billing_profile_id: profile, credit_limit_minor, tax_exempt_reason };
    if !customer_terms::set(&mut tx, id, version, &change).await? {
        return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
    }
    switch(&mut tx, services, &isp, &old, &new, &[id]).await?;
    let after = customer_terms::read(&mut tx, id).await?;
    if after.as_ref().is_some_and(|after| before == CustomerTerms { version: before.version, ..after.clone() }) {
        // Posted back as it was read: given up with the transaction.
        return Ok(());
    }
    let change = Change {
        action: "customer.terms",
        object_kind: "customer",
        object_id: Some(id.0),
        customer_id: Some(id.0),
        before: serde_json::to_value(&before).ok(),
        after: serde_json::to_value(&after).ok(),
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}
