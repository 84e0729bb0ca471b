//! What dunning reads of the settings: when nobody is written to, which days are days of rest, what a promise may be, and
//! when a run that cuts people off must stop and ask.

use super::brake::BrakeLimits;
use super::promise::PromiseRules;
use crate::settings::{Key, Values};
use chrono::NaiveTime;
#[cfg(feature = "zones")]
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// Hours in which nobody is written to: from `from` until `until`, over midnight or not. The same time twice: none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiet {
    pub from: NaiveTime,
    pub until: NaiveTime,
}

impl Quiet {
    pub fn covers(self, time: NaiveTime) -> bool {
        if self.from <= self.until { self.from <= time && time < self.until } else { time >= self.from || time < self.until }
    }

    /// The first minute at or after `now` at which somebody may be written to, in the zone's own time.
    #[cfg(feature = "zones")]
    pub fn next_allowed(self, now: chrono::DateTime<chrono::Utc>, zone: crate::zones::Tz) -> chrono::DateTime<chrono::Utc> {
        let local = now.with_timezone(&zone).naive_local();
        if !self.covers(local.time()) {
            return now;
        }
        let day = if local.time() < self.until { local.date() } else { local.date() + TimeDelta::days(1) };
        // On the day the clocks go back the end of the quiet comes twice: the first one is the end.
        crate::zones::at_time(day, self.until, zone).max(now)
    }
}

/// The settings as they hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub quiet: Quiet,
    /// ISO days of the week, 1 is Monday.
    pub weekend: Vec<i16>,
    pub brake_share: i16,
    pub brake_times: i16,
    pub brake_least: i32,
    pub promise_days: i16,
    pub promise_per_cycle: i16,
    pub promise_per_year: i16,
    pub promise_by_customer: bool,
}

impl Settings {
    /// As they hold at a place.
    pub fn of(values: &Values) -> Self {
        let small = |key: Key| i16::try_from(values.number(key)).unwrap_or(i16::MAX);
        Self {
            quiet: Quiet { from: values.time(Key::QuietFrom), until: values.time(Key::QuietUntil) },
            weekend: values.weekdays(Key::Weekend),
            brake_share: small(Key::BrakeShare),
            brake_times: small(Key::BrakeTimes),
            brake_least: i32::try_from(values.number(Key::BrakeLeast)).unwrap_or(i32::MAX),
            promise_days: small(Key::PromiseDays),
            promise_per_cycle: small(Key::PromisePerCycle),
            promise_per_year: small(Key::PromisePerYear),
            promise_by_customer: values.is_on(Key::PromiseByCustomer),
        }
    }

    pub fn brake(&self) -> BrakeLimits {
        BrakeLimits { share: self.brake_share, times: self.brake_times, least: self.brake_least }
    }

    pub fn promise(&self) -> PromiseRules {
        PromiseRules {
            days: self.promise_days,
            per_cycle: self.promise_per_cycle,
            per_year: self.promise_per_year,
            by_customer: self.promise_by_customer,
        }
    }
}

#[cfg(all(test, feature = "zones"))]
mod tests {
    use super::*;
    use crate::zones::Tz;
    use chrono::{DateTime, Utc};
    use proptest::prelude::*;

    #[test]
    fn what_comes_in_the_night_waits_for_the_morning() {
        let quiet = Settings::of(&Values::new("Asia/Dhaka", Vec::new())).quiet;
        let next = |now: &str| quiet.next_allowed(now.parse().unwrap(), Tz::Asia__Dhaka).to_rfc3339();
        // 22:30, 03:00 and 09:00 in Dhaka.
        assert_eq!(next("2026-11-21T16:30:00Z"), "2026-11-22T02:00:00+00:00");
        assert_eq!(next("2026-11-21T21:00:00Z"), "2026-11-22T02:00:00+00:00");
        assert_eq!(next("2026-11-21T03:00:00Z"), "2026-11-21T03:00:00+00:00");
        assert_eq!(next("2026-11-21T02:00:00Z"), "2026-11-21T02:00:00+00:00", "the quiet is over at eight sharp");
    }

    proptest! {
        #[test]
        fn nobody_is_written_to_in_the_quiet_hours(
            at in 1_700_000_000i64..1_900_000_000, from in 0u32..1440, until in 0u32..1440,
            zone in prop::sample::select(vec!["Asia/Dhaka", "Europe/London", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "Pacific/Kiritimati"])
        ) {
            let zone: Tz = zone.parse().unwrap();
            let clock = |minute: u32| NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).unwrap();
            let quiet = Quiet { from: clock(from), until: clock(until) };
            let now: DateTime<Utc> = DateTime::from_timestamp(at, 0).unwrap();
            let allowed = quiet.next_allowed(now, zone);
            prop_assert!(allowed >= now && allowed <= now + TimeDelta::hours(26));
            // Where the clocks are changed in the quiet hours, its end may be a time that does not exist or comes twice.
            let shift = |at: DateTime<Utc>| { use chrono::{Offset, TimeZone}; zone.offset_from_utc_datetime(&at.naive_utc()).fix() };
            if shift(now) == shift(allowed) && shift(allowed) == shift(allowed + TimeDelta::hours(2)) {
                prop_assert!(!quiet.covers(allowed.with_timezone(&zone).time()));
            }
        }
    }
}
