//! Plans: listing, saving, and which billing profile follows which. Steps that were done stay done.

use crate::{Error, Result, Services, require};
use domain::dunning::{Plan, PlanForm, PlanUser, read_plan};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{BillingProfileId, DunningPlanId, Problem};
use storage::audit::Change;
use storage::{audit, dunning};
use uuid::Uuid;

/// Every plan, and which profile follows a plan of its own.
pub async fn plans(services: &Services, caller: &Caller) -> Result<(Vec<Plan>, Vec<PlanUser>)> {
    require(caller, Permission::BillingView)?;
    let mut tx = services.begin(caller).await?;
    Ok((dunning::plans(&mut tx).await?, dunning::plan_users(&mut tx).await?))
}

pub async fn plan(services: &Services, caller: &Caller, id: DunningPlanId) -> Result<Plan> {
    plans(services, caller).await?.0.into_iter().find(|plan| plan.id == id).ok_or(Error::NotFound)
}

/// Makes a plan (`id` is `None`) or overwrites the version that was read. The first plan is the default one.
pub async fn save_plan(services: &Services, caller: &Caller, id: Option<DunningPlanId>, form: &PlanForm) -> Result<DunningPlanId> {
    require(caller, Permission::BillingProfiles)?;
    let mut plan = read_plan(form, id.unwrap_or(DunningPlanId(Uuid::now_v7()))).map_err(Error::Invalid)?;
    let mut tx = services.begin(caller).await?;
    let known = dunning::plans(&mut tx).await?;
    let before = known.iter().find(|known| Some(known.id) == id);
    plan.is_default |= known.iter().all(|other| other.id == plan.id || !other.is_default);
    let action = match (before, id) {
        (None, Some(_)) => return Err(Error::NotFound),
        (None, None) => {
            dunning::create_plan(&mut tx, &plan).await?;
            "dunning_plan.create"
        }
        // Posted back as it was read, it is no change.
        (Some(same), _) if *same == plan => return Ok(plan.id),
        (Some(_), _) => {
            if !dunning::update_plan(&mut tx, &plan).await? {
                return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
            }
            "dunning_plan.update"
        }
    };
    let change = Change {
        action,
        object_kind: "dunning_plan",
        object_id: Some(plan.id.0),
        before: before.and_then(|before| serde_json::to_value(before).ok()),
        after: serde_json::to_value(&plan).ok(),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(plan.id)
}

/// Lets a billing profile follow a plan, or with `None` the default one.
pub async fn assign_plan(services: &Services, caller: &Caller, profile: BillingProfileId, plan: Option<DunningPlanId>) -> Result<()> {
    require(caller, Permission::BillingProfiles)?;
    let mut tx = services.begin(caller).await?;
    if let Some(plan) = plan {
        dunning::plans(&mut tx).await?.iter().find(|known| known.id == plan).ok_or(Error::NotFound)?;
    }
    if !dunning::set_plan_of_profile(&mut tx, profile, plan).await? {
        return Err(Error::NotFound);
    }
    let change = Change {
        action: "billing_profile.plan",
        object_kind: "billing_profile",
        object_id: Some(profile.0),
        after: Some(serde_json::json!({ "plan": plan })),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}
