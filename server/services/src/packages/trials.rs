//! A trial is had once: the same mobile, user name or national id, however it is written, is refused a second one. It
//! ends by itself.

use crate::{Error, Result};
use chrono::{DateTime, Utc};
use domain::packages::{Package, Validity, trial_identities};
use domain::zones::{Tz, at_time};
use domain::{Problem, ServiceId};
use storage::{IspTx, packages};

/// Notes the trial of a new line, or refuses it beside the field that had one before.
pub(crate) async fn claim_trial(
    tx: &mut IspTx,
    package: &Package,
    service: ServiceId,
    (mobile, username, national_id): (Option<&str>, &str, Option<&str>),
    now: DateTime<Utc>,
) -> Result<()> {
    let identities = trial_identities(mobile, username, national_id);
    match packages::use_trial(tx, &identities, service.0, package.id, now).await? {
        None => Ok(()),
        Some(had) => {
            let field = match had.split_once(':') {
                Some(("mobile", _)) => "mobile",
                Some(("nid", _)) => "national_id",
                _ => "username",
            };
            Err(Error::Invalid(vec![Problem::new(field, "problem-trial-had")]))
        }
    }
}

/// When a trial that begins now is over: to the minute, months by the ISP's calendar.
pub(crate) fn trial_end(validity: Validity, zone: Tz, now: DateTime<Utc>) -> DateTime<Utc> {
    match validity {
        Validity::Minutes(count) => now + chrono::TimeDelta::minutes(i64::from(count)),
        Validity::Hours(count) => now + chrono::TimeDelta::hours(i64::from(count)),
        Validity::Days(count) => now + chrono::TimeDelta::days(i64::from(count)),
        Validity::Months(count) => {
            let local = now.with_timezone(&zone);
            let day = domain::calendar::months_after(local.date_naive(), u32::from(count)).unwrap_or(local.date_naive());
            at_time(day, local.time(), zone)
        }
    }
}
