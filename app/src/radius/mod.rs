//! The network's side of the office: access servers, who is online, and who could not get in and why.

pub mod api;
mod attempts;
mod client_form;
mod clients;
mod online;

pub(crate) use attempts::attempts;
pub(crate) use client_form::{edit, new};
pub(crate) use clients::clients;
pub(crate) use online::online;

use crate::visit::Visit;
use domain::rights::Permission;
use leptos::prelude::*;
use ui::prelude::*;

/// The three pages beside each other. Each is a page of its own, so that the menu and a link lead straight to it.
fn network_tabs(here: &'static str, visit: &Visit) -> AnyView {
    let tabs = [
        ("/radius", t("radius-title"), Permission::NetworkView),
        ("/radius/online", t("radius-sessions"), Permission::SessionsView),
        ("/radius/attempts", t("radius-attempts"), Permission::SessionsView),
    ];
    let links = tabs
        .into_iter()
        .filter(|(.., permission)| visit.may(*permission))
        .map(|(href, label, _)| view! { <a class="tab-link" href=href aria-current=(href == here).then_some("page")>{label}</a> })
        .collect_view();
    view! { <nav class="tab-bar" aria-label=t("menu-group-network")>{links}</nav> }.into_any()
}
