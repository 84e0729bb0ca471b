//! Server functions of payments.

use crate::{Session, UiError};
use domain::CustomerId;
use leptos::prelude::*;
use services::payments;

/// Takes the payment and opens its receipt; sent again, it opens the same one.
#[server(endpoint = "payments/take")]
pub async fn take_payment(
    customer: CustomerId,
    amount: String,
    method: String,
    #[server(default)] note: String,
    #[server(default)] reference: String,
    #[server(default)] received_on: String,
    key: String,
) -> Result<(), UiError> {
    let session = Session::get()?;
    let form = payments::PaymentForm { amount, method, note, reference, received_on, key, ..Default::default() };
    let receipt = payments::take_payment(&session.services, session.caller()?, customer, &form).await?;
    leptos_axum::redirect(&format!("/payments/{}?taken=yes", receipt.payment.id));
    Ok(())
}
