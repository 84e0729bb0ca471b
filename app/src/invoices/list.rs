//! The invoices list: searched, filtered and paged by the server, with what is due on everything that matches.

use super::api::{InvoicesView, list_invoices};
use super::state_mark;
use crate::customers::due;
use crate::lists::count;
use crate::panels::Load;
use domain::billing::{InvoiceRow, InvoiceState};
use leptos::prelude::*;
use ui::prelude::*;

#[component]
pub fn InvoicesPage() -> impl IntoView {
    let url = use_current_url();
    let list = Resource::new(move || url.query.with(Query::to_string), list_invoices);
    let states =
        InvoiceState::ALL.map(|state| FilterOption::new(state.slug(), t(&format!("status-{}", state.slug().replace('_', "-"))))).to_vec();
    view! {
        <PageHeader title=t("invoices-title")/>
        <div class="list-tools">
            <SearchBox placeholder=t("invoice-search")/>
            <NarrowedBy/>
            <FilterChips name="state" label=t("common-status") options=states/>
        </div>
        <Load from=list view=table/>
    }
    .into_any()
}

/// What another page narrowed this list to, as chips that take it off again.
#[component]
fn NarrowedBy() -> AnyView {
    let url = use_current_url();
    let language = use_language();
    let chip = move |name: &'static str, words: Signal<String>| {
        let href = move || url.query.get().remove(name).first_page().href(&url.path.get());
        let title = move || locales::text_with(language, "table-filter-remove", &[("label", words.get().into())]);
        view! {
            <a class="chip chip-on" href=href title=title aria-current="true" hidden=move || url.query.with(|query| query.get(name).is_none())>
                {move || words.get()}<span class="chip-off"><Icon name="x"/></span>
            </a>
        }
    };
    let due_by = Signal::derive(move || {
        let day = super::query::invoice_filter(&url.query.get()).due_by.map(|day| locales::date(language, day)).unwrap_or_default();
        locales::text_with(language, "invoice-due-by", &[("date", day.into())])
    });
    let run = Signal::derive(move || locales::text(language, "invoice-of-run"));
    let none = move || url.query.with(|query| query.get("due_by").is_none() && query.get("run").is_none());
    view! { <nav class="chips" aria-label=t("table-filters") hidden=none>{chip("due_by", due_by)}{chip("run", run)}</nav> }.into_any()
}

fn table(view: InvoicesView) -> AnyView {
    let InvoicesView { page, due } = view;
    let columns = vec![
        Column::new(t("invoice-number")),
        Column::new(t("invoice-customer")),
        Column::new(t("customer-number")),
        Column::new(t("invoice-issued-on")),
        Column::new(t("invoice-due-on")),
        Column::new(t("common-status")),
        Column::new(t("invoice-total")).numeric(),
        Column::new(t("invoice-amount-due")).numeric(),
    ];
    let title = t_with("invoice-count", &[("count", page.total.into())]);
    let sum = view! { <span class="row-line"><span class="muted">{t("invoice-sum-due")}</span><MoneyText money=due strong=true/></span> };
    let untouched = use_current_url().query.with_untracked(|query| query.without(&["page", "size"]).pairs().is_empty());
    let rows = page.rows.into_iter().map(row).collect();
    let table = match untouched && page.total == 0 {
        true => {
            let empty = view! { <EmptyState icon="receipt" title=t("invoice-empty-title") body=t("invoice-empty-body")/> }.into_any();
            view! { <DataTable caption=t("invoices-title") columns=columns rows=rows empty=empty/> }.into_any()
        }
        false => view! { <DataTable caption=t("invoices-title") columns=columns rows=rows total=count(page.total)/> }.into_any(),
    };
    view! { <Card flush=true title=title actions=sum.into_any()>{table}</Card> }.into_any()
}

fn row(invoice: InvoiceRow) -> Row {
    Row::new(invoice.id, invoice.number.clone())
        .href(format!("/invoices/{}", invoice.id))
        .cell(invoice.number)
        .cell(invoice.customer_name)
        .cell(view! { <span class="figure">{invoice.customer_number}</span> })
        .cell(view! { <DateText date=invoice.issued_on/> })
        .cell(view! { <DateText date=invoice.due_on/> })
        .cell(state_mark(invoice.state))
        .cell(view! { <MoneyText money=invoice.total/> })
        .cell(due(invoice.due))
}
