//! Server functions of RADIUS. A secret crosses twice: proposed by the form that registers a client, and back with it.

use crate::{Session, UiError};
use domain::NasId;
use domain::radius::NasForm;
use leptos::prelude::*;
use services::radius;

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
