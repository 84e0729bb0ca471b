//! Server functions of billing.

use crate::UiError;
use chrono::{DateTime, NaiveDate, Utc};
use domain::billing::{BillingProfile, BillingProfileForm, PreviewRow, RunRow};
use domain::customers::Page;
use domain::{BillingRunId, CustomerId, Money};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::Session;
#[cfg(feature = "ssr")]
use domain::{BillingProfileId, customers::Paging};
#[cfg(feature = "ssr")]
use services::billing;

/// What a run of a day would write, with one page of its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewView {
    pub on: NaiveDate,
    pub services: i64,
    pub invoices: i64,
    pub total: Money,
    pub partial: i64,
    pub refused: i64,
    pub page: Page<PreviewRow>,
    /// The newest run, to say when billing last went, or that it is going.
    pub last_run: Option<RunRow>,
}

/// One run and what it left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunView {
    pub run: RunRow,
    /// Services it has still to look at.
    pub left: i64,
    pub problems: Vec<RunProblem>,
    pub now: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunProblem {
    pub customer_id: CustomerId,
    pub customer: String,
    pub username: String,
    /// `billing-refusal-…` in the locales.
    pub problem: String,
}

/// Rehearses the run of `on`, today without one.
#[server(endpoint = "billing/preview")]
pub async fn preview_run(on: Option<NaiveDate>, page: u32, size: u32) -> Result<PreviewView, UiError> {
    let session = Session::get()?;
    let caller = session.caller()?;
    let on = on.unwrap_or(session.visit.today);
    let preview = billing::preview(&session.services, caller, on, Paging::new(page.into(), size.into())).await?;
    let last_run = billing::runs(&session.services, caller).await?.into_iter().next();
    Ok(PreviewView {
        on: preview.on,
        services: preview.services,
        invoices: preview.invoices,
        total: preview.total,
        partial: preview.partial,
        refused: preview.refused,
        page: preview.page,
        last_run,
    })
}

/// Asks for the run of a day and leads to the page that follows it.
#[server(endpoint = "billing/start")]
pub async fn start_run(on: NaiveDate) -> Result<(), UiError> {
    let session = Session::get()?;
    let run = billing::request_run(&session.services, session.caller()?, on).await?;
    leptos_axum::redirect(&format!("/billing/runs/{run}"));
    Ok(())
}

#[server(endpoint = "billing/runs")]
pub async fn list_runs() -> Result<Vec<RunRow>, UiError> {
    let session = Session::get()?;
    Ok(billing::runs(&session.services, session.caller()?).await?)
}

#[server(endpoint = "billing/run")]
pub async fn show_run(id: BillingRunId) -> Result<RunView, UiError> {
    let session = Session::get()?;
    let caller = session.caller()?;
    let (run, left) = billing::run(&session.services, caller, id).await?;
    let problems = billing::problems(&session.services, caller, id).await?;
    let problem = |(_, customer_id, customer, username, problem)| RunProblem { customer_id, customer, username, problem };
    Ok(RunView { run, left, problems: problems.into_iter().map(problem).collect(), now: session.services.now() })
}

#[server(endpoint = "billing/profiles")]
pub async fn list_profiles() -> Result<Vec<BillingProfile>, UiError> {
    let session = Session::get()?;
    Ok(billing::profiles(&session.services, session.caller()?).await?)
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
