//! One router: how it is doing, its interfaces, and when it went and came.

use super::api::EnableRouter;
use super::words::{bps_words, door_text, latency_words, mode_text, percent_words, remedy};
use super::{router_tabs, status_badge, why_text};
use crate::UiError;
use crate::customers::{duration_words, octet_words};
use crate::drawn::{Drawing, action};
use crate::visit::Visit;
use domain::RouterId;
use domain::rights::Permission;
use domain::routers::{RouterEvent, RouterInterface, RouterStatus};
use leptos::prelude::*;
use services::routers::{RouterView, find_router, list_routers, router_history};
use ui::prelude::*;

pub async fn router(at: Drawing) -> Result<AnyView, UiError> {
    let (services, caller, visit) = (at.services(), at.caller()?, at.visit());
    let id: RouterId = at.param("id")?;
    let (view, interfaces) = find_router(services, caller, id).await?;
    let (events, samples) = router_history(services, caller, id).await?;
    let others = list_routers(services, caller).await?;
    let name_of = |id: RouterId| others.iter().find(|other| other.router.id == id).map(|other| other.router.name.clone());
    let may_edit = visit.may(Permission::NetworkEdit);
    let edit = may_edit.then(|| view! { <LinkButton href=format!("/routers/{id}/edit") label=t("action-edit") icon="pencil"/> });
    let migrate = crate::router_moves::button(&at, &view.router).await?;
    let actions = view! { {migrate}{edit} };
    let looks: (i64, i64) =
        samples.iter().fold((0, 0), |(looks, answers), one| (looks + i64::from(one.looks), answers + i64::from(one.answers)));
    let trouble = view.state.why.filter(|_| view.router.active).map(|why| {
        let tone = if view.state.status == RouterStatus::Offline { Tone::Bad } else { Tone::Warning };
        view! { <Alert tone=tone icon="triangle-alert" title=why_text(why)>{remedy(why)}</Alert> }
    });
    let parent = view.router.parent_id.and_then(|parent| Some((parent, name_of(parent)?)));
    let (tabs, badge) = (router_tabs(id, "", visit), badge(&view));
    let (now, details) = (now(&view, looks, visit), details(&view, parent, may_edit));
    let (past, enable) = (past(events, name_of, visit), may_edit.then(|| enable_form(&view)));
    let waits = crate::wanted::queue_notice(&at, id).await?;
    let page = view! {
        <PageHeader title=view.router.name back=("/routers".to_string(), t("routers-title")) badge=badge actions=actions.into_any()/>
        {tabs}
        <div class="flow" data-poll="10">
            {trouble}
            {waits}
            <div class="split">
                <Card title=t("router-now")>{now}</Card>
                <Card title=t("common-details")>{details}</Card>
            </div>
            {ports(interfaces)}
            {past}
        </div>
        {enable}
    };
    Ok(page.into_any())
}

fn badge(view: &RouterView) -> AnyView {
    match view.router.active {
        true => status_badge(view.state.status, view.state.why),
        false => view! { <StatusBadge tone=Tone::Neutral label=t("status-disabled") icon="ban"/> }.into_any(),
    }
}

fn now(view: &RouterView, (looks, answers): (i64, i64), visit: &Visit) -> AnyView {
    let (state, facts, language) = (&view.state, &view.state.facts, use_language());
    let or_dash = |words: Option<String>| words.unwrap_or_else(|| "–".into());
    let moving = |words: Option<String>| view! { <span class="figure" data-moving="">{or_dash(words)}</span> };
    let memory = facts.memory_percent().zip(facts.memory_total).map(|(percent, total)| {
        t_with("router-of", &[("part", percent_words(percent).into()), ("whole", octet_words(language, total).into())])
    });
    let since = state.since.map(|at| locales::date_time(language, visit.local(at)));
    let answered = (looks > 0).then(|| {
        let percent = i32::try_from(answers * 100 / looks).unwrap_or(0);
        t_with("router-answered", &[("percent", percent_words(percent).into()), ("looks", looks.into())])
    });
    let items = vec![
        Definition::new(t("router-since"), or_dash(since)),
        Definition::new(t("router-online-now"), moving(state.sessions.map(|count| locales::number(language, i64::from(count))))),
        Definition::new(t("router-latency"), moving(state.latency_us.map(latency_words))),
        Definition::new(t("router-cpu"), moving(facts.cpu_percent.map(percent_words))),
        Definition::new(t("router-memory"), moving(memory)),
        Definition::new(t("router-disk"), moving(facts.disk_free.map(|octets| octet_words(language, octets)))),
        Definition::new(t("router-uptime"), or_dash(facts.uptime_seconds.map(|seconds| duration_words(language, seconds)))),
        Definition::new(t("router-day"), or_dash(answered)),
    ];
    view! { <DefinitionList items=items/> }.into_any()
}

