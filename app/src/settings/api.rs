//! Server functions of settings: a group is saved whole, or one value goes back to what is inherited.

use crate::{Session, UiError};
use domain::TenantId;
use domain::settings::{Group, Key, SettingsForm};
use leptos::prelude::*;
use services::settings::{self, At};

fn key(slug: &str) -> Result<Option<Key>, UiError> {
    match slug {
        "" => Ok(None),
        slug => Key::from_slug(slug).map(Some).ok_or(UiError::NotFound),
    }
}

#[server(endpoint = "settings/save")]
pub async fn save_settings(
    group: String,
    #[server(default)] place: String,
    #[server(default)] form: SettingsForm,
    #[server(default)] reset: String,
) -> Result<(), UiError> {
    let session = Session::get()?;
    let (services, caller) = (&session.services, session.caller()?);
    let group = Group::from_slug(&group).ok_or(UiError::NotFound)?;
    let at = At::read(&place).ok_or(UiError::NotFound)?;
    match key(&reset)? {
        Some(key) => settings::reset(services, caller, at, key).await?,
        None => settings::save(services, caller, at, group, &form).await?,
    }
    Ok(())
}

#[server(endpoint = "platform/settings")]
pub async fn save_settings_above(
    group: String,
    #[server(default)] place: String,
    #[server(default)] form: SettingsForm,
    #[server(default)] reset: String,
) -> Result<(), UiError> {
    let session = Session::get()?;
    let (services, caller) = (&session.services, session.platform()?);
    let group = Group::from_slug(&group).ok_or(UiError::NotFound)?;
    let place = match place.as_str() {
        "" => None,
        id => Some(id.parse::<TenantId>().map_err(|_| UiError::NotFound)?),
    };
    match key(&reset)? {
        Some(key) => settings::reset_above(services, caller, place, key).await?,
        None => settings::save_above(services, caller, place, group, &form).await?,
    }
    Ok(())
}
