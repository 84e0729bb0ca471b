//! Server functions of messages.

use crate::UiError;
use leptos::prelude::*;

use crate::Session;
use domain::messages::Template;
use services::messages;

fn template_of(slug: &str) -> Result<Template, UiError> {
    Template::from_slug(slug).ok_or(UiError::NotFound)
}

/// Takes the ISP's own words for a notice.
#[server(endpoint = "messages/save-text")]
pub async fn save_text(template: String, language: String, body: String, version: i32) -> Result<(), UiError> {
    let session = Session::get()?;
    messages::save_text(&session.services, session.caller()?, template_of(&template)?, &language, &body, version).await?;
    leptos_axum::redirect("/messages/texts");
    Ok(())
}

/// Goes back to the usual words.
#[server(endpoint = "messages/forget-text")]
pub async fn forget_text(template: String, language: String) -> Result<(), UiError> {
    let session = Session::get()?;
    messages::forget_text(&session.services, session.caller()?, template_of(&template)?, &language).await?;
    leptos_axum::redirect("/messages/texts");
    Ok(())
}

/// Takes a message that waits out of the outbox.
#[server(endpoint = "messages/cancel")]
pub async fn cancel_message(id: String) -> Result<(), UiError> {
    let session = Session::get()?;
    let id = id.parse().map_err(|_| UiError::NotFound)?;
    messages::cancel(&session.services, session.caller()?, id).await?;
    leptos_axum::redirect("/messages");
    Ok(())
}
