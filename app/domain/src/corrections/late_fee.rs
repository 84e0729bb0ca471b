//! What paying late costs (BIL-15): a fixed amount or a share of what is due, once for a bill, some days after it was
//! due. A fee is never charged on a fee.

use crate::money::{LARGEST_MINOR, ascii_digits, round_line};
use crate::{BillingProfileId, Currency, Money, Problem, TaxProfileId};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The rule of a billing profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum LateFee {
    None,
    Fixed { minor: i64, after_days: u16 },
    Percent { percent: Decimal, after_days: u16 },
}

impl LateFee {
    pub fn slug(self) -> &'static str {
        match self {
            LateFee::None => "none",
            LateFee::Fixed { .. } => "fixed",
            LateFee::Percent { .. } => "percent",
        }
    }

    /// Days after the due date from which on it is charged.
    pub fn after_days(self) -> Option<u16> {
        match self {
            LateFee::None => None,
            LateFee::Fixed { after_days, .. } | LateFee::Percent { after_days, .. } => Some(after_days),
        }
    }
}

/// What is charged on a bill of which so much is due; `None` when it comes to nothing.
pub fn late_fee(rule: LateFee, due_minor: i64) -> Option<i64> {
    let fee = match rule {
        LateFee::None => return None,
        LateFee::Fixed { minor, .. } => minor,
        LateFee::Percent { percent, .. } => round_line(Decimal::from(due_minor).checked_mul(percent)? / Decimal::ONE_HUNDRED)?,
    };
    (due_minor > 0 && (1..=LARGEST_MINOR).contains(&fee)).then_some(fee)
}

/// What the form sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateFeeForm {
    pub kind: String,
    #[serde(default)]
    pub amount: String,
    #[serde(default)]
    pub percent: String,
    #[serde(default)]
    pub after_days: String,
    /// Empty: the fee is not taxed.
    #[serde(default)]
    pub tax_profile_id: String,
}

/// A billing profile with what paying late costs there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateFeeRule {
    pub profile_id: BillingProfileId,
    pub profile: String,
    pub fee: LateFee,
    pub tax_profile_id: Option<TaxProfileId>,
}

/// Reads a form; every problem at once.
pub fn read_late_fee(form: &LateFeeForm, currency: Currency) -> Result<LateFee, Vec<Problem>> {
    if form.kind == "none" {
        return Ok(LateFee::None);
    }
    let mut problems = Vec::new();
    let after_days =
        ascii_digits(form.after_days.trim()).parse::<u16>().ok().filter(|days| (1..=180).contains(days)).unwrap_or_else(|| {
            problems.push(Problem::new("after_days", "problem-number-range").with("least", 1).with("most", 180));
            1
        });
    let rule = match form.kind.as_str() {
        "fixed" => match Money::parse(&form.amount, currency) {
            Ok(money) if money.minor > 0 => LateFee::Fixed { minor: money.minor, after_days },
            Ok(_) => {
                problems.push(Problem::new("amount", "problem-amount-zero"));
                LateFee::None
            }
            Err(error) => {
                problems.push(Problem::new("amount", error.key()));
                LateFee::None
            }
        },
        "percent" => {
            let percent: Option<Decimal> = ascii_digits(form.percent.trim()).parse().ok();
            match percent.filter(|percent| *percent > Decimal::ZERO && *percent <= Decimal::ONE_HUNDRED && percent.scale() <= 4) {
                Some(percent) => LateFee::Percent { percent, after_days },
                None => {
                    problems.push(Problem::new("percent", "problem-rate"));
                    LateFee::None
                }
            }
        }
        _ => {
            problems.push(Problem::new("kind", "problem-choice"));
            LateFee::None
        }
    };
    if problems.is_empty() { Ok(rule) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_once_and_nothing_due_costs_nothing() {
        let two = LateFee::Percent { percent: Decimal::TWO, after_days: 7 };
        assert_eq!(late_fee(two, 33_333), Some(667));
        assert_eq!(late_fee(two, 0), None);
        assert_eq!(late_fee(LateFee::Fixed { minor: 5_000, after_days: 7 }, 1), Some(5_000));
        assert_eq!(late_fee(LateFee::None, 100), None);
        assert_eq!(late_fee(two, 10), None);
    }

    #[test]
    fn a_share_above_the_whole_is_refused() {
        for percent in ["100.5", "-1", "", "0", "x"] {
            let form = LateFeeForm { kind: "percent".into(), percent: percent.into(), after_days: "7".into(), ..Default::default() };
            assert_eq!(read_late_fee(&form, Currency::Bdt).unwrap_err()[0].key, "problem-rate", "{percent}");
        }
    }
}
