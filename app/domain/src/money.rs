//! Amounts of money: whole minor units and their currency. Two currencies never add up, nothing here rounds except
//! where its name says so, and no floating point number gets in or out.

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

/// ISO 4217 currencies an ISP can keep its books in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    Bdt,
    Inr,
    Npr,
    Lkr,
    Pkr,
    Usd,
    Eur,
    Gbp,
    Jpy,
}

impl Currency {
    pub const ALL: [Currency; 9] = [
        Currency::Bdt,
        Currency::Inr,
        Currency::Npr,
        Currency::Lkr,
        Currency::Pkr,
        Currency::Usd,
        Currency::Eur,
        Currency::Gbp,
        Currency::Jpy,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Currency::Bdt => "BDT",
            Currency::Inr => "INR",
            Currency::Npr => "NPR",
            Currency::Lkr => "LKR",
            Currency::Pkr => "PKR",
            Currency::Usd => "USD",
            Currency::Eur => "EUR",
            Currency::Gbp => "GBP",
            Currency::Jpy => "JPY",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|currency| currency.code() == code)
    }

    /// Digits after the decimal point (ISO 4217 exponent).
    pub fn exponent(self) -> u32 {
        match self {
            Currency::Jpy => 0,
            _ => 2,
        }
    }
}

/// An amount in minor units (poisha, cents) of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

/// Why a text is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountError {
    Empty,
    NotANumber,
    TooManyDecimals,
    /// The currency has no smaller unit.
    NoDecimals,
    Negative,
    TooLarge,
}

impl AmountError {
    /// Key of the message in the locales.
    pub fn key(self) -> &'static str {
        match self {
            AmountError::Empty => "problem-amount-empty",
            AmountError::NotANumber => "problem-amount-not-a-number",
            AmountError::TooManyDecimals => "problem-amount-decimals",
            AmountError::NoDecimals => "problem-amount-no-decimals",
            AmountError::Negative => "problem-amount-negative",
            AmountError::TooLarge => "problem-amount-too-large",
        }
    }
}

/// More than this in one amount is a slip of the hand, and keeps every sum far from overflow.
pub const LARGEST_MINOR: i64 = 100_000_000_000_000;

impl Money {
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    pub fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Reads what a person types: `1200`, `1,200.50`, `৳ ১,২০০`, `Tk 500/-`. Not negative.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, AmountError> {
        let plain = strip_decoration(text);
        if plain.is_empty() {
            return Err(AmountError::Empty);
        }
        if let Some(rest) = plain.strip_prefix(['-', '−', '(']) {
            let digits = rest.chars().any(|c| c.is_ascii_digit());
            return Err(if digits { AmountError::Negative } else { AmountError::NotANumber });
        }
        let (whole, fraction) = plain.split_once('.').unwrap_or((plain.as_str(), ""));
        let whole = ungroup(whole).ok_or(AmountError::NotANumber)?;
        if !fraction.chars().all(|c| c.is_ascii_digit()) || (whole.is_empty() && fraction.is_empty()) {
            return Err(AmountError::NotANumber);
        }
        let exponent = currency.exponent() as usize;
        if fraction.len() > exponent && fraction[exponent..].bytes().any(|digit| digit != b'0') {
            return Err(if exponent == 0 { AmountError::NoDecimals } else { AmountError::TooManyDecimals });
        }
        let mut digits = whole;
        digits.extend(fraction.chars().chain(std::iter::repeat('0')).take(exponent));
        let minor: i64 = digits.parse().map_err(|_| AmountError::TooLarge)?;
        if minor > LARGEST_MINOR {
            return Err(AmountError::TooLarge);
        }
        Ok(Self { minor, currency })
    }

    /// Sum of two amounts of the same currency; `None` for different currencies or overflow.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        (self.currency == other.currency).then_some(())?;
        Some(Self { minor: self.minor.checked_add(other.minor)?, currency: self.currency })
    }

    /// Difference of two amounts of the same currency; `None` for different currencies or overflow.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(Self { minor: other.minor.checked_neg()?, currency: other.currency })
    }

    pub fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// The plain figure without its currency: `1234.50`, `1234` where there is no smaller unit. Machine-readable, the locales write the pretty one.
    pub fn plain(self) -> String {
        let exponent = self.currency.exponent() as usize;
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = exponent + 1);
        let (whole, fraction) = digits.split_at(digits.len() - exponent);
        let sign = if self.minor < 0 { "-" } else { "" };
        let point = if exponent == 0 { "" } else { "." };
        format!("{sign}{whole}{point}{fraction}")
    }
}

/// Half up, away from zero: the rounding of a line, used once per line.
pub fn round_line(amount: Decimal) -> Option<i64> {
    amount.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64()
}

