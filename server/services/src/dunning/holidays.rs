//! The days of rest of an ISP. A change is at once in the instants at which lines may be cut.

use crate::billing::refresh_debtors;
use crate::{Error, Result, Services, require};
use chrono::NaiveDate;
use domain::dunning::read_holidays;
use domain::people::Caller;
use domain::rights::Permission;
use storage::audit::Change;
use storage::{audit, dunning};

/// Days of rest from the beginning of this year on.
pub async fn holidays(services: &Services, caller: &Caller) -> Result<Vec<(NaiveDate, String)>> {
    require(caller, Permission::BillingView)?;
    let isp = services.isp(caller.isp_id).await?;
    let today = services.today(&isp);
    let from = chrono::Datelike::with_ordinal(&today, 1).unwrap_or(today);
    let mut tx = services.begin(caller).await?;
    Ok(dunning::holidays(&mut tx, from).await?)
}

/// Adds the days of a pasted list; answers with how many there were. One bad line refuses the list.
pub async fn add_holidays(services: &Services, caller: &Caller, text: &str) -> Result<usize> {
    require(caller, Permission::BillingProfiles)?;
    let days = read_holidays(text).map_err(Error::Invalid)?;
    let mut tx = services.begin(caller).await?;
    dunning::add_holidays(&mut tx, &days).await?;
    let after = serde_json::json!({ "days": days });
    audit::record(
        &mut tx,
        services.now(),
        Change { action: "holiday.add", object_kind: "holiday", after: Some(after), ..Change::default() },
    )
    .await?;
    tx.commit().await?;
    let isp = services.isp(caller.isp_id).await?;
    refresh_debtors(services, caller, &isp).await?;
    Ok(days.len())
}

/// Takes a day of rest away.
pub async fn remove_holiday(services: &Services, caller: &Caller, day: NaiveDate) -> Result<()> {
    require(caller, Permission::BillingProfiles)?;
    let mut tx = services.begin(caller).await?;
    if !dunning::remove_holiday(&mut tx, day).await? {
        return Err(Error::NotFound);
    }
    let before = serde_json::json!({ "day": day });
    audit::record(
        &mut tx,
        services.now(),
        Change { action: "holiday.remove", object_kind: "holiday", before: Some(before), ..Change::default() },
    )
    .await?;
    tx.commit().await?;
    let isp = services.isp(caller.isp_id).await?;
    refresh_debtors(services, caller, &isp).await
}
