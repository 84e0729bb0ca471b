//! Server functions of usage. Each does one use case and leads on.

use crate::{Session, UiError};
use domain::fair_use::{AtEndForm, FairUseForm, OfferForm};
use domain::{CustomerId, FairUseId, OfferId, PackageId, Problem, ServiceId};
use leptos::prelude::*;
use services::fair_use;

const POLICIES: &str = "/packages/fair-use";

/// Saves a policy; without an id it is a new one.
#[server(endpoint = "usage/save-policy")]
pub async fn save_fair_use(
    #[server(default)] id: String,
    form: FairUseForm,
    #[server(default)] packages: Vec<PackageId>,
) -> Result<(), UiError> {
    let session = Session::get()?;
    let id = match id.as_str() {
        "" => None,
        id => Some(id.parse::<FairUseId>().map_err(|_| UiError::NotFound)?),
    };
    fair_use::save_policy(&session.services, session.caller()?, id, &form, &packages).await?;
    leptos_axum::redirect(POLICIES);
    Ok(())
}

#[server(endpoint = "usage/archive-policy")]
pub async fn archive_fair_use(id: FairUseId, archived: bool) -> Result<(), UiError> {
    let session = Session::get()?;
    fair_use::archive_policy(&session.services, session.caller()?, id, archived).await?;
    leptos_axum::redirect(POLICIES);
    Ok(())
}

#[server(endpoint = "usage/add-offer")]
pub async fn add_offer(form: OfferForm) -> Result<(), UiError> {
    let session = Session::get()?;
    fair_use::add_offer(&session.services, session.caller()?, &form).await?;
    leptos_axum::redirect(POLICIES);
    Ok(())
}

#[server(endpoint = "usage/archive-offer")]
pub async fn archive_offer(id: OfferId, archived: bool) -> Result<(), UiError> {
    let session = Session::get()?;
    fair_use::archive_offer(&session.services, session.caller()?, id, archived).await?;
    Ok(())
}

fn offer_of(text: &str) -> Result<OfferId, UiError> {
    text.parse().map_err(|_| UiError::Invalid(vec![Problem::new("offer", "problem-choice")]))
}

/// Sells data to a subscriber.
#[server(endpoint = "usage/sell")]
pub async fn sell_data(customer: CustomerId, service: ServiceId, offer: String, key: String) -> Result<(), UiError> {
    let session = Session::get()?;
    fair_use::sell(&session.services, session.caller()?, service, offer_of(&offer)?, &key).await?;
    leptos_axum::redirect(&format!("/customers/{customer}?tab=usage"));
    Ok(())
}

fn rule(offer: &str, most: &str) -> Result<(Option<OfferId>, u8), UiError> {
    let wrong = || UiError::Invalid(vec![Problem::new("most", "problem-number-range").with("least", 1).with("most", 10)]);
    let offer = if offer.is_empty() { None } else { Some(offer_of(offer)?) };
    Ok((offer, domain::money::ascii_digits(most.trim()).parse().map_err(|_| wrong())?))
}

/// Sets what a line buys by itself; no offer: nothing.
#[server(endpoint = "usage/auto")]
pub async fn set_auto_top_up(
    customer: CustomerId,
    service: ServiceId,
    #[server(default)] offer: String,
    most: String,
) -> Result<(), UiError> {
    let session = Session::get()?;
    let (offer, most) = rule(&offer, &most)?;
    fair_use::set_auto(&session.services, session.caller()?, service, offer, most).await?;
    leptos_axum::redirect(&format!("/customers/{customer}?tab=usage"));
    Ok(())
}

/// Sets what a line gets where its policy would stop it.
#[server(endpoint = "usage/at-end")]
pub async fn set_at_end(customer: CustomerId, service: ServiceId, form: AtEndForm) -> Result<(), UiError> {
    let session = Session::get()?;
    fair_use::set_at_end(&session.services, session.caller()?, service, &form).await?;
    leptos_axum::redirect(&format!("/customers/{customer}?tab=usage"));
    Ok(())
}

/// Buys data for one's own line.
#[server(endpoint = "my/buy-data")]
pub async fn buy_data(service: ServiceId, offer: String, key: String) -> Result<(), UiError> {
    let session = Session::get()?;
    fair_use::buy_own(&session.services, session.caller()?, service, offer_of(&offer)?, &key).await?;
    leptos_axum::redirect("/my/usage");
    Ok(())
}

#[server(endpoint = "my/auto-data")]
pub async fn set_own_auto(service: ServiceId, #[server(default)] offer: String, most: String) -> Result<(), UiError> {
    let session = Session::get()?;
    let (offer, most) = rule(&offer, &most)?;
    fair_use::set_own_auto(&session.services, session.caller()?, service, offer, most).await?;
    leptos_axum::redirect("/my/usage");
    Ok(())
}
