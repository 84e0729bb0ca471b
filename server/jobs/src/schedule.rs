//! The schedule. A job has a cadence in the ISP's own time; a period that has begun and that nobody did is due, also
//! when the whole product was down meanwhile: daily jobs are caught up day by day with the right business date.

use chrono::{DateTime, Days, DurationRound, NaiveDate, NaiveTime, TimeDelta, Utc};
use domain::people::{Caller, PlatformCaller};
use domain::zones::{at_time, business_day};
use serde_json::{Value, json};
use services::{Result, Services};
use std::time::Duration;
use storage::isps::Isp;
use storage::{isps, schedule};
use uuid::Uuid;

/// When a job runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cadence {
    /// Once a business day, from this local time on; missed days are caught up, at most so many.
    Daily { hour: u32, minute: u32, catch_up: u64 },
    /// Once in so many minutes; what was missed is not repeated.
    Minutes(i64),
}

/// A job of the schedule: spec section C gives names and cadences.
#[derive(Clone, Copy, Debug)]
pub struct Scheduled {
    pub name: &'static str,
    pub cadence: Cadence,
}

pub const JOBS: &[Scheduled] = &[
    Scheduled { name: "billing.generate_cycle", cadence: Cadence::Daily { hour: 1, minute: 0, catch_up: 31 } },
    Scheduled { name: "billing.suspend_overdue", cadence: Cadence::Minutes(10) },
    Scheduled { name: "radius.close_stale_sessions", cadence: Cadence::Minutes(1) },
    Scheduled { name: "ledger.verify", cadence: Cadence::Daily { hour: 3, minute: 30, catch_up: 1 } },
];

/// A period of a job that nobody did yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub job: &'static str,
    /// Sorts like time: a date, or an instant in UTC.
    pub period: String,
    pub business_date: NaiveDate,
}

/// A runner that did not say it is alive for this long has lost its period.
const SILENCE: TimeDelta = TimeDelta::seconds(30);
const BEAT: Duration = Duration::from_secs(5);

/// The periods of one job that have begun by `now` and are newer than the last one done.
pub fn due_periods(job: Scheduled, isp: &Isp, last_done: Option<&str>, now: DateTime<Utc>) -> Vec<Due> {
    let today = business_day(now, isp.zone);
    match job.cadence {
        Cadence::Minutes(minutes) => {
            let begun = now.duration_trunc(TimeDelta::minutes(minutes)).unwrap_or(now);
            let period = begun.format("%Y-%m-%dT%H:%MZ").to_string();
            if last_done.is_some_and(|last| last >= period.as_str()) {
                Vec::new()
            } else {
                vec![Due { job: job.name, period, business_date: today }]
            }
        }
        Cadence::Daily { hour, minute, catch_up } => {
            let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
            let newest = if at_time(today, time, isp.zone) <= now { today } else { today - Days::new(1) };
            let oldest = newest - Days::new(catch_up.saturating_sub(1));
            // An ISP that never ran begins with today, not with the days before it was there.
            let after = last_done.and_then(|last| last.parse::<NaiveDate>().ok()).unwrap_or(newest - Days::new(1));
            let first = oldest.max(after + Days::new(1));
            first
                .iter_days()
                .take_while(|day| *day <= newest)
                .map(|day| Due { job: job.name, period: day.to_string(), business_date: day })
                .collect()
        }
    }
}

/// Does what is due now, at every ISP, one after the other. Problems of one job are written to its row and do not
/// stop the others.
pub async fn run_due(services: &Services, node: Uuid) -> Result<()> {
    let isps = {
        let mut tx = services.db.platform(&PlatformCaller::system("schedule")).await?;
        isps::list(&mut tx).await?
    };
    for isp in isps.iter().filter(|isp| isp.active) {
        for job in JOBS {
            let caller = Caller::system(isp.id, job.name);
            let last = {
                let mut tx = services.begin(&caller).await?;
                schedule::last_done(&mut tx, job.name).await?
            };
            for due in due_periods(*job, isp, last.as_deref(), services.now()) {
                run_one(services, isp, node, &due).await?;
            }
        }
    }
    Ok(())
}

/// Takes a period and does it, if nobody else has it.
async fn run_one(services: &Services, isp: &Isp, node: Uuid, due: &Due) -> Result<()> {
    let caller = Caller::system(isp.id, due.job);
    let mut tx = services.begin(&caller).await?;
    let won = schedule::claim(&mut tx, due.job, &due.period, node, services.now(), SILENCE).await?;
    tx.commit().await?;
    if !won {
        return Ok(());
    }
    let beating = tokio::spawn(beat(services.clone(), caller.clone(), due.clone(), node));
    let outcome = body(services, &caller, due).await;
    beating.abort();
    if let Err(error) = &outcome {
        tracing::error!(job = due.job, period = due.period, isp = %isp.short_name, %error, "a scheduled job failed; it will be tried again");
    }
    let mut tx = services.begin(&caller).await?;
    let outcome = outcome.map_err(|error| error.to_string());
    schedule::finish(&mut tx, due.job, &due.period, services.now(), outcome).await?;
    if matches!(JOBS.iter().find(|job| job.name == due.job).map(|job| job.cadence), Some(Cadence::Minutes(_))) {
        schedule::forget(&mut tx, due.job, services.now() - TimeDelta::days(2)).await?;
    }
    Ok(tx.commit().await?)
}

