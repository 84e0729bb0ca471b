//! One icon out of the sprite `/icons.svg`. Names are those of Lucide; an icon alone never carries a meaning, a word stands beside it.

use leptos::prelude::*;

/// Decorative by default: hidden from screen readers.
#[component]
pub fn Icon(
    /// A name in the sprite, such as `circle-check`.
    #[prop(into)]
    name: Signal<String>,
    /// More classes, for size (`size-5`) or colour.
    #[prop(into, optional)]
    class: String,
) -> impl IntoView {
    view! {
        <svg class=format!("icon {class}") aria-hidden="true" focusable="false">
            <use href=move || format!("/icons.svg#{}", name.get())></use>
        </svg>
    }
}
