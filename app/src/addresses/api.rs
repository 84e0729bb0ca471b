//! Server functions of addresses.

use crate::{Session, UiError};
use domain::addresses::{BlockForm, RangeForm};
use domain::{BlockId, CustomerId, ServiceId};
use leptos::prelude::*;
use services::addresses::{self, GiveForm};
use uuid::Uuid;

#[server(endpoint = "addresses/create")]
pub async fn create_block(form: BlockForm) -> Result<(), UiError> {
    let session = Session::get()?;
    let id = addresses::create_block(&session.services, session.caller()?, &form).await?;
    leptos_axum::redirect(&format!("/addresses/{id}"));
    Ok(())
}

#[server(endpoint = "addresses/update")]
pub async fn update_block(id: BlockId, version: i32, form: BlockForm) -> Result<(), UiError> {
    let session = Session::get()?;
    addresses::update_block(&session.services, session.caller()?, id, version, &form).await?;
    leptos_axum::redirect(&format!("/addresses/{id}"));
    Ok(())
}

#[server(endpoint = "addresses/remove")]
pub async fn remove_block(id: BlockId) -> Result<(), UiError> {
    let session = Session::get()?;
    addresses::remove_block(&session.services, session.caller()?, id).await?;
    leptos_axum::redirect("/addresses");
    Ok(())
}

#[server(endpoint = "addresses/split")]
pub async fn split_block(id: BlockId, length: String) -> Result<(), UiError> {
    let session = Session::get()?;
    let length = length.trim().trim_start_matches('/').parse().unwrap_or(0);
    addresses::split_block(&session.services, session.caller()?, id, length).await?;
    leptos_axum::redirect(&format!("/addresses/{id}"));
    Ok(())
}

#[server(endpoint = "addresses/merge")]
pub async fn merge_block(id: BlockId) -> Result<(), UiError> {
    let session = Session::get()?;
    let whole = addresses::merge_block(&session.services, session.caller()?, id).await?;
    leptos_axum::redirect(&format!("/addresses/{whole}"));
    Ok(())
}

#[server(endpoint = "addresses/keep")]
pub async fn keep_range(id: BlockId, form: RangeForm) -> Result<(), UiError> {
    let session = Session::get()?;
    addresses::keep_range(&session.services, session.caller()?, id, &form).await?;
    leptos_axum::redirect(&format!("/addresses/{id}"));
    Ok(())
}

#[server(endpoint = "addresses/let-go")]
pub async fn let_go(id: BlockId, stretch: Uuid) -> Result<(), UiError> {
    let session = Session::get()?;
    addresses::let_go(&session.services, session.caller()?, id, stretch).await?;
    leptos_axum::redirect(&format!("/addresses/{id}"));
    Ok(())
}

/// Gives a line an address, on the page of its connection.
#[server(endpoint = "addresses/give")]
pub async fn give_address(customer: CustomerId, service: ServiceId, form: GiveForm) -> Result<(), UiError> {
    let session = Session::get()?;
    addresses::give(&session.services, session.caller()?, service, &form).await?;
    leptos_axum::redirect(&format!("/customers/{customer}/connection"));
    Ok(())
}

#[server(endpoint = "addresses/release")]
pub async fn release_address(customer: CustomerId, service: ServiceId, kind: String) -> Result<(), UiError> {
    let session = Session::get()?;
    addresses::release(&session.services, session.caller()?, service, &kind).await?;
    leptos_axum::redirect(&format!("/customers/{customer}/connection"));
    Ok(())
}
