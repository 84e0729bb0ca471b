//! The second person (SEC-17): requests that wait, and the decision. What was asked for is checked again when it is
//! granted: days may have passed.

use super::refund::{Asked, pay};
use super::reverse_refund::{Back, take_back};
use crate::books::reopen_month;
use crate::people::require_proof;
use crate::{Error, Result, Services, require};
use domain::corrections::{ApprovalRow, Decision, expires_at, may_decide};
use domain::customers::{Page, Paging};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{ApprovalId, CustomerId, Money, Problem};
use serde::de::DeserializeOwned;
use storage::audit::Change;
use storage::isps::Isp;
use storage::refunds::{Approval, NewApproval};
use storage::{IspTx, audit, customers, refunds};
use uuid::Uuid;

/// What two people decide, and the rights of the first and the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Refund,
    RefundReversal,
    LedgerReopen,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::Refund, Kind::RefundReversal, Kind::LedgerReopen];

    pub(crate) fn slug(self) -> &'static str {
        match self {
            Kind::Refund => "refund",
            Kind::RefundReversal => "refund_reversal",
            Kind::LedgerReopen => "ledger_reopen",
        }
    }

    fn asks(self) -> Permission {
        match self {
            Kind::Refund | Kind::RefundReversal => Permission::PaymentsRefund,
            Kind::LedgerReopen => Permission::LedgerReopen,
        }
    }

    fn agrees(self) -> Permission {
        match self {
            Kind::Refund | Kind::RefundReversal => Permission::PaymentsRefundApprove,
            Kind::LedgerReopen => Permission::LedgerReopen,
        }
    }

    fn seen_by(caller: &Caller) -> Vec<Kind> {
        Self::ALL.into_iter().filter(|kind| caller.allowed(kind.asks()) || caller.allowed(kind.agrees())).collect()
    }
}

/// Something that is to wait for a second person.
pub(crate) struct Wish<'a> {
    pub kind: Kind,
    pub customer: Option<CustomerId>,
    pub amount: Option<Money>,
    pub payload: serde_json::Value,
    pub reason: &'a str,
    pub key: &'a str,
}

/// Writes the request that waits. A job cannot ask: nobody could tell who the first person was.
pub(crate) async fn ask(tx: &mut IspTx, services: &Services, caller: &Caller, wish: Wish<'_>) -> Result<ApprovalId> {
    let maker_id = caller.actor_id().ok_or(Error::Denied(wish.kind.agrees()))?;
    let (id, now) = (ApprovalId(Uuid::now_v7()), services.now());
    let request = NewApproval {
        id,
        kind: wish.kind.slug(),
        customer_id: wish.customer,
        amount: wish.amount,
        payload: wish.payload,
        reason: wish.reason,
        maker_id,
        created_at: now,
        expires_at: expires_at(now),
        idempotency_key: wish.key,
    };
    refunds::insert_approval(tx, &request).await?;
    let amount = wish.amount.map(|money| money.minor);
    let after = serde_json::json!({ "kind": wish.kind.slug(), "amount_minor": amount, "reason": wish.reason });
    note(tx, services, "approval.ask", id, wish.customer, after).await?;
    Ok(id)
}

async fn note(
    tx: &mut IspTx,
    services: &Services,
    action: &'static str,
    id: ApprovalId,
    customer: Option<CustomerId>,
    after: serde_json::Value,
) -> Result<()> {
    let change = Change {
        action,
        object_kind: "approval_request",
        object_id: Some(id.0),
        customer_id: customer.map(|id| id.0),
        after: Some(after),
        ..Change::default()
    };
    Ok(audit::record(tx, services.now(), change).await?)
}

/// May somebody see requests at all?
pub fn sees_approvals(caller: &Caller) -> bool {
    caller.allowed(Permission::PaymentsRefund) || !Kind::seen_by(caller).is_empty()
}

/// One page of requests. Whoever may ask may also see what became of it.
pub async fn approvals(services: &Services, caller: &Caller, waiting: bool, paging: Paging) -> Result<Page<ApprovalRow>> {
    let kinds: Vec<&str> = Kind::seen_by(caller).into_iter().map(Kind::slug).collect();
    if kinds.is_empty() {
        require(caller, Permission::PaymentsRefund)?;
    }
    let mut tx = services.begin(caller).await?;
    Ok(refunds::approvals(&mut tx, &kinds, waiting, services.now(), paging).await?)
}

/// Grants or refuses a request. Who asked may take it back, and nothing else.
pub async fn decide(services: &Services, caller: &Caller, id: ApprovalId, decision: Decision) -> Result<()> {
    if Kind::seen_by(caller).is_empty() {
        require(caller, Permission::PaymentsRefundApprove)?;
    }
    let isp = services.isp(caller.isp_id).await?;
    let now = services.now();
    let mut tx = services.begin(caller).await?;
    let request = refunds::lock_approval(&mut tx, id, now).await?.ok_or(Error::NotFound)?;
    let kind = Kind::ALL.into_iter().find(|kind| kind.slug() == request.kind);
    let kind = kind.ok_or_else(|| Error::Internal(format!("a request of kind {}", request.kind)))?;
    let taking_back = decision == Decision::Reject && caller.actor_id() == Some(request.maker_id);
    require(caller, if taking_back { kind.asks() } else { kind.agrees() })?;
    if decision == Decision::Approve {
        require_proof(services, caller)?;
    }
    may_decide(request.state, decision, request.maker_id, caller.actor_id())
        .map_err(|refusal| Error::Conflict(Problem::new("", refusal.key())))?;
    refunds::decide(&mut tx, id, decision, now).await?;
    let agreed = decision == Decision::Approve;
    if agreed {
        carry_out(&mut tx, services, &isp, caller, id, kind, request).await?;
    }
    let action = if agreed { "approval.grant" } else { "approval.refuse" };
    note(&mut tx, services, action, id, None, serde_json::json!({ "kind": kind.slug() })).await?;
    Ok(tx.commit().await?)
}

async fn carry_out(
    tx: &mut IspTx,
    services: &Services,
    isp: &Isp,
    caller: &Caller,
    id: ApprovalId,
    kind: Kind,
    request: Approval,
) -> Result<()> {
    match kind {
        Kind::Refund => {
            let asked: Asked = read(request.payload)?;
            customers::lock(tx, asked.customer).await?.ok_or(Error::NotFound)?;
            pay(tx, services, isp, &asked, Some(id)).await.map(|_| ())
        }
        Kind::RefundReversal => {
            let back: Back = read(request.payload)?;
            take_back(tx, services, isp, caller, &back, Some(id)).await
        }
        Kind::LedgerReopen => reopen_month(tx, services, read(request.payload)?).await,
    }
}

fn read<T: DeserializeOwned>(payload: serde_json::Value) -> Result<T> {
    serde_json::from_value(payload).map_err(|error| Error::Internal(format!("a request: {error}")))
}
