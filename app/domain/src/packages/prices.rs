//! A price and the days from which it changes. Each price holds until the next one begins, so two can never hold at
//! once: a change that would overlap one already planned is refused, and the past is never priced anew.

use crate::Problem;
use crate::money::LARGEST_MINOR;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// From this day on, so much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DatedPrice {
    pub from: NaiveDate,
    pub minor: i64,
}

/// All prices of one thing, oldest first, one a day at most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceLine(Vec<DatedPrice>);

/// What somebody wants to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceChange {
    pub minor: i64,
    pub from: NaiveDate,
    /// The first day on which the price before it holds again; `None`: until further notice.
    pub until: Option<NaiveDate>,
}

impl PriceLine {
    pub fn new(mut prices: Vec<DatedPrice>) -> Self {
        prices.sort();
        prices.dedup_by_key(|price| price.from);
        Self(prices)
    }

    pub fn prices(&self) -> &[DatedPrice] {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What it costs on a day; `None` before the first price.
    pub fn on(&self, day: NaiveDate) -> Option<i64> {
        self.0.iter().rev().find(|price| price.from <= day).map(|price| price.minor)
    }

    /// Changes that lie ahead.
    pub fn planned(&self, today: NaiveDate) -> impl Iterator<Item = DatedPrice> + '_ {
        self.0.iter().copied().filter(move |price| price.from > today)
    }

    /// Days on which it changes.
    pub fn days(&self) -> impl Iterator<Item = NaiveDate> + '_ {
        self.0.iter().map(|price| price.from)
    }

    /// The line after a change. Today's own price may be corrected today; what is planned must be withdrawn first.
    pub fn change(&self, change: PriceChange, today: NaiveDate) -> Result<PriceLine, Problem> {
        if !(0..=LARGEST_MINOR).contains(&change.minor) {
            return Err(Problem::new("price", "problem-amount-too-large"));
        }
        if change.from < today {
            return Err(Problem::new("price_from", "problem-price-date-past"));
        }
        if change.until.is_some_and(|until| until <= change.from) {
            return Err(Problem::new("price_until", "problem-price-date-order"));
        }
        let taken = self.planned(today).find(|price| match change.until {
            Some(until) => change.from <= price.from && price.from < until,
            None => price.from == change.from,
        });
        if let Some(taken) = taken {
            return Err(Problem::new("price_from", "problem-price-date-taken").with("date", taken.from));
        }
        let mut prices: Vec<_> = self.0.iter().copied().filter(|price| price.from != change.from).collect();
        prices.push(DatedPrice { from: change.from, minor: change.minor });
        if let Some(until) = change.until
            && !self.0.iter().any(|price| price.from == until)
        {
            let after = self.on(until).ok_or_else(|| Problem::new("price_until", "problem-price-nothing-after"))?;
            prices.push(DatedPrice { from: until, minor: after });
        }
        Ok(Self::new(prices))
    }

    /// The line without a change that was planned.
    pub fn withdraw(&self, from: NaiveDate, today: NaiveDate) -> Result<PriceLine, Problem> {
        if !self.planned(today).any(|price| price.from == from) {
            return Err(Problem::new("", "problem-price-not-planned"));
        }
        Ok(Self(self.0.iter().copied().filter(|price| price.from != from).collect()))
    }

    /// Rows of this line that another does not have as they are.
    pub fn added_to(&self, before: &PriceLine) -> Vec<DatedPrice> {
        self.0.iter().copied().filter(|price| !before.0.contains(price)).collect()
    }
}

/// Reads the days of a price form; empty `from` is today.
pub fn read_days(from: &str, until: &str, today: NaiveDate, problems: &mut Vec<Problem>) -> (NaiveDate, Option<NaiveDate>) {
    let mut day = |field: &str, text: &str| {
        let text = crate::money::ascii_digits(text.trim());
        if text.is_empty() {
            return None;
        }
        let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok();
        if day.is_none() {
            problems.push(Problem::new(field, "problem-date"));
        }
        day
    };
    let first = day("price_from", from).unwrap_or(today);
    let last = day("price_until", until);
    let far = today.checked_add_months(chrono::Months::new(120)).unwrap_or(today);
    for (field, day) in [("price_from", Some(first)), ("price_until", last)] {
        if day.is_some_and(|day| day > far) {
            problems.push(Problem::new(field, "problem-date-far"));
        }
    }
    // People say the last day; periods end before a day.
    (first, last.and_then(|day| day.succ_opt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn line() -> PriceLine {
        let price = |from, minor| DatedPrice { from: day(from), minor };
        PriceLine::new(vec![price("2026-12-01", 120), price("2000-01-01", 100)])
    }

    fn change(minor: i64, from: &str, until: Option<&str>) -> PriceChange {
        PriceChange { minor, from: day(from), until: until.map(day) }
    }

    #[test]
    fn a_price_holds_until_the_next_begins() {
        assert_eq!(line().on(day("1999-12-31")), None);
        assert_eq!(line().on(day("2026-11-30")), Some(100));
        assert_eq!(line().on(day("2026-12-01")), Some(120));
    }

    #[test]
    fn dates_that_overlap_are_refused_and_nothing_is_written() {
        let today = day("2026-11-21");
        for (wrong, field, key) in [
            (change(90, "2026-12-01", None), "price_from", "problem-price-date-taken"),
            (change(90, "2026-11-25", Some("2026-12-05")), "price_from", "problem-price-date-taken"),
            (change(90, "2026-11-20", None), "price_from", "problem-price-date-past"),
            (change(90, "2026-11-25", Some("2026-11-25")), "price_until", "problem-price-date-order"),
            (change(LARGEST_MINOR + 1, "2026-11-25", None), "price", "problem-amount-too-large"),
        ] {
            let problem = line().change(wrong, today).unwrap_err();
            assert_eq!((problem.field.as_str(), problem.key.as_str()), (field, key));
        }
        let first = PriceLine::default().change(change(90, "2026-11-25", Some("2026-11-28")), today).unwrap_err();
        assert_eq!(first.key, "problem-price-nothing-after");
    }

    #[test]
    fn a_price_for_a_while_gives_way_to_what_was_before() {
        let today = day("2026-11-21");
        let after = line().change(change(80, "2026-11-21", Some("2026-11-25")), today).unwrap();
        assert_eq!([20, 21, 24, 25].map(|n| after.on(day(&format!("2026-11-{n}")))), [Some(100), Some(80), Some(80), Some(100)]);
        let up_to_the_next = line().change(change(80, "2026-11-25", Some("2026-12-01")), today).unwrap();
        assert_eq!(up_to_the_next.on(day("2026-12-01")), Some(120));
        assert_eq!(up_to_the_next.prices().len(), 3);
        let corrected = after.change(change(85, "2026-11-21", None), today).unwrap();
        assert_eq!((corrected.on(today), corrected.prices().len()), (Some(85), 4));
    }

    #[test]
    fn only_what_lies_ahead_can_be_withdrawn() {
        let today = day("2026-11-21");
        assert_eq!(line().withdraw(day("2026-12-01"), today).unwrap().prices().len(), 1);
        assert_eq!(line().withdraw(day("2000-01-01"), today).unwrap_err().key, "problem-price-not-planned");
    }
}
