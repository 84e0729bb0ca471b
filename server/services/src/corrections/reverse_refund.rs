//! A refund that came back: the cheque was not cashed, the money went to the wrong person. Its number stays, marked; an
//! entry that reverses it puts the money where it had come from, and it is the customer's credit again. Where the refund
//! took two people, so does this (SEC-17).

use super::ReasonForm;
use super::approvals::{Kind, Wish, ask};
use super::money::{apply_credit, check_key, entry, post, settled};
use super::refund::RefundOutcome;
use crate::{Error, Result, Services, require};
use domain::corrections::{Reversed, read_reason};
use domain::ledger::Posting;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{ApprovalId, Problem, RefundId};
use serde::{Deserialize, Serialize};
use storage::audit::Change;
use storage::isps::Isp;
use storage::{IspTx, allocations, audit, customers, refunds};

/// What a request that waits keeps of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Back {
    refund: RefundId,
    reason: String,
}

/// Takes a refund back, or asks for the second person. Sent twice, it is taken back once.
pub async fn reverse_refund(services: &Services, caller: &Caller, refund: RefundId, form: &ReasonForm) -> Result<RefundOutcome> {
    require(caller, Permission::PaymentsRefund)?;
    check_key(&form.key)?;
    let reason = read_reason(&form.reason).map_err(|problem| Error::Invalid(vec![problem]))?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let facts = refunds::facts(&mut tx, refund).await?.ok_or(Error::NotFound)?;
    customers::lock(&mut tx, facts.customer_id).await?.ok_or(Error::NotFound)?;
    if let Some(id) = refunds::approval_by_key(&mut tx, &form.key).await? {
        return Ok(RefundOutcome::Waiting(id));
    }
    let back = Back { refund, reason };
    let outcome = if facts.approval_id.is_some() {
        let taken = refunds::reversal(&mut tx, refund).await?.is_some();
        if taken {
            return Err(already());
        }
        let payload = serde_json::to_value(&back).map_err(|error| Error::Internal(error.to_string()))?;
        let (customer, amount) = (Some(facts.customer_id), Some(facts.amount));
        let wish = Wish { kind: Kind::RefundReversal, customer, amount, payload, reason: &back.reason, key: &form.key };
        RefundOutcome::Waiting(ask(&mut tx, services, caller, wish).await?)
    } else {
        take_back(&mut tx, services, &isp, caller, &back, None).await?;
        RefundOutcome::Paid(refund)
    };
    tx.commit().await?;
    Ok(outcome)
}

fn already() -> Error {
    Error::Conflict(Problem::new("", "problem-already-reversed"))
}

/// Does it. Locks the customer.
pub(super) async fn take_back(
    tx: &mut IspTx,
    services: &Services,
    isp: &Isp,
    caller: &Caller,
    back: &Back,
    approval: Option<ApprovalId>,
) -> Result<()> {
    let (now, today) = (services.now(), services.today(isp));
    let facts = refunds::facts(tx, back.refund).await?.ok_or(Error::NotFound)?;
    let customer = facts.customer_id;
    customers::lock(tx, customer).await?.ok_or(Error::NotFound)?;
    if let Some(reversed) = refunds::reversal(tx, back.refund).await? {
        let same = approval.is_none() && reversed.reason == back.reason && reversed.by == caller.actor_name();
        return if same { Ok(()) } else { Err(already()) };
    }
    let posted = allocations::postings(tx, facts.entry_id).await?;
    let postings = posted.into_iter().map(|(account, party, minor)| Posting { account, party, minor: -minor }).collect();
    let entry = entry(isp, today, "refund_reversal", back.refund.to_string(), facts.number.clone(), postings)?.reversing(facts.entry_id);
    let entry_id = post(tx, services, &entry).await?;
    let reversed = Reversed { business_date: today, at: now, reason: back.reason.clone(), by: caller.actor_name().into() };
    refunds::insert_reversal(tx, (back.refund, customer), entry_id, approval, &reversed).await?;
    apply_credit(tx, services, isp, customer).await?;
    settled(tx, services, isp, customer).await?;
    let change = Change {
        action: "refund.reverse",
        object_kind: "refund",
        object_id: Some(back.refund.0),
        customer_id: Some(customer.0),
        after: Some(serde_json::json!({ "number": facts.number, "amount_minor": facts.amount.minor, "reason": back.reason })),
        ..Change::default()
    };
    Ok(audit::record(tx, now, change).await?)
}
