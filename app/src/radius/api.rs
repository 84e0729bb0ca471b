//! Server functions of RADIUS. A secret crosses twice: proposed by the form that registers a client, and back with it.

use crate::{Session, UiError};
use domain::access::{AccessForm, BlockForm};
use domain::radius::NasForm;
use domain::{CustomerId, NasId, PackageId, ServiceId};
use leptos::prelude::*;
use services::radius;
use uuid::Uuid;

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

/// Puts something on the block list.
#[server(endpoint = "radius/block")]
pub async fn block(form: BlockForm) -> Result<(), UiError> {
    let session = Session::get()?;
    radius::block(&session.services, session.caller()?, &form).await?;
    leptos_axum::redirect("/radius/blocks");
    Ok(())
}

#[server(endpoint = "radius/unblock")]
pub async fn unblock(id: uuid::Uuid) -> Result<(), UiError> {
    let session = Session::get()?;
    radius::unblock(&session.services, session.caller()?, id).await?;
    leptos_axum::redirect("/radius/blocks");
    Ok(())
}

/// For how many months sessions are kept; empty for good.
#[server(endpoint = "radius/keep-sessions")]
pub async fn keep_sessions(#[server(default)] months: String) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(radius::keep_sessions(&session.services, session.caller()?, &months).await?)
}

/// Sends a sign-in for real, and leads back to the test with what came of it.
#[server(endpoint = "radius/send-login")]
pub async fn send_login(
    nas: NasId,
    username: String,
    #[server(default)] mac: String,
    #[server(default)] method: String,
    #[server(default)] password: String,
) -> Result<(), UiError> {
    let session = Session::get()?;
    let form = radius::TrialForm { username, mac, method, password };
    let trial = radius::send_login(&session.services, session.caller()?, nas, &form).await?;
    to_trial(nas, &form.username, &form.mac, trial);
    Ok(())
}

/// Asks an access server whether it hears us, and leads back to the test.
#[server(endpoint = "radius/reach")]
pub async fn reach_client(nas: NasId, #[server(default)] username: String, #[server(default)] mac: String) -> Result<(), UiError> {
    let session = Session::get()?;
    let trial = radius::reach(&session.services, session.caller()?, nas).await?;
    to_trial(nas, &username, &mac, trial);
    Ok(())
}

#[cfg(feature = "ssr")]
fn to_trial(nas: NasId, username: &str, mac: &str, trial: Uuid) {
    let pairs = [("username", username.trim()), ("mac", mac.trim()), ("nas", &nas.to_string()), ("trial", &trial.to_string())];
    let query = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .fold(ui::prelude::Query::default(), |query, (name, value)| query.set(name, value));
    leptos_axum::redirect(&query.href("/radius/test"));
}

/// Whether a password is the right one; the page that asks stays.
#[server(endpoint = "radius/check-password")]
pub async fn check_password(username: String, #[server(default)] password: String) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(radius::check_password(&session.services, session.caller()?, &username, &password).await?)
}

#[server(endpoint = "radius/package-access")]
pub async fn put_package_access(package: PackageId, form: AccessForm) -> Result<(), UiError> {
    let session = Session::get()?;
    radius::put_package_access(&session.services, session.caller()?, package, &form).await?;
    leptos_axum::redirect(&format!("/packages/{package}/access"));
    Ok(())
}

#[server(endpoint = "radius/service-access")]
pub async fn put_service_access(customer: CustomerId, service: ServiceId, form: AccessForm) -> Result<(), UiError> {
    let session = Session::get()?;
    radius::put_service_access(&session.services, session.caller()?, service, &form).await?;
    leptos_axum::redirect(&format!("/customers/{customer}/connection"));
    Ok(())
}

#[server(endpoint = "radius/bind-mac")]
pub async fn bind_mac(customer: CustomerId, service: ServiceId, mac: String) -> Result<(), UiError> {
    let session = Session::get()?;
    radius::bind_mac(&session.services, session.caller()?, service, &mac).await?;
    leptos_axum::redirect(&format!("/customers/{customer}/connection"));
    Ok(())
}

#[server(endpoint = "radius/unbind-mac")]
pub async fn unbind_mac(customer: CustomerId, service: ServiceId, mac: String) -> Result<(), UiError> {
    let session = Session::get()?;
    radius::unbind_mac(&session.services, session.caller()?, service, &mac).await?;
    leptos_axum::redirect(&format!("/customers/{customer}/connection"));
    Ok(())
}
