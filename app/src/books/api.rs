//! Server functions of the books: what their forms send. Pages call use cases directly.

use crate::{Session, UiError};
use domain::corrections::Decision;
use domain::expenses::ExpenseForm;
use leptos::prelude::*;
use uuid::Uuid;

fn month(text: &str) -> Result<chrono::NaiveDate, UiError> {
    text.parse().map_err(|_| UiError::Invalid(vec![domain::Problem::new("month", "problem-date")]))
}

#[server(endpoint = "books/close-month")]
pub async fn close_month(month: String) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(services::books::close_month(&session.services, session.caller()?, self::month(&month)?).await?)
}

#[server(endpoint = "books/ask-to-reopen")]
pub async fn ask_to_reopen(month: String, reason: String) -> Result<(), UiError> {
    let session = Session::get()?;
    services::books::ask_to_reopen(&session.services, session.caller()?, self::month(&month)?, &reason).await?;
    Ok(())
}

#[server(endpoint = "books/decide-reopening")]
pub async fn decide_reopening(id: domain::ApprovalId, yes: bool) -> Result<(), UiError> {
    let session = Session::get()?;
    let decision = if yes { Decision::Approve } else { Decision::Reject };
    Ok(services::books::decide_reopening(&session.services, session.caller()?, id, decision).await?)
}

#[server(endpoint = "expenses/record")]
pub async fn record_expense(form: ExpenseForm) -> Result<(), UiError> {
    let session = Session::get()?;
    let id = services::expenses::record_expense(&session.services, session.caller()?, &form, None).await?;
    leptos_axum::redirect(&format!("/books/expenses/{id}"));
    Ok(())
}

#[server(endpoint = "expenses/approve")]
pub async fn approve_expense(id: Uuid) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(services::expenses::approve_expense(&session.services, session.caller()?, id).await?)
}

#[server(endpoint = "expenses/refuse")]
pub async fn refuse_expense(id: Uuid, reason: String) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(services::expenses::refuse_expense(&session.services, session.caller()?, id, &reason).await?)
}

#[server(endpoint = "expenses/reverse")]
pub async fn reverse_expense(id: Uuid, reason: String) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(services::expenses::reverse_expense(&session.services, session.caller()?, id, &reason).await?)
}

#[server(endpoint = "expenses/category")]
pub async fn add_category(name: String, #[server(default)] parent: String) -> Result<(), UiError> {
    let session = Session::get()?;
    services::expenses::add_category(&session.services, session.caller()?, &name, &parent).await?;
    Ok(())
}

#[server(endpoint = "expenses/stop")]
pub async fn stop_recurring(id: Uuid) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(services::expenses::stop_recurring(&session.services, session.caller()?, id).await?)
}
