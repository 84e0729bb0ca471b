//! The page of one subscriber: who he is, what he owes, how his line is, at a glance; the rest in tabs that the URL
//! names. Shows only what this person may see; the use cases check again.

use super::bar::{customer_bar, open_tab};
use super::{bill, coverage_words, line, line_mark, online_mark, phone_text, reason_words, sessions, timeline};
use crate::UiError;
use crate::drawn::Drawing;
use crate::visit::Visit;
use domain::CustomerId;
use domain::customers::{BlockReason, CustomerDetail, LineState, ServiceDetail};
use domain::rights::Permission;
use leptos::prelude::*;
use services::payments::PaymentFilter;
use services::{billing, customers, payments};
use ui::prelude::*;

/// One subscriber with the tab that `?tab=` names; without one, the first that this person may open.
pub async fn show(at: Drawing) -> Result<AnyView, UiError> {
    let (services, caller, visit) = (at.services(), at.caller()?, at.visit());
    let id: CustomerId = at.param("id")?;
    let customer = customers::customer(services, caller, id).await?;
    let open = open_tab(at.query().get("tab"), |permission| caller.allowed(permission));
    let body = match open {
        "bill" => bill::invoices(billing::invoices(services, caller, &Default::default(), Some(id), at.paging()).await?.0),
        "payments" => {
            let filter = PaymentFilter { customer_id: Some(id), ..Default::default() };
            let (page, sum) = payments::payments(services, caller, &filter, at.paging()).await?;
            bill::payments(page.map(|found| found.payment), sum)
        }
        "usage" => crate::usage::of_customer(&at, id).await?,
        "sessions" => sessions::sessions(customers::sessions(services, caller, id, at.paging()).await?),
        "timeline" => timeline::timeline(customers::timeline(services, caller, id).await?),
        _ => line::lines(&customer),
    };
    let waits = crate::wanted::of_customer(&at, &customer).await?;
    let page = view! {
        {head(&customer, visit)}
        {held(&customer, visit)}
        {waits}
        {glance(&customer, visit)}
        <div class="mt-6">{customer_bar(id, open)}</div>
        {body}
    };
    Ok(page.into_any())
}

fn head(customer: &CustomerDetail, visit: &Visit) -> AnyView {
    // An imported subscriber was one long before his row was written.
    let starts = customer.services.iter().map(|service| service.starts_on);
    let since = starts.chain([visit.local(customer.since).date()]).min().map(|day| locales::date(use_language(), day)).unwrap_or_default();
    let mut words = vec![customer.number.clone()];
    words.extend(customer.mobile.as_deref().map(phone_text));
    words.push(t_with("customer-active-since", &[("date", since.into())]));
    let badges = customer.services.iter().map(|service| line_mark(service.state)).collect_view();
    let online = customer.services.iter().any(|service| service.online_since.is_some()).then(online_mark);
    let next = visit.may(Permission::BillingView).then(|| {
        view! { <LinkButton href=format!("/customers/{}/proforma", customer.id) label=t("proforma-title") icon="file-text"/> }
    });
    let pay = visit.may(Permission::PaymentsReceive).then(|| {
        let href = format!("/payments/new?customer={}", customer.id);
        view! { <LinkButton href=href label=t("payment-take") icon="hand-coins" style=ButtonStyle::Primary/> }
    });
    let owner = (visit.may(Permission::ChangeOperator) || visit.may(Permission::Impersonate) || visit.may(Permission::CustomersUpdate))
        .then(|| {
            view! { <LinkButton href=format!("/customers/{}/owner", customer.id) label=t("owner-title") icon="user-check"/> }
        });
    view! {
        <PageHeader
            title=customer.name.clone()
            subtitle=words.join(" · ")
            back=("/customers".to_string(), t("customers-title"))
            badge=view! { {badges} {online} }.into_any()
            actions=view! { {owner} {next} {pay} }.into_any()
        />
    }
    .into_any()
}

/// Why lines are down, in one notice above everything.
fn held(customer: &CustomerDetail, visit: &Visit) -> Option<AnyView> {
    let held: Vec<&ServiceDetail> = customer.services.iter().filter(|service| !service.blocks.is_empty()).collect();
    if held.is_empty() {
        return None;
    }
    let language = use_language();
    let many = customer.services.len() > 1;
    let sentences =
        held.into_iter().flat_map(|service| service.blocks.iter().map(move |block| (service, block))).map(|(service, (reason, since))| {
            let since = t_with("customer-since", &[("time", locales::date(language, visit.local(*since).date()).into())]);
            let line = if many { format!("{}: ", service.username) } else { String::new() };
            view! { <p>{line}{reason_words(*reason)}", "{since}</p> }
        });
    let sentences = sentences.collect_view();
    let may_lift = visit.may(Permission::CustomersSuspend).then(|| {
        let href = format!("/customers/{}?tab=line", customer.id);
        view! { <LinkButton href=href label=t("customer-reactivate") icon="play"/> }
    });
    Some(view! { <div class="mb-5"><Alert tone=Tone::Bad title=t("status-suspended") icon="circle-pause" actions=may_lift.into_any()>{sentences}</Alert></div> }.into_any())
}

fn glance(customer: &CustomerDetail, visit: &Visit) -> AnyView {
    let language = use_language();
    let money = |money: domain::Money| locales::money(language, money.minor, money.currency.code());
    let here = |tab: &str| format!("/customers/{}?tab={tab}", customer.id);
    let (due_note, due_tone) = match (customer.due.is_zero(), customer.overdue.is_zero()) {
        (true, _) => (t("customer-owes-nothing"), Tone::Good),
        (_, true) => (t("customer-due-later"), Tone::Warning),
        _ => (t_with("customer-overdue", &[("amount", money(customer.overdue).into())]), Tone::Bad),
    };
    let due_href = match visit.may(Permission::PaymentsReceive) && !customer.due.is_zero() {
        true => format!("/payments/new?customer={}", customer.id),
        false => here("bill"),
    };
    let credit_note = if customer.credit.is_zero() { t("common-none") } else { t("customer-credit-note") };
    let (until, until_note, until_tone) = coverage_words(customer.coverage(visit.today));
    let (line, line_note, line_tone, icon) = presence(customer, visit);
    view! {
        <div class="tiles">
            <StatCard label=t("customer-due") value=money(customer.due) note=due_note tone=due_tone href=due_href icon="receipt"/>
            <StatCard label=t("customer-credit") value=money(customer.credit) note=credit_note href=here("payments") icon="coins"/>
            <StatCard label=t("customer-paid-until") value=until note=until_note tone=until_tone href=here("bill") icon="calendar-clock"/>
            <StatCard label=t("customer-line") value=line note=line_note tone=line_tone href=here("line") icon=icon/>
        </div>
    }
    .into_any()
}

/// Online since when, or why not.
fn presence(customer: &CustomerDetail, visit: &Visit) -> (String, String, Tone, &'static str) {
    let language = use_language();
    if let Some(since) = customer.services.iter().filter_map(|service| service.online_since).min() {
        let since = locales::date_time(language, visit.local(since));
        return (t("status-online"), t_with("customer-since", &[("time", since.into())]), Tone::Good, "wifi");
    }
    let mut lines = customer.services.iter().filter(|service| service.state != LineState::Terminated);
    let note = match lines.next() {
        None => t("status-terminated"),
        Some(line) if line.blocks.iter().any(|(reason, _)| *reason == BlockReason::NonPayment) => reason_words(BlockReason::NonPayment),
        Some(line) => t(&format!("status-{}", line.state.slug())),
    };
    (t("status-offline"), note, Tone::Neutral, "wifi-off")
}
