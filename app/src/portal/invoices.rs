//! My invoices, and one of them as a document.

use super::api::{my_invoice, my_invoices};
use crate::customers::due;
use crate::invoices::{InvoiceSheet, PrintButton, state_mark};
use crate::lists::count;
use crate::panels::Load;
use domain::billing::InvoiceRow;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use ui::prelude::*;

#[component]
pub fn MyInvoicesPage() -> impl IntoView {
    let url = use_current_url();
    let invoices = Resource::new(move || url.query.with(Query::to_string), my_invoices);
    view! {
        <PageHeader title=t("portal-invoices") back=("/".to_string(), t("portal-title"))/>
        <Load from=invoices view=|page| view! { <Card flush=true>{table(page.rows, Some(count(page.total)))}</Card> }.into_any()/>
    }
    .into_any()
}

/// Invoices as a subscriber reads them: by the month, with what is left to pay.
pub(super) fn table(rows: Vec<InvoiceRow>, total: Option<u64>) -> AnyView {
    let columns = vec![
        Column::new(t("invoice-number")),
        Column::new(t("invoice-issued-on")),
        Column::new(t("invoice-due-on")),
        Column::new(t("common-status")),
        Column::new(t("invoice-total")).numeric(),
        Column::new(t("portal-owe")).numeric(),
    ];
    let rows = rows.into_iter().map(|invoice| {
        Row::new(invoice.id, invoice.number.clone())
            .href(format!("/my/invoices/{}", invoice.id))
            .cell(invoice.number)
            .cell(view! { <DateText date=invoice.issued_on/> })
            .cell(view! { <DateText date=invoice.due_on/> })
            .cell(state_mark(invoice.state))
            .cell(view! { <MoneyText money=invoice.total/> })
            .cell(due(invoice.due))
    });
    let rows = rows.collect();
    let empty = view! { <EmptyState icon="receipt" title=t("invoice-empty-title") body=t("portal-invoices-empty")/> }.into_any();
    match total {
        Some(total) => view! { <DataTable caption=t("portal-invoices") columns=columns rows=rows total=total empty=empty/> }.into_any(),
        None => view! { <DataTable caption=t("portal-invoices") columns=columns rows=rows empty=empty/> }.into_any(),
    }
}

#[component]
pub fn MyInvoicePage() -> impl IntoView {
    let params = use_params_map();
    let invoice = Resource::new(move || params.with(|params| params.get("id").unwrap_or_default()), my_invoice);
    view! {
        <Load
            from=invoice
            view=|invoice| {
                let title = t_with("invoice-title", &[("number", invoice.row.number.as_str().into())]);
                view! {
                    <div class="print-hidden">
                        <PageHeader title=title back=("/my/invoices".to_string(), t("portal-invoices")) actions=view! { <PrintButton/> }.into_any()/>
                    </div>
                    <InvoiceSheet invoice=invoice/>
                }
                .into_any()
            }
        />
    }
    .into_any()
}
