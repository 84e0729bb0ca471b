//! The parts a page is made of: header, cards, figures that open their list, empty states, tabs, alerts, progress.
//! They place and style what they are given and fetch nothing.

use std::sync::{Arc, Mutex, PoisonError};

use leptos::prelude::*;

use crate::icon::Icon;
use crate::place::use_current_url;
use crate::status::Tone;

/// Takes the title of a page while it is drawn, for the head of the document.
#[derive(Clone, Debug, Default)]
pub struct TitleSlot(Arc<Mutex<Option<String>>>);

impl TitleSlot {
    fn put(&self, title: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(title.to_owned());
    }

    pub fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The head of a page: what it is, and what can be done here. Also names the browser tab.
#[component]
pub fn PageHeader(
    #[prop(into)] title: String,
    #[prop(into, optional)] subtitle: Option<String>,
    /// Where the way up leads: address and name.
    #[prop(optional)]
    back: Option<(String, String)>,
    /// Badges beside the title.
    #[prop(optional)]
    badge: Option<AnyView>,
    /// Buttons and links at the end of the line.
    #[prop(optional)]
    actions: Option<AnyView>,
) -> AnyView {
    if let Some(slot) = use_context::<TitleSlot>() {
        slot.put(&title);
    }
    view! {
        <header class="page-header">
            <div class="page-header-words">
                {back.map(|(href, name)| view! {
                    <a class="page-back" href=href><Icon name="chevron-left"/>{name}</a>
                })}
                <div class="page-title-line"><h1 class="page-title">{title}</h1>{badge}</div>
                {subtitle.map(|words| view! { <p class="page-subtitle">{words}</p> })}
            </div>
            {actions.map(|actions| view! { <div class="page-actions">{actions}</div> })}
        </header>
    }
    .into_any()
}

/// A framed part of a page.
#[component]
pub fn Card(
    #[prop(into, optional)] title: Option<String>,
    #[prop(into, optional)] subtitle: Option<String>,
    #[prop(optional)] actions: Option<AnyView>,
    /// Content reaches the edges, for tables.
    #[prop(optional)]
    flush: bool,
    #[prop(into, optional)] class: String,
    children: Children,
) -> AnyView {
    let head = (title.is_some() || actions.is_some()).then(|| {
        view! {
            <header class="panel-head">
                <div>
                    {title.map(|words| view! { <h2 class="panel-title">{words}</h2> })}
                    {subtitle.map(|words| view! { <p class="panel-subtitle">{words}</p> })}
                </div>
                {actions.map(|actions| view! { <div class="panel-actions">{actions}</div> })}
            </header>
        }
    });
    view! {
        <section class=format!("panel {class}") class:panel-flush=flush>
            {head}
            <div class="panel-body">{children()}</div>
        </section>
    }
    .into_any()
}

/// One figure that opens the list it counts.
#[component]
pub fn StatCard(
    #[prop(into)] label: String,
    /// The figure, already written for the reader.
    #[prop(into)]
    value: String,
    #[prop(into)] href: String,
    #[prop(into, optional)] icon: Option<String>,
    /// A line below: a count, a comparison.
    #[prop(into, optional)]
    note: Option<String>,
    #[prop(optional)] tone: Tone,
) -> AnyView {
    view! {
        <a class=format!("tile {}", tone.class()) href=href>
            <span class="tile-label">{icon.map(|name| view! { <Icon name=name/> })}{label}</span>
            <span class="tile-value">{value}</span>
            {note.map(|words| view! { <span class="tile-note">{words}</span> })}
            <Icon name="arrow-right" class="tile-go"/>
        </a>
    }
    .into_any()
}

/// Why there is nothing here, and the next step.
#[component]
pub fn EmptyState(
    #[prop(into)] icon: String,
    #[prop(into)] title: String,
    #[prop(into)] body: String,
    #[prop(optional)] action: Option<AnyView>,
) -> AnyView {
    view! {
        <div class="empty">
            <span class="empty-icon"><Icon name=icon/></span>
            <p class="empty-title">{title}</p>
            <p class="empty-body">{body}</p>
            {action.map(|action| view! { <div class="empty-action">{action}</div> })}
        </div>
    }
    .into_any()
}

/// A label with its value.
pub struct Definition {
    label: String,
    value: AnyView,
}

impl Definition {
    pub fn new(label: impl Into<String>, value: impl IntoAny) -> Self {
        Definition { label: label.into(), value: value.into_any() }
    }
}

#[component]
pub fn DefinitionList(items: Vec<Definition>) -> impl IntoView {
    let rows =
        items.into_iter().map(|item| view! { <div class="definition"><dt>{item.label}</dt><dd>{item.value}</dd></div> }).collect_view();
    view! { <dl class="definitions">{rows}</dl> }
}

/// A tab: its id in `?tab=`, its label, and how many things are behind it.
#[derive(Clone, Debug)]
pub struct TabItem {
    id: &'static str,
    label: String,
    count: Option<String>,
}

impl TabItem {
    pub fn new(id: &'static str, label: impl Into<String>) -> Self {
        TabItem { id, label: label.into(), count: None }
    }

