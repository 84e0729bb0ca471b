//! Who is online: searched and paged by the server, looked at again every five seconds while the page is seen. The rows
//! are brought up to date where they stand, so that place and focus stay.

use super::NetworkTabs;
use super::api::{OnlineView, list_online};
use crate::customers::{duration_words, octet_words};
use crate::panels::Load;
use crate::poll;
use crate::visit::{Visit, use_visit};
use domain::radius::SessionRow;
use leptos::prelude::*;
use ui::prelude::*;

#[component]
pub fn OnlinePage() -> impl IntoView {
    let url = use_current_url();
    let source = move || {
        url.query.with(|query| {
            let list = ListQuery::from(query);
            (list.search, query.get("nas").map(str::to_owned), list.page, list.size)
        })
    };
    let online = Resource::new(source, |(search, nas, page, size)| list_online(search, nas, page, size));
    poll::every(5, move || online.refetch());
    let visit = use_visit();
    view! {
        <PageHeader title=t("radius-sessions") subtitle=t("radius-online-lead")/>
        <NetworkTabs here="/radius/online"/>
        <div class="list-tools"><SearchBox placeholder=t("radius-search-online")/><ServerChip/></div>
        <Load from=online view=move |view| table(view, &visit)/>
    }
}

/// The one access server that the list is narrowed to, to be taken away.
#[component]
fn ServerChip() -> impl IntoView {
    let url = use_current_url();
    move || {
        let query = url.query.get();
        query.get("nas").is_some().then(|| {
            let href = query.remove("nas").first_page().href("/radius/online");
            view! { <a class="chip chip-on" href=href>{t("radius-one-client")}<span class="chip-off"><Icon name="x"/></span></a> }
        })
    }
}

fn table(view: OnlineView, visit: &Visit) -> AnyView {
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
    let total = u64::try_from(view.page.total).unwrap_or(0);
    let now = view.now;
    let rows = view.page.rows.into_iter().map(|session| row(session, visit, now)).collect();
    let empty = view! { <EmptyState icon="wifi-off" title=t("radius-sessions-empty") body=t("radius-sessions-empty-body")/> }.into_any();
    let count = t_with("radius-online-count", &[("count", total.into())]);
    let table = view! { <DataTable caption=t("radius-sessions") columns=columns rows=rows total=total empty=empty/> };
    view! { <Card title=count actions=live() flush=true>{table}</Card> }.into_any()
}

fn live() -> AnyView {
    view! { <span class="muted row-line"><Icon name="activity"/>{t("radius-live")}</span> }.into_any()
}

fn row(session: SessionRow, visit: &Visit, now: chrono::DateTime<chrono::Utc>) -> Row {
    let language = use_language();
    let figure = |text: String| view! { <span class="figure">{text}</span> };
    let moving = |text: String| view! { <span class="figure" data-live="">{text}</span> };
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
