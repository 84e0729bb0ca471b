//! Who is on a router this second, asked of the router itself; and what goes through one line.

use super::api::EndSessions;
use super::router_tabs;
use super::words::bps_words;
use crate::UiError;
use crate::customers::duration_words;
use crate::drawn::{Drawing, action};
use crate::lists::count;
use domain::RouterId;
use domain::rights::Permission;
use leptos::prelude::*;
use services::require;
use services::routers::{LiveSession, Over, find_router, live_sessions, live_traffic};
use ui::prelude::*;

pub async fn sessions(at: Drawing) -> Result<AnyView, UiError> {
    let (services, caller, visit) = (at.services(), at.caller()?, at.visit());
    require(caller, Permission::SessionsView)?;
    let id: RouterId = at.param("id")?;
    let (view, _) = find_router(services, caller, id).await?;
    let search = ListQuery::from(at.query()).search;
    let body = match live_sessions(services, caller, id).await {
        Ok(found) => table(id, found, &at, &search),
        // The router is away: that is said where the list would be, and the page asks again by itself.
        Err(services::Error::Conflict(problem)) => view! { <Alert tone=Tone::Bad icon="plug">{problem_words(&problem)}</Alert> }.into_any(),
        Err(services::Error::NotFound) if !view.router.active => {
            view! { <Alert tone=Tone::Warning>{t("router-is-disabled")}</Alert> }.into_any()
        }
        Err(error) => return Err(error.into()),
    };
    let page = view! {
        <PageHeader title=view.router.name.clone() back=("/routers".to_string(), t("routers-title"))/>
        {router_tabs(id, "/sessions", visit)}
        <div class="list-tools"><SearchBox placeholder=t("radius-search-online")/></div>
        <div data-poll="5" data-told=format!("/routers/{id}/events")>{body}</div>
    };
    Ok(page.into_any())
}

fn fits(session: &LiveSession, search: &str) -> bool {
    let search = search.to_lowercase();
    let customer = session.customer.as_ref().map(|(_, name)| name.to_lowercase()).unwrap_or_default();
    [session.username.to_lowercase(), session.caller_id.to_lowercase(), session.address.clone(), customer]
        .iter()
        .any(|text| text.contains(&search))
}

fn table(router: RouterId, found: Vec<LiveSession>, at: &Drawing, search: &str) -> AnyView {
    let found: Vec<LiveSession> = found.into_iter().filter(|session| fits(session, search)).collect();
    let may_end = at.visit().may(Permission::NetworkEdit);
    let mut columns = vec![
        Column::new(t("customer-username")),
        Column::new(t("invoice-customer")),
        Column::new(t("radius-ip")),
        Column::new(t("radius-device")),
        Column::new(t("router-uptime")).numeric(),
        Column::new(t("router-let-in")),
    ];
    if may_end {
        columns.push(Column::new(t("router-disconnect")).quiet());
    }
    let paging = at.paging();
    let total = found.len();
    let (skip, take) = (usize::try_from(paging.offset()).unwrap_or(0), usize::try_from(paging.size).unwrap_or(50));
    let rows = found.into_iter().skip(skip).take(take).map(|session| row(router, session, may_end, search)).collect();
    let total = i64::try_from(total).unwrap_or(i64::MAX);
    let empty = view! { <EmptyState icon="wifi-off" title=t("radius-sessions-empty") body=t("router-sessions-empty")/> }.into_any();
    let title = t_with("radius-online-count", &[("count", total.into())]);
    view! {
        <Card title=title subtitle=t("router-sessions-lead") flush=true>
            <DataTable caption=t("router-sessions") columns=columns rows=rows total=count(total) empty=empty/>
        </Card>
    }
    .into_any()
}

fn row(router: RouterId, session: LiveSession, may_end: bool, search: &str) -> Row {
    let language = use_language();
    let figure = |text: String| view! { <span class="figure">{text}</span> };
    let traffic = Query::parse("").set("name", &session.username).href(&format!("/routers/{router}/traffic"));
    let whose = match &session.customer {
        Some((id, name)) => view! { <a class="link" href=format!("/customers/{id}")>{name.clone()}</a> }.into_any(),
        None => view! { <span class="muted">{t("router-session-unknown")}</span> }.into_any(),
    };
    let by = if session.by_radius { t("router-by-radius") } else { t("router-by-secret") };
    let by = if session.over == Over::Hotspot { format!("{by} · {}", t("router-over-hotspot")) } else { by };
    let row = Row::new(session.id.clone(), session.username.clone())
        .cell(view! { <a class="link" href=traffic>{session.username.clone()}</a> })
        .cell(whose)
        .cell(figure(session.address))
        .cell(figure(session.caller_id))
        .cell(view! { <span class="figure" data-moving="">{duration_words(language, session.uptime_seconds.unwrap_or(0))}</span> })
        .cell(by);
    if !may_end {
        return row;
    }
    let (body, search) = (t_with("router-disconnect-body", &[("name", session.username.as_str().into())]), search.to_string());
    row.cell(view! {
        <PostForm action={action::<EndSessions>()}>
            <HiddenField name="id" value=router.to_string()/>
            <HiddenField name="session" value=session.id/>
            <HiddenField name="search" value=search/>
            <ConfirmButton label=t("router-disconnect") body=body icon="plug" style=ButtonStyle::Secondary/>
        </PostForm>
    })
}

pub async fn traffic(at: Drawing) -> Result<AnyView, UiError> {
    let (services, caller) = (at.services(), at.caller()?);
    require(caller, Permission::SessionsView)?;
    let id: RouterId = at.param("id")?;
    let (view, _) = find_router(services, caller, id).await?;
    let name = at.query().get("name").unwrap_or_default().to_owned();
    let body = match live_traffic(services, caller, id, &name).await {
        Ok(Some(traffic)) => view! {
            <div class="tiles">
                <div class="tile"><span class="tile-label"><Icon name="arrow-down"/>{t("usage-down")}</span><span class="tile-value" data-moving="">{bps_words(traffic.down_bps)}</span></div>
                <div class="tile"><span class="tile-label"><Icon name="arrow-up"/>{t("usage-up")}</span><span class="tile-value" data-moving="">{bps_words(traffic.up_bps)}</span></div>
            </div>
            <figure class="panel panel-body trail" data-trail=format!("{} {}", traffic.down_bps, traffic.up_bps)>
                <svg viewBox="1 0 59 100" preserveAspectRatio="none" aria-hidden="true"></svg>
                <figcaption>{t("router-traffic-trail")}</figcaption>
            </figure>
        }
        .into_any(),
        Ok(None) => view! { <Card><EmptyState icon="wifi-off" title=t("router-line-off") body=t("router-line-off-body")/></Card> }.into_any(),
        Err(services::Error::Conflict(problem)) => {
            view! { <Alert tone=Tone::Bad icon="plug">{problem_words(&problem)}</Alert> }.into_any()
        }
        Err(error) => return Err(error.into()),
    };
    let title = if name.is_empty() { t("router-traffic") } else { name };
    let page = view! {
        <PageHeader title=title subtitle=t_with("router-traffic-lead", &[("name", view.router.name.as_str().into())]) back=(format!("/routers/{id}/sessions"), t("router-sessions"))/>
        <div class="flow" data-poll="2">{body}</div>
    };
    Ok(page.into_any())
}
