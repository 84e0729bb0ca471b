//! Sessions of now and of the past: whose an address was at a moment, and how somebody was online.

use super::api::KeepSessions;
use super::words::server_filter;
use super::{Field, known_clients, moment, network_tabs, telling_routers};
use crate::UiError;
use crate::customers::{cause_words, duration_words, octet_words};
use crate::drawn::{Drawing, action};
use crate::visit::Visit;
use domain::radius::{HistoryFilter, SessionRow};
use domain::rights::Permission;
use leptos::prelude::*;
use services::radius;
use ui::prelude::*;

const PATH: &str = "/radius/history";

pub async fn history(at: Drawing) -> Result<AnyView, UiError> {
    let (query, visit) = (at.query(), at.visit());
    let filter = HistoryFilter {
        search: ListQuery::from(query).search,
        nas_id: query.get("nas").and_then(|id| id.parse().ok()),
        at: moment(query, "at", visit),
        before: moment(query, "before", visit),
    };
    let sessions = radius::session_history(at.services(), at.caller()?, &filter).await?;
    let months = radius::session_months(at.services(), at.caller()?).await?;
    let mut servers = server_filter(&known_clients(&at).await?);
    servers.extend(telling_routers(&at).await?);
    let page = view! {
        <PageHeader title=t("network-history") subtitle=t("network-history-lead")/>
        {network_tabs(PATH, visit)}
        <div class="list-tools">
            <SearchBox placeholder=t("network-search-history")/>
            {Field::new(PATH, "nas", t("radius-client")).choice(query, servers)}
            {Field::new(PATH, "at", t("network-online-at")).moment(query)}
        </div>
        <div class="flow">{table(sessions, query, visit)} {kept(months, visit.may(Permission::NetworkEdit))}</div>
    };
    Ok(page.into_any())
}

/// How long sessions are kept, and for whoever may, the field that says so.
fn kept(months: Option<u32>, may: bool) -> AnyView {
    let words = match months {
        Some(months) => t_with("network-kept-months", &[("count", months.into())]),
        None => t("network-kept-for-good"),
    };
    let form = may.then(|| {
        let value = months.map(|months| months.to_string()).unwrap_or_default();
        view! {
            <PostForm action={action::<KeepSessions>()}>
                <ErrorSummary/>
                <div class="form-grid">
                    <TextField name="months" label=t("network-keep-months") value=value maxlength=3 inputmode="numeric" optional=true help=t("network-keep-help")/>
                </div>
                <div class="form-actions"><SubmitButton label=t("action-save") icon="check"/></div>
            </PostForm>
        }
    });
    view! { <Card title=t("network-kept")><p class="muted">{words}</p>{form}</Card> }.into_any()
}

pub(crate) fn table(sessions: Vec<SessionRow>, query: &Query, visit: &Visit) -> AnyView {
    let columns = vec![
        Column::new(t("customer-username")),
        Column::new(t("invoice-customer")),
        Column::new(t("radius-ip")),
        Column::new(t("radius-device")),
        Column::new(t("radius-client")),
        Column::new(t("radius-started")),
        Column::new(t("network-ended")),
        Column::new(t("customer-session-length")),
        Column::new(t("radius-downloaded")).numeric(),
        Column::new(t("radius-uploaded")).numeric(),
    ];
    // Fewer than a page means that nothing is older.
    let last = sessions.last().filter(|_| sessions.len() >= 50).map(|session| session.started_at.to_rfc3339());
    let older = last.map(|before| {
        let href = query.set("before", &before).href(PATH);
        view! { <div class="form-actions"><LinkButton href=href label=t("network-older") style=ButtonStyle::Secondary icon="arrow-left"/></div> }
    });
    let rows = sessions.into_iter().map(|session| row(session, visit)).collect();
    let empty = view! { <EmptyState icon="history" title=t("network-history-empty") body=t("network-history-empty-body")/> }.into_any();
    view! { <Card flush=true><DataTable caption=t("network-history") columns=columns rows=rows empty=empty/></Card> {older} }.into_any()
}

fn row(session: SessionRow, visit: &Visit) -> Row {
    let language = use_language();
    let figure = |text: String| view! { <span class="figure">{text}</span> };
    let ended = match session.stopped_at {
        None => view! { <StatusBadge tone=Tone::Good icon="wifi" label=t("status-online")/> }.into_any(),
        Some(at) => {
            let cause = cause_words(session.stop_cause.as_deref());
            view! { <span class="moment">{locales::date_time(language, visit.local(at))}<span class="moment-relative">{cause}</span></span> }.into_any()
        }
    };
    let row = Row::new(session.id, session.username.clone());
    let row = match session.customer_id {
        Some(id) => row.href(format!("/customers/{id}?tab=sessions")),
        None => row,
    };
    row.cell(view! { <span class="font-semibold break-all">{session.username}</span> })
        .cell(session.customer_name.unwrap_or_default())
        .cell(figure(session.ip.map(|ip| ip.to_string()).unwrap_or_default()))
        .cell(figure(session.mac.unwrap_or_default()))
        .cell(session.nas)
        .cell(locales::date_time(language, visit.local(session.started_at)))
        .cell(ended)
        .cell(figure(duration_words(language, session.seconds)))
        .cell(figure(octet_words(language, session.output_octets)))
        .cell(figure(octet_words(language, session.input_octets)))
}
