//! The invoices list: searched, filtered and paged by the server, with what is due on everything that matches.

use super::query::invoice_filter;
use super::state_mark;
use crate::UiError;
use crate::customers::due;
use crate::drawn::Drawing;
use crate::lists::count;
use crate::visit::use_visit;
use domain::Money;
use domain::billing::{InvoiceRow, InvoiceState};
use domain::customers::Page;
use domain::rights::Permission;
use leptos::prelude::*;
use services::billing;
use ui::prelude::*;

pub async fn list(at: Drawing) -> Result<AnyView, UiError> {
    let filter = invoice_filter(at.query(), at.visit().site.currency);
    let (page, due) = billing::invoices(at.services(), at.caller()?, &filter, None, at.paging()).await?;
    let states =
        InvoiceState::ALL.map(|state| FilterOption::new(state.slug(), t(&format!("status-{}", state.slug().replace('_', "-"))))).to_vec();
    let page = view! {
        <PageHeader title=t("invoices-title") actions=actions(&at)/>
        <div class="list-tools">
            <SearchBox placeholder=t("invoice-search")/>
            {narrowed_by(at.query())}
            <FilterChips name="state" label=t("common-status") options=states/>
        </div>
        {bar(at.query())}
        {table(page, due, at.query())}
    };
    Ok(page.into_any())
}

/// Days of issue and totals; the other choices stay.
fn bar(query: &Query) -> AnyView {
    let kept = query.without(&["from", "until", "least", "most", "page"]);
    let others =
        kept.pairs().iter().map(|(key, value)| view! { <input type="hidden" name=key.clone() value=value.clone()/> }).collect_view();
    let value = |name: &str| query.get(name).unwrap_or_default().to_string();
    let (from, until, least, most) = (value("from"), value("until"), value("least"), value("most"));
    view! {
        <form method="get" action="/invoices" class="list-tools">
            {others}
            <FilterField label=t("common-from")><input class="input-plain" type="date" name="from" value=from/></FilterField>
            <FilterField label=t("common-to")><input class="input-plain" type="date" name="until" value=until/></FilterField>
            <FilterField label=t("payment-least")><input class="input-plain" inputmode="decimal" size="7" name="least" value=least/></FilterField>
            <FilterField label=t("payment-most")><input class="input-plain" inputmode="decimal" size="7" name="most" value=most/></FilterField>
            <button type="submit" class="button button-secondary">{t("action-show")}</button>
        </form>
    }
    .into_any()
}

/// Printing exactly this list, what was printed, and how it looks.
fn actions(at: &Drawing) -> AnyView {
    let print = at.query().without(&["page", "size", "sort"]).href("/prints/new");
    let look = at.visit().may(Permission::DocumentsEdit).then(|| {
        view! { <LinkButton href="/documents" label=t("documents-title") icon="sliders-horizontal" style=ButtonStyle::Ghost/> }
    });
    view! {
        {look}
        <LinkButton href="/credit-notes" label=t("credit-notes-title") icon="rotate-ccw"/>
        <LinkButton href="/prints" label=t("batch-title") icon="file-text"/>
        <LinkButton href=print label=t("batch-start") icon="printer"/>
    }
    .into_any()
}

/// What another page narrowed this list to, as chips that take it off again.
fn narrowed_by(query: &Query) -> Option<AnyView> {
    let chip = |name: &'static str, words: String| {
        let href = query.remove(name).first_page().href("/invoices");
        let title = t_with("table-filter-remove", &[("label", words.as_str().into())]);
        view! { <a class="chip chip-on" href=href title=title aria-current="true">{words}<span class="chip-off"><Icon name="x"/></span></a> }
    };
    let filter = invoice_filter(query, use_visit().site.currency);
    let due_by = filter.due_by.map(|day| chip("due_by", t_with("invoice-due-by", &[("date", locales::date(use_language(), day).into())])));
    let run = filter.run_id.map(|_| chip("run", t("invoice-of-run")));
    let any = due_by.is_some() || run.is_some();
    any.then(|| view! { <nav class="chips" aria-label=t("table-filters")>{due_by}{run}</nav> }.into_any())
}

fn table(page: Page<InvoiceRow>, due: Money, query: &Query) -> AnyView {
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
    let untouched = query.without(&["page", "size"]).pairs().is_empty();
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
        .cell(view! { <span class="code">{invoice.customer_number}</span> })
        .cell(view! { <DateText date=invoice.issued_on/> })
        .cell(view! { <DateText date=invoice.due_on/> })
        .cell(state_mark(invoice.state))
        .cell(view! { <MoneyText money=invoice.total/> })
        .cell(due(invoice.due))
}
