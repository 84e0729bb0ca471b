//! What the pages of corrections read.

use crate::{Error, Result, Services, require};
use domain::corrections::{CreditNoteDetail, CreditNoteRow, InvoiceCorrections, Origin, PaymentCorrections, RefundRow};
use domain::customers::{Page, Paging};
use domain::payments::OpenBill;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{CreditNoteId, CustomerId, InvoiceId, Money, PaymentId};
use storage::allocations::{self, Of};
use storage::corrections::{self, CreditNoteFilter};

/// More notes than any bill has.
const MOST_NOTES: i64 = 200;

/// What happened to a bill, and what may still be done about it.
pub async fn invoice_corrections(services: &Services, caller: &Caller, id: InvoiceId) -> Result<InvoiceCorrections> {
    require(caller, Permission::BillingView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let customer = corrections::customer_of(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let version = corrections::version(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let detail = storage::invoices::detail(&mut tx, id, services.today(&isp)).await?.ok_or(Error::NotFound)?;
    let lines = corrections::lines_left(&mut tx, id).await?;
    let live = allocations::live(&mut tx, Of::Invoice(id)).await?;
    let write_off = live.iter().rev().find_map(|part| match part.origin {
        Origin::WriteOff(id) => Some(id),
        _ => None,
    });
    let filter = CreditNoteFilter { invoice_id: Some(id), ..CreditNoteFilter::default() };
    let (notes, _) = corrections::credit_notes(&mut tx, &filter, Paging { page: 1, size: MOST_NOTES }).await?;
    let credit = corrections::credit(&mut tx, customer).await?;
    Ok(InvoiceCorrections {
        invoice_id: id,
        version,
        lines: corrections::creditable(&lines, isp.currency),
        allocations: allocations::history(&mut tx, id).await?,
        voidable: notes.rows.is_empty() && live.is_empty() && detail.row.due == detail.row.total && detail.row.total.minor > 0,
        credit_notes: notes.rows,
        write_off,
        late_fee: corrections::late_fee_of(&mut tx, id).await?,
        credit: Money::new(credit, isp.currency),
    })
}

/// One page of credit notes and the sum of all that match.
pub async fn credit_notes(
    services: &Services,
    caller: &Caller,
    filter: &CreditNoteFilter,
    paging: Paging,
) -> Result<(Page<CreditNoteRow>, Money)> {
    require(caller, Permission::BillingView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let (page, sum) = corrections::credit_notes(&mut tx, filter, paging).await?;
    Ok((page, Money::new(sum, isp.currency)))
}

pub async fn credit_note(services: &Services, caller: &Caller, id: CreditNoteId) -> Result<CreditNoteDetail> {
    require(caller, Permission::BillingView)?;
    let mut tx = services.begin(caller).await?;
    corrections::credit_note(&mut tx, id).await?.ok_or(Error::NotFound)
}

/// How a payment stands today. Who may take money may look at what became of it.
pub async fn payment_corrections(services: &Services, caller: &Caller, id: PaymentId) -> Result<PaymentCorrections> {
    if !caller.allowed(Permission::PaymentsReceive) {
        require(caller, Permission::PaymentsView)?;
    }
    let isp = services.isp(caller.isp_id).await?;
    let today = services.today(&isp);
    let mut tx = services.begin(caller).await?;
    let facts = allocations::payment(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let receipt = storage::payments::receipt(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let filter = domain::billing::InvoiceFilter { due_by: Some(chrono::NaiveDate::MAX), ..Default::default() };
    let (page, _) = storage::invoices::page(&mut tx, &filter, Some(facts.customer_id), Paging { page: 1, size: 200 }, today).await?;
    let mut open: Vec<_> = page
        .rows
        .into_iter()
        .map(|row| OpenBill { id: row.id, number: row.number, issued_on: row.issued_on, due_on: row.due_on, due: row.due })
        .collect();
    open.sort_by_key(|bill| (bill.due_on, bill.issued_on, bill.id));
    let credit = corrections::credit(&mut tx, facts.customer_id).await?;
    Ok(PaymentCorrections {
        payment_id: id,
        customer_id: facts.customer_id,
        reversed: receipt.reversed,
        allocations: receipt.parts,
        unallocated: receipt.credit,
        open,
        credit: Money::new(credit, isp.currency),
    })
}

/// What was given back to a customer, newest first.
pub async fn refunds_of(services: &Services, caller: &Caller, customer: CustomerId) -> Result<Vec<RefundRow>> {
    require(caller, Permission::PaymentsView)?;
    let mut tx = services.begin(caller).await?;
    Ok(storage::refunds::of_customer(&mut tx, customer).await?)
}
