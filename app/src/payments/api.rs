//! Server functions of payments.

#![expect(clippy::too_many_arguments, reason = "a server function takes the fields of its form one by one")]

use crate::{Session, UiError};
use domain::{CustomerId, InvoiceId};
use leptos::prelude::*;
use services::payments;

/// Takes the payment and opens its receipt; sent again, it opens the same one. `bills` are those that were ticked,
/// `seen_due` is what the counter showed as due.
#[server(endpoint = "payments/take")]
pub async fn take_payment(
    customer: CustomerId,
    amount: String,
    method: String,
    #[server(default)] note: String,
    #[server(default)] reference: String,
    #[server(default)] received_on: String,
    #[server(default)] bills: Vec<InvoiceId>,
    seen_due: Option<String>,
    key: String,
) -> Result<(), UiError> {
    let session = Session::get()?;
    let bills = bills.iter().map(InvoiceId::to_string).collect::<Vec<_>>().join(",");
    let form = payments::PaymentForm { amount, method, note, reference, received_on, key, bills, seen_due };
    let receipt = payments::take_payment(&session.services, session.caller()?, customer, &form).await?;
    leptos_axum::redirect(&format!("/payments/{}?taken=yes", receipt.payment.id));
    Ok(())
}
