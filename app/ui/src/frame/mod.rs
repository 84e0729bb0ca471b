//! What is around every page: menu on the left or at the bottom of a phone, top bar, banner, messages, command palette.
//! It takes the menu as data and knows no role; links and forms do all its work without the browser half.

mod menu;
mod palette;
mod top_bar;

pub use menu::{MenuEntry, current_entry};
pub use palette::PaletteAction;

use leptos::prelude::*;

use crate::i18n::t;
use crate::icon::Icon;
use crate::place::use_current_url;
use crate::toasts::ToastRegion;
use menu::{PhoneBar, SideMenu};
use palette::Palette;
use top_bar::{LanguageSwitch, TopBar, close_menus_elsewhere};

/// Light, dark, or whatever the device says; the cookie `lm_theme`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    pub const fn code(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Theme::ALL.into_iter().find(|theme| theme.code() == code)
    }

    /// Value of `data-theme` on `<html>`; none lets the device decide.
    pub const fn attribute(self) -> Option<&'static str> {
        match self {
            Theme::System => None,
            Theme::Light => Some("lastmile-light"),
            Theme::Dark => Some("lastmile-dark"),
        }
    }
}

/// Who is signed in, as the person menu shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    /// Role and company, for instance `Admin, Mirpur Net`.
    pub detail: String,
    /// The page about his own account.
    pub account: String,
    /// Where the form that signs out posts to.
    pub sign_out: String,
}

/// The frame of every page behind a sign-in.
#[component]
pub fn AppFrame(
    /// The company's name on top of the menu.
    #[prop(into)]
    brand: String,
    /// Where the name leads.
    #[prop(into, default = "/".into())]
    home: String,
    menu: Vec<MenuEntry>,
    person: Person,
    theme: Theme,
    /// Where the search box sends `q`; no box without it.
    #[prop(into, optional)]
    search: Option<String>,
    #[prop(into, optional)] search_placeholder: Option<String>,
    /// What the command palette can do beside going to the menu's pages.
    #[prop(optional)]
    actions: Vec<PaletteAction>,
    /// A thin line above everything: impersonation, overdue bill, a stopped scheduler.
    #[prop(optional)]
    banner: Option<AnyView>,
    children: Children,
) -> AnyView {
    close_menus_elsewhere();
    let placeholder = search_placeholder.unwrap_or_else(|| t("frame-search-customers"));
    let palette_open = RwSignal::new(false);
    view! {
        <a class="skip-link" href="#content" rel="external">{t("frame-skip")}</a>
        <div class="frame">
            {banner.map(|banner| view! { <div class="frame-banner" role="status">{banner}</div> })}
            <SideMenu brand=brand.clone() home=home.clone() entries=menu.clone()/>
            <div class="frame-main">
                <TopBar brand=brand home=home search=search.clone() placeholder=placeholder person=person theme=theme palette_open=palette_open/>
                <main id="content" class="frame-content" tabindex="-1">{children()}</main>
            </div>
            <PhoneBar entries=menu.clone()/>
            <ToastRegion/>
            <Palette menu=menu actions=actions search=search open=palette_open/>
        </div>
    }
    .into_any()
}

/// The frame of pages before a sign-in, and of pages that stand alone: a mark, a language switch, one column.
#[component]
pub fn PlainFrame(#[prop(into)] brand: String, children: Children) -> AnyView {
    let url = use_current_url();
    view! {
        <a class="skip-link" href="#content" rel="external">{t("frame-skip")}</a>
        <div class="plain">
            <header class="plain-head">
                <span class="brand"><img class="brand-mark" src="/favicon.svg" alt="" width="28" height="28"/><span class="brand-name">{brand}</span></span>
                <LanguageSwitch url=url/>
            </header>
            <main id="content" class="plain-content" tabindex="-1">{children()}</main>
            <ToastRegion/>
        </div>
    }
    .into_any()
}

/// A menu that opens below its button, by `<details>` alone.
#[component]
fn Dropdown(#[prop(into)] class: String, summary: AnyView, #[prop(into)] label: String, children: Children) -> AnyView {
    view! {
        <details class=format!("drop-menu {class}") data-menu="">
            <summary class="drop-button" aria-label=label>{summary}</summary>
            <div class="drop-body">{children()}</div>
        </details>
    }
    .into_any()
}

/// The theme choice as a row of three buttons that post a preference.
#[component]
fn ThemeSwitch(theme: Theme, url: crate::place::CurrentUrl) -> AnyView {
    let choice = |option: Theme, icon: &'static str, words: String| {
        let pressed = if option == theme { "true" } else { "false" };
        view! {
            <button type="submit" class="segment" name="theme" value=option.code() aria-pressed=pressed>
                <Icon name=icon/>{words}
            </button>
        }
    };
    view! {
        <form method="post" action="/preferences" class="theme-switch" aria-label=t("frame-theme")>
            <input type="hidden" name="return_to" value=move || url.here()/>
            {choice(Theme::System, "monitor", t("theme-system"))}
            {choice(Theme::Light, "sun", t("theme-light"))}
            {choice(Theme::Dark, "moon", t("theme-dark"))}
        </form>
    }
    .into_any()
}