/// Parts of a whole in the given proportions: each rounded half up, the remainder goes to the last, the sum is the
/// whole. `None` when there are no parts or they add up to nothing.
pub fn split(whole: i64, weights: &[u64]) -> Option<Vec<i64>> {
    let sum: u64 = weights.iter().sum();
    if weights.is_empty() || sum == 0 {
        return None;
    }
    let mut left = whole;
    let mut parts = Vec::with_capacity(weights.len());
    for weight in &weights[..weights.len() - 1] {
        let part = round_line(Decimal::from(whole) * Decimal::from(*weight) / Decimal::from(sum))?;
        left -= part;
        parts.push(part);
    }
    parts.push(left);
    Some(parts)
}

/// Digits as ASCII, whatever script they were typed in (Bengali, Devanagari, Arabic-Indic).
pub fn ascii_digits(text: &str) -> String {
    text.chars()
        .map(|c| {
            for zero in ['০', '०', '٠', '۰', '０'] {
                let offset = (c as u32).wrapping_sub(zero as u32);
                if offset < 10 {
                    return char::from(b'0' + offset as u8);
                }
            }
            c
        })
        .collect()
}

fn strip_decoration(text: &str) -> String {
    let mut plain = ascii_digits(text).trim().trim_end_matches("/-").trim().to_string();
    for mark in
        ["৳", "Tk.", "Tk", "TK.", "TK", "tk.", "tk", "BDT", "Taka", "টাকা", "Rs.", "Rs", "INR", "₹", "$", "€", "£", "USD", "¥", "円", "JPY"]
    {
        if let Some(rest) = plain.strip_prefix(mark) {
            plain = rest.trim().to_string();
        }
        if let Some(rest) = plain.strip_suffix(mark) {
            plain = rest.trim().to_string();
        }
    }
    plain.trim_end_matches("/-").trim().to_string()
}

/// Thousands separators out, only where they can stand: 1,234 / 1,23,456 / 1 234, not 12,3.
fn ungroup(whole: &str) -> Option<String> {
    let groups: Vec<&str> = whole.split([',', ' ', '\u{a0}', '\u{202f}', '\'']).collect();
    let digits_only = groups.iter().all(|group| group.bytes().all(|b| b.is_ascii_digit()));
    let shaped = groups.len() == 1
        || (groups[0].len() <= 3
            && !groups[0].is_empty()
            && groups.last().is_some_and(|last| last.len() == 3)
            && groups[1..].iter().all(|group| matches!(group.len(), 2 | 3)));
    (digits_only && shaped).then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn taka(text: &str) -> Result<i64, AmountError> {
        Money::parse(text, Currency::Bdt).map(|money| money.minor)
    }

    #[test]
    fn amounts_as_people_write_them() {
        for (text, minor) in [
            ("500", 50_000),
            ("৳1,200.50", 120_050),
            ("৳ ১,২০০", 120_000),
            ("1,23,456.7", 12_345_670),
            ("Tk 800/-", 80_000),
            ("800 Tk", 80_000),
            ("1 500", 150_000),
            (".5", 50),
            ("1.500", 150),
            ("0", 0),
        ] {
            assert_eq!(taka(text), Ok(minor), "{text}");
        }
    }

    #[test]
    fn amounts_that_are_none() {
        for (text, error) in [
            ("", AmountError::Empty),
            ("৳", AmountError::Empty),
            ("-5", AmountError::Negative),
            ("1.005", AmountError::TooManyDecimals),
            ("12,3", AmountError::NotANumber),
            ("1,2345", AmountError::NotANumber),
            ("abc", AmountError::NotANumber),
            ("1e5", AmountError::NotANumber),
            ("=1+1", AmountError::NotANumber),
            ("99999999999999999999", AmountError::TooLarge),
        ] {
            assert_eq!(taka(text), Err(error), "{text}");
        }
    }

    #[test]
    fn a_currency_without_minor_units_takes_no_decimals() {
        let yen = |text| Money::parse(text, Currency::Jpy).map(|money| money.minor);
        for (text, minor) in [("1200", 1_200), ("¥1,200", 1_200), ("1200円", 1_200), ("1,200.00", 1_200), ("0", 0)] {
            assert_eq!(yen(text), Ok(minor), "{text}");
        }
        assert_eq!(yen("1200.5"), Err(AmountError::NoDecimals));
        assert_eq!(Money::new(1_200, Currency::Jpy).plain(), "1200");
        assert_eq!(Money::new(-5, Currency::Jpy).plain(), "-5");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(minor in 0..=LARGEST_MINOR, currency in proptest::sample::select(&Currency::ALL[..])) {
            let money = Money::new(minor, currency);
            prop_assert_eq!(Money::parse(&money.plain(), currency), Ok(money));
        }

        #[test]
        fn parts_add_up(whole in -1_000_000_000i64..1_000_000_000, weights in proptest::collection::vec(0u64..1000, 1..12)) {
            if let Some(parts) = split(whole, &weights) {
                prop_assert_eq!(parts.iter().sum::<i64>(), whole);
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = Money::parse(&text, Currency::Bdt);
        }
    }
}
