//! Figures over time, as reports show them: revenue out of the ledger, billed by issue date, collected by payment date.
//! Shares and growth are whole tenths of a percent; no figure is ever a float.

use crate::{CustomerId, Money};
use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// How wide one column of a report is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    Day,
    Week,
    #[default]
    Month,
    Year,
}

impl Grain {
    pub const ALL: [Grain; 4] = [Grain::Day, Grain::Week, Grain::Month, Grain::Year];

    pub fn slug(self) -> &'static str {
        match self {
            Grain::Day => "day",
            Grain::Week => "week",
            Grain::Month => "month",
            Grain::Year => "year",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grain| grain.slug() == slug)
    }

    /// First day of the column that holds `day`. Weeks begin on Monday, as in ISO 8601.
    pub fn start(self, day: NaiveDate) -> NaiveDate {
        match self {
            Grain::Day => day,
            Grain::Week => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
            Grain::Month => day.with_day(1).unwrap_or(day),
            Grain::Year => day.with_day(1).and_then(|day| day.with_month(1)).unwrap_or(day),
        }
    }

    /// First day of the next column.
    pub fn next(self, start: NaiveDate) -> NaiveDate {
        match self {
            Grain::Day => start + Days::new(1),
            Grain::Week => start + Days::new(7),
            Grain::Month => start + Months::new(1),
            Grain::Year => start + Months::new(12),
        }
    }

    /// As many columns as fit a screen, the last one holding `today`.
    pub fn usual_from(self, today: NaiveDate) -> NaiveDate {
        match self {
            Grain::Day => today - Days::new(29),
            Grain::Week => self.start(today) - Days::new(7 * 11),
            Grain::Month => self.start(today) - Months::new(11),
            Grain::Year => self.start(today) - Months::new(12 * 4),
        }
    }
}

/// Starts of all columns from the one that holds `from` to the one that holds `until`.
pub fn columns(grain: Grain, from: NaiveDate, until: NaiveDate) -> Vec<NaiveDate> {
    let mut starts = Vec::new();
    let mut start = grain.start(from);
    while start <= until && starts.len() < 1_000 {
        starts.push(start);
        start = grain.next(start);
    }
    starts
}

/// Growth in tenths of a percent, rounded half up; `None` when there was nothing before.
pub fn growth_tenths(now: i64, before: i64) -> Option<i64> {
    if before == 0 {
        return None;
    }
    let (change, base) = (i128::from(now) - i128::from(before), i128::from(before).abs());
    let doubled = change * 2_000;
    let rounded = (doubled + base * doubled.signum()) / (base * 2);
    i64::try_from(rounded).ok()
}

/// What revenue is cut by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub name: String,
    pub amount: Money,
    pub count: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevenueReport {
    pub grain: Grain,
    pub from: NaiveDate,
    /// Last day, in.
    pub until: NaiveDate,
    /// Start of the column, revenue in it.
    pub columns: Vec<(NaiveDate, i64)>,
    pub total: Money,
    /// The same number of days before `from`.
    pub before: Money,
    pub by_package: Vec<Share>,
    pub by_method: Vec<Share>,
    pub collected: Money,
}

/// A column of billed against collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BilledColumn {
    pub start: NaiveDate,
    pub billed: i64,
    pub bills: i64,
    pub collected: i64,
    pub receipts: i64,
    pub discounts: i64,
}

/// Bills of the range by what became of them: state, how many, total, still due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillsByState {
    pub state: crate::billing::InvoiceState,
    pub bills: i64,
    pub total: Money,
    pub due: Money,
}

/// Somebody who pays after the due date, or not yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatePayer {
    pub customer_id: CustomerId,
    pub number: String,
    pub name: String,
    /// Bills of the range that were paid late or are overdue.
    pub late: i64,
    pub bills: i64,
    pub days_late: i64,
    pub overdue: Money,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillsReport {
    pub grain: Grain,
    pub from: NaiveDate,
    pub until: NaiveDate,
    pub columns: Vec<BilledColumn>,
    pub billed: Money,
    pub collected: Money,
    pub discounts: Money,
    pub states: Vec<BillsByState>,
    pub late: Vec<LatePayer>,
    /// Everything that is due today, of whatever age.
    pub due_now: Money,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn columns_begin_where_people_expect() {
        assert_eq!(Grain::Week.start(day("2026-11-22")), day("2026-11-16"), "a Sunday belongs to the week before");
        assert_eq!(columns(Grain::Month, day("2026-01-31"), day("2026-03-01")), [day("2026-01-01"), day("2026-02-01"), day("2026-03-01")]);
        assert_eq!(columns(Grain::Year, day("2025-06-01"), day("2026-01-01")).len(), 2);
        assert!(columns(Grain::Day, day("2026-02-01"), day("2026-01-01")).is_empty());
    }

    #[test]
    fn growth_is_told_only_from_something() {
        assert_eq!(growth_tenths(110, 100), Some(100));
        assert_eq!(growth_tenths(50, 100), Some(-500));
        assert_eq!(growth_tenths(1, 3), Some(-667));
        assert_eq!(growth_tenths(5, 0), None);
    }

    proptest! {
        #[test]
        fn every_day_is_in_one_column(offset in 0i64..20_000, grain in 0usize..4) {
            let grain = Grain::ALL[grain];
            let date = day("1990-01-01") + chrono::TimeDelta::days(offset);
            let start = grain.start(date);
            prop_assert!(start <= date && date < grain.next(start));
            prop_assert_eq!(grain.start(grain.next(start)), grain.next(start));
        }
    }
}
