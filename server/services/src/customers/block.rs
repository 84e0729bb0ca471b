//! A person holds a line down, or takes his own reason away again. Other reasons stay.

use crate::{Error, Result, Services, require};
use domain::customers::BlockReason;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{Problem, ServiceId};
use storage::audit::Change;
use storage::{audit, customers};

/// Holds a service down. Which reasons a person may set: all but the one that billing sets.
pub async fn suspend_service(services: &Services, caller: &Caller, id: ServiceId, reason: BlockReason, note: &str) -> Result<()> {
    require(caller, Permission::CustomersSuspend)?;
    if reason == BlockReason::NonPayment {
        return Err(Error::Invalid(vec![Problem::new("reason", "problem-choice")]));
    }
    let note = note.trim();
    if note.is_empty() || note.chars().count() > 300 {
        return Err(Error::Invalid(vec![Problem::new("note", "problem-reason-needed").with("most", 300)]));
    }
    let mut tx = services.begin(caller).await?;
    let (customer, _) = customers::of_service(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if !customers::block(&mut tx, id, reason, services.now(), Some(note)).await? {
        return Err(Error::Conflict(Problem::new("reason", "problem-already-suspended")));
    }
    record(&mut tx, services, "service.suspend", id, customer, reason).await?;
    Ok(tx.commit().await?)
}

/// Takes one reason away.
pub async fn resume_service(services: &Services, caller: &Caller, id: ServiceId, reason: BlockReason) -> Result<()> {
    require(caller, Permission::CustomersSuspend)?;
    let mut tx = services.begin(caller).await?;
    let (customer, _) = customers::of_service(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if customers::unblock(&mut tx, &[id], reason).await?.is_empty() {
        return Err(Error::Conflict(Problem::new("", "problem-not-suspended")));
    }
    record(&mut tx, services, "service.resume", id, customer, reason).await?;
    Ok(tx.commit().await?)
}

async fn record(
    tx: &mut storage::IspTx,
    services: &Services,
    action: &str,
    id: ServiceId,
    customer: domain::CustomerId,
    reason: BlockReason,
) -> Result<()> {
    let change = Change {
        action,
        object_kind: "service",
        object_id: Some(id.0),
        customer_id: Some(customer.0),
        after: Some(serde_json::json!({ "reason": reason.slug() })),
        ..Change::default()
    };
    Ok(audit::record(tx, services.now(), change).await?)
}
