//! Roll-up and retention: five minutes for eight days, hours for ninety, days for two years, months for good. Nothing goes
//! before the next coarser table is shown to hold the same sum; where it does not, everything stays and the job fails.

use crate::{Error, Result, Services, require};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};
use domain::people::Caller;
use domain::rights::Permission;
use domain::zones::{business_day, start_of_day};
use storage::{fair_use, usage};

const SLOTS_DAYS: u64 = 8;
pub(super) const HOURS_DAYS: u64 = 90;
const DAYS_MONTHS: u32 = 24;
/// Hours whose slots go in one transaction.
const STRETCH: TimeDelta = TimeDelta::hours(3);

/// What a roll-up came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Aggregated {
    pub months: u64,
}

/// Takes over the days of this month and the one before into their months.
pub async fn aggregate(services: &Services, caller: &Caller, on: NaiveDate) -> Result<Aggregated> {
    require(caller, Permission::JobsManage)?;
    let from = on.with_day(1).unwrap_or(on).checked_sub_months(Months::new(1)).unwrap_or(on);
    let mut tx = services.begin(caller).await?;
    let months = usage::roll_up_months(&mut tx, from).await?;
    tx.commit().await?;
    Ok(Aggregated { months })
}

/// What a clean-up came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Hours whose slots became one figure.
    pub hours: u64,
    pub dropped_hours: u64,
    pub dropped_days: u64,
}

/// Lets go of what is older than it is kept.
pub async fn clean_up(services: &Services, caller: &Caller, on: NaiveDate) -> Result<Kept> {
    require(caller, Permission::JobsManage)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut kept = Kept::default();
    let before = start_of_day(on - Days::new(SLOTS_DAYS), isp.zone);
    loop {
        let mut tx = services.begin(caller).await?;
        let Some(oldest) = usage::oldest(&mut tx).await?.0.filter(|oldest| *oldest < before) else { break };
        kept.hours += usage::slots_to_hours(&mut tx, before.min(oldest + STRETCH)).await?;
        tx.commit().await?;
    }
    let before = start_of_day(on - Days::new(HOURS_DAYS), isp.zone);
    loop {
        let mut tx = services.begin(caller).await?;
        let Some(oldest) = usage::oldest(&mut tx).await?.1.filter(|oldest| *oldest < before) else { break };
        let day = business_day(oldest, isp.zone);
        let (from, until): (DateTime<Utc>, DateTime<Utc>) = (start_of_day(day, isp.zone), start_of_day(day + Days::new(1), isp.zone));
        let odd = usage::days_at_odds(&mut tx, day, from, until).await?;
        if odd > 0 {
            return Err(Error::Internal(format!("hours of {day} are more than the day for {odd} lines: nothing is let go")));
        }
        kept.dropped_hours += usage::drop_hours(&mut tx, day, until.min(before)).await?;
        tx.commit().await?;
    }
    let month = on.with_day(1).unwrap_or(on).checked_sub_months(Months::new(DAYS_MONTHS)).unwrap_or(on);
    let mut tx = services.begin(caller).await?;
    let (dropped, at_odds) = usage::drop_days(&mut tx, month).await?;
    fair_use::drop_windows(&mut tx, month).await?;
    tx.commit().await?;
    kept.dropped_days = dropped;
    match at_odds {
        0 => Ok(kept),
        odd => Err(Error::Internal(format!("{odd} months are not the sum of their days: those days stay"))),
    }
}
