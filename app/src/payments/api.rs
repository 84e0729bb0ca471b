//! Server functions of payments.

use crate::UiError;
use domain::CustomerId;
use domain::customers::SubscriberRow;
use domain::payments::{Counter, Receipt};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::Session;
#[cfg(feature = "ssr")]
use services::payments;
#[cfg(feature = "ssr")]
use ui::prelude::Query;

/// What the counter works with: who was found, or the one who pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CounterView {
    Find(Vec<SubscriberRow>),
    /// With the key that makes this form one payment, however often it is sent.
    Take {
        counter: Counter,
        key: String,
    },
}

/// The counter for `?customer=…`, or the matches of `?q=…`; with `go=yes` the only match is opened.
#[server(endpoint = "payments/counter")]
pub async fn open_counter(query: String) -> Result<CounterView, UiError> {
    let session = Session::get()?;
    let (services, caller) = (&session.services, session.caller()?);
    let query = Query::parse(&query);
    match query.get("customer") {
        Some(id) => {
            let id: CustomerId = id.parse().map_err(|_| UiError::NotFound)?;
            let counter = payments::counter(services, caller, id).await?;
            Ok(CounterView::Take { counter, key: uuid::Uuid::now_v7().to_string() })
        }
        None => {
            let found = payments::find_payers(services, caller, query.get("q").unwrap_or_default()).await?;
            if let ([only], true) = (found.as_slice(), query.has("go", "yes")) {
                leptos_axum::redirect(&format!("/payments/new?customer={}", only.customer_id));
            }
            Ok(CounterView::Find(found))
        }
    }
}

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

#[server(endpoint = "payments/receipt")]
pub async fn show_receipt(id: String) -> Result<Receipt, UiError> {
    let session = Session::get()?;
    let id = id.parse().map_err(|_| UiError::NotFound)?;
    Ok(payments::receipt(&session.services, session.caller()?, id).await?)
}
