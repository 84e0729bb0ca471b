//! Documents on paper: how they look, their templates, exports of many, and the open pages that their codes lead to.

pub mod api;
mod linked;
mod look;
mod prints;
mod template;

pub use linked::{Linked, linked_page};
pub(crate) use look::look;
pub(crate) use prints::{new_print, print, prints};
pub(crate) use template::template;

use leptos::prelude::*;
use ui::prelude::*;

/// Buttons that open a document as PDF, on A4 and on a roll.
#[component]
pub(crate) fn PdfButtons(#[prop(into)] href: String) -> AnyView {
    let roll = format!("{href}?size=80mm");
    view! {
        <a class="button button-secondary" href=href rel="external"><Icon name="file-text"/>{t("document-download-pdf")}</a>
        <a class="button button-secondary" href=roll rel="external"><Icon name="receipt"/>{t("document-download-roll")}</a>
    }
    .into_any()
}
