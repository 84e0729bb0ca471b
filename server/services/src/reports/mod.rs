//! Financial reports (REP-02, REP-06): figures over time that tie to the ledger, and the same as files.

mod bills;
mod files;
mod revenue;

pub use bills::bills;
pub use files::{Format, bills_file, revenue_file};
pub use revenue::revenue;

use chrono::NaiveDate;
use domain::reports::{Grain, columns};
use std::collections::BTreeMap;

/// What a report is asked for. Both days are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub grain: Grain,
    pub from: NaiveDate,
    pub until: NaiveDate,
}

impl Range {
    /// What was asked for as far as it makes sense: not backwards, not more columns than anybody can look at.
    pub fn new(grain: Grain, from: Option<NaiveDate>, until: Option<NaiveDate>, today: NaiveDate) -> Self {
        let until = until.unwrap_or(today);
        let from = from.filter(|from| *from <= until).unwrap_or_else(|| grain.usual_from(until));
        let most = chrono::Days::new(366 * 20);
        Self { grain, from: from.max(until.checked_sub_days(most).unwrap_or(from)), until }
    }

    /// As many days right before it.
    pub fn before(self) -> (NaiveDate, NaiveDate) {
        let days = (self.until - self.from).num_days() + 1;
        (self.from - chrono::TimeDelta::days(days), self.from - chrono::TimeDelta::days(1))
    }

    /// Sums of days as sums of columns, every column there even when nothing happened in it.
    fn by_column(self, days: impl IntoIterator<Item = (NaiveDate, i64)>) -> BTreeMap<NaiveDate, i64> {
        let mut sums: BTreeMap<NaiveDate, i64> = columns(self.grain, self.from, self.until).into_iter().map(|start| (start, 0)).collect();
        for (day, amount) in days {
            *sums.entry(self.grain.start(day)).or_default() += amount;
        }
        sums
    }
}
