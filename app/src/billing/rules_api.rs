//! What the forms of billing rules, taxes, promo codes and proformas send.

use crate::{Session, UiError};
use domain::billing::{PromoForm, TaxRateForm};
use domain::{BillingProfileId, CustomerId, PromoCodeId, TaxProfileId};
use leptos::prelude::*;
use services::{billing, packages, promos};

/// Gives every customer of a profile another one.
#[server(endpoint = "billing/replace-profile")]
pub async fn replace_profile(from: BillingProfileId, to: BillingProfileId) -> Result<(), UiError> {
    let session = Session::get()?;
    billing::replace_profile(&session.services, session.caller()?, from, to).await?;
    Ok(())
}

#[server(endpoint = "billing/delete-profile")]
pub async fn delete_profile(id: BillingProfileId) -> Result<(), UiError> {
    let session = Session::get()?;
    billing::delete_profile(&session.services, session.caller()?, id).await?;
    leptos_axum::redirect("/billing/profiles");
    Ok(())
}

#[server(endpoint = "billing/add-tax")]
pub async fn add_tax(name: String, rate: String, #[server(default)] inclusive: bool) -> Result<(), UiError> {
    let session = Session::get()?;
    packages::create_tax(&session.services, session.caller()?, &name, &rate, inclusive).await?;
    Ok(())
}

#[server(endpoint = "billing/add-tax-rate")]
pub async fn add_tax_rate(tax: TaxProfileId, form: TaxRateForm) -> Result<(), UiError> {
    let session = Session::get()?;
    billing::add_tax_rate(&session.services, session.caller()?, tax, &form).await?;
    Ok(())
}

#[server(endpoint = "billing/create-promo")]
pub async fn create_promo(form: PromoForm) -> Result<(), UiError> {
    let session = Session::get()?;
    promos::create_promo(&session.services, session.caller()?, &form).await?;
    leptos_axum::redirect("/billing/promos");
    Ok(())
}

#[server(endpoint = "billing/archive-promo")]
pub async fn archive_promo(id: PromoCodeId, version: i32, #[server(default)] archived: bool) -> Result<(), UiError> {
    let session = Session::get()?;
    promos::archive_promo(&session.services, session.caller()?, id, version, archived).await?;
    Ok(())
}

/// Keeps a subscriber's next bill as a proforma.
#[server(endpoint = "billing/make-proforma")]
pub async fn make_proforma(customer: CustomerId, #[server(default)] form: billing::NextBillForm) -> Result<(), UiError> {
    let session = Session::get()?;
    let id = billing::make_proforma(&session.services, session.caller()?, customer, &form).await?;
    leptos_axum::redirect(&format!("/customers/{customer}/proforma?made={id}"));
    Ok(())
}

/// The same for whoever is signed in, of his own.
#[server(endpoint = "my/make-proforma")]
pub async fn make_own_proforma() -> Result<(), UiError> {
    let session = Session::get()?;
    let id = billing::make_own_proforma(&session.services, session.caller()?).await?;
    leptos_axum::redirect(&format!("/my/next-bill?made={id}"));
    Ok(())
}
