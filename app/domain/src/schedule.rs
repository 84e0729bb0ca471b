//! When a job is due, which periods were missed, and when it counts as late: functions of a cadence, a zone and `now`.
//! Runs nothing and remembers nothing; what was done is told by a watermark.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
#[cfg(feature = "zones")]
use chrono::{DurationRound, NaiveTime};

/// When a job runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cadence {
    /// Once a business day, from this local time on; missed days are caught up one by one, at most so many.
    Daily { hour: u32, minute: u32, catch_up: u64 },
    /// Once in so many minutes; what was missed is not repeated.
    Minutes(i64),
}

/// A period that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// Sorts like time: a date, or an instant in UTC.
    pub key: String,
    pub business_date: NaiveDate,
    pub begun_at: DateTime<Utc>,
}

/// Days that lie too far back to be caught up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skipped {
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub days: i64,
}

/// What a job has to do now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// Oldest first.
    pub periods: Vec<Period>,
    pub skipped: Option<Skipped>,
}

/// How long a daily job may be overdue before people are told.
const DAILY_PATIENCE: TimeDelta = TimeDelta::hours(2);
/// Minutes after which a failed period is tried again, by how often it was tried.
const BACKOFF: [i64; 5] = [1, 5, 15, 30, 60];

impl Cadence {
    /// Overdue by more than this is late. Together with the period itself this is twice the cadence, and less for
    /// daily jobs: nobody wants to hear on the third day that nothing was billed.
    pub fn patience(self) -> TimeDelta {
        match self {
            Cadence::Daily { .. } => DAILY_PATIENCE,
            Cadence::Minutes(minutes) => TimeDelta::minutes(minutes),
        }
    }

    /// The oldest business day that may still be caught up when `newest` is the newest one.
    pub fn oldest(self, newest: NaiveDate) -> NaiveDate {
        match self {
            Cadence::Daily { catch_up, .. } => newest.checked_sub_days(Days::new(catch_up.saturating_sub(1))).unwrap_or(newest),
            Cadence::Minutes(_) => newest,
        }
    }
}

/// How long after a failure the same period is tried again.
pub fn backoff(attempts: i32) -> TimeDelta {
    let index = usize::try_from(attempts.max(1) - 1).unwrap_or(0).min(BACKOFF.len() - 1);
    TimeDelta::minutes(BACKOFF[index])
}

#[cfg(feature = "zones")]
mod in_a_zone {
    use super::*;
    use crate::zones::{Tz, at_time, business_day};

    fn begins(day: NaiveDate, hour: u32, minute: u32, zone: Tz) -> DateTime<Utc> {
        at_time(day, NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default(), zone)
    }

    /// The newest period of a cadence that has begun by `now`.
    pub fn newest_period(cadence: Cadence, zone: Tz, now: DateTime<Utc>) -> Period {
        match cadence {
            Cadence::Minutes(minutes) => {
                let begun_at = now.duration_trunc(TimeDelta::minutes(minutes)).unwrap_or(now);
                Period { key: begun_at.format("%Y-%m-%dT%H:%MZ").to_string(), business_date: business_day(now, zone), begun_at }
            }
            Cadence::Daily { hour, minute, .. } => {
                let today = business_day(now, zone);
                let day = if begins(today, hour, minute, zone) <= now { today } else { today - Days::new(1) };
                Period { key: day.to_string(), business_date: day, begun_at: begins(day, hour, minute, zone) }
            }
        }
    }

    /// The periods that have begun by `now` and are newer than the watermark.
    pub fn due(cadence: Cadence, zone: Tz, watermark: Option<&str>, now: DateTime<Utc>) -> Due {
        let newest = newest_period(cadence, zone, now);
        if watermark.is_some_and(|watermark| watermark >= newest.key.as_str()) {
            return Due::default();
        }
        let Cadence::Daily { hour, minute, .. } = cadence else {
            return Due { periods: vec![newest], skipped: None };
        };
        // An ISP that never ran begins with today, not with the days before it was there.
        let after = watermark.and_then(|watermark| watermark.parse::<NaiveDate>().ok()).unwrap_or(newest.business_date - Days::new(1));
        let missed = after + Days::new(1);
        let first = missed.max(cadence.oldest(newest.business_date));
        let skipped = (missed < first).then(|| Skipped { first: missed, last: first - Days::new(1), days: (first - missed).num_days() });
        let periods = first
            .iter_days()
            .take_while(|day| *day <= newest.business_date)
            .map(|day| Period { key: day.to_string(), business_date: day, begun_at: begins(day, hour, minute, zone) })
            .collect();
        Due { periods, skipped }
    }

    /// Since when a job that ran before is late, if it is.
    pub fn late_since(cadence: Cadence, zone: Tz, watermark: Option<&str>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        watermark?;
        let waiting_since = match cadence {
            // The period after the one that was done: its beginning is when the silence began.
            Cadence::Minutes(minutes) => {
                let done = DateTime::parse_from_str(&format!("{}+0000", watermark?.trim_end_matches('Z')), "%Y-%m-%dT%H:%M%z").ok()?;
                done.with_timezone(&Utc) + TimeDelta::minutes(minutes)
            }
            Cadence::Daily { .. } => due(cadence, zone, watermark, now).periods.first()?.begun_at,
        };
        (waiting_since + cadence.patience() < now).then_some(waiting_since)
    }

