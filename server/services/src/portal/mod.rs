//! The subscriber's own account and nothing else: every use case takes the customer from the caller, never from the
//! request, and the transaction can see no other row.

use crate::{Error, Result, Services, require};
use domain::billing::{InvoiceDetail, InvoiceRow};
use domain::customers::{CustomerDetail, Page, Paging};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{CustomerId, InvoiceId};

fn own(caller: &Caller) -> Result<CustomerId> {
    require(caller, Permission::OwnAccount)?;
    caller.customer_id.ok_or(Error::NotFound)
}

/// What I owe, until when I am paid, am I online.
pub async fn own_account(services: &Services, caller: &Caller) -> Result<CustomerDetail> {
    let id = own(caller)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    storage::customers::detail(&mut tx, id, services.today(&isp), services.now()).await?.ok_or(Error::NotFound)
}

/// My invoices, newest first.
pub async fn own_invoices(services: &Services, caller: &Caller, paging: Paging) -> Result<Page<InvoiceRow>> {
    let id = own(caller)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    Ok(storage::invoices::page(&mut tx, &Default::default(), Some(id), paging, services.today(&isp)).await?.0)
}

/// One of my invoices.
pub async fn own_invoice(services: &Services, caller: &Caller, id: InvoiceId) -> Result<InvoiceDetail> {
    own(caller)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    storage::invoices::detail(&mut tx, id, services.today(&isp)).await?.ok_or(Error::NotFound)
}
