//! What an ISP wants of dunning as a whole: when nobody is written to, which days are days of rest, what a promise may
//! be, and when a run that cuts people off must stop and ask.

use super::brake::BrakeLimits;
use super::promise::PromiseRules;
use crate::Problem;
use crate::money::ascii_digits;
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

/// The settings as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    pub version: i32,
}

impl Settings {
    /// What holds until an ISP says otherwise: quiet from nine in the evening to eight in the morning, stop at a fifth
    /// or three times the usual, and a promise of up to a week once a month.
    pub fn usual(zone: &str) -> Self {
        Self {
            quiet: Quiet { from: time(21), until: time(8) },
            weekend: super::weekend_of(zone),
            brake_share: 20,
            brake_times: 3,
            brake_least: 5,
            promise_days: 7,
            promise_per_cycle: 1,
            promise_per_year: 3,
            promise_by_customer: true,
            version: 0,
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

fn time(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default()
}

/// The form as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsForm {
    pub quiet_from: String,
    pub quiet_until: String,
    /// Days of the week that are ticked.
    #[serde(default)]
    pub weekend: Vec<String>,
    pub brake_share: String,
    pub brake_times: String,
    pub brake_least: String,
    pub promise_days: String,
    pub promise_per_cycle: String,
    pub promise_per_year: String,
    #[serde(default)]
    pub promise_by_customer: Option<String>,
    #[serde(default)]
    pub version: String,
}

/// Reads the form, or says beside each field what is wrong.
pub fn read_settings(form: &SettingsForm) -> Result<Settings, Vec<Problem>> {
    let mut problems = Vec::new();
    let quiet = Quiet {
        from: read_time("quiet_from", &form.quiet_from, &mut problems),
        until: read_time("quiet_until", &form.quiet_until, &mut problems),
    };
    let mut weekend: Vec<i16> = form.weekend.iter().filter_map(|day| day.parse().ok()).filter(|day| (1..=7).contains(day)).collect();
    weekend.sort_unstable();
    weekend.dedup();
    if weekend.len() != form.weekend.len() {
        problems.push(Problem::new("weekend", "problem-choice"));
    } else if weekend.len() == 7 {
        problems.push(Problem::new("weekend", "problem-weekend-whole"));
    }
    let mut number = |field: &str, text: &str, least: i32, most: i32| {
        let read = ascii_digits(text.trim()).parse::<i32>().ok().filter(|value| (least..=most).contains(value));
        read.unwrap_or_else(|| {
            problems.push(Problem::new(field, "problem-number-range").with("least", least).with("most", most));
            least
        })
    };
    let small = |value: i32| i16::try_from(value).unwrap_or(i16::MAX);
    let settings = Settings {
        quiet,
        weekend,
        brake_share: small(number("brake_share", &form.brake_share, 0, 100)),
        brake_times: small(number("brake_times", &form.brake_times, 0, 100)),
        brake_least: number("brake_least", &form.brake_least, 1, 1_000_000),
        promise_days: small(number("promise_days", &form.promise_days, 1, 30)),
        promise_per_cycle: small(number("promise_per_cycle", &form.promise_per_cycle, 0, 30)),
        promise_per_year: small(number("promise_per_year", &form.promise_per_year, 0, 100)),
        promise_by_customer: form.promise_by_customer.is_some(),
        version: form.version.trim().parse().unwrap_or(0),
    };
    if problems.is_empty() { Ok(settings) } else { Err(problems) }
}

fn read_time(field: &str, text: &str, problems: &mut Vec<Problem>) -> NaiveTime {
    let text = ascii_digits(text.trim());
    NaiveTime::parse_from_str(&text, "%H:%M").or_else(|_| NaiveTime::parse_from_str(&text, "%H:%M:%S")).unwrap_or_else(|_| {
        problems.push(Problem::new(field, "problem-time-of-day"));
        NaiveTime::MIN
    })
}

#[cfg(all(test, feature = "zones"))]
mod tests {
    use super::*;
    use crate::zones::Tz;
    use chrono::{DateTime, Utc};
    use proptest::prelude::*;

    #[test]
    fn what_comes_in_the_night_waits_for_the_morning() {
        let quiet = Settings::usual("Asia/Dhaka").quiet;
        let next = |now: &str| quiet.next_allowed(now.parse().unwrap(), Tz::Asia__Dhaka).to_rfc3339();
        // 22:30, 03:00 and 09:00 in Dhaka.
        assert_eq!(next("2026-11-21T16:30:00Z"), "2026-11-22T02:00:00+00:00");
        assert_eq!(next("2026-11-21T21:00:00Z"), "2026-11-22T02:00:00+00:00");
        assert_eq!(next("2026-11-21T03:00:00Z"), "2026-11-21T03:00:00+00:00");
        assert_eq!(next("2026-11-21T02:00:00Z"), "2026-11-21T02:00:00+00:00", "the quiet is over at eight sharp");
    }

    #[test]
    fn the_form_says_what_is_wrong_beside_each_field() {
        let form = SettingsForm {
            quiet_from: "২১:০০".into(),
            quiet_until: "25:00".into(),
            weekend: (1..=7).map(|day| day.to_string()).collect(),
            brake_share: "101".into(),
            brake_times: "3".into(),
            brake_least: "0".into(),
            promise_days: "-1".into(),
            promise_per_cycle: "1".into(),
            promise_per_year: "৩".into(),
            ..SettingsForm::default()
        };
        let problems = read_settings(&form).unwrap_err();
        let fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["quiet_until", "weekend", "brake_share", "brake_least", "promise_days"]);
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
