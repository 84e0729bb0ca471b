//! What came in: receipts by day, by subscriber and by search, with their sum.

use super::api::{PaymentsView, list_payments};
use crate::lists::count;
use crate::panels::Load;
use crate::visit::use_visit;
use domain::payments::{Method, PaymentRow};
use domain::rights::Permission;
use leptos::prelude::*;
use ui::prelude::*;

/// How money came in.
pub(crate) fn method_words(method: Method) -> String {
    t(&format!("payment-method-{}", method.slug()))
}

#[component]
pub fn PaymentsPage() -> impl IntoView {
    let url = use_current_url();
    let list = Resource::new(move || url.query.with(Query::to_string), list_payments);
    let take = use_visit()
        .may(Permission::PaymentsReceive)
        .then(|| view! { <LinkButton href="/payments/new" label=t("payment-take") icon="hand-coins" style=ButtonStyle::Primary/> });
    let visit = use_visit();
    let asks = visit.may(Permission::PaymentsRefund) || visit.may(Permission::PaymentsRefundApprove);
    let approvals = asks.then(|| view! { <LinkButton href="/approvals" label=t("approvals-title") icon="shield-check"/> });
    view! {
        <PageHeader title=t("payments-title") actions=view! { {approvals} {take} }.into_any()/>
        <div class="list-tools">
            <SearchBox placeholder=t("payment-search")/>
            <CustomerChip/>
            <Days/>
        </div>
        <Load from=list view=table/>
    }
    .into_any()
}

/// Only those of one subscriber: shown while the URL says so, and taken off with a click.
#[component]
fn CustomerChip() -> AnyView {
    let url = use_current_url();
    let href = move || url.query.get().remove("customer").first_page().href(&url.path.get());
    let words = t("payment-of-customer");
    let removal = t_with("table-filter-remove", &[("label", words.as_str().into())]);
    view! {
        <nav class="chips" aria-label=t("table-filters") hidden=move || url.query.with(|query| query.get("customer").is_none())>
            <a class="chip chip-on" href=href title=removal aria-current="true">{words}<span class="chip-off"><Icon name="x"/></span></a>
        </nav>
    }
    .into_any()
}

/// Today and yesterday as chips, any other day by its date.
#[component]
fn Days() -> AnyView {
    let url = use_current_url();
    let today = use_visit().today;
    let mut days = vec![FilterOption::new(today.to_string(), t("common-today"))];
    days.extend(today.pred_opt().map(|day| FilterOption::new(day.to_string(), t("payment-yesterday"))));
    let others = move || {
        let kept = url.query.get().without(&["on", "page"]);
        kept.pairs().iter().map(|(key, value)| view! { <input type="hidden" name=key.clone() value=value.clone()/> }).collect_view()
    };
    let day = move || url.query.with(|query| query.get("on").unwrap_or_default().to_string());
    view! {
        <FilterChips name="on" label=t("common-date") options=days/>
        <form method="get" action=move || url.path.get() class="row-line">
            {others}
            <span class="input-box"><input class="input-plain" type="date" name="on" aria-label=t("common-date") value=day max=today.to_string()/></span>
            <button type="submit" class="button button-secondary">{t("action-show")}</button>
        </form>
    }
    .into_any()
}

fn table(view: PaymentsView) -> AnyView {
    let PaymentsView { page, sum } = view;
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
    let untouched = use_current_url().query.with_untracked(|query| query.without(&["page", "size"]).pairs().is_empty());
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
