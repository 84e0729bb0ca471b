//! What customers owed before their books began here: a bill each, posted against opening balances, so that it is
//! dunned, paid and cut like any other.

use super::refresh;
use crate::{Error, Result, Services};
use chrono::Datelike;
use domain::billing::{BillingProfile, cut_on};
use domain::calendar::add_days;
use domain::ledger::{Account, Entry, Posting};
use domain::{CustomerId, EntryId, InvoiceId, Money};
use rust_decimal::Decimal;
use std::collections::HashMap;
use storage::billing::OneTimeInvoice;
use storage::isps::Isp;
use storage::{IspTx, numbers};
use uuid::Uuid;

/// A customer who comes with a debt.
pub(crate) struct Opening<'a> {
    pub customer_id: CustomerId,
    pub name: &'a str,
    pub address: Option<&'a str>,
    pub due: Money,
}

/// Writes the bills in the transaction that makes the customers. The journal takes one opening balance a customer.
pub(crate) async fn opening_balances(
    tx: &mut IspTx,
    services: &Services,
    isp: &Isp,
    profile: &BillingProfile,
    rows: &[Opening<'_>],
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let today = services.today(isp);
    let out_of_range = || Error::Internal("a due date out of range".into());
    let due_on = add_days(today, u32::from(profile.due_days)).ok_or_else(out_of_range)?;
    let cut_on = cut_on(due_on, profile.grace_days).ok_or_else(out_of_range)?;
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let first = numbers::take(tx, &format!("invoice:{}", today.year()), count).await?;
    let (mut entries, mut invoices) = (Vec::new(), Vec::new());
    for (number, row) in (first..).zip(rows) {
        let entry_id = EntryId(Uuid::now_v7());
        let number = format!("INV-{}-{number:05}", today.year());
        let postings = vec![
            Posting::debit(Account::Receivable, Some(row.customer_id.0), row.due.minor),
            Posting::credit(Account::OpeningBalance, None, row.due.minor),
        ];
        let entry = Entry::balanced("opening", row.customer_id.to_string(), today, number.clone(), row.due.currency, postings)
            .map_err(|error| Error::Internal(format!("opening entry: {error:?}")))?;
        entries.push((entry_id, entry));
        invoices.push(OneTimeInvoice {
            id: InvoiceId(Uuid::now_v7()),
            number,
            entry_id,
            customer_id: row.customer_id,
            customer_name: row.name,
            customer_address: row.address,
            description: "Opening balance",
            issued_on: today,
            due_on,
            cut_on,
            amount: row.due,
            tax_minor: 0,
            tax_rate: Decimal::ZERO,
        });
    }
    let entries: Vec<(EntryId, &Entry)> = entries.iter().map(|(id, entry)| (*id, entry)).collect();
    storage::ledger::post(tx, services.now(), &entries).await?;
    storage::billing::insert_one_time(tx, &invoices).await?;
    let customers: Vec<CustomerId> = rows.iter().map(|row| row.customer_id).collect();
    refresh(tx, isp, services.now(), &customers, &HashMap::new()).await
}