    /// When the job runs next, if nothing is due now.
    pub fn next_at(cadence: Cadence, zone: Tz, now: DateTime<Utc>) -> DateTime<Utc> {
        let newest = newest_period(cadence, zone, now);
        match cadence {
            Cadence::Minutes(minutes) => newest.begun_at + TimeDelta::minutes(minutes),
            Cadence::Daily { hour, minute, .. } => begins(newest.business_date + Days::new(1), hour, minute, zone),
        }
    }
}

#[cfg(feature = "zones")]
pub use in_a_zone::{due, late_since, newest_period, next_at};

#[cfg(feature = "zones")]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::zones::{Tz, business_day};
    use proptest::prelude::*;

    const BILLING: Cadence = Cadence::Daily { hour: 1, minute: 0, catch_up: 31 };

    fn days(watermark: Option<&str>, now: &str, zone: &str) -> Vec<String> {
        due(BILLING, zone.parse().unwrap(), watermark, now.parse().unwrap()).periods.into_iter().map(|period| period.key).collect()
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
        assert_eq!(days(None, "2026-11-21T10:00:00Z", "Asia/Dhaka"), ["2026-11-21"]);
    }

    #[test]
    fn what_lies_too_far_back_is_reported_and_not_silently_dropped() {
        let found = due(BILLING, Tz::Asia__Dhaka, Some("2026-10-01"), "2026-11-21T10:00:00Z".parse().unwrap());
        assert_eq!(found.periods.len(), 31);
        assert_eq!(found.periods[0].key, "2026-10-22");
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(found.skipped, Some(Skipped { first: day("2026-10-02"), last: day("2026-10-21"), days: 20 }));
    }

    #[test]
    fn the_hour_that_does_not_exist_does_not_skip_the_day() {
        // On 29 March 2026 London's clocks jump from 01:00 to 02:00, on 25 October they show 01:00 twice.
        assert_eq!(days(Some("2026-03-28"), "2026-03-29T00:59:59Z", "Europe/London"), Vec::<String>::new());
        assert_eq!(days(Some("2026-03-28"), "2026-03-29T01:00:00Z", "Europe/London"), ["2026-03-29"]);
        assert_eq!(days(Some("2026-10-24"), "2026-10-25T00:00:00Z", "Europe/London"), ["2026-10-25"]);
        assert_eq!(days(Some("2026-10-25"), "2026-10-25T01:30:00Z", "Europe/London"), Vec::<String>::new());
    }

    #[test]
    fn minutes_are_not_repeated() {
        let now = "2026-11-21T10:17:00Z".parse().unwrap();
        let keys = |watermark| due(Cadence::Minutes(10), Tz::Asia__Dhaka, watermark, now).periods;
        assert_eq!(keys(None)[0].key, "2026-11-21T10:10Z");
        assert!(keys(Some("2026-11-21T10:10Z")).is_empty());
        assert_eq!(keys(Some("2026-11-19T10:10Z")).len(), 1);
    }

    #[test]
    fn a_silent_job_is_late_within_twice_its_cadence() {
        let late = |minute: &str| late_since(Cadence::Minutes(10), Tz::UTC, Some("2026-11-21T10:10Z"), minute.parse().unwrap());
        assert_eq!(late("2026-11-21T10:30:00Z"), None);
        assert_eq!(late("2026-11-21T10:30:01Z"), Some("2026-11-21T10:20:00Z".parse().unwrap()));
        let late = |hour: &str| late_since(BILLING, Tz::UTC, Some("2026-11-20"), hour.parse().unwrap());
        assert_eq!(late("2026-11-21T03:00:00Z"), None);
        assert_eq!(late("2026-11-21T03:00:01Z"), Some("2026-11-21T01:00:00Z".parse().unwrap()));
    }

    #[test]
    fn a_failing_period_is_not_tried_in_a_hot_loop() {
        assert_eq!([1, 2, 5, 50].map(|attempts| backoff(attempts).num_minutes()), [1, 5, 60, 60]);
    }

    proptest! {
        /// However irregularly somebody looks, in whatever zone and over whatever change of clocks, every business day
        /// is due once, in order, and never before its own time.
        #[test]
        fn every_day_is_due_once_in_every_zone(
            start in 1_577_836_800i64..1_900_000_000, looks in prop::collection::vec(60i64..400_000, 1..40), hour in 0u32..24,
            zone in prop::sample::select(vec![
                "Asia/Dhaka", "Pacific/Kiritimati", "Etc/GMT+12", "Etc/GMT-14", "Pacific/Niue", "Europe/London", "America/New_York",
                "America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca",
            ])
        ) {
            let zone: Tz = zone.parse().unwrap();
            let cadence = Cadence::Daily { hour, minute: 30, catch_up: 31 };
            let mut now = DateTime::from_timestamp(start, 0).unwrap();
            let mut watermark = newest_period(cadence, zone, now).key;
            for look in looks {
                now += TimeDelta::seconds(look);
                for period in due(cadence, zone, Some(&watermark), now).periods {
                    let expected = watermark.parse::<NaiveDate>().unwrap() + Days::new(1);
                    prop_assert_eq!(period.business_date, expected);
                    prop_assert!(period.begun_at <= now && business_day(period.begun_at, zone) >= period.business_date);
                    watermark = period.key;
                }
                prop_assert!(next_at(cadence, zone, now) > now);
                prop_assert!(due(cadence, zone, Some(&watermark), now).periods.is_empty());
            }
        }
    }
}
