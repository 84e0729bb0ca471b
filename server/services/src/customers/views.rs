//! What the subscriber pages read.

use crate::{Error, Result, Services, require};
use domain::customers::{CustomerDetail, Page, Paging, ServiceDetail, SubscriberFilter, SubscriberRow, TimelineItem};
use domain::people::Caller;
use domain::radius::SessionRow;
use domain::rights::Permission;
use domain::{CustomerId, InvoiceId, Money, PaymentId, ServiceId};
use storage::customer_heads::{CustomerFilter, CustomerHead};
use storage::dashboard::Happened;
use storage::lines::LineFilter;
use uuid::Uuid;

pub async fn subscribers(services: &Services, caller: &Caller, filter: &SubscriberFilter, paging: Paging) -> Result<Page<SubscriberRow>> {
    require(caller, Permission::CustomersView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    Ok(storage::subscribers::page(&mut tx, filter, paging, services.today(&isp), services.now()).await?)
}

pub async fn customer(services: &Services, caller: &Caller, id: CustomerId) -> Result<CustomerDetail> {
    require(caller, Permission::CustomersView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    storage::customers::detail(&mut tx, id, services.today(&isp), services.now()).await?.ok_or(Error::NotFound)
}

/// When his lines were online, the newest first.
pub async fn sessions(services: &Services, caller: &Caller, id: CustomerId, paging: Paging) -> Result<Page<SessionRow>> {
    require(caller, Permission::SessionsView)?;
    let mut tx = services.begin(caller).await?;
    Ok(storage::radius::sessions::of_customer(&mut tx, id, paging).await?)
}

/// What happened to a customer, newest first, at most 100 things.
pub async fn timeline(services: &Services, caller: &Caller, id: CustomerId) -> Result<Vec<TimelineItem>> {
    require(caller, Permission::CustomersView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    storage::customers::name(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let happened = storage::dashboard::timeline(&mut tx, id, 100).await?;
    Ok(happened.into_iter().map(|item| item_of(item, isp.currency)).collect())
}

/// The key of the sentence: `timeline-invoice`, or `timeline-service-suspend` for the audit action `service.suspend`.
fn item_of(item: Happened, currency: domain::Currency) -> TimelineItem {
    let key = match item.kind.as_str() {
        "audit" => format!("timeline-{}", item.word.replace(['.', '_'], "-")),
        kind => format!("timeline-{}", kind.replace('_', "-")),
    };
    let invoice_id = item.object_id.filter(|_| item.kind == "invoice").map(InvoiceId);
    let payment_id = item.object_id.filter(|_| item.kind == "payment").map(PaymentId);
    TimelineItem {
        at: item.at,
        key,
        args: vec![("word".into(), item.word), ("detail".into(), item.detail.unwrap_or_default())],
        actor: item.actor,
        amount: item.amount_minor.map(|minor| Money::new(minor, currency)),
        invoice_id,
        payment_id,
    }
}

/// Who has this mobile number already: for the form of a new subscriber, while it is typed. Text that is no number yet
/// belongs to nobody.
pub async fn with_mobile(services: &Services, caller: &Caller, mobile: &str) -> Result<Option<(CustomerId, String, String)>> {
    require(caller, Permission::CustomersCreate)?;
    let Ok(mobile) = domain::customers::phone(mobile) else { return Ok(None) };
    let mut tx = services.begin(caller).await?;
    Ok(storage::customers::with_mobile(&mut tx, &mobile).await?)
}

/// Customers behind `after`, for whoever walks through all of them.
pub async fn customers_behind(
    services: &Services,
    caller: &Caller,
    filter: &CustomerFilter,
    after: Uuid,
    limit: i64,
) -> Result<Vec<CustomerHead>> {
    require(caller, Permission::CustomersView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    Ok(storage::customer_heads::behind(&mut tx, filter, after, limit, services.today(&isp)).await?)
}

/// Lines behind `after`, each with whose it is.
pub async fn lines_behind(
    services: &Services,
    caller: &Caller,
    filter: &LineFilter,
    after: Uuid,
    limit: i64,
) -> Result<Vec<(CustomerId, ServiceDetail)>> {
    require(caller, Permission::CustomersView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    Ok(storage::lines::lines_behind(&mut tx, filter, after, limit, services.today(&isp), services.now()).await?)
}

/// One line and whose it is.
pub async fn line(services: &Services, caller: &Caller, id: ServiceId) -> Result<(CustomerId, ServiceDetail)> {
    let wanted = LineFilter { service: Some(id), ..LineFilter::default() };
    lines_behind(services, caller, &wanted, Uuid::nil(), 1).await?.pop().ok_or(Error::NotFound)
}
