//! Server functions of billing.

use crate::{Session, UiError};
use chrono::NaiveDate;
use domain::BillingProfileId;
use domain::billing::BillingProfileForm;
use leptos::prelude::*;
use services::billing;

/// Asks for the run of a day and leads to the page that follows it.
#[server(endpoint = "billing/start")]
pub async fn start_run(on: NaiveDate) -> Result<(), UiError> {
    let session = Session::get()?;
    let run = billing::request_run(&session.services, session.caller()?, on).await?;
    leptos_axum::redirect(&format!("/billing/runs/{run}"));
    Ok(())
}

/// Saves a new profile, or with `id` a change, and goes back to the list.
#[server(endpoint = "billing/save-profile")]
pub async fn save_profile(id: Option<String>, form: BillingProfileForm) -> Result<(), UiError> {
    let session = Session::get()?;
    let id = match id.filter(|id| !id.is_empty()) {
        Some(id) => Some(id.parse::<BillingProfileId>().map_err(|_| UiError::NotFound)?),
        None => None,
    };
    billing::save_profile(&session.services, session.caller()?, id, &form).await?;
    leptos_axum::redirect("/billing/profiles");
    Ok(())
}
