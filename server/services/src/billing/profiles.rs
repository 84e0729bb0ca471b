//! Billing profiles: listing and saving.

use crate::{Error, Result, Services, require};
use domain::billing::{BillingProfile, BillingProfileForm, read_billing_profile};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{BillingProfileId, Problem};
use storage::audit::Change;
use storage::{audit, billing_profiles};
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
