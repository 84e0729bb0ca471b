//! Taxes: rates that hold from a day to a day, inside the price or on top of it, each line rounded once (BIL-10).

use crate::money::{ascii_digits, round_line};
use crate::problem::Problem;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A tax as it applies on the day of a bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tax {
    /// Percent.
    pub rate: Decimal,
    pub inclusive: bool,
}

/// One rate of a tax, from a day on until another (exclusive).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedRate {
    pub name: String,
    pub from_on: NaiveDate,
    pub until_on: Option<NaiveDate>,
    /// Percent.
    pub rate: Decimal,
}

/// Every rate that a tax profile ever had or will have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxTerms {
    pub inclusive: bool,
    pub rates: Vec<DatedRate>,
}

impl DatedRate {
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.from_on <= day && self.until_on.is_none_or(|until| day < until)
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.until_on.is_none_or(|until| other.from_on < until) && other.until_on.is_none_or(|until| self.from_on < until)
    }
}

impl TaxTerms {
    /// What holds on a day; rates that hold at once add up.
    pub fn on(&self, day: NaiveDate) -> Tax {
        Tax { rate: self.rates.iter().filter(|rate| rate.holds_on(day)).map(|rate| rate.rate).sum(), inclusive: self.inclusive }
    }

    /// Adds a rate, or says why it does not go with the others: no day has the same rate twice. With `closes`, one of
    /// the same name that runs without an end is ended on the day the new one begins.
    pub fn add(&mut self, new: DatedRate, closes: bool) -> Result<(), Problem> {
        if closes {
            let open =
                |rate: &&mut DatedRate| rate.name.eq_ignore_ascii_case(&new.name) && rate.until_on.is_none() && rate.from_on < new.from_on;
            for rate in self.rates.iter_mut().filter(open) {
                rate.until_on = Some(new.from_on);
            }
        }
        if let Some(other) = self.rates.iter().find(|rate| rate.name.eq_ignore_ascii_case(&new.name) && rate.overlaps(&new)) {
            return Err(Problem::new("from_on", "problem-tax-overlap").with("name", &other.name).with("from", other.from_on));
        }
        self.rates.push(new);
        self.rates.sort_by(|a, b| (a.from_on, &a.name).cmp(&(b.from_on, &b.name)));
        Ok(())
    }
}

/// What the form of a rate sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxRateForm {
    pub name: String,
    pub rate: String,
    pub from_on: String,
    #[serde(default)]
    pub until_on: String,
}

/// A rate from 0 to 100 with at most four decimals.
pub fn read_rate(text: &str) -> Option<Decimal> {
    let rate: Decimal = ascii_digits(text.trim().trim_end_matches('%').trim()).parse().ok()?;
    (rate >= Decimal::ZERO && rate <= Decimal::ONE_HUNDRED && rate.normalize().scale() <= 4).then_some(rate)
}

pub fn read_tax_rate(form: &TaxRateForm) -> Result<DatedRate, Vec<Problem>> {
    let mut problems = Vec::new();
    let name = form.name.trim().to_string();
    if name.is_empty() || name.chars().count() > 60 {
        problems.push(Problem::new("name", "problem-name-length").with("most", 60));
    }
    let rate = read_rate(&form.rate);
    if rate.is_none() {
        problems.push(Problem::new("rate", "problem-rate"));
    }
    let from_on = form.from_on.trim().parse::<NaiveDate>().ok();
    if from_on.is_none() {
        problems.push(Problem::new("from_on", "problem-date"));
    }
    let until_on = match form.until_on.trim() {
        "" => None,
        text => match text.parse::<NaiveDate>() {
            Ok(day) if from_on.is_some_and(|from| day <= from) => {
                problems.push(Problem::new("until_on", "problem-dates-order"));
                None
            }
            Ok(day) => Some(day),
            Err(_) => {
                problems.push(Problem::new("until_on", "problem-date"));
                None
            }
        },
    };
    match (rate, from_on) {
        (Some(rate), Some(from_on)) if problems.is_empty() => Ok(DatedRate { name, from_on, until_on, rate }),
        _ => Err(problems),
    }
}

