//! The script of drawn pages, named after its content so that browsers may keep it for ever, and the words it needs.

use crate::visit::use_visit;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;
use ui::prelude::*;

pub const SCRIPT: &str = include_str!("script.js");

static NAME: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = DefaultHasher::new();
    SCRIPT.hash(&mut hasher);
    format!("page-{:016x}.js", hasher.finish())
});

/// Its name at the top of the site.
pub fn script_name() -> &'static str {
    &NAME
}

/// In the head, before the browser half: the script and what it says to the reader.
#[component]
pub(crate) fn Script() -> impl IntoView {
    let words = serde_json::json!({
        "build": use_visit().build,
        "offline": t("error-network"),
        "failed": t("common-not-done"),
        "retry": t("action-retry"),
        "saved": t("common-saved"),
    });
    view! {
        <meta name="lastmile-script" content=words.to_string()/>
        <script defer=true nonce=use_nonce() src=format!("/{}", script_name())></script>
    }
}
