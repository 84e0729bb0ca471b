//! An ISP's settings of dunning and its holidays.

use crate::{IspTx, Result};
use chrono::NaiveDate;
use domain::dunning::{Quiet, Settings};
use std::collections::{BTreeMap, BTreeSet};

/// What the ISP chose, if it ever did.
pub async fn settings(tx: &mut IspTx) -> Result<Option<Settings>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select quiet_from, quiet_until, weekend, brake_share, brake_times, brake_least, promise_days, promise_per_cycle, promise_per_year,
           promise_by_customer, version from dunning_setting where isp_id = $1",
        isp
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Settings {
        quiet: Quiet { from: row.quiet_from, until: row.quiet_until },
        weekend: row.weekend,
        brake_share: row.brake_share,
        brake_times: row.brake_times,
        brake_least: row.brake_least,
        promise_days: row.promise_days,
        promise_per_cycle: row.promise_per_cycle,
        promise_per_year: row.promise_per_year,
        promise_by_customer: row.promise_by_customer,
        version: row.version,
    }))
}

/// Writes the settings over the version they were read at (0: there were none); `false`: somebody was faster.
pub async fn save_settings(tx: &mut IspTx, settings: &Settings) -> Result<bool> {
    let isp = tx.isp();
    let written = sqlx::query!(
        "insert into dunning_setting as s (isp_id, quiet_from, quiet_until, weekend, brake_share, brake_times, brake_least, promise_days,
           promise_per_cycle, promise_per_year, promise_by_customer)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (isp_id) do update set quiet_from = $2, quiet_until = $3, weekend = $4, brake_share = $5, brake_times = $6, brake_least = $7,
           promise_days = $8, promise_per_cycle = $9, promise_per_year = $10, promise_by_customer = $11, version = s.version + 1
           where s.version = $12",
        isp,
        settings.quiet.from,
        settings.quiet.until,
        &settings.weekend,
        settings.brake_share,
        settings.brake_times,
        settings.brake_least,
        settings.promise_days,
        settings.promise_per_cycle,
        settings.promise_per_year,
        settings.promise_by_customer,
        settings.version
    )
    .execute(tx.conn())
    .await?;
    Ok(written.rows_affected() > 0)
}

/// Days of rest from `from` on, with their names.
pub async fn holidays(tx: &mut IspTx, from: NaiveDate) -> Result<Vec<(NaiveDate, String)>> {
    let isp = tx.isp();
    let rows =
        sqlx::query!("select day, name from holiday where isp_id = $1 and day >= $2 order by day", isp, from).fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.day, row.name)).collect())
}

/// The same without names.
pub async fn holiday_days(tx: &mut IspTx, from: NaiveDate) -> Result<BTreeSet<NaiveDate>> {
    let isp = tx.isp();
    let days = sqlx::query_scalar!("select day from holiday where isp_id = $1 and day >= $2", isp, from).fetch_all(tx.conn()).await?;
    Ok(days.into_iter().collect())
}

/// Adds days, or gives days that are there a new name.
pub async fn add_holidays(tx: &mut IspTx, days: &BTreeMap<NaiveDate, String>) -> Result<()> {
    let isp = tx.isp();
    let (dates, names): (Vec<NaiveDate>, Vec<&str>) = days.iter().map(|(day, name)| (*day, name.as_str())).unzip();
    sqlx::query!(
        "insert into holiday (isp_id, day, name) select $1, day, name from unnest($2::date[], $3::text[]) as v (day, name)
         on conflict (isp_id, day) do update set name = excluded.name",
        isp,
        &dates,
        &names as &[&str]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a day away; `false`: it was none.
pub async fn remove_holiday(tx: &mut IspTx, day: NaiveDate) -> Result<bool> {
    let isp = tx.isp();
    let removed = sqlx::query!("delete from holiday where isp_id = $1 and day = $2", isp, day).execute(tx.conn()).await?;
    Ok(removed.rows_affected() > 0)
}
