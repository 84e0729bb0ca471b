//! Billing profiles: listing, saving, deleting one that nobody has, giving its customers another.

use super::refresh;
use crate::{Error, Result, Services, require};
use domain::billing::{BillingProfile, BillingProfileForm, ProfileKind, read_billing_profile};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{BillingProfileId, CustomerId, Problem};
use std::collections::HashMap;
use storage::audit::Change;
use storage::isps::Isp;
use storage::{IspTx, audit, billing_profiles};
use uuid::Uuid;

pub async fn profiles(services: &Services, caller: &Caller) -> Result<Vec<BillingProfile>> {
    require(caller, Permission::BillingView)?;
    let mut tx = services.begin(caller).await?;
    Ok(billing_profiles::list(&mut tx).await?)
}

/// Makes a profile (`id` is `None`) or overwrites one. Due dates of bills that were issued stay as they are.
pub async fn save_profile(
    services: &Services,
    caller: &Caller,
    id: Option<BillingProfileId>,
    form: &BillingProfileForm,
) -> Result<BillingProfileId> {
    require(caller, Permission::BillingProfiles)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut profile = read_billing_profile(form, id.unwrap_or(BillingProfileId(Uuid::now_v7())), isp.currency).map_err(Error::Invalid)?;
    if profile.time_zone.as_deref().is_some_and(|zone| zone.parse::<chrono_tz::Tz>().is_err()) {
        return Err(Error::Invalid(vec![Problem::new("time_zone", "problem-time-zone")]));
    }
    let mut tx = services.begin(caller).await?;
    let before = billing_profiles::find(&mut tx, profile.id).await?;
    let action = match (&before, id) {
        (None, None) => {
            billing_profiles::create(&mut tx, &profile).await?;
            "billing_profile.create"
        }
        (Some(before), _) => {
            if form.version.is_empty() {
                profile.version = before.version;
            }
            // Posted back as it was read, it is no change.
            if profile == (BillingProfile { is_default: profile.is_default, ..before.clone() }) {
                return Ok(profile.id);
            }
            if !billing_profiles::update(&mut tx, &profile).await? {
                return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
            }
            "billing_profile.update"
        }
        (None, Some(_)) => return Err(Error::NotFound),
    };
    let change = Change {
        action,
        object_kind: "billing_profile",
        object_id: Some(profile.id.0),
        before: before.and_then(|before| serde_json::to_value(before).ok()),
        after: serde_json::to_value(&profile).ok(),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(profile.id)
}

/// How many customers each profile has.
pub async fn profile_customers(services: &Services, caller: &Caller) -> Result<Vec<(BillingProfileId, i64)>> {
    require(caller, Permission::BillingView)?;
    let mut tx = services.begin(caller).await?;
    Ok(billing_profiles::customers(&mut tx).await?)
}

/// Deletes a profile that no customer has and that is not the default.
pub async fn delete_profile(services: &Services, caller: &Caller, id: BillingProfileId) -> Result<()> {
    require(caller, Permission::BillingProfiles)?;
    let mut tx = services.begin(caller).await?;
    let before = billing_profiles::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if before.is_default {
        return Err(Error::Conflict(Problem::new("", "problem-profile-default")));
    }
    if billing_profiles::customers(&mut tx).await?.iter().any(|(profile, _)| *profile == id) {
        return Err(Error::Conflict(Problem::new("", "problem-profile-in-use")));
    }
    match billing_profiles::delete(&mut tx, id).await {
        Err(storage::Error::Constraint(_)) => return Err(Error::Conflict(Problem::new("", "problem-profile-in-use"))),
        deleted => deleted?,
    };
    let change = Change {
        action: "billing_profile.delete",
        object_kind: "billing_profile",
        object_id: Some(id.0),
        before: serde_json::to_value(&before).ok(),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// Gives every customer of one profile another one; answers with how many.
pub async fn replace_profile(services: &Services, caller: &Caller, from: BillingProfileId, to: BillingProfileId) -> Result<usize> {
    require(caller, Permission::BillingProfiles)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let old = billing_profiles::find(&mut tx, from).await?.ok_or(Error::NotFound)?;
    let new = billing_profiles::find(&mut tx, to).await?.filter(|new| new.id != old.id);
    let new = new.ok_or_else(|| Error::Invalid(vec![Problem::new("to", "problem-choice")]))?;
    let customers = storage::customer_terms::of_profile(&mut tx, from).await?;
    billing_profiles::replace(&mut tx, from, to).await?;
    for customers in customers.chunks(REPLACED_AT_ONCE) {
        switch(&mut tx, services, &isp, &old, &new, customers).await?;
    }
    let after = serde_json::json!({ "to": new.name, "customers": customers.len() });
    let change = Change {
        action: "billing_profile.replace",
        object_kind: "billing_profile",
        object_id: Some(from.0),
        after: Some(after),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(customers.len())
}

const REPLACED_AT_ONCE: usize = 5_000;

/// What follows when customers came from one profile to another: time that was free or prepaid is not charged
/// afterwards, and their lines are cut by the new rule.
pub(super) async fn switch(
    tx: &mut IspTx,
    services: &Services,
    isp: &Isp,
    old: &BillingProfile,
    new: &BillingProfile,
    customers: &[CustomerId],
) -> Result<()> {
    let charges = |profile: &BillingProfile| matches!(profile.kind, ProfileKind::Monthly | ProfileKind::Anniversary);
    if !charges(old) && charges(new) {
        storage::customer_terms::begin_charging(tx, customers, services.today(isp)).await?;
    }
    refresh(tx, isp, services.now(), customers, &HashMap::new()).await
}

/// The profile of a customer.
pub(crate) async fn of_customer(tx: &mut IspTx, id: CustomerId) -> Result<BillingProfile> {
    let terms = storage::customer_terms::profile_of(tx, id).await?.ok_or(Error::NotFound)?;
    billing_profiles::find(tx, terms).await?.ok_or(Error::NotFound)
}
