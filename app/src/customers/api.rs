//! Server functions of subscribers.

use crate::UiError;
use domain::billing::InvoiceRow;
use domain::customers::{CustomerDetail, Page, SubscriberRow, TimelineItem};
use domain::packages::Package;
use domain::payments::PaymentRow;
use domain::radius::SessionRow;
use domain::{CustomerId, Money, PackageId, ServiceId};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::{Session, lists::paging};
#[cfg(feature = "ssr")]
use domain::customers::BlockReason;
#[cfg(feature = "ssr")]
use domain::rights::Permission;
#[cfg(feature = "ssr")]
use services::{billing, customers, packages, payments};
#[cfg(feature = "ssr")]
use ui::prelude::Query;

/// One page of the list, and what its package filter offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscribersView {
    pub page: Page<SubscriberRow>,
    pub packages: Vec<(PackageId, String)>,
}

/// The list that the query string of its page asks for.
#[server(endpoint = "customers/list")]
pub async fn list_subscribers(query: String) -> Result<SubscribersView, UiError> {
    let session = Session::get()?;
    let caller = session.caller()?;
    let query = Query::parse(&query);
    let filter = super::query::subscriber_filter(&query);
    let page = customers::subscribers(&session.services, caller, &filter, paging(&query)).await?;
    let packages = match caller.allowed(Permission::PackagesView) {
        true => packages::package_names(&session.services, caller).await?,
        false => Vec::new(),
    };
    Ok(SubscribersView { page, packages })
}

/// What a new line can be sold.
#[server(endpoint = "customers/offers")]
pub async fn list_offers() -> Result<Vec<Package>, UiError> {
    let session = Session::get()?;
    Ok(packages::packages_for_sale(&session.services, session.caller()?).await?)
}

/// Makes the subscriber and opens his page.
#[server(endpoint = "customers/create")]
pub async fn create_subscriber(
    name: String,
    #[server(default)] mobile: String,
    #[server(default)] address: String,
    username: String,
    password: String,
    package_id: String,
) -> Result<(), UiError> {
    let session = Session::get()?;
    let form = customers::CustomerForm { name, mobile, address, username, password, package_id };
    let id = customers::create_customer(&session.services, session.caller()?, &form).await?;
    leptos_axum::redirect(&format!("/customers/{id}"));
    Ok(())
}

/// Which subscriber has this mobile number already.
#[server(endpoint = "customers/with-mobile")]
pub async fn with_mobile(mobile: String) -> Result<Option<(CustomerId, String, String)>, UiError> {
    let session = Session::get()?;
    Ok(customers::with_mobile(&session.services, session.caller()?, &mobile).await?)
}

/// A subscriber and the tab of his page that is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriberView {
    pub customer: CustomerDetail,
    pub tab: TabView,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TabView {
    Bill(Page<InvoiceRow>),
    Payments(Page<PaymentRow>, Money),
    Line,
    Sessions(Page<SessionRow>),
    Timeline(Vec<TimelineItem>),
}

/// One subscriber with the tab that `?tab=` names; without one, the first that this person may open.
#[server(endpoint = "customers/show")]
pub async fn show_subscriber(id: String, query: String) -> Result<SubscriberView, UiError> {
    let session = Session::get()?;
    let (services, caller) = (&session.services, session.caller()?);
    let id: CustomerId = id.parse().map_err(|_| UiError::NotFound)?;
    let query = Query::parse(&query);
    let customer = customers::customer(services, caller, id).await?;
    let open = super::page::open_tab(query.get("tab"), |permission| caller.allowed(permission));
    let tab = match open {
        "bill" => TabView::Bill(billing::invoices(services, caller, &Default::default(), Some(id), paging(&query)).await?.0),
        "payments" => {
            let filter = payments::PaymentFilter { customer_id: Some(id), ..Default::default() };
            let (page, sum) = payments::payments(services, caller, &filter, paging(&query)).await?;
            TabView::Payments(page.map(|found| found.payment), sum)
        }
        "sessions" => TabView::Sessions(customers::sessions(services, caller, id, paging(&query)).await?),
        "timeline" => TabView::Timeline(customers::timeline(services, caller, id).await?),
        _ => TabView::Line,
    };
    Ok(SubscriberView { customer, tab })
}

/// Holds a line down for a reason that a person chose.
#[server(endpoint = "customers/suspend")]
pub async fn suspend_line(
    customer: CustomerId,
    service: ServiceId,
    reason: String,
    #[server(default)] note: String,
) -> Result<(), UiError> {
    let session = Session::get()?;
    customers::suspend_service(&session.services, session.caller()?, service, reason_of(&reason)?, &note).await?;
    leptos_axum::redirect(&format!("/customers/{customer}?tab=line"));
    Ok(())
}

/// Takes one reason away again.
#[server(endpoint = "customers/resume")]
pub async fn resume_line(customer: CustomerId, service: ServiceId, reason: String) -> Result<(), UiError> {
    let session = Session::get()?;
    customers::resume_service(&session.services, session.caller()?, service, reason_of(&reason)?).await?;
    leptos_axum::redirect(&format!("/customers/{customer}?tab=line"));
    Ok(())
}

#[cfg(feature = "ssr")]
fn reason_of(slug: &str) -> Result<BlockReason, UiError> {
    BlockReason::from_slug(slug).ok_or_else(|| UiError::Invalid(vec![domain::Problem::new("reason", "problem-choice")]))
}
