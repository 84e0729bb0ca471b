//! What one line gets where its policy would stop it. A line that is stopped already is looked at at once.

use crate::{Error, Result, Services, require};
use domain::ServiceId;
use domain::fair_use::{AtEndForm, read_at_end};
use domain::people::Caller;
use domain::rights::Permission;
use storage::audit::Change;
use storage::{audit, customers, fair_use as sql};

pub async fn set_at_end(services: &Services, caller: &Caller, service: ServiceId, form: &AtEndForm) -> Result<()> {
    require(caller, Permission::CustomersUpdate)?;
    let end = read_at_end(form).map_err(Error::Invalid)?;
    let isp = services.isp(caller.isp_id).await?;
    let now = services.now();
    let mut tx = services.begin(caller).await?;
    let (customer, _) = customers::of_service(&mut tx, service).await?.ok_or(Error::NotFound)?;
    let before = sql::at_end(&mut tx, service).await?;
    if before == end {
        return Ok(());
    }
    sql::set_at_end(&mut tx, service, end).await?;
    super::look_at(&mut tx, &isp, &[service], now).await?;
    let change = Change {
        action: "service.at_end",
        object_kind: "service",
        object_id: Some(service.0),
        customer_id: Some(customer.0),
        before: Some(serde_json::json!(before)),
        after: Some(serde_json::json!(end)),
    };
    audit::record(&mut tx, now, change).await?;
    Ok(tx.commit().await?)
}
