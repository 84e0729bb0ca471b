//! Search box and filter chips above a list. Both only change the URL; without the browser half they are a form and links.

use leptos::prelude::*;

use crate::i18n::{t, t_with};
use crate::icon::Icon;
use crate::place::use_current_url;

/// Searches the list on this page: sets `q`, keeps the other filters, starts at page one.
#[component]
pub fn SearchBox(
    #[prop(into)] placeholder: String,
    /// Another parameter than `q`.
    #[prop(into, default = "q".into())]
    name: String,
) -> AnyView {
    let url = use_current_url();
    let (shown, kept) = (name.clone(), name.clone());
    let others = move || {
        let query = url.query.get().without(&[kept.as_str(), "page"]);
        query.pairs().iter().map(|(key, value)| view! { <input type="hidden" name=key.clone() value=value.clone()/> }).collect_view()
    };
    let value = move || url.query.with(|query| query.get(&shown).unwrap_or_default().to_owned());
    view! {
        <form class="search-box" role="search" aria-label=t("table-filters") method="get" action=move || url.path.get() data-live="">
            <Icon name="search"/>
            <input
                class="search-input"
                type="search"
                name=name
                value=value
                placeholder=placeholder.clone()
                aria-label=placeholder
                autocomplete="off"
                spellcheck="false"
            />
            {others}
            <button type="submit" class="sr-only">{t("action-search")}</button>
        </form>
    }
    .into_any()
}

/// An input of a filter bar (`<form method="get" class="list-tools">`) with its label.
#[component]
pub fn FilterField(#[prop(into)] label: String, children: Children) -> AnyView {
    view! { <label class="filter-field"><span>{label}</span><span class="input-box">{children()}</span></label> }.into_any()
}

/// One choice of a filter: its value in the URL, its words, and how many records it has.
#[derive(Clone, Debug)]
pub struct FilterOption {
    value: String,
    label: String,
    count: Option<String>,
}

impl FilterOption {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        FilterOption { value: value.into(), label: label.into(), count: None }
    }

    /// A count, already written for the reader.
    pub fn count(mut self, count: impl Into<String>) -> Self {
        self.count = Some(count.into());
        self
    }
}

/// Chips for one filter. One value at a time, or several beside each other with `many`; a chip that is on takes itself off.
#[component]
pub fn FilterChips(
    /// The parameter in the URL.
    #[prop(into)]
    name: String,
    /// What the filter is about, for screen readers.
    #[prop(into)]
    label: String,
    options: Vec<FilterOption>,
    #[prop(optional)] many: bool,
) -> AnyView {
    let url = use_current_url();
    let chips = options
        .into_iter()
        .map(|option| {
            let FilterOption { value, label, count } = option;
            let on = {
                let (name, value) = (name.clone(), value.clone());
                Signal::derive(move || url.query.with(|query| query.has(&name, &value)))
            };
            let name = name.clone();
            let href = move || {
                let query = url.query.get().first_page();
                let query = match (many, on.get()) {
                    (true, _) => query.toggle(&name, &value),
                    (false, true) => query.remove(&name),
                    (false, false) => query.set(&name, &value),
                };
                query.href(&url.path.get())
            };
            let removal = t_with("table-filter-remove", &[("label", label.as_str().into())]);
            view! {
                <a
                    class="chip"
                    class:chip-on=move || on.get()
                    href=href
                    title=move || on.get().then(|| removal.clone())
                    aria-current=move || on.get().then_some("true")
                >
                    {label}
                    {count.map(|count| view! { <span class="chip-count">{count}</span> })}
                    <span class="chip-off" hidden=move || !on.get()><Icon name="x"/></span>
                </a>
            }
        })
        .collect_view();
    view! { <nav class="chips" aria-label=label>{chips}</nav> }.into_any()
}
