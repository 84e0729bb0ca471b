//! The frame around every page behind a sign-in, the first page of each role, and the page for an address that leads
//! nowhere.

use super::menu::{actions, menu};
use crate::dashboard::DashboardPage;
use crate::platform::PlatformPage;
use crate::visit::use_visit;
use domain::people::Role;
use domain::rights::Permission;
use leptos::prelude::*;
use leptos_router::components::Outlet;
use ui::prelude::*;

/// Menu, top bar and the page. Nobody comes here without a session: the HTTP layer sends him to the sign-in first.
#[component]
pub fn Panel() -> impl IntoView {
    let visit = use_visit();
    let Some(person) = visit.person.clone() else {
        return view! { <PlainFrame brand=visit.site.name.clone()><Alert tone=Tone::Info>{t("error-sign-in")}</Alert></PlainFrame> }
            .into_any();
    };
    let role = t(&format!("role-{}", person.role.slug().replace('_', "-")));
    let card = Person { name: person.name, detail: format!("{role} · {}", visit.site.name), sign_out: "/sign-out".into() };
    let search = visit.may(Permission::CustomersView).then(|| "/customers".to_string());
    let theme = Theme::from_code(&visit.theme).unwrap_or(Theme::System);
    let (entries, actions) = (menu(&visit), actions(&visit));
    match search {
        Some(search) => view! {
            <AppFrame brand=visit.site.name.clone() menu=entries person=card theme=theme actions=actions search=search><Outlet/></AppFrame>
        }
        .into_any(),
        None => view! { <AppFrame brand=visit.site.name.clone() menu=entries person=card theme=theme actions=actions><Outlet/></AppFrame> }
            .into_any(),
    }
}

/// What a role sees first.
#[component]
pub fn Home() -> impl IntoView {
    match use_visit().role() {
        Some(Role::Developer | Role::SuperAdmin) => view! { <PlatformPage/> }.into_any(),
        Some(Role::Customer) => view! { <crate::portal::PortalHome/> }.into_any(),
        _ => view! { <DashboardPage/> }.into_any(),
    }
}

#[component]
pub fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::error::set_status(&crate::UiError::NotFound);
    view! {
        <PlainFrame brand=use_visit().site.name>
            <PageHeader title=t("error-not-found-title")/>
            <EmptyState icon="search-x" title=t("error-not-found-title") body=t("error-not-found") action=view! { <LinkButton href="/" label=t("action-home") external=true/> }.into_any()/>
        </PlainFrame>
    }
}
