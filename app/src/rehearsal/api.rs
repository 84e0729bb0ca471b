//! Server functions of the rehearsal: what its forms send.

use crate::{Session, UiError};
use chrono::NaiveDate;
use domain::{RehearsalId, ServiceId};
use leptos::prelude::*;
use leptos_axum::redirect;
use services::rehearsal as rehearsing;

/// Rehearses a day, or computes its rehearsal anew.
#[server(endpoint = "rehearsal/build")]
pub async fn build_rehearsal(on: NaiveDate) -> Result<(), UiError> {
    let session = Session::get()?;
    let id = rehearsing::build(&session.services, session.caller()?, on).await?;
    redirect(&format!("/billing/rehearsals/{id}"));
    Ok(())
}

#[server(endpoint = "rehearsal/approve")]
pub async fn approve_rehearsal(id: RehearsalId) -> Result<(), UiError> {
    let session = Session::get()?;
    rehearsing::approve(&session.services, session.caller()?, id).await?;
    redirect(&format!("/billing/rehearsals/{id}"));
    Ok(())
}

#[server(endpoint = "rehearsal/reject")]
pub async fn reject_rehearsal(id: RehearsalId) -> Result<(), UiError> {
    let session = Session::get()?;
    rehearsing::reject(&session.services, session.caller()?, id).await?;
    redirect(&format!("/billing/rehearsals/{id}"));
    Ok(())
}

/// Takes a subscriber's line out of the runs; leads back to where it was shown.
#[server(endpoint = "rehearsal/hold")]
pub async fn hold_service(rehearsal: RehearsalId, service: ServiceId, reason: String) -> Result<(), UiError> {
    let session = Session::get()?;
    rehearsing::hold(&session.services, session.caller()?, service, &reason).await?;
    redirect(&format!("/billing/rehearsals/{rehearsal}/{service}"));
    Ok(())
}

#[server(endpoint = "rehearsal/release")]
pub async fn release_service(rehearsal: RehearsalId, service: ServiceId) -> Result<(), UiError> {
    let session = Session::get()?;
    rehearsing::release(&session.services, session.caller()?, service).await?;
    redirect(&format!("/billing/rehearsals/{rehearsal}/{service}"));
    Ok(())
}
