//! The frame around every page behind a sign-in, the first page of each role, and the page for an address that leads
//! nowhere.

use super::menu::{actions, menu};
use crate::dashboard::DashboardPage;
use crate::platform::PlatformPage;
use crate::visit::{Visit, use_visit};
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
    let brand = visit.site.name.clone();
    match (search, banner(&visit)) {
        (Some(search), None) => {
            view! { <AppFrame brand=brand menu=entries person=card theme=theme actions=actions search=search><Outlet/></AppFrame> }.into_any()
        }
        (Some(search), Some(banner)) => {
            view! { <AppFrame brand=brand menu=entries person=card theme=theme actions=actions search=search banner=banner><Outlet/></AppFrame> }
                .into_any()
        }
        (None, None) => view! { <AppFrame brand=brand menu=entries person=card theme=theme actions=actions><Outlet/></AppFrame> }.into_any(),
        (None, Some(banner)) => {
            view! { <AppFrame brand=brand menu=entries person=card theme=theme actions=actions banner=banner><Outlet/></AppFrame> }.into_any()
        }
    }
}

/// What does not run by itself although it should, and what waits for a decision.
fn banner(visit: &Visit) -> Option<AnyView> {
    let alarm = &visit.alarm;
    let (words, href, link) = if alarm.dead {
        (t("jobs-dead-title"), "/jobs".to_string(), t("jobs-look"))
    } else if let Some(brake) = alarm.brake {
        (t("brake-banner-short"), format!("/billing/brakes/{brake}"), t("brake-open"))
    } else if !alarm.late.is_empty() {
        let names = alarm.late.iter().map(|name| job_words(name)).collect::<Vec<_>>().join(", ");
        (t_with("jobs-late", &[("jobs", names.into())]), "/jobs".to_string(), t("jobs-look"))
    } else {
        return None;
    };
    Some(view! { <span class="row-line"><Icon name="triangle-alert"/>{words}" "<a class="link" href=href>{link}</a></span> }.into_any())
}

fn job_words(name: &str) -> String {
    let key = format!("job-name-{}", name.replace(['.', '_'], "-"));
    if locales::has_text(&key) { t(&key) } else { name.to_string() }
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
