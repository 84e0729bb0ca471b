//! Bad debts (BIL-13): what is still due on a bill is given up, with a reason; and taken up again when somebody pays
//! after all. Both are entries of their own, the second says that it reverses the first.

use super::ReasonForm;
use super::money::{apply_credit, changed_meanwhile, check_key, entry, post, settled, stale_form};
use crate::{Error, Result, Services, require};
use domain::corrections::{Origin, read_reason};
use domain::ledger::{Account, Posting};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{InvoiceId, Problem, WriteOffId};
use storage::allocations::{self, NewAllocation, Of};
use storage::audit::Change;
use storage::corrections::Note;
use storage::{audit, corrections, customers};
use uuid::Uuid;

/// Gives up what is due on a bill.
pub async fn write_off(services: &Services, caller: &Caller, invoice: InvoiceId, form: &ReasonForm) -> Result<WriteOffId> {
    require(caller, Permission::BillingWriteOff)?;
    check_key(&form.key)?;
    let reason = read_reason(&form.reason).map_err(|problem| Error::Invalid(vec![problem]))?;
    let isp = services.isp(caller.isp_id).await?;
    let (now, today) = (services.now(), services.today(&isp));
    let mut tx = services.begin(caller).await?;
    let customer = corrections::customer_of(&mut tx, invoice).await?.ok_or(Error::NotFound)?;
    customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    if let Some((id, of)) = corrections::write_off_by_key(&mut tx, &form.key).await? {
        return if of == invoice { Ok(id) } else { Err(stale_form()) };
    }
    let facts = corrections::lock_invoice(&mut tx, invoice).await?.ok_or(Error::NotFound)?;
    if facts.version != form.version {
        return Err(changed_meanwhile());
    }
    let due = facts.due_minor;
    if due == 0 {
        return Err(Error::Conflict(Problem::new("", "problem-nothing-due")));
    }
    let id = WriteOffId(Uuid::now_v7());
    let postings = vec![Posting::debit(Account::WriteOff, None, due), Posting::credit(Account::Receivable, Some(customer.0), due)];
    let entry_id = post(&mut tx, services, &entry(&isp, today, "write_off", id.to_string(), facts.number.clone(), postings)?).await?;
    let note = Note { reason: &reason, business_date: today, at: now, idempotency_key: &form.key };
    corrections::insert_write_off(&mut tx, id, &facts, entry_id, due, note).await?;
    allocations::allocate(&mut tx, now, &[NewAllocation::new(invoice, Origin::WriteOff(id), entry_id, due)]).await?;
    settled(&mut tx, services, &isp, customer).await?;
    let change = Change {
        action: "invoice.write_off",
        object_kind: "invoice",
        object_id: Some(invoice.0),
        customer_id: Some(customer.0),
        before: Some(serde_json::json!({ "due_minor": due })),
        after: Some(serde_json::json!({ "number": facts.number, "amount_minor": due, "reason": reason })),
    };
    audit::record(&mut tx, now, change).await?;
    tx.commit().await?;
    Ok(id)
}

/// Takes a bad debt up again: the bill is due as before. What the customer has ahead pays it at once.
pub async fn reverse_write_off(services: &Services, caller: &Caller, invoice: InvoiceId, form: &ReasonForm) -> Result<()> {
    require(caller, Permission::BillingWriteOff)?;
    let reason = read_reason(&form.reason).map_err(|problem| Error::Invalid(vec![problem]))?;
    let isp = services.isp(caller.isp_id).await?;
    let (now, today) = (services.now(), services.today(&isp));
    let mut tx = services.begin(caller).await?;
    let customer = corrections::customer_of(&mut tx, invoice).await?.ok_or(Error::NotFound)?;
    customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    let facts = corrections::lock_invoice(&mut tx, invoice).await?.ok_or(Error::NotFound)?;
    if facts.version != form.version {
        return Err(changed_meanwhile());
    }
    let live = allocations::live(&mut tx, Of::Invoice(invoice)).await?;
    let found = live.iter().rev().find_map(|part| match part.origin {
        Origin::WriteOff(id) => Some((id, *part)),
        _ => None,
    });
    let Some((id, part)) = found else { return Err(Error::Conflict(Problem::new("", "problem-not-written-off"))) };
    let amount = part.live_minor;
    let first = corrections::write_off_entry(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let postings = vec![Posting::debit(Account::Receivable, Some(customer.0), amount), Posting::credit(Account::WriteOff, None, amount)];
    let entry = entry(&isp, today, "write_off_reversal", id.to_string(), facts.number.clone(), postings)?.reversing(first);
    let entry_id = post(&mut tx, services, &entry).await?;
    allocations::allocate(&mut tx, now, &[NewAllocation::back(&part, entry_id, amount)]).await?;
    apply_credit(&mut tx, services, &isp, customer).await?;
    settled(&mut tx, services, &isp, customer).await?;
    let change = Change {
        action: "invoice.write_off_reverse",
        object_kind: "invoice",
        object_id: Some(invoice.0),
        customer_id: Some(customer.0),
        after: Some(serde_json::json!({ "number": facts.number, "amount_minor": amount, "reason": reason })),
        ..Change::default()
    };
    audit::record(&mut tx, now, change).await?;
    Ok(tx.commit().await?)
}
