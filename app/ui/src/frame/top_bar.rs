//! The bar on top: search, palette, language, person. Also the two keys and the clicks that the whole frame listens to.

use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node};

use super::{Dropdown, Person, Theme, ThemeSwitch};
use crate::i18n::{t, t_with, use_language};
use crate::icon::Icon;
use crate::place::{CurrentUrl, use_current_url};

const SEARCH_ID: &str = "frame-search";

#[component]
pub(super) fn TopBar(
    brand: String,
    home: String,
    search: Option<String>,
    placeholder: String,
    person: Person,
    theme: Theme,
    palette_open: RwSignal<bool>,
) -> AnyView {
    focus_search_on_slash();
    let url = use_current_url();
    let box_ = search.map(|action| {
        view! {
            <form class="search-box top-search" role="search" aria-label=t("frame-search") method="get" action=action>
                <Icon name="search"/>
                <input
                    id=SEARCH_ID
                    class="search-input"
                    type="search"
                    name="q"
                    placeholder=placeholder.clone()
                    aria-label=placeholder
                    aria-keyshortcuts="/"
                    autocomplete="off"
                    spellcheck="false"
                />
                <kbd class="key" aria-hidden="true">"/"</kbd>
                <button type="submit" class="sr-only">{t("action-search")}</button>
            </form>
        }
    });
    view! {
        <header class="top">
            <a class="brand top-brand" href=home aria-label=brand>
                <img class="brand-mark" src="/favicon.svg" alt="" width="28" height="28"/>
            </a>
            {box_}
            <div class="top-end">
                <button
                    type="button"
                    class="palette-open"
                    aria-keyshortcuts="Control+K"
                    on:click=move |_| palette_open.set(true)
                >
                    <Icon name="command"/>
                    <span class="sr-only">{t("palette-open")}</span>
                    <kbd class="key">"Ctrl K"</kbd>
                </button>
                <LanguageSwitch url=url/>
                <PersonMenu person=person theme=theme url=url/>
            </div>
        </header>
    }
    .into_any()
}

/// One button that leads to the other language.
#[component]
pub(super) fn LanguageSwitch(url: CurrentUrl) -> AnyView {
    let other = use_language().other();
    let hint = t_with("frame-language-switch", &[("language", other.native_name().into())]);
    view! {
        <form method="post" action="/preferences" class="language-switch">
            <input type="hidden" name="return_to" value=move || url.here()/>
            <button type="submit" class="top-button" name="lang" value=other.code() title=hint>
                <Icon name="languages"/><span lang=other.code()>{other.native_name()}</span>
            </button>
        </form>
    }
    .into_any()
}

#[component]
pub(super) fn PersonMenu(person: Person, theme: Theme, url: CurrentUrl) -> AnyView {
    let Person { name, detail, account, sign_out } = person;
    let initial = name.chars().next().map(String::from).unwrap_or_default();
    let face = view! { <span class="face" aria-hidden="true">{initial}</span> }.into_any();
    view! {
        <Dropdown class="person" summary=face label=t("frame-account")>
            <div class="person-head"><p class="person-name">{name}</p><p class="person-detail">{detail}</p></div>
            <a class="drop-item" href=account><Icon name="circle-user"/>{t("frame-my-account")}</a>
            <ThemeSwitch theme=theme url=url/>
            <form method="post" action=sign_out>
                <button type="submit" class="drop-item"><Icon name="log-out"/>{t("frame-sign-out")}</button>
            </form>
        </Dropdown>
    }
    .into_any()
}

/// Whether a key press belongs to something that is being typed into.
pub(super) fn is_typing(event: &ev::KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    target.is_some_and(|element| element.is_content_editable() || matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

fn focus_search_on_slash() {
    Effect::new(move |_| {
        let handle = window_event_listener(ev::keydown, move |event| {
            if event.key() != "/" || event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing(&event) {
                return;
            }
            let search = document().get_element_by_id(SEARCH_ID);
            if let Some(search) = search.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
                event.prevent_default();
                // An input on the page takes the focus.
                let _ = search.focus();
            }
        });
        on_cleanup(move || handle.remove());
    });
}

/// `<details>` menus stay open by themselves: close them on a click elsewhere, on following a link, and on Escape.
pub(super) fn close_menus_elsewhere() {
    Effect::new(move |_| {
        let click = window_event_listener(ev::click, move |event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let followed = target.as_ref().is_some_and(|target| target.closest("a").ok().flatten().is_some());
            close_menus(|menu| followed || !menu.contains(target.as_ref().map(|target| target.unchecked_ref::<Node>())));
        });
        let escape = window_event_listener(ev::keydown, move |event| {
            if event.key() == "Escape" {
                close_menus(|_| true);
            }
        });
        on_cleanup(move || {
            click.remove();
            escape.remove();
        });
    });
}

fn close_menus(which: impl Fn(&Node) -> bool) {
    let Ok(open) = document().query_selector_all("details[data-menu][open]") else {
        return;
    };
    for menu in (0..open.length()).filter_map(|index| open.get(index)) {
        if which(&menu)
            && let Some(menu) = menu.dyn_ref::<Element>()
        {
            // Removing an attribute that is there cannot fail.
            let _ = menu.remove_attribute("open");
        }
    }
}
