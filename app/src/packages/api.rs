//! Server functions of packages and prices: what their forms are sent to. Pages are drawn without them.

use crate::UiError;
use chrono::NaiveDate;
use domain::packages::PackageForm;
use domain::packages::apart::OverrideForm;
use domain::{AccountId, CustomerId, MasterId, OverrideId, PackageId, ProposalId, ServiceId};
use leptos::prelude::*;

use crate::Session;
use domain::packages::chain::Level;
use services::packages;

/// What is being changed, and in which version somebody saw it.
fn existing<T: std::str::FromStr>(id: Option<String>, version: Option<i32>) -> Result<Option<(T, i32)>, UiError> {
    match (id.filter(|id| !id.is_empty()), version) {
        (Some(id), Some(version)) => Ok(Some((id.parse().map_err(|_| UiError::NotFound)?, version))),
        _ => Ok(None),
    }
}

/// Saves a new package, or with `id` and `version` a change.
#[server(endpoint = "packages/save")]
pub async fn save_package(id: Option<String>, version: Option<i32>, form: PackageForm) -> Result<(), UiError> {
    let session = Session::get()?;
    let id = packages::save_package(&session.services, session.caller()?, existing(id, version)?, &form).await?;
    leptos_axum::redirect(&format!("/packages/{id}"));
    Ok(())
}

#[server(endpoint = "packages/archive")]
pub async fn archive_package(id: PackageId, #[server(default)] archived: bool) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(packages::archive_package(&session.services, session.caller()?, id, archived).await?)
}

#[server(endpoint = "packages/delete")]
pub async fn delete_package(id: PackageId) -> Result<(), UiError> {
    let session = Session::get()?;
    packages::delete_package(&session.services, session.caller()?, id).await?;
    leptos_axum::redirect("/packages");
    Ok(())
}

/// Moves everybody who has a package to another.
#[server(endpoint = "packages/move")]
pub async fn move_subscribers(id: PackageId, to: String, #[server(default)] keep_price: bool) -> Result<(), UiError> {
    let session = Session::get()?;
    let to = to.parse().map_err(|_| UiError::Invalid(vec![domain::Problem::new("to", "problem-choice")]))?;
    packages::start_move(&session.services, session.caller()?, id, to, keep_price).await?;
    Ok(())
}

/// Takes back a price that is planned: of a package, of somebody below, the ISP's cost, or a ceiling.
#[server(endpoint = "packages/withdraw-price")]
pub async fn withdraw_price(id: Option<MasterId>, level: String, of: Option<String>, from: NaiveDate) -> Result<(), UiError> {
    let session = Session::get()?;
    let who = of.unwrap_or_default();
    let level = match level.as_str() {
        "cost" => Level::IspCost,
        "ceiling" => Level::Ceiling,
        "rate" => Level::Rate(who.parse().map_err(|_| UiError::NotFound)?),
        _ => Level::Retail(who.parse().map_err(|_| UiError::NotFound)?),
    };
    Ok(packages::withdraw_price(&session.services, session.caller()?, id, level, from).await?)
}

#[server(endpoint = "packages/save-master")]
pub async fn save_master(id: Option<String>, version: Option<i32>, cost: String, form: PackageForm) -> Result<(), UiError> {
    let session = Session::get()?;
    let id = packages::save_master(&session.services, session.caller()?, existing(id, version)?, &form, &cost).await?;
    leptos_axum::redirect(&format!("/packages/masters/{id}"));
    Ok(())
}

#[server(endpoint = "packages/archive-master")]
pub async fn archive_master(id: MasterId, #[server(default)] archived: bool) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(packages::archive_master(&session.services, session.caller()?, id, archived).await?)
}

#[server(endpoint = "packages/delete-master")]
pub async fn delete_master(id: MasterId) -> Result<(), UiError> {
    let session = Session::get()?;
    packages::delete_master(&session.services, session.caller()?, id).await?;
    leptos_axum::redirect("/packages/masters");
    Ok(())
}

/// What somebody below pays for a master package.
#[server(endpoint = "packages/set-rate")]
pub async fn set_rate(id: MasterId, to: String, price: String, price_from: String, price_until: String) -> Result<(), UiError> {
    let session = Session::get()?;
    let to: AccountId = to.parse().map_err(|_| UiError::Invalid(vec![domain::Problem::new("to", "problem-choice")]))?;
    let form = packages::PriceForm { price, price_from, price_until };
    Ok(packages::set_rate(&session.services, session.caller()?, id, to, &form).await?)
}

#[server(endpoint = "packages/accept-proposal")]
pub async fn accept_proposal(id: ProposalId) -> Result<(), UiError> {
    let session = Session::get()?;
    packages::accept_proposal(&session.services, session.caller()?, id).await?;
    Ok(())
}

#[server(endpoint = "packages/decline-proposal")]
pub async fn decline_proposal(id: ProposalId) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(packages::decline_proposal(&session.services, session.caller()?, id).await?)
}

/// Gives a line something of its own.
#[server(endpoint = "customers/add-override")]
pub async fn add_override(customer: CustomerId, service: ServiceId, form: OverrideForm) -> Result<(), UiError> {
    let session = Session::get()?;
    packages::add_override(&session.services, session.caller()?, service, &form).await?;
    leptos_axum::redirect(&format!("/customers/{customer}/overrides"));
    Ok(())
}

#[server(endpoint = "customers/end-override")]
pub async fn end_override(id: OverrideId) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(packages::end_override(&session.services, session.caller()?, id).await?)
}

#[server(endpoint = "packages/tax")]
pub async fn create_tax(name: String, rate: String, #[server(default)] inclusive: bool) -> Result<(), UiError> {
    let session = Session::get()?;
    packages::create_tax(&session.services, session.caller()?, &name, &rate, inclusive).await?;
    leptos_axum::redirect("/packages");
    Ok(())
}
