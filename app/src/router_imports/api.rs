//! Server functions of imports from routers, and of what packages are on routers.

use crate::{Session, UiError};
use domain::RouterId;
use domain::router_imports::ChoiceForm;
use leptos::prelude::*;
use services::packages::OnRouterForm;
use services::{packages, router_imports};

/// What the form of choices sends; boxes that are not ticked are not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Choices {
    pub profiles: Vec<String>,
    pub packages: Vec<String>,
    pub skip_disabled: bool,
    pub generate_passwords: bool,
    pub paid_until: String,
}

#[server(endpoint = "routers/import")]
pub async fn prepare_import(router: RouterId, form: Choices) -> Result<(), UiError> {
    let session = Session::get()?;
    let Choices { profiles, packages, skip_disabled, generate_passwords, paid_until } = form;
    let form = ChoiceForm { profiles, packages, skip_disabled, generate_passwords, paid_until };
    let id = router_imports::prepare(&session.services, session.caller()?, router, &form).await?;
    leptos_axum::redirect(&format!("/routers/imports/{id}"));
    Ok(())
}

/// What a package is on a router; the page that says it stays.
#[server(endpoint = "routers/package")]
pub async fn put_on_router(form: OnRouterForm) -> Result<(), UiError> {
    let session = Session::get()?;
    Ok(packages::put_on_router(&session.services, session.caller()?, &form).await?)
}
