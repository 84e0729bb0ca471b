//! Server functions of provisioning: what its forms send. A secret comes in with a form and never goes out.

use crate::{Session, UiError};
use domain::provisioning::TemplateForm;
use domain::{Problem, ProvisionRunId, RouterId, TemplateId};
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

/// Keeps what was filled in and leads to the plan.
#[server(endpoint = "provisioning/draft")]
pub async fn draft_provisioning(
    router: RouterId,
    template: TemplateId,
    #[server(default)] minutes: String,
    #[server(default)] values: BTreeMap<String, String>,
) -> Result<(), UiError> {
    let session = Session::get()?;
    let range = || UiError::Invalid(vec![Problem::new("minutes", "problem-number-range").with("least", 1).with("most", 60)]);
    let minutes = domain::money::ascii_digits(minutes.trim()).parse::<u64>().ok().filter(|minutes| (1..=60).contains(minutes));
    let patience = Duration::from_secs(minutes.ok_or_else(range)? * 60);
    let run = provisioning::draft(&session.services, session.caller()?, router, template, &values, patience).await?;
    redirect(&format!("/routers/{router}/provision/{run}"));
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
