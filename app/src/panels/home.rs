//! What a role sees first.

use crate::UiError;
use crate::drawn::Drawing;
use crate::{dashboard, platform, portal};
use domain::people::Role;
use leptos::prelude::*;

pub async fn home(at: Drawing) -> Result<AnyView, UiError> {
    match at.visit().role() {
        Some(Role::Developer | Role::SuperAdmin) => platform::home(at).await,
        Some(Role::Customer) => portal::home(at).await,
        _ => dashboard::home(at).await,
    }
}
