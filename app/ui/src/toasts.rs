//! Where short messages come and go after something happened. The page's script puts them in; what must stay is an
//! `Alert` on the page instead.

use leptos::prelude::*;

use crate::i18n::t;

/// The place on the page; the frames hold it.
#[component]
pub fn ToastRegion() -> AnyView {
    view! { <div class="toast-region" role="status" aria-live="polite" aria-label=t("toast-region") data-close-words=t("action-close")></div> }
        .into_any()
}
