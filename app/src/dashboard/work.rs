//! What somebody has to do today: tiles with how much waits, and below them whom to ask for money, whose line does not come
//! up and which access servers are silent. What is not his to do is not there.

use crate::radius::reason_text;
use crate::visit::Visit;
use domain::Money;
use domain::rights::Permission;
use leptos::prelude::*;
use services::dashboard::{Debtor, RefusedName, Server, Work};
use ui::prelude::*;

/// Loud only when there is something to do.
pub(crate) fn when(some: bool, tone: Tone) -> Tone {
    if some { tone } else { Tone::Neutral }
}

/// Tiles: each opens the list it counts.
pub(super) fn tiles(work: &Work) -> AnyView {
    let number = |value: i64| locales::number(use_language(), value);
    let tasks = work.tasks.map(|count| {
        view! { <StatCard label=t("dunning-tab-tasks") value=number(count) href="/billing/dunning?tab=tasks" icon="phone" tone=when(count > 0, Tone::Info)/> }
    });
    let approvals = work.approvals.map(|count| {
        view! { <StatCard label=t("approvals-title") value=number(count) href="/approvals" icon="shield-check" tone=when(count > 0, Tone::Warning)/> }
    });
    let desk = work.desk.as_ref().map(|desk| {
        let note = match desk.to_count {
            0 => t("dashboard-desk-note"),
            count => t_with("dashboard-desk-to-count", &[("count", count.into())]),
        };
        let value = locales::money(use_language(), desk.balance.minor, desk.balance.currency.code());
        view! { <StatCard label=t("cash-own-desk") value=value note=note href="/cash" icon="banknote" tone=when(desk.to_count > 0, Tone::Warning)/> }
    });
    view! { {tasks}{approvals}{desk} }.into_any()
}

/// Lists side by side, as many as there are.
pub(super) fn lists(work: Work, visit: &Visit) -> AnyView {
    let debtors = work.debtors.filter(|(debtors, _)| !debtors.is_empty()).map(|(debtors, currency)| {
        let rows = debtors.into_iter().map(|debtor| owes(debtor, currency, visit)).collect();
        card("dashboard-to-collect", "/customers?money=overdue", rows)
    });
    let refused = work.refused.map(|names| match names.is_empty() {
        true => calm("dashboard-refused", "circle-check", "dashboard-refused-none"),
        false => card("dashboard-refused", "/radius/attempts?outcome=reject", names.into_iter().map(|name| refused(name, visit)).collect()),
    });
    let servers = work
        .servers
        .filter(|servers| !servers.is_empty())
        .map(|servers| card("radius-title", "/radius", servers.into_iter().take(SERVERS).map(|server| heard(server, visit)).collect()));
    if debtors.is_none() && refused.is_none() && servers.is_none() {
        return ().into_any();
    }
    let network = (refused.is_some() || servers.is_some()).then(|| view! { <div class="grid gap-4">{refused}{servers}</div> });
    view! { <div class="work-lists">{debtors}{network}</div> }.into_any()
}

/// More are on their own page.
const SERVERS: usize = 8;

fn card(title: &'static str, all: &'static str, rows: Vec<AnyView>) -> AnyView {
    let actions = view! { <LinkButton href=all label=t("action-view-all") icon="arrow-right" style=ButtonStyle::Ghost/> }.into_any();
    view! { <Card flush=true title=t(title) actions=actions><ul class="work-list">{rows}</ul></Card> }.into_any()
}

fn calm(title: &'static str, icon: &'static str, words: &'static str) -> AnyView {
    view! { <Card title=t(title)><p class="row-line muted"><Icon name=icon/>{t(words)}</p></Card> }.into_any()
}

fn owes(debtor: Debtor, currency: domain::money::Currency, visit: &Visit) -> AnyView {
    let language = use_language();
    let since = locales::days_from(language, debtor.since, visit.today);
    let call = debtor.mobile.map(|mobile| {
        let label = t_with("dashboard-call", &[("name", debtor.name.as_str().into())]);
        view! { <a class="icon-button" href=format!("tel:{mobile}") rel="external" aria-label=label title=mobile.clone()><Icon name="phone"/></a> }
    });
    let take = t_with("dashboard-take-from", &[("name", debtor.name.as_str().into())]);
    view! {
        <li>
            <span class="min-w-0">
                <a class="link block" href=format!("/customers/{}", debtor.customer_id)>{debtor.name}</a>
                <span class="muted block text-[0.8125rem]">{debtor.number}" · "{t_with("dashboard-due-since", &[("when", since.into())])}</span>
            </span>
            <span class="work-do">
                <MoneyText money=Money::new(debtor.due_minor, currency)/>
                {call}
                <a class="icon-button" href=format!("/payments/new?customer={}", debtor.customer_id) aria-label=take.clone() title=take><Icon name="hand-coins"/></a>
            </span>
        </li>
    }
    .into_any()
}

fn refused(name: RefusedName, visit: &Visit) -> AnyView {
    let may = visit.may(Permission::CustomersView);
    let href = match name.customer_id.filter(|_| may) {
        Some(customer) => format!("/customers/{customer}/connection"),
        None => Query::default().set("q", &name.username).href("/radius/attempts"),
    };
    let who = name.customer.map(|customer| format!(" · {customer}"));
    let times = t_with("dashboard-times", &[("count", name.times.into())]);
    view! {
        <li>
            <span class="min-w-0">
                <a class="link block" href=href>{name.username}</a>
                <span class="muted block text-[0.8125rem]">{reason_text(&name.reason)}{who}</span>
            </span>
            <span class="work-do muted text-[0.8125rem]" data-moving="">{times}<TimeText at=visit.local(name.at)/></span>
        </li>
    }
    .into_any()
}

fn heard(server: Server, visit: &Visit) -> AnyView {
    let nas = server.nas;
    let (tone, icon, key) = match (server.silent, nas.last_seen) {
        (false, _) => (Tone::Good, "circle-check", "dashboard-server-heard"),
        (true, None) => (Tone::Info, "clock", "dashboard-server-waiting"),
        (true, Some(_)) => (Tone::Warning, "triangle-alert", "dashboard-server-silent"),
    };
    let last =
        nas.last_seen.map(|at| view! { <span class="muted block text-[0.8125rem]" data-moving=""><TimeText at=visit.local(at)/></span> });
    let online = t_with("dashboard-online-count", &[("count", nas.online.into())]);
    view! {
        <li>
            <span class="min-w-0"><a class="link block" href=format!("/radius/online?nas={}", nas.id)>{nas.name}</a>{last}</span>
            <span class="work-do"><span class="muted" data-moving="">{online}</span><StatusBadge tone=tone icon=icon label=t(key)/></span>
        </li>
    }
    .into_any()
}
