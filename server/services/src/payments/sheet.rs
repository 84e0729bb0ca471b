//! A collector's sheet: many subscribers who each paid exactly what they owe, entered in one go. The same entries,
//! receipts and allocations as at the counter, written set by set.

use crate::billing::refresh;
use crate::{Error, Result, Services, require};
use chrono::Datelike;
use domain::ledger::{Account, Entry, Posting};
use domain::payments::{Method, OpenInvoice};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{CustomerId, EntryId, Money, PaymentId};
use std::collections::{BTreeMap, HashMap};
use storage::payments::{NewAllocation, NewPayment};
use storage::{audit, numbers, payments};
use uuid::Uuid;

const BATCH: i64 = 5_000;

/// Takes cash from every customer who owes something and whose number `paid` says yes to; answers with how many.
pub async fn settle_sheet(services: &Services, caller: &Caller, paid: impl Fn(&str) -> bool) -> Result<usize> {
    require(caller, Permission::PaymentsReceive)?;
    let isp = services.isp(caller.isp_id).await?;
    let (now, today) = (services.now(), services.today(&isp));
    let mut taken = 0;
    let mut after = None;
    loop {
        let mut tx = services.begin(caller).await?;
        let owing = payments::owing_after(&mut tx, after, BATCH).await?;
        let Some((last, _)) = owing.last() else { break };
        after = Some(*last);
        let chosen: Vec<CustomerId> = owing.iter().filter(|(_, number)| paid(number)).map(|(id, _)| *id).collect();
        if chosen.is_empty() {
            continue;
        }
        let mut open: BTreeMap<CustomerId, Vec<OpenInvoice>> = BTreeMap::new();
        for (customer, invoice) in payments::open_invoices_of(&mut tx, &chosen).await? {
            open.entry(customer).or_default().push(invoice);
        }
        let count = i64::try_from(open.len()).unwrap_or(i64::MAX);
        let first = numbers::take(&mut tx, &format!("receipt:{}", today.year()), count).await?;
        let receipts: Vec<String> = (first..first + count).map(|number| format!("RCT-{}-{number:05}", today.year())).collect();
        let collected_by = caller.actor_id().unwrap_or(Uuid::nil());
        let (mut entries, mut rows, mut parts) = (Vec::new(), Vec::new(), Vec::new());
        for ((customer, invoices), receipt) in open.iter().zip(&receipts) {
            let (id, entry_id) = (PaymentId(Uuid::now_v7()), EntryId(Uuid::now_v7()));
            let total: i64 = invoices.iter().map(|invoice| invoice.due_minor).sum();
            let postings = vec![
                Posting::debit(Account::CashDrawer, Some(collected_by), total),
                Posting::credit(Account::Receivable, Some(customer.0), total),
            ];
            let entry = Entry::balanced("payment", id.to_string(), today, receipt.clone(), isp.currency, postings)
                .map_err(|error| Error::Internal(format!("payment entry: {error:?}")))?;
            entries.push((entry_id, entry));
            rows.push((id, *customer, entry_id, Money::new(total, isp.currency), receipt, format!("sheet-{id}")));
            parts.extend(invoices.iter().map(|invoice| NewAllocation {
                invoice_id: invoice.id,
                payment_id: Some(id),
                entry_id,
                amount_minor: invoice.due_minor,
            }));
        }
        let entries: Vec<(EntryId, &Entry)> = entries.iter().map(|(id, entry)| (*id, entry)).collect();
        storage::ledger::post(&mut tx, now, &entries).await?;
        let new: Vec<NewPayment<'_>> = rows
            .iter()
            .map(|(id, customer, entry_id, amount, receipt, key)| NewPayment {
                id: *id,
                receipt_number: receipt,
                customer_id: *customer,
                entry_id: *entry_id,
                method: Method::Cash,
                amount: *amount,
                business_date: today,
                received_at: now,
                collected_by,
                collector_name: caller.actor_name(),
                reference: None,
                note: None,
                idempotency_key: key,
            })
            .collect();
        payments::insert_many(&mut tx, &new).await?;
        payments::allocate(&mut tx, now, &parts).await?;
        refresh(&mut tx, &isp, now, &chosen, &HashMap::new()).await?;
        let after_count = serde_json::json!({ "receipts": new.len(), "first": receipts.first(), "last": receipts.last() });
        let change =
            storage::audit::Change { action: "payment.sheet", object_kind: "payment", after: Some(after_count), ..Default::default() };
        audit::record(&mut tx, now, change).await?;
        taken += new.len();
        tx.commit().await?;
    }
    Ok(taken)
}
