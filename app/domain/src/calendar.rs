//! Business days and periods. Periods are half-open: the start is in, the end is the first day of the next one.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// Days from `start` (in) to `end` (out).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Period {
    pub start: NaiveDate,
    pub end: NaiveDate,
}

impl Period {
    /// `None` unless the period holds at least one day.
    pub fn new(start: NaiveDate, end: NaiveDate) -> Option<Self> {
        (start < end).then_some(Self { start, end })
    }

    pub fn days(self) -> i64 {
        (self.end - self.start).num_days()
    }

    /// The last day inside, for people ("1 Nov to 30 Nov").
    pub fn last_day(self) -> NaiveDate {
        self.end.pred_opt().unwrap_or(self.end)
    }
}

/// The month-long period that starts on `day` (1 to 28) of a month and holds `date`.
pub fn billing_month(date: NaiveDate, day: u32) -> Option<Period> {
    let this = date.with_day(day)?;
    let start = if date >= this { this } else { this.checked_sub_months(Months::new(1))? };
    Period::new(start, start.checked_add_months(Months::new(1))?)
}

/// `n` months after `anchor`, on the anchor's day or the last day of a shorter month. Counted from the anchor each
/// time, so that 31 Jan gives 28 Feb and then 31 Mar.
pub fn months_after(anchor: NaiveDate, n: u32) -> Option<NaiveDate> {
    anchor.checked_add_months(Months::new(n))
}

pub fn add_days(date: NaiveDate, days: u32) -> Option<NaiveDate> {
    date.checked_add_days(Days::new(u64::from(days)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn a_billing_month_holds_its_day() {
        assert_eq!(billing_month(day(2026, 3, 15), 1), Period::new(day(2026, 3, 1), day(2026, 4, 1)));
        assert_eq!(billing_month(day(2026, 3, 9), 10), Period::new(day(2026, 2, 10), day(2026, 3, 10)));
        assert_eq!(billing_month(day(2026, 1, 1), 28), Period::new(day(2025, 12, 28), day(2026, 1, 28)));
    }

    #[test]
    fn month_ends_do_not_drift() {
        let anchor = day(2026, 1, 31);
        let dates: Vec<_> = (1..=3).filter_map(|n| months_after(anchor, n)).collect();
        assert_eq!(dates, [day(2026, 2, 28), day(2026, 3, 31), day(2026, 4, 30)]);
    }

    proptest! {
        #[test]
        fn every_day_is_in_exactly_one_billing_month(offset in 0i64..20_000, billing_day in 1u32..=28) {
            let date = day(1990, 1, 1) + chrono::TimeDelta::days(offset);
            let period = billing_month(date, billing_day).unwrap();
            prop_assert!(period.start <= date && date < period.end);
            prop_assert_eq!(billing_month(period.end, billing_day).unwrap().start, period.end);
        }
    }
}
