//! One invoice on its page: the document, and what can be done with it.

use super::api::show_invoice;
use super::{InvoiceSheet, state_mark};
use crate::documents::PdfButtons;
use crate::panels::Load;
use crate::visit::use_visit;
use domain::billing::InvoiceDetail;
use domain::rights::Permission;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use ui::prelude::*;

#[component]
pub fn InvoicePage() -> impl IntoView {
    let params = use_params_map();
    let invoice = Resource::new(move || params.with(|params| params.get("id").unwrap_or_default()), show_invoice);
    view! { <Load from=invoice view=page/> }
}

fn page(invoice: InvoiceDetail) -> AnyView {
    let payable = use_visit().may(Permission::PaymentsReceive) && invoice.row.due.minor > 0;
    let pay = payable.then(|| {
        let href = format!("/payments/new?customer={}", invoice.row.customer_id);
        view! { <LinkButton href=href label=t("payment-take") icon="hand-coins" style=ButtonStyle::Primary/> }
    });
    view! {
        <div class="print-hidden">
            <PageHeader
                title=t_with("invoice-title", &[("number", invoice.row.number.as_str().into())])
                back=("/invoices".to_string(), t("invoices-title"))
                badge=state_mark(invoice.row.state)
                actions=view! { <PdfButtons href=format!("/invoices/{}.pdf", invoice.row.id)/> <LinkButton href=format!("/invoices/{}/correct", invoice.row.id) label=t("correct") icon="pencil"/> {pay} }.into_any()
            />
        </div>
        <InvoiceSheet invoice=invoice staff=true/>
    }
    .into_any()
}
