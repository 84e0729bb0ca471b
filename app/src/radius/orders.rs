//! What routers were told about sessions, and what they said: acknowledged, refused, silent, and whether accounting shows
//! that it is so.

use super::words::server_filter;
use super::{Field, known_clients, moment, network_tabs};
use crate::UiError;
use crate::drawn::Drawing;
use crate::visit::Visit;
use chrono::NaiveDateTime;
use domain::radius::{OrderFilter, OrderRow};
use leptos::prelude::*;
use services::radius;
use ui::prelude::*;

const PATH: &str = "/radius/orders";
const STATES: [&str; 5] = ["open", "ack", "nak", "silent", "unverified"];

pub async fn orders(at: Drawing) -> Result<AnyView, UiError> {
    let (query, visit) = (at.query(), at.visit());
    let filter = OrderFilter {
        customer: None,
        state: query.get("state").filter(|state| STATES.contains(state)).map(str::to_owned),
        nas_id: query.get("nas").and_then(|id| id.parse().ok()),
        before: moment(query, "before", visit),
    };
    let orders = radius::find_orders(at.services(), at.caller()?, &filter).await?;
    let servers = server_filter(&known_clients(&at).await?);
    let now = visit.local(at.services().now());
    let states = STATES.iter().map(|state| FilterOption::new(*state, t(&format!("network-orders-{state}")))).collect();
    let last = orders.last().filter(|_| orders.len() >= 50).map(|order| order.asked_at.to_rfc3339());
    let older = last.map(|before| {
        let href = query.set("before", &before).href(PATH);
        view! { <div class="form-actions"><LinkButton href=href label=t("network-older") style=ButtonStyle::Secondary icon="arrow-left"/></div> }
    });
    let page = view! {
        <PageHeader title=t("network-orders") subtitle=t("network-orders-lead")/>
        {network_tabs(PATH, visit)}
        <div class="list-tools">
            <FilterChips name="state" label=t("common-status") options=states/>
            {Field::new(PATH, "nas", t("radius-client")).choice(query, servers)}
        </div>
        <div data-poll="5">{table(orders, now, visit)}</div>
        {older}
    };
    Ok(page.into_any())
}

/// Also on the page of one subscriber.
pub(super) fn table(orders: Vec<OrderRow>, now: NaiveDateTime, visit: &Visit) -> AnyView {
    let columns = vec![
        Column::new(t("customer-username")),
        Column::new(t("common-time")),
        Column::new(t("network-order")),
        Column::new(t("radius-why")),
        Column::new(t("radius-client")),
        Column::new(t("network-answer")),
        Column::new(t("network-verified")),
    ];
    let rows = orders.into_iter().enumerate().map(|(index, order)| row(index, order, now, visit)).collect();
    let empty = view! { <EmptyState icon="send" title=t("network-orders-empty") body=t("network-orders-empty-body")/> }.into_any();
    view! { <Card flush=true><DataTable caption=t("network-orders") columns=columns rows=rows empty=empty/></Card> }.into_any()
}

fn row(index: usize, order: OrderRow, now: NaiveDateTime, visit: &Visit) -> Row {
    let what = match &order.rate {
        Some(rate) => t_with("network-order-change", &[("rate", rate.as_str().into())]),
        None => t("network-order-disconnect"),
    };
    let verified = match order.verified_at {
        Some(at) => view! { <TimeText at=visit.local(at) now=now/> }.into_any(),
        None => view! { <span class="muted">{t("network-not-yet")}</span> }.into_any(),
    };
    let find = Query::default().set("q", &order.username).href("/radius/history");
    let answer = answer(&order, now, visit);
    Row::new(index, order.username.clone())
        .cell(view! { <a class="font-semibold break-all hover:text-primary" href=find>{order.username}</a> })
        .cell(view! { <TimeText at=visit.local(order.asked_at) now=now/> })
        .cell(what)
        .cell(cause_text(&order.cause))
        .cell(order.nas)
        .cell(answer)
        .cell(verified)
}

/// The last answer, and what happens next.
fn answer(order: &OrderRow, now: NaiveDateTime, visit: &Visit) -> AnyView {
    let (tone, icon) = match (order.state.as_str(), order.answer.as_deref()) {
        (_, Some("ack")) => (Tone::Good, "check"),
        ("unneeded", _) => (Tone::Neutral, "minus"),
        ("failed", _) | (_, Some("nak")) => (Tone::Bad, "x"),
        (_, Some(_)) => (Tone::Warning, "clock"),
        _ => (Tone::Info, "send"),
    };
    let word = match (order.state.as_str(), order.answer.as_deref()) {
        ("unneeded", _) => "unneeded",
        (_, Some(answer)) => answer,
        _ => "waiting",
    };
    let label = t(&format!("network-answer-{word}"));
    let cause = order.error_cause.map(error_cause);
    let again = matches!(order.state.as_str(), "waiting" | "sending") && order.attempts > 0;
    let again = again.then(|| {
        let when = locales::relative(use_language(), visit.local(order.next_at), now);
        t_with("network-asked-again", &[("count", i64::from(order.attempts).into()), ("when", when.into())])
    });
    let given_up = (order.state == "failed").then(|| t("network-given-up"));
    view! {
        <span class="grid gap-1">
            <StatusBadge tone=tone label=label icon=icon/>
            {[cause, again, given_up].into_iter().flatten().map(|words| view! { <span class="muted text-[0.8125rem]">{words}</span> }).collect_view()}
        </span>
    }
    .into_any()
}

/// RFC 5176 section 3.5, as far as it tells a person something.
pub(super) fn error_cause(cause: i32) -> String {
    let key = format!("network-error-{cause}");
    if locales::has_text(&key) { t(&key) } else { t_with("network-error", &[("cause", cause.to_string().into())]) }
}

fn cause_text(cause: &str) -> String {
    let key = format!("network-cause-{}", cause.replace('_', "-"));
    if locales::has_text(&key) { t(&key) } else { cause.to_owned() }
}
