//! The days of rest of an ISP.

use crate::{IspTx, Result};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

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
