//! Server functions of invoices.

use crate::UiError;
use domain::Money;
use domain::billing::{InvoiceDetail, InvoiceRow};
use domain::customers::Page;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::{Session, lists::paging};
#[cfg(feature = "ssr")]
use services::billing;
#[cfg(feature = "ssr")]
use ui::prelude::Query;

/// One page of the list and what is due on all that match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoicesView {
    pub page: Page<InvoiceRow>,
    pub due: Money,
}

/// The list that the query string of its page asks for.
#[server(endpoint = "invoices/list")]
pub async fn list_invoices(query: String) -> Result<InvoicesView, UiError> {
    let session = Session::get()?;
    let query = Query::parse(&query);
    let filter = super::query::invoice_filter(&query);
    let (page, due) = billing::invoices(&session.services, session.caller()?, &filter, None, paging(&query)).await?;
    Ok(InvoicesView { page, due })
}

#[server(endpoint = "invoices/show")]
pub async fn show_invoice(id: String) -> Result<InvoiceDetail, UiError> {
    let session = Session::get()?;
    let id = id.parse().map_err(|_| UiError::NotFound)?;
    Ok(billing::invoice(&session.services, session.caller()?, id).await?)
}
