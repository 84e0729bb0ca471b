//! Receipts, found again.

use crate::{Error, Result, Services, require};
use domain::customers::{Page, Paging};
use domain::payments::{PaymentRow, Receipt};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{Money, PaymentId};
use storage::payments::PaymentFilter;

/// One page of receipts and the sum of all that match.
pub async fn payments(services: &Services, caller: &Caller, filter: &PaymentFilter, paging: Paging) -> Result<(Page<PaymentRow>, Money)> {
    require(caller, Permission::PaymentsView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    Ok(storage::payments::page(&mut tx, filter, paging, isp.currency).await?)
}

/// A receipt. Who may take money may also hand out what he took it for.
pub async fn receipt(services: &Services, caller: &Caller, id: PaymentId) -> Result<Receipt> {
    if !caller.allowed(Permission::PaymentsReceive) {
        require(caller, Permission::PaymentsView)?;
    }
    let mut tx = services.begin(caller).await?;
    storage::payments::receipt(&mut tx, id).await?.ok_or(Error::NotFound)
}
