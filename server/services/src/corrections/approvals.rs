//! The second person (SEC-17): requests that wait, and the decision. What was asked for is checked again when it is
//! granted: days may have passed.

use super::refund::{Asked, pay};
use crate::{Error, Result, Services, require};
use domain::corrections::{ApprovalRow, CorrectionRule, Decision, may_decide};
use domain::customers::{Page, Paging};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{ApprovalId, Money, Problem};
use storage::audit::Change;
use storage::{audit, customers, refunds};

/// One page of requests. Whoever may ask may also see what became of it.
pub async fn approvals(services: &Services, caller: &Caller, waiting: bool, paging: Paging) -> Result<Page<ApprovalRow>> {
    if !caller.allowed(Permission::PaymentsRefundApprove) {
        require(caller, Permission::PaymentsRefund)?;
    }
    let mut tx = services.begin(caller).await?;
    Ok(refunds::approvals(&mut tx, waiting, services.now(), paging).await?)
}

/// Grants or refuses a request. Who asked may take it back, and nothing else.
pub async fn decide(services: &Services, caller: &Caller, id: ApprovalId, decision: Decision) -> Result<()> {
    if !(decision == Decision::Reject && caller.allowed(Permission::PaymentsRefund)) {
        require(caller, Permission::PaymentsRefundApprove)?;
    }
    let isp = services.isp(caller.isp_id).await?;
    let now = services.now();
    let mut tx = services.begin(caller).await?;
    let request = refunds::lock_approval(&mut tx, id, now).await?.ok_or(Error::NotFound)?;
    let taking_back = caller.actor_id() == Some(request.maker_id);
    if decision == Decision::Reject && !taking_back {
        require(caller, Permission::PaymentsRefundApprove)?;
    }
    may_decide(request.state, decision, request.maker_id, caller.actor_id())
        .map_err(|refusal| Error::Conflict(Problem::new("", refusal.key())))?;
    refunds::decide(&mut tx, id, decision, now).await?;
    let asked: Asked = serde_json::from_value(request.payload).map_err(|error| Error::Internal(format!("a request: {error}")))?;
    if decision == Decision::Approve {
        customers::lock(&mut tx, asked.customer).await?.ok_or(Error::NotFound)?;
        pay(&mut tx, services, &isp, caller, &asked, Some(id)).await?;
    }
    let change = Change {
        action: if decision == Decision::Approve { "approval.grant" } else { "approval.refuse" },
        object_kind: "approval_request",
        object_id: Some(id.0),
        customer_id: Some(asked.customer.0),
        after: Some(serde_json::json!({ "kind": request.kind, "amount_minor": asked.amount.minor })),
        ..Change::default()
    };
    audit::record(&mut tx, now, change).await?;
    Ok(tx.commit().await?)
}

/// What the ISP decided about refunds and rehearsals.
pub async fn rule(services: &Services, caller: &Caller) -> Result<CorrectionRule> {
    require(caller, Permission::BillingView)?;
    let mut tx = services.begin(caller).await?;
    Ok(refunds::rule(&mut tx).await?)
}

/// From which amount on a refund needs a second person.
pub async fn set_refund_limit(services: &Services, caller: &Caller, limit: &str) -> Result<()> {
    require(caller, Permission::BillingProfiles)?;
    let isp = services.isp(caller.isp_id).await?;
    let limit = Money::parse(limit, isp.currency).map_err(|error| Error::Invalid(vec![Problem::new("limit", error.key())]))?;
    let mut tx = services.begin(caller).await?;
    let before = refunds::rule(&mut tx).await?;
    let after = CorrectionRule { refund_limit_minor: limit.minor, ..before };
    refunds::set_rule(&mut tx, &after).await?;
    let change = Change {
        action: "refund.limit",
        object_kind: "isp",
        object_id: Some(isp.id.0),
        before: Some(serde_json::json!({ "refund_limit_minor": before.refund_limit_minor })),
        after: Some(serde_json::json!({ "refund_limit_minor": after.refund_limit_minor })),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}
