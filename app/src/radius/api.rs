//! Server functions of RADIUS. A secret crosses twice: proposed to the form that registers a client, and back with it.

use crate::UiError;
use chrono::{DateTime, Utc};
use domain::NasId;
use domain::customers::Page;
use domain::radius::{AttemptRow, NasForm, NasRow, SessionRow, UnknownAddress};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::Session;
#[cfg(feature = "ssr")]
use domain::customers::Paging;
#[cfg(feature = "ssr")]
use domain::radius::{AttemptFilter, Outcome, SessionFilter};
#[cfg(feature = "ssr")]
use services::radius;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientsView {
    pub clients: Vec<NasRow>,
    pub unknown: Vec<UnknownAddress>,
    pub now: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnlineView {
    pub page: Page<SessionRow>,
    pub now: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptsView {
    pub attempts: Vec<AttemptRow>,
    pub now: DateTime<Utc>,
}

#[server(endpoint = "radius/clients")]
pub async fn list_clients() -> Result<ClientsView, UiError> {
    let session = Session::get()?;
    let caller = session.caller()?;
    let clients = radius::list_nas(&session.services, caller).await?;
    let unknown = radius::unknown_addresses(&session.services, caller).await?;
    Ok(ClientsView { clients, unknown, now: session.services.now() })
}

/// A fresh secret for the form of a new client.
#[server(endpoint = "radius/suggest-secret")]
pub async fn suggest_secret() -> Result<String, UiError> {
    let session = Session::get()?;
    Ok(radius::suggest_secret(session.caller()?)?)
}

/// Registers a client, or with `id` and `version` changes one, and leads to where it can be seen.
#[server(endpoint = "radius/save")]
pub async fn save_client(id: Option<String>, version: Option<i32>, form: NasForm) -> Result<(), UiError> {
    let session = Session::get()?;
    let caller = session.caller()?;
    match (id.filter(|id| !id.is_empty()), version) {
        (Some(id), Some(version)) => {
            let id = id.parse().map_err(|_| UiError::NotFound)?;
            radius::update_nas(&session.services, caller, id, version, &form).await?;
            leptos_axum::redirect("/radius");
        }
        _ => {
            // Nobody would see a secret that is made here: the form proposes one, and it comes back with the form.
            if form.secret.trim().is_empty() {
                return Err(UiError::Invalid(vec![domain::Problem::new("secret", "error-required")]));
            }
            let saved = radius::create_nas(&session.services, caller, &form).await?;
            leptos_axum::redirect(&format!("/radius?added={}", saved.id));
        }
    }
    Ok(())
}

#[server(endpoint = "radius/enable")]
pub async fn enable_client(id: NasId, #[server(default)] active: bool) -> Result<(), UiError> {
    let session = Session::get()?;
    radius::set_nas_active(&session.services, session.caller()?, id, active).await?;
    leptos_axum::redirect("/radius");
    Ok(())
}

#[server(endpoint = "radius/online")]
pub async fn list_online(search: String, nas: Option<String>, page: u32, size: u32) -> Result<OnlineView, UiError> {
    let session = Session::get()?;
    let nas_id = nas.and_then(|id| id.parse().ok());
    let filter = SessionFilter { search, nas_id };
    let page = radius::online_sessions(&session.services, session.caller()?, &filter, Paging::new(page.into(), size.into())).await?;
    Ok(OnlineView { page, now: session.services.now() })
}

/// The last attempts of a user name or a device, of one client, with one outcome, before a moment; of everybody without
/// any of these.
#[server(endpoint = "radius/attempts")]
pub async fn list_attempts(
    search: String,
    nas: Option<String>,
    outcome: Option<String>,
    before: Option<String>,
) -> Result<AttemptsView, UiError> {
    let session = Session::get()?;
    let filter = AttemptFilter {
        search,
        nas_id: nas.and_then(|id| id.parse().ok()),
        outcome: outcome.as_deref().and_then(Outcome::from_slug),
        from: None,
        before: before.and_then(|at| at.parse().ok()),
    };
    let attempts = radius::find_attempts(&session.services, session.caller()?, &filter).await?;
    Ok(AttemptsView { attempts, now: session.services.now() })
}
