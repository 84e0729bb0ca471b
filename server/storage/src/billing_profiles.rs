//! Billing profiles, and moving customers from one to another.

use crate::error::known;
use crate::{IspTx, Result};
use chrono::NaiveTime;
use domain::BillingProfileId;
use domain::billing::{BillingProfile, ChangeRefund, ChargeIn, FirstPeriod, ProfileKind, SuspendedCharging};
use uuid::Uuid;

struct Row {
    id: Uuid,
    name: String,
    kind: String,
    charge_in: String,
    billing_day: i16,
    cycle_ends_with_month: bool,
    billing_time: NaiveTime,
    auto_generate: bool,
    due_days: i16,
    grace_days: i16,
    time_zone: Option<String>,
    auto_suspend: bool,
    suspend_time: NaiveTime,
    skip_weekends: bool,
    skip_holidays: bool,
    tolerance_minor: i64,
    first_period: String,
    suspended_charging: String,
    suspended_periods: i16,
    change_refund: String,
    change_fee_up_minor: i64,
    change_fee_down_minor: i64,
    minimum_invoice_minor: i64,
    minimum_days: i16,
    daily_base: i16,
    convert_remaining: bool,
    hold_fee_minor: i64,
    hold_days_a_year: i16,
    credit_limit_minor: Option<i64>,
    is_default: bool,
    version: i32,
}

impl TryFrom<Row> for BillingProfile {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(BillingProfile {
            id: row.id.into(),
            name: row.name,
            kind: known(ProfileKind::from_slug(&row.kind), "profile kind", &row.kind)?,
            charge_in: known(ChargeIn::from_slug(&row.charge_in), "charge_in", &row.charge_in)?,
            billing_day: row.billing_day.unsigned_abs(),
            cycle_ends_with_month: row.cycle_ends_with_month,
            billing_time: row.billing_time,
            auto_generate: row.auto_generate,
            due_days: row.due_days.unsigned_abs(),
            grace_days: row.grace_days.unsigned_abs(),
            time_zone: row.time_zone,
            auto_suspend: row.auto_suspend,
            suspend_time: row.suspend_time,
            skip_weekends: row.skip_weekends,
            skip_holidays: row.skip_holidays,
            tolerance_minor: row.tolerance_minor,
            first_period: known(FirstPeriod::from_slug(&row.first_period), "first_period", &row.first_period)?,
            suspended_charging: known(
                SuspendedCharging::from_slug(&row.suspended_charging),
                "suspended_charging",
                &row.suspended_charging,
            )?,
            suspended_periods: row.suspended_periods.unsigned_abs(),
            change_refund: known(ChangeRefund::from_slug(&row.change_refund), "change_refund", &row.change_refund)?,
            change_fee_up_minor: row.change_fee_up_minor,
            change_fee_down_minor: row.change_fee_down_minor,
            minimum_invoice_minor: row.minimum_invoice_minor,
            minimum_days: row.minimum_days.unsigned_abs(),
            daily_base: row.daily_base.unsigned_abs(),
            convert_remaining: row.convert_remaining,
            hold_fee_minor: row.hold_fee_minor,
            hold_days_a_year: row.hold_days_a_year.unsigned_abs(),
            credit_limit_minor: row.credit_limit_minor,
            is_default: row.is_default,
            version: row.version,
        })
    }
}

/// All profiles, the default first.
pub async fn list(tx: &mut IspTx) -> Result<Vec<BillingProfile>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Row,
        "select id, name, kind, charge_in, billing_day, cycle_ends_with_month, billing_time, auto_generate, due_days, grace_days, time_zone, auto_suspend, suspend_time,
           skip_weekends, skip_holidays, tolerance_minor, first_period, suspended_charging, suspended_periods, change_refund, change_fee_up_minor,
           change_fee_down_minor, minimum_invoice_minor, minimum_days, daily_base, convert_remaining, hold_fee_minor, hold_days_a_year,
           credit_limit_minor, is_default, version
         from billing_profile where isp_id = $1 order by is_default desc, name",
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(BillingProfile::try_from).collect()
}

