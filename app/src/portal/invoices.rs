//! My invoices, and one of them as a document.

use crate::UiError;
use crate::documents::PdfButtons;
use crate::drawn::Drawing;
use crate::invoices::{InvoiceSheet, state_mark};
use crate::lists::count;
use domain::billing::InvoiceRow;
use domain::customers::Page;
use leptos::prelude::*;
use services::portal;
use ui::prelude::*;

pub async fn invoices(at: Drawing) -> Result<AnyView, UiError> {
    let invoices = portal::own_invoices(at.services(), at.caller()?, at.paging()).await?;
    let page = view! {
        <div class="mx-auto max-w-3xl">
            <PageHeader title=t("portal-invoices") back=("/".to_string(), t("portal-title")) actions=papers()/>
            {page(invoices)}
        </div>
    };
    Ok(page.into_any())
}

/// What comes next, and everything of the last twelve months on paper.
fn papers() -> AnyView {
    view! {
        <LinkButton href="/my/next-bill" label=t("proforma-title") icon="receipt"/>
        <LinkButton href="/my/statement.pdf" label=t("portal-statement") icon="file-text" external=true/>
    }
    .into_any()
}

fn page(page: Page<InvoiceRow>) -> AnyView {
    let pages = (page.total > page.size).then(|| view! { <Pagination total=count(page.total)/> });
    view! { <Card flush=true>{rows(page.rows)}{pages}</Card> }.into_any()
}

/// Invoices as a subscriber thinks of them: which month, how much, is it paid. Each row is one large link.
pub(super) fn rows(invoices: Vec<InvoiceRow>) -> AnyView {
    if invoices.is_empty() {
        return view! { <EmptyState icon="receipt" title=t("invoice-empty-title") body=t("portal-invoices-empty")/> }.into_any();
    }
    let language = use_language();
    let rows = invoices.into_iter().map(|invoice| {
        let month = locales::month_and_year(language, invoice.issued_on);
        let due_on = t_with("portal-due-on", &[("number", invoice.number.into()), ("date", locales::date(language, invoice.due_on).into())]);
        view! {
            <li class="border-t border-line first:border-t-0">
                <a class="flex items-center justify-between gap-4 px-4 py-3 md:px-5 hover:bg-hover" href=format!("/my/invoices/{}", invoice.id)>
                    <span class="min-w-0"><span class="block text-base font-medium">{month}</span><span class="muted block text-[0.8125rem]">{due_on}</span></span>
                    <span class="flex shrink-0 flex-col items-end gap-1"><span class="text-base font-medium"><MoneyText money=invoice.total/></span>{state_mark(invoice.state)}</span>
                </a>
            </li>
        }
    });
    view! { <ul class="border-t border-line in-[.panel-body:first-child]:border-t-0">{rows.collect_view()}</ul> }.into_any()
}

pub async fn invoice(at: Drawing) -> Result<AnyView, UiError> {
    let invoice = portal::own_invoice(at.services(), at.caller()?, at.param("id")?).await?;
    let title = t_with("invoice-title", &[("number", invoice.row.number.as_str().into())]);
    let page = view! {
        <div class="print-hidden">
            <PageHeader title=title back=("/my/invoices".to_string(), t("portal-invoices")) actions=view! { <PdfButtons href=format!("/invoices/{}.pdf", invoice.row.id)/> }.into_any()/>
        </div>
        <InvoiceSheet invoice=invoice/>
    };
    Ok(page.into_any())
}
