//! Suspension for non-payment: when due date and grace are over in the profile's zone and more is overdue than the
//! profile tolerates (BIL-16's rule; the brake comes with dunning).

use super::coverage::profile_zone;
use crate::{Result, Services, require};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{CustomerId, zones};
use storage::audit::Change;
use storage::{audit, billing, billing_profiles};

/// Holds down whoever has to be; answers with how many services went down. Running it again changes nothing.
pub async fn suspend_overdue(services: &Services, caller: &Caller) -> Result<usize> {
    require(caller, Permission::CustomersSuspend)?;
    let isp = services.isp(caller.isp_id).await?;
    let now = services.now();
    let mut suspended = 0;
    let mut tx = services.begin(caller).await?;
    for profile in billing_profiles::list(&mut tx).await?.into_iter().filter(|profile| profile.auto_suspend) {
        let today = zones::business_day(now, profile_zone(profile.time_zone.as_deref(), isp.zone));
        let candidates = billing::to_suspend(&mut tx, profile.id, today).await?;
        let customers: Vec<CustomerId> =
            candidates.into_iter().filter(|(_, overdue)| *overdue > profile.tolerance_minor).map(|(customer, _)| customer).collect();
        if customers.is_empty() {
            continue;
        }
        for (service, customer) in billing::suspend(&mut tx, &customers, now).await? {
            suspended += 1;
            let change = Change {
                action: "service.suspend",
                object_kind: "service",
                object_id: Some(service.0),
                customer_id: Some(customer.0),
                after: Some(serde_json::json!({ "reason": "non_payment" })),
                ..Change::default()
            };
            audit::record(&mut tx, now, change).await?;
        }
    }
    tx.commit().await?;
    Ok(suspended)
}
