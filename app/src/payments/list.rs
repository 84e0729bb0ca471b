//! What came in: receipts by search, day, method, collector, amount and state, with the sum of what matches and the
//! same list as a file.

use super::method_words;
use super::query::payment_filter;
use crate::UiError;
use crate::drawn::Drawing;
use crate::lists::count;
use crate::visit::{Visit, use_visit};
use domain::Money;
use domain::customers::Page;
use domain::payments::{FoundPayment, Method, PaymentState};
use domain::rights::Permission;
use leptos::prelude::*;
use services::payments;
use ui::prelude::*;
use uuid::Uuid;

pub async fn list(at: Drawing) -> Result<AnyView, UiError> {
    let filter = payment_filter(at.query(), at.visit().site.currency);
    let (page, sum) = payments::payments(at.services(), at.caller()?, &filter, at.paging()).await?;
    let collectors = payments::collectors(at.services(), at.caller()?).await?;
    let visit = at.visit();
    let take = visit
        .may(Permission::PaymentsReceive)
        .then(|| view! { <LinkButton href="/payments/new" label=t("payment-take") icon="hand-coins" style=ButtonStyle::Primary/> });
    let desk = visit.may(Permission::CashDesk).then(|| view! { <LinkButton href="/cash" label=t("cash-own-desk") icon="banknote"/> });
    let asks = visit.may(Permission::PaymentsRefund) || visit.may(Permission::PaymentsRefundApprove);
    let approvals = asks.then(|| view! { <LinkButton href="/approvals" label=t("approvals-title") icon="shield-check"/> });
    let file = visit.may(Permission::ReportsExport).then(|| {
        let href = at.query().without(&["page", "size"]).href("/payments/export.csv");
        view! { <LinkButton href=href label=t("action-export") icon="file-down" external=true/> }
    });
    let methods = Method::ALL.map(|method| FilterOption::new(method.slug(), method_words(method))).to_vec();
    let states = PaymentState::ALL.map(|state| FilterOption::new(state.slug(), t(&format!("payment-state-{}", state.slug())))).to_vec();
    let page = view! {
        <PageHeader title=t("payments-title") actions=view! { {approvals} {file} {desk} {take} }.into_any()/>
        <div class="list-tools">
            <SearchBox placeholder=t("payment-search")/>
            {filter.customer_id.map(|_| customer_chip(at.query()))}
            <FilterChips name="on" label=t("common-date") options=days(visit)/>
            <FilterChips name="method" label=t("payment-method") options=methods/>
            <FilterChips name="state" label=t("payment-state") options=states/>
        </div>
        {bar(at.query(), collectors)}
        {table(page, sum, at.query())}
    };
    Ok(page.into_any())
}

/// Only those of one subscriber, until it is taken off with a click.
fn customer_chip(query: &Query) -> AnyView {
    let href = query.remove("customer").first_page().href("/payments");
    let words = t("payment-of-customer");
    let removal = t_with("table-filter-remove", &[("label", words.as_str().into())]);
    view! {
        <nav class="chips" aria-label=t("table-filters")>
            <a class="chip chip-on" href=href title=removal aria-current="true">{words}<span class="chip-off"><Icon name="x"/></span></a>
        </nav>
    }
    .into_any()
}

fn days(visit: &Visit) -> Vec<FilterOption> {
    let mut days = vec![FilterOption::new(visit.today.to_string(), t("common-today"))];
    days.extend(visit.today.pred_opt().map(|day| FilterOption::new(day.to_string(), t("payment-yesterday"))));
    days
}

/// Days, amounts and who took it; the other choices stay.
fn bar(query: &Query, collectors: Vec<(Uuid, String)>) -> AnyView {
    let kept = query.without(&["on", "from", "until", "least", "most", "collector", "page"]);
    let others =
        kept.pairs().iter().map(|(key, value)| view! { <input type="hidden" name=key.clone() value=value.clone()/> }).collect_view();
    let value = |name: &str| query.get(name).unwrap_or_default().to_string();
    let chosen = value("collector");
    let people = collectors
        .into_iter()
        .map(|(id, name)| {
            let id = id.to_string();
            let selected = id == chosen;
            view! { <option value=id selected=selected>{name}</option> }
        })
        .collect_view();
    let one_day = query.get("on").map(str::to_string);
    let day = |name: &str| one_day.clone().unwrap_or_else(|| value(name));
    let (from, until, least, most) = (day("from"), day("until"), value("least"), value("most"));
    view! {
        <form method="get" action="/payments" class="list-tools">
            {others}
            <FilterField label=t("common-from")><input class="input-plain" type="date" name="from" value=from/></FilterField>
            <FilterField label=t("common-to")><input class="input-plain" type="date" name="until" value=until/></FilterField>
            <FilterField label=t("payment-least")><input class="input-plain" inputmode="decimal" size="7" name="least" value=least/></FilterField>
            <FilterField label=t("payment-most")><input class="input-plain" inputmode="decimal" size="7" name="most" value=most/></FilterField>
            <FilterField label=t("payment-collector")><select class="input-plain" name="collector">
                <option value="">{t("payment-all-collectors")}</option>{people}
            </select></FilterField>
            <button type="submit" class="button button-secondary">{t("action-show")}</button>
        </form>
    }
    .into_any()
}

fn table(page: Page<FoundPayment>, sum: Money, query: &Query) -> AnyView {
    let columns = vec![
        Column::new(t("payment-receipt-number")),
        Column::new(t("invoice-customer")),
        Column::new(t("customer-number")),
        Column::new(t("payment-time")),
        Column::new(t("payment-method")),
        Column::new(t("payment-reference")),
        Column::new(t("payment-collector")),
        Column::new(t("common-amount")).numeric(),
    ];
    let title = t_with("payment-count", &[("count", page.total.into())]);
    let sum = view! { <span class="row-line"><span class="muted">{t("common-total")}</span><MoneyText money=sum strong=true/></span> };
    let untouched = query.without(&["page", "size"]).pairs().is_empty();
    let rows = page.rows.into_iter().map(row).collect();
    let table = match untouched && page.total == 0 {
        true => {
            let empty = view! { <EmptyState icon="wallet" title=t("payment-empty-title") body=t("payment-empty-body")/> }.into_any();
            view! { <DataTable caption=t("payments-title") columns=columns rows=rows empty=empty/> }.into_any()
        }
        false => view! { <DataTable caption=t("payments-title") columns=columns rows=rows total=count(page.total)/> }.into_any(),
    };
    view! { <Card flush=true title=title actions=sum.into_any()>{table}</Card> }.into_any()
}

fn row(found: FoundPayment) -> Row {
    let FoundPayment { payment, reference, reversed } = found;
    let at = use_visit().local(payment.received_at);
    let mark = reversed.then(|| view! { " "<StatusBadge tone=Tone::Neutral label=t("payment-state-reversed") icon="undo-2"/> });
    Row::new(payment.id, payment.receipt_number.clone())
        .href(format!("/payments/{}", payment.id))
        .cell(payment.receipt_number)
        .cell(payment.customer_name)
        .cell(view! { <span class="code">{payment.customer_number}</span> })
        .cell(view! { <TimeText at=at/>{mark} })
        .cell(method_words(payment.method))
        .cell(reference)
        .cell(payment.collector_name)
        .cell(view! { <MoneyText money=payment.amount/> })
}
