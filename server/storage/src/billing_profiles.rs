//! Billing profiles.

use crate::{IspTx, Result};
use domain::BillingProfileId;
use domain::billing::BillingProfile;
use uuid::Uuid;

struct Row {
    id: Uuid,
    name: String,
    billing_day: i16,
    due_days: i16,
    grace_days: i16,
    time_zone: Option<String>,
    auto_suspend: bool,
    tolerance_minor: i64,
    is_default: bool,
}

impl From<Row> for BillingProfile {
    fn from(row: Row) -> Self {
        BillingProfile {
            id: row.id.into(),
            name: row.name,
            billing_day: row.billing_day.unsigned_abs(),
            due_days: row.due_days.unsigned_abs(),
            grace_days: row.grace_days.unsigned_abs(),
            time_zone: row.time_zone,
            auto_suspend: row.auto_suspend,
            tolerance_minor: row.tolerance_minor,
            is_default: row.is_default,
        }
    }
}

/// All profiles, the default first.
pub async fn list(tx: &mut IspTx) -> Result<Vec<BillingProfile>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Row,
        "select id, name, billing_day, due_days, grace_days, time_zone, auto_suspend, tolerance_minor, is_default
         from billing_profile where isp_id = $1 order by is_default desc, name",
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(BillingProfile::from).collect())
}

/// The profile new customers get.
pub async fn default(tx: &mut IspTx) -> Result<Option<BillingProfile>> {
    Ok(list(tx).await?.into_iter().find(|profile| profile.is_default))
}

pub async fn create(tx: &mut IspTx, profile: &BillingProfile) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into billing_profile (isp_id, id, name, billing_day, due_days, grace_days, time_zone, auto_suspend, tolerance_minor, is_default)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        isp,
        profile.id.0,
        profile.name,
        profile.billing_day as i16,
        profile.due_days as i16,
        profile.grace_days as i16,
        profile.time_zone,
        profile.auto_suspend,
        profile.tolerance_minor,
        profile.is_default
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Overwrites everything but the default mark. `false` when there is no such profile.
pub async fn update(tx: &mut IspTx, profile: &BillingProfile) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "update billing_profile set name = $3, billing_day = $4, due_days = $5, grace_days = $6, time_zone = $7, auto_suspend = $8, tolerance_minor = $9
         where isp_id = $1 and id = $2",
        isp,
        profile.id.0,
        profile.name,
        profile.billing_day as i16,
        profile.due_days as i16,
        profile.grace_days as i16,
        profile.time_zone,
        profile.auto_suspend,
        profile.tolerance_minor
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn find(tx: &mut IspTx, id: BillingProfileId) -> Result<Option<BillingProfile>> {
    Ok(list(tx).await?.into_iter().find(|profile| profile.id == id))
}
