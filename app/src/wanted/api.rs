//! Server functions of the wanted state: try again, give up, compare, set right, take over.

use crate::{Session, UiError};
use domain::RouterId;
use domain::wanted::Kind;
use leptos::prelude::*;
use services::wanted;

fn kind_of(slug: &str) -> Result<Kind, UiError> {
    Kind::from_slug(slug).ok_or(UiError::NotFound)
}

/// One object by kind and name, or everything when there is no name.
fn one(kind: &str, name: String) -> Result<Option<(Kind, String)>, UiError> {
    if name.is_empty() { Ok(None) } else { Ok(Some((kind_of(kind)?, name))) }
}

/// Tries one object, or everything that waits for a router, at once.
#[server(endpoint = "routers/try-again")]
pub async fn try_again(router: RouterId, #[server(default)] kind: String, #[server(default)] name: String) -> Result<(), UiError> {
    let session = Session::get()?;
    wanted::try_again(&session.services, session.caller()?, router, one(&kind, name)?).await?;
    Ok(())
}

/// Leaves the router as it is.
#[server(endpoint = "routers/give-up")]
pub async fn give_up(router: RouterId, kind: String, name: String, #[server(default)] reason: String) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(wanted::give_up(&session.services, session.caller()?, router, kind_of(&kind)?, &name, &reason).await?)
}

/// Compares a router with what is wanted of it, now.
#[server(endpoint = "routers/compare")]
pub async fn compare_router(router: RouterId) -> Result<(), UiError> {
    let session = Session::get()?;
    wanted::audit_now(&session.services, session.caller()?, router).await?;
    leptos_axum::redirect(&format!("/routers/{router}/drift"));
    Ok(())
}

/// Sets right one object, or all.
#[server(endpoint = "routers/set-right")]
pub async fn set_right(router: RouterId, #[server(default)] kind: String, #[server(default)] name: String) -> Result<(), UiError> {
    let session = Session::get()?;
    wanted::fix(&session.services, session.caller()?, router, one(&kind, name)?).await?;
    leptos_axum::redirect(&format!("/routers/{router}/drift"));
    Ok(())
}

/// Makes ours what somebody made by hand: one object, or all for which there is a line.
#[server(endpoint = "routers/adopt")]
pub async fn adopt_object(router: RouterId, #[server(default)] kind: String, #[server(default)] name: String) -> Result<(), UiError> {
    let session = Session::get()?;
    wanted::adopt(&session.services, session.caller()?, router, one(&kind, name)?).await?;
    leptos_axum::redirect(&format!("/routers/{router}/drift"));
    Ok(())
}
