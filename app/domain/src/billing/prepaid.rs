//! Prepaid time, to the minute from the purchase (BIL-05): what it costs, until when it lasts, and what is left of one
//! package when another one begins.

use crate::money::round_line;
use crate::packages::Validity;
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

/// Minutes that the price of a package stands for. A monthly price is one for `daily_base` days a month.
pub fn base_minutes(validity: Validity, daily_base: u16) -> i64 {
    match validity {
        Validity::Months(count) => i64::from(count) * i64::from(daily_base) * 1_440,
        Validity::Days(count) => i64::from(count) * 1_440,
        Validity::Hours(count) => i64::from(count) * 60,
        Validity::Minutes(count) => i64::from(count),
    }
}

/// A package as time is bought of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimePrice {
    pub price_minor: i64,
    pub base_minutes: i64,
}

impl TimePrice {
    /// `round_half_up(price x minutes / base)`.
    pub fn cost(self, minutes: i64) -> Option<i64> {
        round_line(Decimal::from(self.price_minor).checked_mul(Decimal::from(minutes))?.checked_div(Decimal::from(self.base_minutes))?)
    }
}

/// Time that was bought: from when, until when, and how much of it another package's rest was worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bought {
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    pub converted_minutes: i64,
}

/// Adds `minutes` to a line. The same package goes on from where it ends, if that is still to come; the rest of another
/// one (`other`: its price, when it is converted) becomes time of the new one, rounded down to the minute.
pub fn buy(
    now: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    minutes: i64,
    new: TimePrice,
    other: Option<Option<TimePrice>>,
) -> Option<Bought> {
    let left = expires_at.filter(|end| *end > now);
    let (from, converted_minutes) = match (left, other) {
        (Some(end), None) => (end, 0),
        (Some(end), Some(Some(old))) => (now, converted(old, new, (end - now).num_minutes())?),
        _ => (now, 0),
    };
    let until = from.checked_add_signed(TimeDelta::try_minutes(minutes.checked_add(converted_minutes)?)?)?;
    Some(Bought { from, until, converted_minutes })
}

/// Minutes of the new package that so many of the old one are worth. Nothing for what costs nothing on either side.
fn converted(old: TimePrice, new: TimePrice, minutes: i64) -> Option<i64> {
    if old.price_minor == 0 || new.price_minor == 0 {
        return Some(0);
    }
    let worth = Decimal::from(old.price_minor).checked_mul(Decimal::from(minutes))?.checked_div(Decimal::from(old.base_minutes))?;
    let minutes = worth.checked_mul(Decimal::from(new.base_minutes))?.checked_div(Decimal::from(new.price_minor))?;
    i64::try_from(minutes.floor()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MONTH: TimePrice = TimePrice { price_minor: 90_000, base_minutes: 30 * 1_440 };

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn ten_days_and_five_hours_of_a_monthly_price() {
        assert_eq!(MONTH.cost(10 * 1_440), Some(30_000));
        assert_eq!(MONTH.cost(10 * 1_440 + 5 * 60), Some(30_625));
        assert_eq!(base_minutes(Validity::Months(1), 31), 31 * 1_440);
    }

    #[test]
    fn time_is_added_to_what_is_left_and_to_now_when_nothing_is() {
        let now = at("2026-11-21T10:07:00Z");
        let later = buy(now, Some(at("2026-11-23T08:30:00Z")), 1_440, MONTH, None).unwrap();
        assert_eq!(later.until, at("2026-11-24T08:30:00Z"));
        let over = buy(now, Some(at("2026-11-20T08:30:00Z")), 1_440, MONTH, None).unwrap();
        assert_eq!((over.from, over.until), (now, at("2026-11-22T10:07:00Z")));
    }

    #[test]
    fn ten_days_of_one_are_five_of_twice_the_price() {
        let now = at("2026-11-21T10:07:00Z");
        let double = TimePrice { price_minor: 180_000, ..MONTH };
        let bought = buy(now, Some(now + TimeDelta::days(10)), 1_440, double, Some(Some(MONTH))).unwrap();
        assert_eq!((bought.converted_minutes, bought.until), (5 * 1_440, now + TimeDelta::days(6)));
        let lost = buy(now, Some(now + TimeDelta::days(10)), 1_440, double, Some(None)).unwrap();
        assert_eq!((lost.converted_minutes, lost.until), (0, now + TimeDelta::days(1)));
    }

    proptest! {
        /// Changing to and fro never makes time.
        #[test]
        fn there_and_back_gains_nothing(a in 1i64..10_000_000, b in 1i64..10_000_000, minutes in 0i64..100_000) {
            let (a, b) = (TimePrice { price_minor: a, ..MONTH }, TimePrice { price_minor: b, ..MONTH });
            let there = converted(a, b, minutes).unwrap();
            prop_assert!(converted(b, a, there).unwrap() <= minutes);
        }
    }
}