    /// A count, already written for the reader.
    pub fn count(mut self, count: impl Into<String>) -> Self {
        self.count = Some(count.into());
        self
    }
}

/// Tabs as links that keep the choice in the URL. The first is the default.
#[component]
pub fn Tabs(items: Vec<TabItem>, #[prop(into)] label: String) -> AnyView {
    let url = use_current_url();
    let first = items.first().map(|item| item.id).unwrap_or_default();
    let known = items.iter().map(|item| item.id).collect::<Vec<_>>();
    let current = Signal::derive(move || {
        let query = url.query.get();
        let chosen = query.get("tab").unwrap_or(first);
        known.iter().copied().find(|id| *id == chosen).unwrap_or(first)
    });
    let links = items
        .into_iter()
        .map(|item| {
            let id = item.id;
            let href = move || {
                let path = url.path.get();
                if id == first { path } else { format!("{path}?tab={id}") }
            };
            view! {
                <a class="tab-link" href=href aria-current=move || (current.get() == id).then_some("page")>
                    {item.label}
                    {item.count.map(|count| view! { <span class="tab-count">{count}</span> })}
                </a>
            }
        })
        .collect_view();
    view! { <nav class="tab-bar" aria-label=label>{links}</nav> }.into_any()
}

/// Words that matter, with colour and icon. Bad news interrupts a screen reader, other news waits.
#[component]
pub fn Alert(
    tone: Tone,
    #[prop(into, optional)] title: Option<String>,
    #[prop(into, optional)] icon: Option<String>,
    #[prop(optional)] actions: Option<AnyView>,
    children: Children,
) -> AnyView {
    let role = if tone == Tone::Bad { "alert" } else { "status" };
    let icon = icon.unwrap_or_else(|| tone.icon().to_owned());
    view! {
        <div class=format!("notice {}", tone.class()) role=role>
            <Icon name=icon/>
            <div class="notice-words">
                {title.map(|words| view! { <p class="notice-title">{words}</p> })}
                <div>{children()}</div>
            </div>
            {actions.map(|actions| view! { <div class="notice-actions">{actions}</div> })}
        </div>
    }
    .into_any()
}

/// How far something is: `value` of `max`, with words beside it.
#[component]
pub fn ProgressBar(
    #[prop(into)] label: String,
    #[prop(into)] value: Signal<u64>,
    #[prop(into)] max: Signal<u64>,
    /// Words at the end of the line, such as `120 of 500`.
    #[prop(into, optional)]
    note: Signal<String>,
) -> AnyView {
    view! {
        <label class="progress-line">
            <span class="progress-words"><span>{label}</span><span class="figure">{move || note.get()}</span></span>
            <progress class="progress-bar" max=move || max.get().max(1) value=move || value.get()></progress>
        </label>
    }
    .into_any()
}
