//! The subscriber's first page. It answers in this order: am I online, what do I owe, until when am I paid, and what
//! must I do.

use super::invoices::rows;
use crate::UiError;
use crate::drawn::Drawing;
use crate::packages::speed;
use crate::visit::Visit;
use domain::billing::InvoiceRow;
use domain::customers::{BlockReason, Coverage, CustomerDetail, LineState, Paging, ServiceDetail};
use leptos::prelude::*;
use services::portal;
use ui::prelude::*;

pub async fn home(at: Drawing) -> Result<AnyView, UiError> {
    let account = portal::own_account(at.services(), at.caller()?).await?;
    let latest = portal::own_invoices(at.services(), at.caller()?, Paging { page: 1, size: 5 }).await?.rows;
    let meters = crate::usage::meters(&at).await?;
    let waits = crate::wanted::of_own_lines(&at, &account).await?;
    Ok(page(account, latest, waits, meters, at.visit()))
}

fn page(account: CustomerDetail, latest: Vec<InvoiceRow>, waits: AnyView, meters: AnyView, visit: &Visit) -> AnyView {
    let all = view! { <LinkButton href="/my/invoices" label=t("action-view-all") icon="arrow-right" style=ButtonStyle::Ghost/> }.into_any();
    let lines = account.services.iter().filter(|service| service.state != LineState::Terminated);
    let lines = lines.map(|service| line_card(service, &account, visit)).collect_view();
    view! {
        <div class="mx-auto max-w-3xl">
            <PageHeader title=t_with("portal-greeting", &[("name", account.name.as_str().into())]) subtitle=account.number.clone()/>
            <div class="flow">
                {waits}
                {money_card(&account, &latest, visit)}
                {lines}
                {meters}
                <Card flush=true title=t("portal-invoices") actions=all>{rows(latest)}</Card>
            </div>
        </div>
    }
    .into_any()
}

/// What is to pay and by when, or that nothing is; below it, until when the line is paid.
fn money_card(account: &CustomerDetail, latest: &[InvoiceRow], visit: &Visit) -> AnyView {
    let language = use_language();
    let owes = !account.due.is_zero();
    let amount = locales::money(language, account.due.minor, account.due.currency.code());
    let by = latest.iter().filter(|invoice| invoice.due.minor > 0).map(|invoice| invoice.due_on).min();
    let by = by.filter(|_| owes).map(|day| {
        let key = if day < visit.today { "portal-was-due" } else { "portal-pay-by" };
        let args = [("date", locales::date(language, day).into()), ("when", locales::days_from(language, day, visit.today).into())];
        t_with(key, &args)
    });
    let tone = match (owes, account.overdue.is_zero()) {
        (false, _) => Tone::Good,
        (true, true) => Tone::Info,
        (true, false) => Tone::Bad,
    };
    let head = if owes { t("portal-owe") } else { t("portal-owe-nothing") };
    let icon = if owes { "receipt" } else { "circle-check" };
    let credit = (!account.credit.is_zero()).then(|| {
        let credit = locales::money(language, account.credit.minor, account.credit.currency.code());
        view! { <p class="row-line mt-2"><Icon name="coins"/>{t_with("portal-credit", &[("amount", credit.into())])}</p> }
    });
    view! {
        <section class=format!("{} rounded-box border border-line bg-base-100 p-5 sm:p-7", tone.class())>
            <p class="row-line font-medium text-(--tone)"><Icon name=icon/>{head}</p>
            {owes.then(|| view! { <p class="figure mt-1 text-4xl font-semibold tracking-tight">{amount}</p> })}
            {by.map(|words| view! { <p class="mt-1 font-medium text-(--tone)">{words}</p> })}
            <p class="mt-3 text-base">{paid_words(account, visit)}</p>
            {credit}
            {owes.then(|| view! { <p class="muted mt-3 border-t border-line pt-3">{t("portal-pay-how")}" "<a class="link" href="/my/promise">{t("my-promise-link")}</a></p> })}
        </section>
    }
    .into_any()
}

