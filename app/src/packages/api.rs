//! Server functions of packages.

use crate::{Session, UiError};
use domain::packages::PackageForm;
use leptos::prelude::*;
use services::packages;

/// Saves a new package, or with `id` and `version` a change, and goes back to the list.
#[server(endpoint = "packages/save")]
pub async fn save_package(id: Option<String>, version: Option<i32>, form: PackageForm) -> Result<(), UiError> {
    let session = Session::get()?;
    let existing = match (id.filter(|id| !id.is_empty()), version) {
        (Some(id), Some(version)) => Some((id.parse().map_err(|_| UiError::NotFound)?, version)),
        _ => None,
    };
    packages::save_package(&session.services, session.caller()?, existing, &form).await?;
    leptos_axum::redirect("/packages");
    Ok(())
}

#[server(endpoint = "packages/archive")]
pub async fn archive_package(id: domain::PackageId, #[server(default)] archived: bool) -> Result<(), UiError> {
    let session = Session::get()?;
    packages::archive_package(&session.services, session.caller()?, id, archived).await?;
    leptos_axum::redirect("/packages");
    Ok(())
}

#[server(endpoint = "packages/tax")]
pub async fn create_tax(name: String, rate: String, #[server(default)] inclusive: bool) -> Result<(), UiError> {
    let session = Session::get()?;
    packages::create_tax(&session.services, session.caller()?, &name, &rate, inclusive).await?;
    leptos_axum::redirect("/packages");
    Ok(())
}
