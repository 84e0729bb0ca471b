//! Taking a payment (PAY-07, PAY-08): oldest bill first, surplus becomes credit, one receipt however often the button
//! was pressed, and what non-payment held down goes up in the same transaction (BIL-17).

use crate::billing::refresh;
use crate::{Error, Result, Services, require};
use chrono::{Datelike, NaiveDate};
use domain::ledger::{Account, Entry, Posting};
use domain::payments::{Allocation, Method, Receipt, allocate, allocate_to};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{CustomerId, EntryId, InvoiceId, Money, PaymentId, Problem};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use storage::audit::Change;
use storage::isps::Isp;
use storage::payments::{NewAllocation, NewPayment};
use storage::{audit, customers, numbers};
use uuid::Uuid;

/// What the counter typed. `key` is made with the form: the same form sent twice is the same payment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentForm {
    pub amount: String,
    pub method: String,
    #[serde(default)]
    pub note: String,
    /// Number of the transaction, the cheque or the slip.
    #[serde(default)]
    pub reference: String,
    /// Day it was received on; empty means today.
    #[serde(default)]
    pub received_on: String,
    pub key: String,
    /// Ids of the bills it is for, with commas between; nothing means the oldest first.
    #[serde(default)]
    pub bills: String,
    /// What was due, in minor units, when the form was shown: somebody else may have paid meanwhile.
    #[serde(default)]
    pub seen_due: Option<String>,
}

/// Takes the payment, or finds the one that came in under the same key, and answers with its receipt.
pub async fn take_payment(services: &Services, caller: &Caller, customer: CustomerId, form: &PaymentForm) -> Result<Receipt> {
    require(caller, Permission::PaymentsReceive)?;
    let isp = services.isp(caller.isp_id).await?;
    let (amount, method) = read(form, &isp)?;
    let chosen = chosen(form)?;
    match take(services, caller, &isp, customer, amount, method, chosen.as_deref(), form).await {
        // The same key was committed between our look and our insert: its receipt is the answer.
        Err(Error::Internal(message)) if message.contains("payment_idempotency_key") => {
            take(services, caller, &isp, customer, amount, method, chosen.as_deref(), form).await
        }
        other => other,
    }
}

fn read(form: &PaymentForm, isp: &Isp) -> Result<(Money, Method)> {
    let mut problems = Vec::new();
    let amount = match Money::parse(&form.amount, isp.currency) {
        Ok(amount) if amount.is_zero() => {
            problems.push(Problem::new("amount", "problem-amount-zero"));
            amount
        }
        Ok(amount) => amount,
        Err(error) => {
            problems.push(Problem::new("amount", error.key()));
            Money::zero(isp.currency)
        }
    };
    let method = Method::from_slug(&form.method).unwrap_or_else(|| {
        problems.push(Problem::new("method", "problem-choice"));
        Method::Cash
    });
    if form.note.chars().count() > 500 {
        problems.push(Problem::new("note", "problem-too-long").with("most", 500));
    }
    if form.reference.trim().chars().count() > 100 {
        problems.push(Problem::new("reference", "problem-too-long").with("most", 100));
    }
    if !(8..=100).contains(&form.key.len()) {
        problems.push(Problem::new("", "problem-form-stale"));
    }
    if problems.is_empty() { Ok((amount, method)) } else { Err(Error::Invalid(problems)) }
}

/// The bills that were ticked, if any were.
fn chosen(form: &PaymentForm) -> Result<Option<Vec<InvoiceId>>> {
    let ids: std::result::Result<Vec<InvoiceId>, _> =
        form.bills.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::parse).collect();
    let ids = ids.map_err(|_| Error::Invalid(vec![Problem::new("bills", "problem-choice")]))?;
    Ok((!ids.is_empty()).then_some(ids))
}

/// As far back as a receipt may be dated.
pub const MOST_DAYS_BACK: u64 = 7;

/// The business day of a receipt: today, or with the right to it one of the last seven.
fn received_on(form: &PaymentForm, caller: &Caller, today: NaiveDate) -> Result<NaiveDate> {
    let problem = |key: &str| Error::Invalid(vec![Problem::new("received_on", key)]);
    let day = match form.received_on.trim() {
        "" => today,
        text => text.parse().map_err(|_| problem("problem-date"))?,
    };
    if day == today {
        return Ok(day);
    }
    require(caller, Permission::PaymentsBackdate)?;
    if day > today {
        return Err(problem("problem-date-future"));
    }
    if day < today - chrono::Days::new(MOST_DAYS_BACK) {
        return Err(problem("problem-backdate-far"));
    }
    Ok(day)
}

