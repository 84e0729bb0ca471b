//! Server functions of invoices.

use crate::UiError;
use domain::billing::InvoiceDetail;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::Session;
#[cfg(feature = "ssr")]
use services::billing;

#[server(endpoint = "invoices/show")]
pub async fn show_invoice(id: String) -> Result<InvoiceDetail, UiError> {
    let session = Session::get()?;
    let id = id.parse().map_err(|_| UiError::NotFound)?;
    Ok(billing::invoice(&session.services, session.caller()?, id).await?)
}
