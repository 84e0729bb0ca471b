//! What customers have ahead pays their bills, oldest due first (BIL-22): when a bill is issued, and once a day for
//! whatever is left.

use super::refresh;
use crate::{Error, Result, Services, require};
use chrono::NaiveDate;
use domain::ledger::{Account, Entry, Posting};
use domain::payments::{OpenInvoice, allocate};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{CustomerId, EntryId, InvoiceId};
use std::collections::HashMap;
use storage::IspTx;
use storage::isps::Isp;
use storage::payments::NewAllocation;
use uuid::Uuid;

/// Applies the credit of these customers to their open bills; answers with how much of it went.
pub(crate) async fn apply_credit(tx: &mut IspTx, services: &Services, isp: &Isp, on: NaiveDate, customers: &[CustomerId]) -> Result<i64> {
    let mut rich: Vec<CustomerId> = storage::billing::credits(tx, customers).await?.into_keys().collect();
    if rich.is_empty() {
        return Ok(0);
    }
    rich.sort();
    // A payment of one of them may be under way: wait for it and look again.
    let mut open: HashMap<CustomerId, Vec<OpenInvoice>> = HashMap::new();
    for (customer, invoice) in storage::payments::open_invoices_of(tx, &rich).await? {
        open.entry(customer).or_default().push(invoice);
    }
    let credits = storage::billing::credits(tx, &rich).await?;
    let mut parts = Vec::new();
    for customer in rich {
        let credit = credits.get(&customer).copied().unwrap_or(0);
        let bills = open.remove(&customer).unwrap_or_default();
        if credit > 0 {
            parts.extend(allocate(credit, bills).parts.into_iter().map(|(invoice, part)| (customer, invoice, part)));
        }
    }
    settle(tx, services, isp, on, &parts).await
}

/// Moves these parts of customers' credit to these bills of theirs. The rows are locked by the caller.
pub(crate) async fn settle(
    tx: &mut IspTx,
    services: &Services,
    isp: &Isp,
    on: NaiveDate,
    parts: &[(CustomerId, InvoiceId, i64)],
) -> Result<i64> {
    let (mut entries, mut allocations) = (Vec::with_capacity(parts.len()), Vec::with_capacity(parts.len()));
    for (customer, invoice, part) in parts {
        let entry_id = EntryId(Uuid::now_v7());
        let postings = vec![
            Posting::debit(Account::CustomerAdvance, Some(customer.0), *part),
            Posting::credit(Account::Receivable, Some(customer.0), *part),
        ];
        let entry = Entry::balanced("credit", format!("{invoice}:{entry_id}"), on, "credit applied".into(), isp.currency, postings)
            .map_err(|error| Error::Internal(format!("credit entry: {error:?}")))?;
        entries.push((entry_id, entry));
        allocations.push(NewAllocation { invoice_id: *invoice, payment_id: None, entry_id, amount_minor: *part });
    }
    if !entries.is_empty() {
        let entries: Vec<(EntryId, &Entry)> = entries.iter().map(|(id, entry)| (*id, entry)).collect();
        storage::ledger::post(tx, services.now(), &entries).await?;
        storage::payments::allocate(tx, services.now(), &allocations).await?;
        let bills: Vec<_> = parts.iter().map(|(customer, invoice, _)| (*customer, *invoice)).collect();
        storage::promos::count_from_credit(tx, &bills).await?;
    }
    Ok(parts.iter().map(|(_, _, part)| part).sum())
}

const BATCH: usize = 500;

/// The daily sweep: every customer who has credit and owes something. Answers with how many, and how much went.
pub async fn apply_advances(services: &Services, caller: &Caller) -> Result<(usize, i64)> {
    require(caller, Permission::BillingGenerate)?;
    let isp = services.isp(caller.isp_id).await?;
    let today = services.today(&isp);
    let customers = {
        let mut tx = services.begin(caller).await?;
        storage::billing::with_credit_and_debt(&mut tx).await?
    };
    let mut applied = 0;
    for batch in customers.chunks(BATCH) {
        let mut tx = services.begin(caller).await?;
        applied += apply_credit(&mut tx, services, &isp, today, batch).await?;
        refresh(&mut tx, &isp, services.now(), batch, &HashMap::new()).await?;
        tx.commit().await?;
    }
    Ok((customers.len(), applied))
}
