//! Server functions of routers. A password crosses once, with the form that sets it.

use crate::{Session, UiError};
use domain::routers::RouterForm;
use domain::{BackupId, RouterId};
use leptos::prelude::*;
use services::routers;
use ui::prelude::Query;

/// Adds a router, or with `id` and `version` changes one, and leads to its test.
#[server(endpoint = "routers/save")]
pub async fn save_router(id: Option<String>, version: Option<i32>, form: RouterForm) -> Result<(), UiError> {
    let session = Session::get()?;
    let caller = session.caller()?;
    let id = match (id.filter(|id| !id.is_empty()), version) {
        (Some(id), Some(version)) => {
            let id: RouterId = id.parse().map_err(|_| UiError::NotFound)?;
            routers::update_router(&session.services, caller, id, version, &form).await?;
            id
        }
        _ => routers::create_router(&session.services, caller, &form).await?,
    };
    leptos_axum::redirect(&format!("/routers/{id}/test"));
    Ok(())
}

#[server(endpoint = "routers/enable")]
pub async fn enable_router(id: RouterId, #[server(default)] active: bool) -> Result<(), UiError> {
    let session = Session::get()?;
    routers::set_router_active(&session.services, session.caller()?, id, active).await?;
    leptos_axum::redirect(&format!("/routers/{id}"));
    Ok(())
}

/// Trusts the certificate that was shown, and tests again.
#[server(endpoint = "routers/trust")]
pub async fn trust_router(id: RouterId, fingerprint: String) -> Result<(), UiError> {
    let session = Session::get()?;
    routers::confirm_certificate(&session.services, session.caller()?, id, &fingerprint).await?;
    leptos_axum::redirect(&format!("/routers/{id}/test"));
    Ok(())
}

/// Ends sessions: one by its button, or those that were marked.
#[server(endpoint = "routers/disconnect")]
pub async fn end_sessions(id: RouterId, #[server(default)] session: String, #[server(default)] search: String) -> Result<(), UiError> {
    let here = Session::get()?;
    routers::end_sessions(&here.services, here.caller()?, id, &[session]).await?;
    let list = format!("/routers/{id}/sessions");
    leptos_axum::redirect(&if search.is_empty() { list } else { Query::parse("").set("q", search).href(&list) });
    Ok(())
}

#[server(endpoint = "routers/back-up")]
pub async fn back_up_router(id: RouterId) -> Result<(), UiError> {
    let session = Session::get()?;
    routers::back_up(&session.services, session.caller()?, id, routers::Reason::Manual).await?;
    leptos_axum::redirect(&format!("/routers/{id}/backups"));
    Ok(())
}

/// Brings the router back to what it was; it starts again.
#[server(endpoint = "routers/restore")]
pub async fn restore_router(router: RouterId, backup: BackupId) -> Result<(), UiError> {
    let session = Session::get()?;
    routers::restore(&session.services, session.caller()?, backup).await?;
    leptos_axum::redirect(&format!("/routers/{router}"));
    Ok(())
}
