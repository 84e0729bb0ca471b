//! Server functions of dunning. Each does one use case and leads on.

use crate::UiError;
use domain::dunning::PlanForm;
use domain::{BillingProfileId, BrakeId, CustomerId};
use leptos::prelude::*;

use crate::Session;
use chrono::NaiveDate;
use domain::{DunningPlanId, Problem};
use services::dunning;

/// A day as a form sends it; empty is none.
fn day(field: &str, text: &str) -> Result<Option<NaiveDate>, UiError> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| UiError::Invalid(vec![Problem::new(field, "problem-date")])),
    }
}

fn needed_day(field: &str, text: &str) -> Result<NaiveDate, UiError> {
    day(field, text)?.ok_or_else(|| UiError::Invalid(vec![Problem::new(field, "problem-required")]))
}

#[server(endpoint = "dunning/save-plan")]
pub async fn save_plan(#[server(default)] id: String, form: PlanForm) -> Result<(), UiError> {
    let session = Session::get()?;
    let id = match id.as_str() {
        "" => None,
        id => Some(id.parse::<DunningPlanId>().map_err(|_| UiError::NotFound)?),
    };
    dunning::save_plan(&session.services, session.caller()?, id, &form).await?;
    leptos_axum::redirect("/billing/dunning");
    Ok(())
}

/// Lets a billing profile follow a plan; empty is the usual one.
#[server(endpoint = "dunning/assign-plan")]
pub async fn assign_plan(profile: BillingProfileId, #[server(default)] plan: String) -> Result<(), UiError> {
    let session = Session::get()?;
    let plan = match plan.as_str() {
        "" => None,
        plan => Some(plan.parse::<DunningPlanId>().map_err(|_| UiError::NotFound)?),
    };
    dunning::assign_plan(&session.services, session.caller()?, profile, plan).await?;
    leptos_axum::redirect("/billing/dunning");
    Ok(())
}

#[server(endpoint = "dunning/add-holidays")]
pub async fn add_holidays(days: String) -> Result<(), UiError> {
    let session = Session::get()?;
    dunning::add_holidays(&session.services, session.caller()?, &days).await?;
    leptos_axum::redirect("/billing/dunning?tab=holidays");
    Ok(())
}

#[server(endpoint = "dunning/remove-holiday")]
pub async fn remove_holiday(day: String) -> Result<(), UiError> {
    let session = Session::get()?;
    dunning::remove_holiday(&session.services, session.caller()?, needed_day("day", &day)?).await?;
    leptos_axum::redirect("/billing/dunning?tab=holidays");
    Ok(())
}

/// A call or a visit was made.
#[server(endpoint = "dunning/close-task")]
pub async fn close_dunning_task(id: String, #[server(default)] note: String) -> Result<(), UiError> {
    let session = Session::get()?;
    let id = id.parse().map_err(|_| UiError::NotFound)?;
    dunning::close_task(&session.services, session.caller()?, id, &note).await?;
    leptos_axum::redirect("/billing/dunning?tab=tasks");
    Ok(())
}

/// The decision about a stopped run: `all`, `some` of those ticked, or `nobody`.
#[server(endpoint = "dunning/decide")]
pub async fn decide_brake(
    id: BrakeId,
    #[server(default)] choice: String,
    #[server(default)] chosen: Vec<CustomerId>,
    #[server(default)] until: String,
    #[server(default)] reason: String,
) -> Result<(), UiError> {
    let session = Session::get()?;
    let choice = match choice.as_str() {
        "all" => dunning::BrakeChoice::All,
        "some" => dunning::BrakeChoice::Some(chosen),
        "nobody" => dunning::BrakeChoice::Nobody,
        _ => return Err(UiError::Invalid(vec![Problem::new("choice", "problem-choice")])),
    };
    dunning::decide(&session.services, session.caller()?, id, &choice, day("until", &until)?, &reason).await?;
    leptos_axum::redirect(&format!("/billing/brakes/{id}"));
    Ok(())
}

fn back_to(customer: CustomerId) {
    leptos_axum::redirect(&format!("/customers/{customer}/dunning"));
}

#[server(endpoint = "dunning/promise")]
pub async fn take_promise(customer: CustomerId, until: String, #[server(default)] note: String) -> Result<(), UiError> {
    let session = Session::get()?;
    dunning::promise(&session.services, session.caller()?, customer, needed_day("until", &until)?, &note).await?;
    back_to(customer);
    Ok(())
}

#[server(endpoint = "dunning/withdraw-promise")]
pub async fn withdraw_promise(customer: CustomerId) -> Result<(), UiError> {
    let session = Session::get()?;
    dunning::withdraw_promise(&session.services, session.caller()?, customer).await?;
    back_to(customer);
    Ok(())
}

#[server(endpoint = "dunning/exempt")]
pub async fn exempt_customer(customer: CustomerId, reason: String, #[server(default)] until: String) -> Result<(), UiError> {
    let session = Session::get()?;
    dunning::exempt(&session.services, session.caller()?, customer, &reason, day("until", &until)?).await?;
    back_to(customer);
    Ok(())
}

#[server(endpoint = "dunning/end-exemption")]
pub async fn end_exemption(customer: CustomerId) -> Result<(), UiError> {
    let session = Session::get()?;
    dunning::lift_exemption(&session.services, session.caller()?, customer).await?;
    back_to(customer);
    Ok(())
}

/// A subscriber promises for himself.
#[server(endpoint = "portal/promise")]
pub async fn promise_mine(until: String) -> Result<(), UiError> {
    let session = Session::get()?;
    dunning::promise_own(&session.services, session.caller()?, needed_day("until", &until)?).await?;
    leptos_axum::redirect("/my/promise");
    Ok(())
}