fn details(view: &RouterView, parent: Option<(RouterId, String)>, may_edit: bool) -> AnyView {
    let (router, facts) = (&view.router, &view.state.facts);
    let or_dash = |words: Option<String>| words.unwrap_or_else(|| "–".into());
    let mut items = vec![
        Definition::new(t("router-version"), or_dash(facts.routeros.clone())),
        Definition::new(t("router-board"), or_dash(facts.board.clone())),
        Definition::new(t("router-serial"), or_dash(facts.serial.clone())),
        Definition::new(t("router-mode"), mode_text(router.auth_mode)),
    ];
    if let Some((id, name)) = parent {
        items.push(Definition::new(t("router-parent"), view! { <a class="link" href=format!("/routers/{id}")>{name}</a> }));
    }
    // Where it is reached and as whom is for those who look after it.
    if may_edit {
        let place = if router.host.contains(':') {
            format!("[{}]:{}", router.host, router.port)
        } else {
            format!("{}:{}", router.host, router.port)
        };
        items.push(Definition::new(t("router-host"), view! { <span class="figure wrap-anywhere">{place}</span> }));
        items.push(Definition::new(t("router-door"), door_text(router.door)));
        items.push(Definition::new(t("router-user"), router.username.clone()));
        if let Some(fingerprint) = &router.fingerprint {
            items.push(Definition::new(t("router-fingerprint"), view! { <span class="figure wrap-anywhere">{fingerprint.clone()}</span> }));
        }
    }
    view! { <DefinitionList items=items/> }.into_any()
}

fn ports(interfaces: Vec<RouterInterface>) -> AnyView {
    if interfaces.is_empty() {
        return ().into_any();
    }
    let columns = vec![
        Column::new(t("router-interface")),
        Column::new(t("router-interface-kind")),
        Column::new(t("router-status")),
        Column::new(t("router-receives")).numeric(),
        Column::new(t("router-sends")).numeric(),
    ];
    let rows = interfaces.into_iter().map(|one| {
        let (tone, label, icon) = match (one.disabled, one.running) {
            (true, _) => (Tone::Neutral, t("status-disabled"), "ban"),
            (false, true) => (Tone::Good, t("router-interface-up"), "check"),
            (false, false) => (Tone::Warning, t("router-interface-down"), "plug"),
        };
        let rate =
            |bits: Option<i64>| view! { <span class="figure" data-moving="">{bits.map_or_else(|| "–".to_string(), bps_words)}</span> };
        Row::new(one.name.clone(), one.name.clone())
            .cell(one.name)
            .cell(one.kind)
            .cell(view! { <StatusBadge tone=tone label=label icon=icon/> })
            .cell(rate(one.rx_bps))
            .cell(rate(one.tx_bps))
    });
    let rows = rows.collect();
    view! { <Card title=t("router-interfaces") flush=true><DataTable caption=t("router-interfaces") columns=columns rows=rows/></Card> }
        .into_any()
}

fn past(events: Vec<RouterEvent>, name_of: impl Fn(RouterId) -> Option<String>, visit: &Visit) -> AnyView {
    let columns = vec![Column::new(t("router-when")), Column::new(t("router-status")), Column::new(t("router-why"))];
    let rows = events.into_iter().map(|event| {
        let why = match event.behind.and_then(&name_of) {
            Some(parent) => t_with("router-behind", &[("name", parent.into())]),
            None => event.why.map(why_text).unwrap_or_default(),
        };
        Row::new(event.at.timestamp_micros(), String::new())
            .cell(locales::date_time(use_language(), visit.local(event.at)))
            .cell(status_badge(event.status, event.why))
            .cell(why)
    });
    let rows = rows.collect();
    let empty = view! { <EmptyState icon="history" title=t("router-past-empty") body=t("router-past-empty-body")/> }.into_any();
    view! { <Card title=t("router-past") flush=true><DataTable caption=t("router-past") columns=columns rows=rows empty=empty/></Card> }
        .into_any()
}

fn enable_form(view: &RouterView) -> AnyView {
    let (id, to_active) = (view.router.id.to_string(), !view.router.active);
    let button = if to_active {
        view! { <SubmitButton label=t("action-enable") style=ButtonStyle::Secondary icon="play"/> }.into_any()
    } else {
        let body = t_with("router-disable-body", &[("name", view.router.name.as_str().into())]);
        view! { <ConfirmButton label=t("action-disable") body=body icon="ban"/> }.into_any()
    };
    view! {
        <PostForm action={action::<EnableRouter>()}>
            <ErrorSummary/>
            <HiddenField name="id" value=id/>
            <HiddenField name="active" value=to_active.to_string()/>
            <div class="form-actions">{button}</div>
        </PostForm>
    }
    .into_any()
}
