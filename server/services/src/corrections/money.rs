//! The moves that every correction is made of: post an entry, let credit pay bills, take credit back from bills.

use crate::billing::refresh;
use crate::{Error, Result, Services, require};
use chrono::NaiveDate;
use domain::corrections::{Origin, release};
use domain::ledger::{Account, Entry, Posting};
use domain::payments::allocate;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{CustomerId, EntryId, Problem};
use std::collections::HashMap;
use storage::allocations::{self, NewAllocation, Of};
use storage::audit::Change;
use storage::isps::Isp;
use storage::{IspTx, audit, corrections, customers};
use uuid::Uuid;

/// An entry of today. `reference` makes it happen once.
pub(super) fn entry(
    isp: &Isp,
    today: NaiveDate,
    source: &'static str,
    reference: String,
    memo: String,
    postings: Vec<Posting>,
) -> Result<Entry> {
    Entry::balanced(source, reference, today, memo, isp.currency, postings)
        .map_err(|error| Error::Internal(format!("{source} entry: {error:?}")))
}

/// Posts one entry and answers with its id.
pub(super) async fn post(tx: &mut IspTx, services: &Services, entry: &Entry) -> Result<EntryId> {
    let id = EntryId(Uuid::now_v7());
    storage::ledger::post(tx, services.now(), &[(id, entry)]).await?;
    Ok(id)
}

/// A key that was not made with a form is no key.
pub(super) fn check_key(key: &str) -> Result<()> {
    if (8..=100).contains(&key.len()) { Ok(()) } else { Err(Error::Invalid(vec![Problem::new("", "problem-form-stale")])) }
}

/// Somebody was faster: look again (E412).
pub(super) fn changed_meanwhile() -> Error {
    Error::Conflict(Problem::new("", "problem-changed-meanwhile"))
}

/// A form that was used for something else.
pub(super) fn stale_form() -> Error {
    Error::Conflict(Problem::new("", "problem-form-stale"))
}

/// What the customer has ahead pays his open bills, oldest due first. His row must be locked. Answers with how much.
pub(super) async fn apply_credit(tx: &mut IspTx, services: &Services, isp: &Isp, customer: CustomerId) -> Result<i64> {
    let credit = corrections::credit(tx, customer).await?;
    if credit <= 0 {
        return Ok(0);
    }
    let parts = allocate(credit, storage::payments::open_invoices(tx, customer).await?).parts;
    let used: i64 = parts.iter().map(|(_, part)| part).sum();
    if used == 0 {
        return Ok(0);
    }
    let postings = vec![
        Posting::debit(Account::CustomerAdvance, Some(customer.0), used),
        Posting::credit(Account::Receivable, Some(customer.0), used),
    ];
    let reference = format!("{customer}:{}", Uuid::now_v7());
    let entry_id = post(tx, services, &entry(isp, services.today(isp), "credit", reference, "credit applied".into(), postings)?).await?;
    let rows: Vec<_> = parts.iter().map(|(invoice, part)| NewAllocation::new(*invoice, Origin::Credit, entry_id, *part)).collect();
    allocations::allocate(tx, services.now(), &rows).await?;
    Ok(used)
}

/// Sees to it that the customer has at least `need` ahead: takes back from bills what credit paid there, the newest
/// part first. Refused when the money has left, because credit never goes below nothing.
pub(super) async fn reclaim_credit(tx: &mut IspTx, services: &Services, isp: &Isp, customer: CustomerId, need: i64) -> Result<()> {
    let short = need - corrections::credit(tx, customer).await?;
    if short <= 0 {
        return Ok(());
    }
    let live = allocations::live(tx, Of::CreditOf(customer)).await?;
    let parts = release(short, &live).ok_or_else(|| Error::Conflict(Problem::new("", "problem-credit-spent")))?;
    let postings = vec![
        Posting::debit(Account::Receivable, Some(customer.0), short),
        Posting::credit(Account::CustomerAdvance, Some(customer.0), short),
    ];
    let reference = format!("{customer}:{}", Uuid::now_v7());
    let entry_id =
        post(tx, services, &entry(isp, services.today(isp), "credit_back", reference, "credit taken back".into(), postings)?).await?;
    let rows: Vec<_> = parts.iter().map(|(from, part)| NewAllocation::back(from, entry_id, *part)).collect();
    allocations::allocate(tx, services.now(), &rows).await?;
    Ok(())
}

/// After what a customer owes has changed: his lines come back or go, by the one rule that says when.
pub(super) async fn settled(tx: &mut IspTx, services: &Services, isp: &Isp, customer: CustomerId) -> Result<()> {
    refresh(tx, isp, services.now(), &[customer], &HashMap::new()).await
}

/// Pays open bills from what the customer has ahead, when somebody asks for it.
pub async fn use_credit(services: &Services, caller: &Caller, customer: CustomerId) -> Result<()> {
    require(caller, Permission::PaymentsAllocate)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    let used = apply_credit(&mut tx, services, &isp, customer).await?;
    if used == 0 {
        return Err(Error::Conflict(Problem::new("", "problem-no-credit-to-use")));
    }
    settled(&mut tx, services, &isp, customer).await?;
    let change = Change {
        action: "credit.use",
        object_kind: "customer",
        object_id: Some(customer.0),
        customer_id: Some(customer.0),
        after: Some(serde_json::json!({ "amount_minor": used })),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}
