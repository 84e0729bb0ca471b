//! The end of a prepaid line: set, moved or taken away.

use crate::{Error, Result, Services, require};
use chrono::{DateTime, Utc};
use domain::ServiceId;
use domain::people::Caller;
use domain::rights::Permission;
use storage::audit::Change;
use storage::{audit, customers};

/// From `end` on the line may not be up; `None`: it has no end.
pub async fn set_expiry(services: &Services, caller: &Caller, id: ServiceId, end: Option<DateTime<Utc>>) -> Result<()> {
    require(caller, Permission::CustomersUpdate)?;
    let mut tx = services.begin(caller).await?;
    let (customer, _) = customers::of_service(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let before = customers::set_expiry(&mut tx, id, end).await?;
    let change = Change {
        action: "service.expiry",
        object_kind: "service",
        object_id: Some(id.0),
        customer_id: Some(customer.0),
        before: Some(serde_json::json!({ "expires_at": before })),
        after: Some(serde_json::json!({ "expires_at": end })),
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}
