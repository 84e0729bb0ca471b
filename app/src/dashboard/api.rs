//! Server functions of the first page.

use crate::{Session, UiError};
use domain::first_steps::FirstStep;
use leptos::prelude::*;
use services::first_steps;

/// Leaves a step out; without one all that are still open.
#[server(endpoint = "first-steps/skip")]
pub async fn skip_first_step(#[server(default)] step: String) -> Result<(), UiError> {
    let session = Session::get()?;
    let step = match step.as_str() {
        "" => None,
        slug => Some(FirstStep::from_slug(slug).ok_or(UiError::NotFound)?),
    };
    Ok(first_steps::skip(&session.services, session.caller()?, step).await?)
}

#[server(endpoint = "first-steps/bring-back")]
pub async fn bring_back_first_steps() -> Result<(), UiError> {
    let session = Session::get()?;
    first_steps::bring_back(&session.services, session.caller()?).await?;
    leptos_axum::redirect("/");
    Ok(())
}
