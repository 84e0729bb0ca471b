//! Server functions of the portal. None takes a customer: whose account it is comes from the session.

use crate::UiError;
use domain::billing::{InvoiceDetail, InvoiceRow};
use domain::customers::{CustomerDetail, Page};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::{Session, lists::paging};
#[cfg(feature = "ssr")]
use domain::customers::Paging;
#[cfg(feature = "ssr")]
use services::portal;
#[cfg(feature = "ssr")]
use ui::prelude::Query;

/// The account and its latest invoices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    pub account: CustomerDetail,
    pub latest: Vec<InvoiceRow>,
}

#[server(endpoint = "portal/account")]
pub async fn my_account() -> Result<AccountView, UiError> {
    let session = Session::get()?;
    let caller = session.caller()?;
    let account = portal::own_account(&session.services, caller).await?;
    let latest = portal::own_invoices(&session.services, caller, Paging { page: 1, size: 5 }).await?.rows;
    Ok(AccountView { account, latest })
}

#[server(endpoint = "portal/invoices")]
pub async fn my_invoices(query: String) -> Result<Page<InvoiceRow>, UiError> {
    let session = Session::get()?;
    Ok(portal::own_invoices(&session.services, session.caller()?, paging(&Query::parse(&query))).await?)
}

#[server(endpoint = "portal/invoice")]
pub async fn my_invoice(id: String) -> Result<InvoiceDetail, UiError> {
    let session = Session::get()?;
    let id = id.parse().map_err(|_| UiError::NotFound)?;
    Ok(portal::own_invoice(&session.services, session.caller()?, id).await?)
}
