//! An ISP's settings of dunning and its holidays. A change is at once in the instants at which lines may be cut.

use crate::billing::refresh_debtors;
use crate::{Error, Result, Services, require};
use chrono::NaiveDate;
use domain::Problem;
use domain::dunning::{Settings, SettingsForm, read_holidays, read_settings};
use domain::people::Caller;
use domain::rights::Permission;
use storage::audit::Change;
use storage::{audit, dunning};

/// What holds for this ISP.
pub async fn settings(services: &Services, caller: &Caller) -> Result<Settings> {
    require(caller, Permission::BillingView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    Ok(dunning::settings(&mut tx).await?.unwrap_or_else(|| Settings::usual(isp.zone.name())))
}

pub async fn save_settings(services: &Services, caller: &Caller, form: &SettingsForm) -> Result<()> {
    require(caller, Permission::BillingProfiles)?;
    let settings = read_settings(form).map_err(Error::Invalid)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let before = dunning::settings(&mut tx).await?;
    // Where nothing was ever saved, the form shows what is usual.
    if before.clone().unwrap_or_else(|| Settings::usual(isp.zone.name())) == settings {
        return Ok(());
    }
    if !dunning::save_settings(&mut tx, &settings).await? {
        return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
    }
    let change = Change {
        action: "dunning.settings",
        object_kind: "dunning_setting",
        before: before.as_ref().and_then(|before| serde_json::to_value(before).ok()),
        after: serde_json::to_value(&settings).ok(),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    if before.map(|before| before.weekend).unwrap_or_else(|| Settings::usual(isp.zone.name()).weekend) != settings.weekend {
        refresh_debtors(services, caller, &isp).await?;
    }
    Ok(())
}

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
