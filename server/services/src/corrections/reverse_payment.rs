//! A payment that was none (a bounced cheque, the wrong customer): taken back by an entry that reverses it. Its receipt
//! stays, marked; the bills it paid are due again; nothing is deleted.

use super::money::{check_key, entry, post, reclaim_credit, settled};
use crate::{Error, Result, Services, require};
use domain::corrections::{Reversed, read_reason};
use domain::ledger::{Account, Posting};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{PaymentId, Problem};
use storage::allocations::{self, NewAllocation, Of};
use storage::audit::Change;
use storage::{audit, customers};

/// Takes a payment back. Sent twice, it is taken back once.
pub async fn reverse_payment(services: &Services, caller: &Caller, payment: PaymentId, form: &super::ReasonForm) -> Result<()> {
    require(caller, Permission::PaymentsReverse)?;
    check_key(&form.key)?;
    let reason = read_reason(&form.reason).map_err(|problem| Error::Invalid(vec![problem]))?;
    let isp = services.isp(caller.isp_id).await?;
    let (now, today) = (services.now(), services.today(&isp));
    let mut tx = services.begin(caller).await?;
    let facts = allocations::payment(&mut tx, payment).await?.ok_or(Error::NotFound)?;
    let customer = facts.customer_id;
    customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    if let Some(reversed) = allocations::reversal(&mut tx, payment).await? {
        let same = reversed.reason == reason && reversed.by == caller.actor_name();
        return if same { Ok(()) } else { Err(Error::Conflict(Problem::new("", "problem-already-reversed"))) };
    }
    let live = allocations::live(&mut tx, Of::Payment(payment)).await?;
    let allocated: i64 = live.iter().map(|part| part.live_minor).sum();
    let ahead = facts.amount.minor - allocated;
    reclaim_credit(&mut tx, services, &isp, customer, ahead).await?;

    // The money goes back where it came in, whatever account that was.
    let mut postings: Vec<_> = allocations::postings(&mut tx, facts.entry_id)
        .await?
        .into_iter()
        .filter(|(account, ..)| !matches!(account, Account::Receivable | Account::CustomerAdvance))
        .map(|(account, party, minor)| Posting { account, party, minor: -minor })
        .collect();
    postings.push(Posting::debit(Account::Receivable, Some(customer.0), allocated));
    postings.push(Posting::debit(Account::CustomerAdvance, Some(customer.0), ahead));
    let entry =
        entry(&isp, today, "payment_reversal", payment.to_string(), facts.receipt_number.clone(), postings)?.reversing(facts.entry_id);
    let entry_id = post(&mut tx, services, &entry).await?;
    let rows: Vec<_> = live.iter().map(|part| NewAllocation::back(part, entry_id, part.live_minor)).collect();
    allocations::allocate(&mut tx, now, &rows).await?;
    storage::promos::uncount(&mut tx, customer).await?;
    let reversed = Reversed { business_date: today, at: now, reason: reason.clone(), by: caller.actor_name().into() };
    allocations::insert_reversal(&mut tx, payment, entry_id, &reversed).await?;
    settled(&mut tx, services, &isp, customer).await?;
    let change = Change {
        action: "payment.reverse",
        object_kind: "payment",
        object_id: Some(payment.0),
        customer_id: Some(customer.0),
        before: Some(serde_json::json!({ "allocated_minor": allocated, "credit_minor": ahead })),
        after: Some(serde_json::json!({ "receipt": facts.receipt_number, "amount_minor": facts.amount.minor, "reason": reason })),
    };
    audit::record(&mut tx, now, change).await?;
    Ok(tx.commit().await?)
}
