//! One invoice on its page: the document, and what can be done with it.

use super::{InvoiceSheet, state_mark};
use crate::UiError;
use crate::documents::PdfButtons;
use crate::drawn::Drawing;
use crate::visit::use_visit;
use domain::billing::InvoiceDetail;
use domain::rights::Permission;
use leptos::prelude::*;
use services::billing;
use ui::prelude::*;

pub async fn show(at: Drawing) -> Result<AnyView, UiError> {
    Ok(page(billing::invoice(at.services(), at.caller()?, at.param("id")?).await?))
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
