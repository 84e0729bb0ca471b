//! Routers in the office: all of them and how each is doing, one with its interfaces and its past, its test, and who is on
//! it this second.

pub mod api;
mod backups;
mod form;
mod list;
mod page;
mod sessions;
mod test;
mod words;

pub(crate) use backups::{backup, backups};
pub(crate) use form::{edit, new};
pub(crate) use list::routers;
pub(crate) use page::router;
pub(crate) use sessions::{sessions, traffic};
pub(crate) use test::test;
pub(crate) use words::{mode_text, status_badge, why_text};

use crate::visit::Visit;
use domain::RouterId;
use domain::rights::Permission;
use leptos::prelude::*;
use ui::prelude::*;

/// Everything there is about one router, beside each other.
pub(crate) fn router_tabs(id: RouterId, here: &'static str, visit: &Visit) -> AnyView {
    let tabs = [
        ("", t("router-overview"), &[Permission::NetworkView][..]),
        ("/sessions", t("router-sessions"), &[Permission::NetworkView, Permission::SessionsView][..]),
        ("/backups", t("router-backups"), &[Permission::NetworkEdit][..]),
        ("/packages", t("on-router-packages"), &[Permission::NetworkView][..]),
        ("/import", t("router-import"), &[Permission::NetworkView, Permission::CustomersImport][..]),
        ("/test", t("router-test"), &[Permission::NetworkEdit][..]),
        ("/provision", t("provision-tab"), &[Permission::NetworkEdit][..]),
        ("/drift", t("drift-title"), &[Permission::NetworkView][..]),
    ];
    let links = tabs
        .into_iter()
        .filter(|(.., rights)| rights.iter().all(|right| visit.may(*right)))
        .map(|(path, label, _)| {
            let current = (path == here).then_some("page");
            view! { <a class="tab-link" href=format!("/routers/{id}{path}") aria-current=current>{label}</a> }
        })
        .collect_view();
    view! { <nav class="tab-bar" aria-label=t("router-one")>{links}</nav> }.into_any()
}
