//! Buttons that send, buttons that ask first, and links that look like buttons.
//! Every one works as a plain submit or link when the browser half is not there.

use leptos::prelude::*;

use crate::i18n::t;
use crate::icon::Icon;

/// How much a button wants to be pressed. One primary a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonStyle {
    Primary,
    #[default]
    Secondary,
    Ghost,
    Danger,
}

impl ButtonStyle {
    pub const fn class(self) -> &'static str {
        match self {
            ButtonStyle::Primary => "button button-primary",
            ButtonStyle::Secondary => "button button-secondary",
            ButtonStyle::Ghost => "button button-ghost",
            ButtonStyle::Danger => "button button-danger",
        }
    }
}

/// Sends the form around it. Disabled while `pending`, with a turning mark; the label stays.
#[component]
pub fn SubmitButton(
    #[prop(into)] label: String,
    #[prop(into, optional)] pending: Signal<bool>,
    #[prop(default = ButtonStyle::Primary)] style: ButtonStyle,
    #[prop(into, optional)] icon: Option<String>,
    #[prop(into, optional)] name: Option<String>,
    #[prop(into, optional)] value: Option<String>,
    /// Id of a form elsewhere on the page.
    #[prop(into, optional)]
    form: Option<String>,
    /// As wide as its place.
    #[prop(optional)]
    wide: bool,
) -> impl IntoView {
    view! {
        <button
            type="submit"
            class=style.class()
            class:button-wide=wide
            class:button-busy=move || pending.get()
            name=name
            value=value
            form=form
            disabled=move || pending.get()
            aria-busy=move || pending.get().then_some("true")
        >
            {icon.map(|name| view! { <Icon name=name/> })}
            {label}
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    #[prop(into)] href: String,
    #[prop(into)] label: String,
    #[prop(optional)] style: ButtonStyle,
    #[prop(into, optional)] icon: Option<String>,
    /// For downloads and other addresses that are no page: the router keeps its hands off.
    #[prop(optional)]
    external: bool,
) -> impl IntoView {
    view! {
        <a class=style.class() href=href rel=external.then_some("external")>
            {icon.map(|name| view! { <Icon name=name/> })}
            {label}
        </a>
    }
}

/// A submit button inside a form that asks first: the script opens the dialog that stands beside it. Without JavaScript
/// it submits at once, so the server must not rely on the question having been asked.
#[component]
pub fn ConfirmButton(
    #[prop(into)] label: String,
    /// The question; `Are you sure?` without it.
    #[prop(into, optional)]
    title: Option<String>,
    /// What will happen, in a sentence.
    #[prop(into)]
    body: String,
    #[prop(into, optional)] confirm_label: Option<String>,
    #[prop(default = ButtonStyle::Danger)] style: ButtonStyle,
    #[prop(into, optional)] icon: Option<String>,
    #[prop(into, optional)] name: Option<String>,
    #[prop(into, optional)] value: Option<String>,
    #[prop(into, optional)] pending: Signal<bool>,
) -> AnyView {
    let confirm_label = confirm_label.unwrap_or_else(|| label.clone());
    let title = title.unwrap_or_else(|| t("confirm-title"));
    view! {
        <button
            type="submit"
            class=style.class()
            class:button-busy=move || pending.get()
            name=name.clone()
            value=value.clone()
            disabled=move || pending.get()
            data-ask=""
        >
            {icon.map(|name| view! { <Icon name=name/> })}
            {label}
        </button>
        <dialog class="ask" aria-label=title.clone()>
            <div class="ask-body">
                <h2 class="ask-title">{title.clone()}</h2>
                <p class="ask-words">{body}</p>
                <div class="ask-actions">
                    <button type="button" class="button button-secondary" autofocus=true data-close="">
                        {t("action-cancel")}
                    </button>
                    <button type="submit" class=style.class() name=name value=value>{confirm_label}</button>
                </div>
            </div>
        </dialog>
    }
    .into_any()
}
