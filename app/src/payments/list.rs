//! What came in: receipts by day, by subscriber and by search, with their sum.

use super::method_words;
use super::query::{Wanted, wanted};
use crate::UiError;
use crate::drawn::Drawing;
use crate::lists::count;
use crate::visit::{Visit, use_visit};
use domain::Money;
use domain::customers::Page;
use domain::payments::PaymentRow;
use domain::rights::Permission;
use leptos::prelude::*;
use services::payments;
use ui::prelude::*;

pub async fn list(at: Drawing) -> Result<AnyView, UiError> {
    let Wanted { search, on, customer_id } = wanted(at.query());
    let filter = payments::PaymentFilter { search, customer_id, from: on, until: on, ..Default::default() };
    let (page, sum) = payments::payments(at.services(), at.caller()?, &filter, at.paging()).await?;
    let page = page.map(|found| found.payment);
    let take = at
        .visit()
        .may(Permission::PaymentsReceive)
        .then(|| view! { <LinkButton href="/payments/new" label=t("payment-take") icon="hand-coins" style=ButtonStyle::Primary/> });
    let visit = at.visit();
    let asks = visit.may(Permission::PaymentsRefund) || visit.may(Permission::PaymentsRefundApprove);
    let approvals = asks.then(|| view! { <LinkButton href="/approvals" label=t("approvals-title") icon="shield-check"/> });
    let page = view! {
        <PageHeader title=t("payments-title") actions=view! { {approvals} {take} }.into_any()/>
        <div class="list-tools">
            <SearchBox placeholder=t("payment-search")/>
            {customer_id.map(|_| customer_chip(at.query()))}
            {days(at.query(), at.visit())}
        </div>
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

/// Today and yesterday as chips, any other day by its date.
fn days(query: &Query, visit: &Visit) -> AnyView {
    let today = visit.today;
    let mut days = vec![FilterOption::new(today.to_string(), t("common-today"))];
    days.extend(today.pred_opt().map(|day| FilterOption::new(day.to_string(), t("payment-yesterday"))));
    let kept = query.without(&["on", "page"]);
    let others =
        kept.pairs().iter().map(|(key, value)| view! { <input type="hidden" name=key.clone() value=value.clone()/> }).collect_view();
    let day = query.get("on").unwrap_or_default().to_string();
    view! {
        <FilterChips name="on" label=t("common-date") options=days/>
        <form method="get" action="/payments" class="row-line">
            {others}
            <span class="input-box"><input class="input-plain" type="date" name="on" aria-label=t("common-date") value=day max=today.to_string()/></span>
            <button type="submit" class="button button-secondary">{t("action-show")}</button>
        </form>
    }
    .into_any()
}

fn table(page: Page<PaymentRow>, sum: Money, query: &Query) -> AnyView {
    let columns = vec![
        Column::new(t("payment-receipt-number")),
        Column::new(t("invoice-customer")),
        Column::new(t("customer-number")),
        Column::new(t("payment-time")),
        Column::new(t("payment-method")),
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

fn row(payment: PaymentRow) -> Row {
    let at = use_visit().local(payment.received_at);
    Row::new(payment.id, payment.receipt_number.clone())
        .href(format!("/payments/{}", payment.id))
        .cell(payment.receipt_number)
        .cell(payment.customer_name)
        .cell(view! { <span class="figure">{payment.customer_number}</span> })
        .cell(view! { <TimeText at=at/> })
        .cell(method_words(payment.method))
        .cell(payment.collector_name)
        .cell(view! { <MoneyText money=payment.amount/> })
}