#[expect(clippy::too_many_arguments, reason = "the parts of one payment, each of its own type")]
async fn take(
    services: &Services,
    caller: &Caller,
    isp: &Isp,
    customer: CustomerId,
    amount: Money,
    method: Method,
    chosen: Option<&[InvoiceId]>,
    form: &PaymentForm,
) -> Result<Receipt> {
    let (now, today) = (services.now(), services.today(isp));
    let day = received_on(form, caller, today)?;
    let mut tx = services.begin(caller).await?;
    customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    if let Some((id, same_customer, same_amount)) = storage::payments::find_by_key(&mut tx, &form.key).await? {
        if (same_customer, same_amount) != (customer, amount.minor) {
            return Err(Error::Conflict(Problem::new("", "problem-form-stale")));
        }
        return storage::payments::receipt(&mut tx, id).await?.ok_or(Error::NotFound);
    }
    let open = storage::payments::open_invoices(&mut tx, customer).await?;
    if form.seen_due.as_deref().is_some_and(|seen| seen != open.iter().map(|invoice| invoice.due_minor).sum::<i64>().to_string()) {
        return Err(Error::Conflict(Problem::new("", "problem-due-changed")));
    }
    let allocation = match chosen {
        Some(chosen) => allocate_to(amount.minor, open, chosen),
        None => allocate(amount.minor, open),
    };
    let id = PaymentId(Uuid::now_v7());
    let series = format!("receipt:{}", today.year());
    let number = numbers::take(&mut tx, &series, 1).await?;
    let receipt_number = format!("RCT-{}-{number:05}", today.year());
    let collected_by = caller.actor_id().unwrap_or(Uuid::nil());
    let entry_id = EntryId(Uuid::now_v7());
    let entry = entry(id, day, &receipt_number, method, collected_by, customer, &allocation, isp)?;
    storage::ledger::post(&mut tx, now, &[(entry_id, &entry)]).await?;
    let note = Some(form.note.trim()).filter(|note| !note.is_empty());
    let payment = NewPayment {
        id,
        receipt_number: &receipt_number,
        customer_id: customer,
        entry_id,
        method,
        amount,
        business_date: day,
        received_at: now,
        collected_by,
        collector_name: caller.actor_name(),
        reference: Some(form.reference.trim()).filter(|reference| !reference.is_empty()),
        note,
        idempotency_key: &form.key,
    };
    storage::payments::insert(&mut tx, &payment).await?;
    let parts: Vec<_> = allocation
        .parts
        .iter()
        .map(|(invoice, part)| NewAllocation { invoice_id: *invoice, payment_id: Some(id), entry_id, amount_minor: *part })
        .collect();
    storage::payments::allocate(&mut tx, now, &parts).await?;
    storage::promos::count_paid(&mut tx, id, customer).await?;
    refresh(&mut tx, isp, now, &[customer], &HashMap::new()).await?;
    let after = serde_json::json!({ "receipt": receipt_number, "amount_minor": amount.minor, "method": method.slug() });
    let change = Change { action: "payment.take", object_kind: "payment", object_id: Some(id.0), after: Some(after), ..Change::default() };
    audit::record(&mut tx, now, change).await?;
    let receipt = storage::payments::receipt(&mut tx, id).await?.ok_or(Error::NotFound)?;
    tx.commit().await?;
    Ok(receipt)
}

#[expect(clippy::too_many_arguments, reason = "the parts of one journal entry, each of its own type")]
fn entry(
    id: PaymentId,
    today: NaiveDate,
    receipt_number: &str,
    method: Method,
    collector: Uuid,
    customer: CustomerId,
    allocation: &Allocation,
    isp: &Isp,
) -> Result<Entry> {
    let settled: i64 = allocation.parts.iter().map(|(_, part)| part).sum();
    let total = allocation.total(isp.currency).minor;
    let money_in = match method {
        Method::Cash => Posting::debit(Account::CashDrawer, Some(collector), total),
        Method::Bank | Method::Cheque | Method::Other => Posting::debit(Account::Bank, None, total),
    };
    let postings = vec![
        money_in,
        Posting::credit(Account::Receivable, Some(customer.0), settled),
        Posting::credit(Account::CustomerAdvance, Some(customer.0), allocation.credit_minor),
    ];
    Entry::balanced("payment", id.to_string(), today, receipt_number.into(), isp.currency, postings)
        .map_err(|error| Error::Internal(format!("payment entry: {error:?}")))
}