/// Until when I am paid, as one would say it. The end of a prepaid line counts for more than the days that were billed.
fn paid_words(account: &CustomerDetail, visit: &Visit) -> String {
    let language = use_language();
    let args = |day: chrono::NaiveDate| {
        let when = locales::days_from(language, day, visit.today);
        [("date", locales::date(language, day).into()), ("when", when.into())]
    };
    let lines = account.services.iter().filter(|service| service.state != LineState::Terminated);
    if let Some(end) = lines.filter_map(|service| service.expires_at).min().map(|at| visit.local(at).date()) {
        if account.services.iter().any(|service| service.state == LineState::Expired) {
            return t_with("portal-expired-on", &args(end));
        }
        if account.due.is_zero() {
            return t_with("portal-expires", &args(end));
        }
    }
    match account.coverage(visit.today) {
        Coverage::NotBilled => t("portal-not-billed"),
        Coverage::PaidThrough(day) if day < visit.today => t_with("portal-paid-up", &args(day)),
        Coverage::PaidThrough(day) => t_with("portal-paid-through", &args(day)),
        Coverage::UnpaidSince(day) => t_with("portal-unpaid-since", &args(day)),
    }
}

/// One line: is it up, since when, what it is sold as, and what to do when it is down.
fn line_card(service: &ServiceDetail, account: &CustomerDetail, visit: &Visit) -> AnyView {
    let language = use_language();
    let (tone, icon, words, note) = match (service.state, service.online_since) {
        (LineState::Suspended | LineState::Expired | LineState::Pending, _) => down(service),
        (_, Some(since)) => {
            let since = locales::date_time(language, visit.local(since));
            (Tone::Good, "wifi", t("portal-line-online"), t_with("customer-since", &[("time", since.into())]))
        }
        _ => (Tone::Neutral, "wifi-off", t("portal-line-offline"), t("portal-offline-help")),
    };
    let price = locales::money(language, service.price.minor, service.price.currency.code());
    let mut facts = vec![
        Definition::new(t("customer-package"), format!("{} · {price}", service.package)),
        Definition::new(t("package-speed"), speed(service.up_kbps, service.down_kbps)),
        Definition::new(t("customer-username"), service.username.clone()),
    ];
    if let Some(at) = service.expires_at {
        let day = visit.local(at).date();
        facts.push(Definition::new(t("customer-expires"), view! { <DateText date=day today=visit.today/> }));
    }
    let warning = stops(service, account, visit).map(|words| view! { <div class="mb-4"><Alert tone=Tone::Warning>{words}</Alert></div> });
    view! {
        <Card class="p-0 sm:p-2">
            <div class=format!("{} mb-4 flex items-start gap-3", tone.class())>
                <span class="grid size-10 shrink-0 place-items-center rounded-full bg-(--tone-wash) text-(--tone)"><Icon name=icon class="size-5"/></span>
                <div><p class="text-base font-semibold">{words}</p><p class="muted">{note}</p></div>
            </div>
            {warning}
            <DefinitionList items=facts/>
        </Card>
    }
    .into_any()
}

/// Why the line is down, and what brings it back.
fn down(service: &ServiceDetail) -> (Tone, &'static str, String, String) {
    let unpaid = service.blocks.iter().any(|(reason, _)| *reason == BlockReason::NonPayment);
    match service.state {
        LineState::Pending => (Tone::Info, "clock", t("portal-line-pending"), t("portal-pending-help")),
        LineState::Expired => (Tone::Warning, "clock", t("portal-line-expired"), t("portal-expired-help")),
        _ if unpaid => (Tone::Bad, "circle-pause", t("portal-line-suspended"), t("portal-suspended-help")),
        _ => {
            let reason = service.blocks.first().map(|(reason, _)| crate::customers::reason_words(*reason)).unwrap_or_default();
            (Tone::Bad, "circle-pause", t_with("portal-line-held", &[("reason", reason.into())]), t("portal-held-help"))
        }
    }
}

/// When the line stops if nobody pays, said only when there is something to pay and the day is near.
fn stops(service: &ServiceDetail, account: &CustomerDetail, visit: &Visit) -> Option<String> {
    let day = visit.local(service.cutoff_at?).date();
    let near = (day - visit.today).num_days() <= 10;
    if service.state != LineState::Active || account.due.is_zero() || !near {
        return None;
    }
    let language = use_language();
    let when = locales::days_from(language, day.max(visit.today), visit.today);
    Some(t_with("portal-line-stops", &[("date", locales::date(language, day).into()), ("when", when.into())]))
}
