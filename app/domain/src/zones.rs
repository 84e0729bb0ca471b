//! Instants to business days and back, in an ISP's IANA zone. Server only: the zone table is too large for a browser.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
pub use chrono_tz::Tz;

/// The business day that an instant falls on.
pub fn business_day(at: DateTime<Utc>, zone: Tz) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

/// The first instant of a day. Where the clocks jump over midnight, the first instant that exists.
pub fn start_of_day(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    at_time(day, NaiveTime::MIN, zone)
}

/// A wall-clock time on a day; the earlier of two when the clocks go back, the first that exists when they jump.
pub fn at_time(day: NaiveDate, time: NaiveTime, zone: Tz) -> DateTime<Utc> {
    let mut local = day.and_time(time);
    for _ in 0..=4 * 24 {
        if let Some(found) = zone.from_local_datetime(&local).earliest() {
            return found.with_timezone(&Utc);
        }
        local += TimeDelta::minutes(15);
    }
    // No zone skips a whole day and its successor; should one ever, UTC is the honest fallback.
    day.and_time(time).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn midnight_that_does_not_exist() {
        let zone: Tz = "America/Santiago".parse().unwrap();
        let day = NaiveDate::from_ymd_opt(2024, 9, 8).unwrap();
        assert_eq!(start_of_day(day, zone).to_rfc3339(), "2024-09-08T04:00:00+00:00");
    }

    #[test]
    fn a_day_that_was_skipped() {
        let zone: Tz = "Pacific/Apia".parse().unwrap();
        let day = NaiveDate::from_ymd_opt(2011, 12, 30).unwrap();
        assert_eq!(start_of_day(day, zone).to_rfc3339(), "2011-12-30T10:00:00+00:00");
    }

    proptest! {
        #[test]
        fn a_day_starts_on_itself(offset in 0i64..30_000, zone in prop::sample::select(vec![
            "Asia/Dhaka", "Pacific/Kiritimati", "Pacific/Niue", "Europe/London", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe",
        ])) {
            let zone: Tz = zone.parse().unwrap();
            let day = NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + TimeDelta::days(offset);
            let start = start_of_day(day, zone);
            prop_assert_eq!(business_day(start, zone), day);
            prop_assert!(business_day(start - TimeDelta::seconds(1), zone) < day);
        }
    }
}