/// Net and tax of a charge. Inclusive: the charge is the total and the tax is taken out of it; exclusive: it comes on
/// top. Rounded half up once; net and tax always add up to the total. A charge below zero mirrors the one above.
pub fn tax_of(charge_minor: i64, tax: Option<Tax>) -> Option<(i64, i64)> {
    let charge = Decimal::from(charge_minor);
    match tax {
        None => Some((charge_minor, 0)),
        Some(Tax { rate, inclusive: false }) => Some((charge_minor, round_line(charge * rate / Decimal::ONE_HUNDRED)?)),
        Some(Tax { rate, inclusive: true }) => {
            let tax = round_line(charge * rate / (Decimal::ONE_HUNDRED + rate))?;
            Some((charge_minor - tax, tax))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rate(name: &str, from: &str, until: Option<&str>, percent: i64) -> DatedRate {
        DatedRate {
            name: name.into(),
            from_on: from.parse().unwrap(),
            until_on: until.map(|day| day.parse().unwrap()),
            rate: Decimal::from(percent),
        }
    }

    #[test]
    fn tax_inside_and_on_top() {
        let five = Decimal::from(5);
        assert_eq!(tax_of(100_000, Some(Tax { rate: five, inclusive: false })), Some((100_000, 5_000)));
        assert_eq!(tax_of(105_000, Some(Tax { rate: five, inclusive: true })), Some((100_000, 5_000)));
        assert_eq!(tax_of(33_333, Some(Tax { rate: five, inclusive: true })), Some((31_746, 1_587)));
    }

    #[test]
    fn a_rate_of_a_hundred_and_a_half_or_below_zero_is_none() {
        for text in ["100.5", "-1", "101", "", "five", "5.12345"] {
            assert_eq!(read_rate(text), None, "{text}");
        }
        for text in ["0", "100", "7.5", "৫", "5 %", "5.12340"] {
            assert!(read_rate(text).is_some(), "{text}");
        }
        let form = TaxRateForm { name: "VAT".into(), rate: "100.5".into(), from_on: "2026-13-01".into(), until_on: "x".into() };
        let fields: Vec<_> = read_tax_rate(&form).unwrap_err().into_iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["rate", "from_on", "until_on"]);
    }

    #[test]
    fn no_day_has_a_rate_twice() {
        let mut terms = TaxTerms { inclusive: false, rates: vec![rate("VAT", "2000-01-01", None, 5)] };
        assert!(terms.add(rate("vat", "2027-01-01", None, 7), false).is_err());
        assert!(terms.add(rate("Supplementary duty", "2027-01-01", None, 2), false).is_ok());
        assert!(terms.add(rate("VAT", "2027-01-01", None, 7), true).is_ok());
        let on = |day: &str| terms.on(day.parse().unwrap()).rate;
        assert_eq!((on("2026-12-31"), on("2027-01-01")), (Decimal::from(5), Decimal::from(9)));
        assert!(terms.clone().add(rate("VAT", "2026-06-01", Some("2026-07-01"), 3), true).is_err());
    }

    proptest! {
        #[test]
        fn net_and_tax_are_the_total_and_a_credit_mirrors_its_charge(charge in -1_000_000_000i64..1_000_000_000, percent in 0i64..=100, inclusive: bool) {
            let tax = Some(Tax { rate: Decimal::from(percent), inclusive });
            let (net, part) = tax_of(charge, tax).unwrap();
            if inclusive { prop_assert_eq!(net + part, charge); } else { prop_assert_eq!(net, charge); }
            prop_assert_eq!(tax_of(-charge, tax), Some((-net, -part)));
        }
    }
}