/// How many customers each profile has; one without any is not listed.
pub async fn customers(tx: &mut IspTx) -> Result<Vec<(BillingProfileId, i64)>> {
    let isp = tx.isp();
    let rows =
        sqlx::query!(r#"select billing_profile_id, count(*) as "n!" from customer where isp_id = $1 group by billing_profile_id"#, isp)
            .fetch_all(tx.conn())
            .await?;
    Ok(rows.into_iter().map(|row| (row.billing_profile_id.into(), row.n)).collect())
}

/// The profile new customers get.
pub async fn default(tx: &mut IspTx) -> Result<Option<BillingProfile>> {
    Ok(list(tx).await?.into_iter().find(|profile| profile.is_default))
}

pub async fn find(tx: &mut IspTx, id: BillingProfileId) -> Result<Option<BillingProfile>> {
    Ok(list(tx).await?.into_iter().find(|profile| profile.id == id))
}

pub async fn create(tx: &mut IspTx, profile: &BillingProfile) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into billing_profile (isp_id, id, name, billing_day, due_days, grace_days, is_default) values ($1, $2, $3, $4, $5, $6, $7)",
        isp,
        profile.id.0,
        profile.name,
        profile.billing_day as i16,
        profile.due_days as i16,
        profile.grace_days as i16,
        profile.is_default
    )
    .execute(tx.conn())
    .await?;
    write(tx, profile).await.map(|_| ())
}

/// Overwrites everything but the default mark, if the profile still has its version. `false`: somebody was faster, or
/// there is no such profile.
pub async fn update(tx: &mut IspTx, profile: &BillingProfile) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "update billing_profile set version = version + 1 where isp_id = $1 and id = $2 and version = $3",
        isp,
        profile.id.0,
        profile.version
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 1 { write(tx, profile).await } else { Ok(false) }
}

async fn write(tx: &mut IspTx, profile: &BillingProfile) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "update billing_profile set name = $3, kind = $4, charge_in = $5, billing_day = $6, billing_time = $7, auto_generate = $8, due_days = $9,
           grace_days = $10, time_zone = $11, auto_suspend = $12, suspend_time = $13, skip_weekends = $14, skip_holidays = $15, tolerance_minor = $16,
           first_period = $17, suspended_charging = $18, suspended_periods = $19, change_refund = $20, change_fee_up_minor = $21,
           change_fee_down_minor = $22, minimum_invoice_minor = $23, minimum_days = $24, daily_base = $25, convert_remaining = $26,
           hold_fee_minor = $27, hold_days_a_year = $28, credit_limit_minor = $29, cycle_ends_with_month = $30
         where isp_id = $1 and id = $2",
        isp,
        profile.id.0,
        profile.name,
        profile.kind.slug(),
        profile.charge_in.slug(),
        profile.billing_day as i16,
        profile.billing_time,
        profile.auto_generate,
        profile.due_days as i16,
        profile.grace_days as i16,
        profile.time_zone,
        profile.auto_suspend,
        profile.suspend_time,
        profile.skip_weekends,
        profile.skip_holidays,
        profile.tolerance_minor,
        profile.first_period.slug(),
        profile.suspended_charging.slug(),
        profile.suspended_periods as i16,
        profile.change_refund.slug(),
        profile.change_fee_up_minor,
        profile.change_fee_down_minor,
        profile.minimum_invoice_minor,
        profile.minimum_days as i16,
        profile.daily_base as i16,
        profile.convert_remaining,
        profile.hold_fee_minor,
        profile.hold_days_a_year as i16,
        profile.credit_limit_minor,
        profile.cycle_ends_with_month
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes a profile that no customer has. The schema refuses one in use.
pub async fn delete(tx: &mut IspTx, id: BillingProfileId) -> Result<bool> {
    let isp = tx.isp();
    let done =
        sqlx::query!("delete from billing_profile where isp_id = $1 and id = $2 and not is_default", isp, id.0).execute(tx.conn()).await?;
    Ok(done.rows_affected() == 1)
}

/// Gives every customer of one profile another one; answers with how many.
pub async fn replace(tx: &mut IspTx, from: BillingProfileId, to: BillingProfileId) -> Result<u64> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "update customer set billing_profile_id = $3, version = version + 1 where isp_id = $1 and billing_profile_id = $2",
        isp,
        from.0,
        to.0
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
