//! Server functions of subscribers.
#![expect(clippy::too_many_arguments, reason = "a server function takes the fields of its form one by one")]

use crate::{Session, UiError};
use domain::bulk::BulkAction;
use domain::customers::BlockReason;
use domain::{CustomerId, ServiceId};
use leptos::prelude::*;
use services::customers;

/// Makes the subscriber and opens his page.
#[server(endpoint = "customers/create")]
pub async fn create_subscriber(
    name: String,
    #[server(default)] mobile: String,
    #[server(default)] address: String,
    username: String,
    password: String,
    package_id: String,
    #[server(default)] promo: String,
    #[server(default)] router: String,
    #[server(default)] zone: String,
    #[server(default)] latitude: String,
    #[server(default)] longitude: String,
) -> Result<(), UiError> {
    let session = Session::get()?;
    let form = customers::CustomerForm { name, mobile, address, username, password, package_id, promo, router, zone, latitude, longitude };
    let id = customers::create_customer(&session.services, session.caller()?, &form).await?;
    leptos_axum::redirect(&format!("/customers/{id}"));
    Ok(())
}

/// Changes what is said of a subscriber.
#[server(endpoint = "customers/update")]
pub async fn update_subscriber(
    customer: CustomerId,
    version: i32,
    #[server(default)] form: customers::CustomerEdit,
) -> Result<(), UiError> {
    let session = Session::get()?;
    customers::update_customer(&session.services, session.caller()?, customer, version, &form).await?;
    leptos_axum::redirect(&format!("/customers/{customer}"));
    Ok(())
}

/// Holds a line down for a reason that a person chose.
#[server(endpoint = "customers/suspend")]
pub async fn suspend_line(
    customer: CustomerId,
    service: ServiceId,
    reason: String,
    #[server(default)] note: String,
) -> Result<(), UiError> {
    let session = Session::get()?;
    customers::suspend_service(&session.services, session.caller()?, service, reason_of(&reason)?, &note).await?;
    leptos_axum::redirect(&format!("/customers/{customer}?tab=line"));
    Ok(())
}

/// Takes one reason away again.
#[server(endpoint = "customers/resume")]
pub async fn resume_line(customer: CustomerId, service: ServiceId, reason: String) -> Result<(), UiError> {
    let session = Session::get()?;
    customers::resume_service(&session.services, session.caller()?, service, reason_of(&reason)?).await?;
    leptos_axum::redirect(&format!("/customers/{customer}?tab=line"));
    Ok(())
}

fn reason_of(slug: &str) -> Result<BlockReason, UiError> {
    BlockReason::from_slug(slug).ok_or_else(|| UiError::Invalid(vec![domain::Problem::new("reason", "problem-choice")]))
}

/// Holds down or lets up every line of a list that was looked at before, as a job.
#[server(endpoint = "customers/bulk")]
pub async fn start_bulk(
    #[server(default)] list: String,
    what: String,
    reason: String,
    #[server(default)] note: String,
    expected: usize,
) -> Result<(), UiError> {
    let session = Session::get()?;
    let what = BulkAction::from_slug(&what).ok_or(UiError::NotFound)?;
    let filter = super::subscriber_filter(&ui::prelude::Query::parse(&list));
    let id = customers::start_bulk(&session.services, session.caller()?, &filter, (what, reason_of(&reason)?, &note), expected).await?;
    leptos_axum::redirect(&format!("/customers/bulk/{id}"));
    Ok(())
}

#[server(endpoint = "customers/bulk-cancel")]
pub async fn cancel_bulk(id: uuid::Uuid) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(customers::cancel_bulk(&session.services, session.caller()?, id).await?)
}

#[server(endpoint = "customers/bulk-retry")]
pub async fn retry_bulk(id: uuid::Uuid) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(customers::retry_bulk(&session.services, session.caller()?, id).await?)
}
