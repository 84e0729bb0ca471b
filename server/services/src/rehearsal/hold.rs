//! Taking a subscriber out of the runs until somebody lets him in again. Nothing is lost: his days stay unbilled and
//! come with the first run after.

use crate::{Error, Result, Services, require};
use domain::ServiceId;
use domain::corrections::read_reason;
use domain::people::Caller;
use domain::rights::Permission;
use storage::audit::Change;
use storage::{audit, rehearsals};

pub async fn hold(services: &Services, caller: &Caller, service: ServiceId, reason: &str) -> Result<()> {
    require(caller, Permission::BillingApprove)?;
    let reason = read_reason(reason).map_err(|problem| Error::Invalid(vec![problem]))?;
    let mut tx = services.begin(caller).await?;
    if !rehearsals::hold(&mut tx, service, &reason, services.now()).await? {
        return Err(Error::NotFound);
    }
    let after = Some(serde_json::json!({ "reason": reason }));
    let change = Change { action: "service.hold_billing", object_kind: "service", object_id: Some(service.0), after, ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

pub async fn release(services: &Services, caller: &Caller, service: ServiceId) -> Result<()> {
    require(caller, Permission::BillingApprove)?;
    let mut tx = services.begin(caller).await?;
    if !rehearsals::release(&mut tx, service).await? {
        return Err(Error::NotFound);
    }
    let change = Change { action: "service.release_billing", object_kind: "service", object_id: Some(service.0), ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}
