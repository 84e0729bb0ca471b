//! All routers and how each is doing. What is wrong stands first, because that is why somebody looks.

use super::words::{latency_words, mode_text, percent_words, remedy};
use super::{status_badge, why_text};
use crate::UiError;
use crate::drawn::Drawing;
use crate::visit::Visit;
use chrono::NaiveDateTime;
use domain::rights::Permission;
use domain::routers::{AuthMode, RouterStatus};
use leptos::prelude::*;
use services::routers::{RouterView, list_routers};
use ui::prelude::*;

pub async fn routers(at: Drawing) -> Result<AnyView, UiError> {
    let (services, visit) = (at.services(), at.visit());
    let mut found = list_routers(services, at.caller()?).await?;
    found.sort_by_key(|view| (!view.router.active, view.state.status, view.router.name.to_lowercase()));
    let now = visit.local(services.now());
    let add = visit
        .may(Permission::NetworkEdit)
        .then(|| view! { <LinkButton href="/routers/new" label=t("router-add") icon="plus" style=ButtonStyle::Primary/> });
    let actions = view! {
        <LinkButton href="/routers/templates" label=t("router-templates") icon="file-text" style=ButtonStyle::Ghost/>
        <LinkButton href="/routers/waiting" label=t("want-title") icon="clock"/>
        {add}
    };
    let page = view! {
        <PageHeader title=t("routers-title") subtitle=t("routers-lead") actions=actions.into_any()/>
        <div class="flow" data-poll="10">{alarms(&found, now, visit)}{table(found, now, visit)}</div>
    };
    Ok(page.into_any())
}

/// What needs somebody: each with what to do about it.
fn alarms(found: &[RouterView], now: NaiveDateTime, visit: &Visit) -> AnyView {
    let gone: Vec<&RouterView> = found.iter().filter(|view| view.router.active && view.state.status == RouterStatus::Offline).collect();
    // What hangs behind a router that is gone is no alarm of its own.
    let behind = |view: &RouterView| gone.iter().any(|other| Some(other.router.id) == view.router.parent_id);
    let alarms = gone.iter().filter(|view| !behind(view)).map(|view| {
        let since = view.state.since.map(|at| locales::relative(use_language(), visit.local(at), now)).unwrap_or_default();
        let behind = found.iter().filter(|other| other.router.parent_id == Some(view.router.id)).count();
        let args = [
            ("name", Arg::from(view.router.name.as_str())),
            ("since", since.into()),
            ("behind", i64::try_from(behind).unwrap_or(i64::MAX).into()),
        ];
        let what = view.state.why.and_then(remedy);
        view! { <Alert tone=Tone::Bad icon="plug" title=t_with("router-gone", &args)>{what}</Alert> }
    });
    alarms.collect_view().into_any()
}

fn table(found: Vec<RouterView>, now: NaiveDateTime, visit: &Visit) -> AnyView {
    let columns = vec![
        Column::new(t("router-name")),
        Column::new(t("router-status")),
        Column::new(t("router-latency")).numeric(),
        Column::new(t("router-cpu")).numeric(),
        Column::new(t("router-memory")).numeric(),
        Column::new(t("router-online-now")).numeric(),
        Column::new(t("router-version")),
        Column::new(t("router-seen")),
    ];
    let rows = found.into_iter().map(|view| row(view, now, visit)).collect();
    let add = visit.may(Permission::NetworkEdit).then(|| view! { <LinkButton href="/routers/new" label=t("router-add") icon="plus"/> });
    let empty =
        view! { <EmptyState icon="router" title=t("routers-empty") body=t("routers-empty-body") action=add.into_any()/> }.into_any();
    view! { <Card flush=true><DataTable caption=t("routers-title") columns=columns rows=rows empty=empty/></Card> }.into_any()
}

fn row(view: RouterView, now: NaiveDateTime, visit: &Visit) -> Row {
    let RouterView { router, state } = view;
    let figure = |text: Option<String>| match text {
        Some(text) => view! { <span class="figure" data-moving="">{text}</span> }.into_any(),
        None => view! { <span class="muted">"–"</span> }.into_any(),
    };
    let badge = match router.active {
        true => status_badge(state.status, state.why),
        false => view! { <StatusBadge tone=Tone::Neutral label=t("status-disabled") icon="ban"/> }.into_any(),
    };
    let reason = state.why.filter(|_| state.status == RouterStatus::Offline).map(|why| view! { <div class="muted">{why_text(why)}</div> });
    let mode = (router.auth_mode != AuthMode::Radius).then(|| view! { <div class="muted">{mode_text(router.auth_mode)}</div> });
    let seen = match state.seen_at {
        Some(at) => view! { <TimeText at=visit.local(at) now=now/> }.into_any(),
        None => view! { <span class="muted">{t("common-never")}</span> }.into_any(),
    };
    let facts = state.facts;
    let made = view! {
        <div>{facts.routeros.clone().unwrap_or_default()}</div>
        <div class="muted">{facts.board.clone().unwrap_or_default()}</div>
    };
    let sessions = state.sessions.map(|count| locales::number(use_language(), i64::from(count)));
    Row::new(router.id, router.name.clone())
        .href(format!("/routers/{}", router.id))
        .cell(view! { <div>{router.name.clone()}</div> {mode} })
        .cell(view! { {badge} {reason} })
        .cell(figure(state.latency_us.map(latency_words)))
        .cell(figure(facts.cpu_percent.map(percent_words)))
        .cell(figure(facts.memory_percent().map(percent_words)))
        .cell(figure(sessions))
        .cell(made)
        .cell(seen)
}
