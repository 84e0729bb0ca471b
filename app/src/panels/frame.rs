//! The frame around every page: with menu and search behind a sign-in, plain before it.

use super::menu::{actions, menu};
use crate::visit::{NoticeNote, Visit, use_visit};
use domain::platform::NoticeKind;
use domain::rights::Permission;
use leptos::prelude::*;
use ui::prelude::*;

/// Menu, top bar and the page.
#[component]
pub fn Frame(children: Children) -> AnyView {
    let visit = use_visit();
    let Some(person) = visit.person.clone() else {
        return view! { <PlainFrame brand=visit.site.name.clone()>{children()}</PlainFrame> }.into_any();
    };
    let role = visit.role_words(person.role);
    let card = Person {
        name: person.name,
        detail: format!("{role} · {}", visit.site.name),
        account: "/account".into(),
        sign_out: "/sign-out".into(),
    };
    let search = visit.may(Permission::CustomersView).then(|| "/customers".to_string());
    let theme = Theme::from_code(&visit.theme).unwrap_or(Theme::System);
    let (entries, actions) = (menu(&visit), actions(&visit));
    let brand = visit.site.name.clone();
    match (search, above(&visit)) {
        (Some(search), None) => {
            view! { <AppFrame brand=brand menu=entries person=card theme=theme actions=actions search=search>{children()}</AppFrame> }.into_any()
        }
        (Some(search), Some(banner)) => {
            view! { <AppFrame brand=brand menu=entries person=card theme=theme actions=actions search=search banner=banner>{children()}</AppFrame> }
                .into_any()
        }
        (None, None) => view! { <AppFrame brand=brand menu=entries person=card theme=theme actions=actions>{children()}</AppFrame> }.into_any(),
        (None, Some(banner)) => {
            view! { <AppFrame brand=brand menu=entries person=card theme=theme actions=actions banner=banner>{children()}</AppFrame> }.into_any()
        }
    }
}

/// What stands above every page.
fn above(visit: &Visit) -> Option<AnyView> {
    let banner = banner(visit);
    let notices = visit.notices.iter().cloned().map(notice).collect_view();
    (banner.is_some() || !visit.notices.is_empty()).then(|| view! { <div class="grid gap-1">{banner}{notices}</div> }.into_any())
}

/// One thing that the platform tells, until it was read.
fn notice(notice: NoticeNote) -> AnyView {
    let icon = match notice.kind {
        NoticeKind::News => "info",
        NoticeKind::Maintenance => "calendar-clock",
        NoticeKind::Problem => "triangle-alert",
    };
    let words = (!notice.words.is_empty()).then_some(notice.words).map(|words| view! { <span class="whitespace-pre-line">{words}</span> });
    view! {
        <form method="post" action="/api/account/notice-read">
            <input type="hidden" name="id" value=notice.id/>
            <div class="row-line flex-wrap"><Icon name=icon/><b>{notice.title}</b>" "{words}" "<button type="submit" class="link">{t("notice-read")}</button></div>
        </form>
    }
    .into_any()
}

/// What does not run by itself although it should, and what waits for a decision.
fn banner(visit: &Visit) -> Option<AnyView> {
    if let Some(person) = visit.person.as_ref()
        && let Some(behind) = &person.behind
    {
        let words = t_with("login-as-banner", &[("name", person.name.as_str().into()), ("behind", behind.into())]);
        return Some(
            view! {
                <form method="post" action="/leave" class="row-line">
                    <Icon name="user-check"/>{words}" "
                    <button type="submit" class="link">{t("login-as-leave")}</button>
                </form>
            }
            .into_any(),
        );
    }
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
