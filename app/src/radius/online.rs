//! Who is online: searched and paged by the server, which tells the page when somebody came or left; without that it
//! looks again every five seconds. The rows are brought up to date where they stand, so that place and focus stay.

use super::network_tabs;
use crate::UiError;
use crate::customers::{duration_words, octet_words};
use crate::drawn::Drawing;
use crate::lists::count;
use crate::visit::Visit;
use chrono::{DateTime, Utc};
use domain::customers::Page;
use domain::radius::{SessionFilter, SessionRow};
use leptos::prelude::*;
use services::radius;
use ui::prelude::*;

pub async fn online(at: Drawing) -> Result<AnyView, UiError> {
    let nas_id = at.query().get("nas").and_then(|id| id.parse().ok());
    let filter = SessionFilter { search: ListQuery::from(at.query()).search, nas_id };
    let page = radius::online_sessions(at.services(), at.caller()?, &filter, at.paging()).await?;
    let page = view! {
        <PageHeader title=t("radius-sessions") subtitle=t("radius-online-lead")/>
        {network_tabs("/radius/online", at.visit())}
        <div class="list-tools"><SearchBox placeholder=t("radius-search-online")/>{server_chip(at.query())}</div>
        <div data-poll="5" data-told="/radius/online/events">{table(page, at.services().now(), at.visit())}</div>
    };
    Ok(page.into_any())
}

/// The one access server that the list is narrowed to, to be taken away.
fn server_chip(query: &Query) -> Option<AnyView> {
    query.get("nas").map(|_| {
        let href = query.remove("nas").first_page().href("/radius/online");
        view! { <a class="chip chip-on" href=href>{t("radius-one-client")}<span class="chip-off"><Icon name="x"/></span></a> }.into_any()
    })
}

fn table(page: Page<SessionRow>, now: DateTime<Utc>, visit: &Visit) -> AnyView {
    let columns = vec![
        Column::new(t("customer-username")),
        Column::new(t("invoice-customer")),
        Column::new(t("radius-ip")),
        Column::new(t("radius-device")),
        Column::new(t("radius-client")),
        Column::new(t("radius-started")),
        Column::new(t("radius-downloaded")).numeric(),
        Column::new(t("radius-uploaded")).numeric(),
    ];
    let total = count(page.total);
    let rows = page.rows.into_iter().map(|session| row(session, visit, now)).collect();
    let empty = view! { <EmptyState icon="wifi-off" title=t("radius-sessions-empty") body=t("radius-sessions-empty-body")/> }.into_any();
    let title = t_with("radius-online-count", &[("count", total.into())]);
    let table = view! { <DataTable caption=t("radius-sessions") columns=columns rows=rows total=total empty=empty/> };
    view! { <Card title=title actions=live() flush=true>{table}</Card> }.into_any()
}

fn live() -> AnyView {
    view! { <span class="muted row-line"><Icon name="activity"/>{t("radius-live")}</span> }.into_any()
}

fn row(session: SessionRow, visit: &Visit, now: DateTime<Utc>) -> Row {
    let language = use_language();
    let figure = |text: String| view! { <span class="figure">{text}</span> };
    let moving = |text: String| view! { <span class="figure" data-moving="">{text}</span> };
    let row = Row::new(session.id, session.username.clone());
    let row = match session.customer_id {
        Some(id) => row.href(format!("/customers/{id}")),
        None => row,
    };
    let lasted = duration_words(language, (now - session.started_at).num_seconds().max(0));
    let started = view! {
        <span class="moment">
            {locales::date_time(language, visit.local(session.started_at))}
            <span class="moment-relative">{lasted}</span>
        </span>
    };
    row.cell(session.username)
        .cell(session.customer_name.unwrap_or_default())
        .cell(figure(session.ip.map(|ip| ip.to_string()).unwrap_or_default()))
        .cell(figure(session.mac.unwrap_or_default()))
        .cell(session.nas)
        .cell(started)
        .cell(moving(octet_words(language, session.output_octets)))
        .cell(moving(octet_words(language, session.input_octets)))
}
