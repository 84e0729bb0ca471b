//! Issuing: bills get their numbers, their entries in the books and their rows, all in the caller's transaction. What is
//! on them was decided before.

use crate::{Error, Result, Services};
use chrono::{Datelike, NaiveDate};
use domain::billing::InvoiceDraft;
use domain::ledger::Entry;
use domain::{BillingRunId, EntryId, InvoiceId};
use storage::billing::NewInvoice;
use storage::{IspTx, numbers};
use uuid::Uuid;

/// A bill and who it is written to, as he is called and lives now.
pub(crate) struct Addressed<'a> {
    pub draft: InvoiceDraft,
    pub name: &'a str,
    pub address: Option<&'a str>,
}

/// The series that bills of a day are numbered in.
pub(crate) fn invoice_series(on: NaiveDate) -> String {
    format!("invoice:{}", on.year())
}

/// Numbers, posts and writes the bills; answers with their ids and numbers in the same order.
pub(crate) async fn issue(
    tx: &mut IspTx,
    services: &Services,
    run: Option<BillingRunId>,
    on: NaiveDate,
    bills: &[Addressed<'_>],
) -> Result<Vec<(InvoiceId, String)>> {
    let count = i64::try_from(bills.len()).unwrap_or(i64::MAX);
    let first = numbers::take(tx, &invoice_series(on), count).await?;
    let mut entries = Vec::with_capacity(bills.len());
    let mut invoices = Vec::with_capacity(bills.len());
    for (number, bill) in (first..).zip(bills) {
        let (id, entry_id) = (InvoiceId(Uuid::now_v7()), EntryId(Uuid::now_v7()));
        let number = format!("INV-{}-{number:05}", on.year());
        let entry = bill.draft.entry(id, &number).map_err(|error| Error::Internal(format!("invoice entry: {error:?}")))?;
        entries.push((entry_id, entry));
        invoices.push(NewInvoice { id, number, entry_id, draft: &bill.draft, customer_name: bill.name, customer_address: bill.address });
    }
    let entries: Vec<(EntryId, &Entry)> = entries.iter().map(|(id, entry)| (*id, entry)).collect();
    storage::ledger::post(tx, services.now(), &entries).await?;
    storage::billing::insert_invoices(tx, run, &invoices).await?;
    Ok(invoices.into_iter().map(|invoice| (invoice.id, invoice.number)).collect())
}