async fn beat(services: Services, caller: Caller, due: Due, node: Uuid) {
    loop {
        tokio::time::sleep(BEAT).await;
        let beaten = async {
            let mut tx = services.begin(&caller).await?;
            schedule::beat(&mut tx, due.job, &due.period, node, services.now()).await?;
            Ok::<_, services::Error>(tx.commit().await?)
        };
        if let Err(error) = beaten.await {
            tracing::warn!(%error, job = due.job, "heartbeat");
        }
    }
}

/// The work itself, one use case for each job.
async fn body(services: &Services, caller: &Caller, due: &Due) -> Result<Value> {
    match due.job {
        "billing.generate_cycle" => {
            let (run, outcome) = services::billing::run_billing(services, caller, due.business_date).await?;
            Ok(json!({ "run": run, "invoices": outcome.invoices, "problems": outcome.problems }))
        }
        "billing.suspend_overdue" => {
            let suspended = services::billing::suspend_overdue(services, caller).await?;
            Ok(json!({ "suspended": suspended }))
        }
        "radius.close_stale_sessions" => {
            let closed = services::radius::close_stale(services, caller.isp_id).await?;
            Ok(json!({ "closed": closed }))
        }
        "ledger.verify" => {
            let report = services::ledger::verify(services, caller).await?;
            if report.is_clean() {
                Ok(json!({ "entries": report.entries }))
            } else {
                Err(services::Error::Internal(format!("the books do not agree: {report:?}")))
            }
        }
        other => Err(services::Error::Internal(format!("no body for job {other}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::{AccessPolicy, SuspendedAccess};
    use domain::{Currency, IspId, TenantId};

    fn isp(zone: &str) -> Isp {
        Isp {
            id: IspId(Uuid::nil()),
            tenant_id: TenantId(Uuid::nil()),
            name: "Padma".into(),
            native_name: None,
            short_name: "padma".into(),
            zone: zone.parse().unwrap(),
            currency: Currency::Bdt,
            language: "en".into(),
            policy: AccessPolicy { suspended_access: SuspendedAccess::Walled, walled_list: "wall".into(), interim_seconds: 300 },
            active: true,
        }
    }

    fn days(last: Option<&str>, now: &str, zone: &str) -> Vec<String> {
        due_periods(JOBS[0], &isp(zone), last, now.parse().unwrap()).into_iter().map(|due| due.period).collect()
    }

    #[test]
    fn a_day_begins_at_the_isps_own_one_in_the_morning() {
        // 01:00 in Dhaka is 19:00 UTC of the day before.
        assert_eq!(days(Some("2026-11-20"), "2026-11-20T18:59:59Z", "Asia/Dhaka"), Vec::<String>::new());
        assert_eq!(days(Some("2026-11-20"), "2026-11-20T19:00:00Z", "Asia/Dhaka"), ["2026-11-21"]);
    }

    #[test]
    fn three_days_of_downtime_are_caught_up_day_by_day() {
        assert_eq!(days(Some("2026-11-18"), "2026-11-21T10:00:00Z", "Asia/Dhaka"), ["2026-11-19", "2026-11-20", "2026-11-21"]);
        assert_eq!(days(Some("2020-01-01"), "2026-11-21T10:00:00Z", "Asia/Dhaka").len(), 31);
        assert_eq!(days(None, "2026-11-21T10:00:00Z", "Asia/Dhaka"), ["2026-11-21"]);
    }

    #[test]
    fn the_hour_that_does_not_exist_does_not_skip_the_day() {
        // On 29 March 2026 London's clocks jump from 01:00 to 02:00.
        assert_eq!(days(Some("2026-03-28"), "2026-03-29T01:30:00Z", "Europe/London"), ["2026-03-29"]);
    }

    #[test]
    fn minutes_are_not_repeated() {
        let due = |last: Option<&str>| due_periods(JOBS[1], &isp("Asia/Dhaka"), last, "2026-11-21T10:17:00Z".parse().unwrap());
        assert_eq!(due(None)[0].period, "2026-11-21T10:10Z");
        assert!(due(Some("2026-11-21T10:10Z")).is_empty());
        assert_eq!(due(Some("2026-11-19T10:10Z")).len(), 1);
    }
}
