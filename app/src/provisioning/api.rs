//! Server functions of provisioning: what its forms send. A secret comes in with a form and never goes out.

use crate::{Session, UiError};
use domain::provisioning::TemplateForm;
use domain::{Problem, ProvisionRunId, RolloutId, RouterId, TemplateId};
use leptos::prelude::*;
use leptos_axum::redirect;
use services::provisioning;
use std::collections::BTreeMap;
use std::time::Duration;

/// A new template, or with `id` and `version` the next version of one.
#[server(endpoint = "provisioning/save-template")]
pub async fn save_router_template(id: Option<String>, version: Option<i32>, form: TemplateForm) -> Result<(), UiError> {
    let session = Session::get()?;
    let caller = session.caller()?;
    match (id.filter(|id| !id.is_empty()), version) {
        (Some(id), Some(version)) => {
            let id = id.parse().map_err(|_| UiError::NotFound)?;
            provisioning::save_template(&session.services, caller, id, version, &form).await?;
            redirect(&format!("/routers/templates/{id}"));
        }
        _ => {
            let id = provisioning::create_template(&session.services, caller, &form).await?;
            redirect(&format!("/routers/templates/{id}"));
        }
    }
    Ok(())
}

fn number(name: &str, typed: &str, most: u64) -> Result<u64, UiError> {
    let range = || UiError::Invalid(vec![Problem::new(name, "problem-number-range").with("least", 1).with("most", most)]);
    domain::money::ascii_digits(typed.trim()).parse::<u64>().ok().filter(|number| (1..=most).contains(number)).ok_or_else(range)
}

fn patience(minutes: &str) -> Result<Duration, UiError> {
    Ok(Duration::from_secs(number("minutes", minutes, 60)? * 60))
}

/// Keeps what was filled in and leads to the plan.
#[server(endpoint = "provisioning/draft")]
pub async fn draft_provisioning(
    router: RouterId,
    template: TemplateId,
    #[server(default)] minutes: String,
    #[server(default)] values: BTreeMap<String, String>,
) -> Result<(), UiError> {
    let session = Session::get()?;
    let patience = patience(&minutes)?;
    let run = provisioning::draft(&session.services, session.caller()?, router, template, &values, patience).await?;
    redirect(&format!("/routers/{router}/provision/{run}"));
    Ok(())
}

/// Tries the plan on a copy of the router; the page shows how it came out.
#[server(endpoint = "provisioning/rehearse")]
pub async fn rehearse_provisioning(id: ProvisionRunId) -> Result<(), UiError> {
    let session = Session::get()?;
    provisioning::rehearse(&session.services, session.caller()?, id).await?;
    Ok(())
}

/// The plan was read: begin.
#[server(endpoint = "provisioning/begin")]
pub async fn begin_provisioning(id: ProvisionRunId) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(provisioning::begin(&session.services, session.caller()?, id).await?)
}

/// Takes a finished run back.
#[server(endpoint = "provisioning/roll-back")]
pub async fn roll_back_provisioning(id: ProvisionRunId) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(provisioning::roll_back(&session.services, session.caller()?, id).await?)
}

/// A run that waits for its router looks again now.
#[server(endpoint = "provisioning/resume")]
pub async fn resume_provisioning(id: ProvisionRunId) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(provisioning::resume(&session.services, session.caller()?, id).await?)
}

/// Fills a template in for many routers, and leads to what would happen to each.
#[server(endpoint = "provisioning/plan-rollout")]
pub async fn plan_rollout(
    template: TemplateId,
    #[server(default)] routers: Vec<RouterId>,
    #[server(default)] values: BTreeMap<String, String>,
    #[server(default)] first_alone: bool,
    #[server(default)] at_once: String,
    #[server(default)] minutes: String,
) -> Result<(), UiError> {
    let session = Session::get()?;
    let most = domain::provisioning::MOST_AT_ONCE;
    let at_once = number("at_once", &at_once, most as u64)?;
    let at_once = usize::try_from(at_once).unwrap_or(1);
    let order = provisioning::Order { template, routers, values, dead_man: patience(&minutes)?, first_alone, at_once };
    let id = provisioning::plan_rollout(&session.services, session.caller()?, &order).await?;
    redirect(&format!("/routers/rollouts/{id}"));
    Ok(())
}

/// What would happen was read: begin.
#[server(endpoint = "provisioning/begin-rollout")]
pub async fn begin_rollout(id: RolloutId) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(provisioning::begin_rollout(&session.services, session.caller()?, id).await?)
}

/// Nobody else begins.
#[server(endpoint = "provisioning/stop-rollout")]
pub async fn stop_rollout(id: RolloutId) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(provisioning::stop_rollout(&session.services, session.caller()?, id).await?)
}

/// Has all routers read once more before anything begins.
#[server(endpoint = "provisioning/read-rollout")]
pub async fn read_rollout(id: RolloutId) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(provisioning::read_rollout_again(&session.services, session.caller()?, id).await?)
}
