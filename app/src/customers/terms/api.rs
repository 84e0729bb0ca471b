//! What the forms of a subscriber's terms send. Each is a form of one drawn page, which is drawn again afterwards.

use crate::{Session, UiError};
use domain::{AddonId, ChargeId, CustomerId, DiscountId, HoldId, ServiceId};
use leptos::prelude::*;
use services::billing::{self, ChangeForm, DiscountForm, ExtraForm, HoldForm, TermsForm, TimeForm};
use services::promos::{self, RedeemForm};

#[server(endpoint = "terms/change-package")]
pub async fn change_package(service: ServiceId, form: ChangeForm) -> Result<(), UiError> {
    let session = Session::get()?;
    billing::change_package(&session.services, session.caller()?, service, &form).await?;
    Ok(())
}

#[server(endpoint = "terms/cancel-change")]
pub async fn cancel_change(service: ServiceId) -> Result<(), UiError> {
    let session = Session::get()?;
    billing::cancel_change(&session.services, session.caller()?, service).await?;
    Ok(())
}

#[server(endpoint = "terms/buy-time")]
pub async fn buy_time(service: ServiceId, form: TimeForm) -> Result<(), UiError> {
    let session = Session::get()?;
    billing::buy_time(&session.services, session.caller()?, service, &form).await?;
    Ok(())
}

#[server(endpoint = "terms/auto-renew")]
pub async fn auto_renew(service: ServiceId, #[server(default)] on: bool) -> Result<(), UiError> {
    let session = Session::get()?;
    billing::set_auto_renew(&session.services, session.caller()?, service, on).await?;
    Ok(())
}

#[server(endpoint = "terms/hold")]
pub async fn hold_line(service: ServiceId, form: HoldForm) -> Result<(), UiError> {
    let session = Session::get()?;
    billing::hold_service(&session.services, session.caller()?, service, &form).await?;
    Ok(())
}

#[server(endpoint = "terms/end-hold")]
pub async fn end_hold(id: HoldId) -> Result<(), UiError> {
    let session = Session::get()?;
    billing::end_hold(&session.services, session.caller()?, id).await?;
    Ok(())
}

#[server(endpoint = "terms/add-addon")]
pub async fn add_addon(service: ServiceId, form: ExtraForm) -> Result<(), UiError> {
    let session = Session::get()?;
    billing::add_addon(&session.services, session.caller()?, service, &form).await?;
    Ok(())
}

#[server(endpoint = "terms/end-addon")]
pub async fn end_addon(id: AddonId) -> Result<(), UiError> {
    let session = Session::get()?;
    billing::end_addon(&session.services, session.caller()?, id).await?;
    Ok(())
}

#[server(endpoint = "terms/add-discount")]
pub async fn add_discount(service: ServiceId, form: DiscountForm) -> Result<(), UiError> {
    let session = Session::get()?;
    billing::add_discount(&session.services, session.caller()?, service, &form).await?;
    Ok(())
}

#[server(endpoint = "terms/end-discount")]
pub async fn end_discount(id: DiscountId) -> Result<(), UiError> {
    let session = Session::get()?;
    billing::end_discount(&session.services, session.caller()?, id).await?;
    Ok(())
}

#[server(endpoint = "terms/redeem")]
pub async fn redeem_promo(service: ServiceId, form: RedeemForm) -> Result<(), UiError> {
    let session = Session::get()?;
    promos::redeem(&session.services, session.caller()?, service, &form).await?;
    Ok(())
}

#[server(endpoint = "terms/add-charge")]
pub async fn add_charge(customer: CustomerId, form: ExtraForm) -> Result<(), UiError> {
    let session = Session::get()?;
    billing::add_charge(&session.services, session.caller()?, customer, &form).await?;
    Ok(())
}

#[server(endpoint = "terms/drop-charge")]
pub async fn drop_charge(id: ChargeId) -> Result<(), UiError> {
    let session = Session::get()?;
    billing::drop_charge(&session.services, session.caller()?, id).await?;
    Ok(())
}

/// Issues what waits and leads to the bill.
#[server(endpoint = "terms/issue-charges")]
pub async fn issue_charges(customer: CustomerId) -> Result<(), UiError> {
    let session = Session::get()?;
    let invoice = billing::issue_charges(&session.services, session.caller()?, customer).await?;
    leptos_axum::redirect(&format!("/invoices/{invoice}"));
    Ok(())
}

#[server(endpoint = "terms/return-deposit")]
pub async fn return_deposit(customer: CustomerId) -> Result<(), UiError> {
    let session = Session::get()?;
    billing::return_deposit(&session.services, session.caller()?, customer).await?;
    Ok(())
}

#[server(endpoint = "terms/save")]
pub async fn save_terms(customer: CustomerId, form: TermsForm) -> Result<(), UiError> {
    let session = Session::get()?;
    billing::set_customer_terms(&session.services, session.caller()?, customer, &form).await?;
    Ok(())
}
