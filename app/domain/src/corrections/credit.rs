//! How much of an invoice's line can be taken back, with its share of the tax, and which accounts give it back. Shares
//! are computed from running totals, so that parts taken back one by one end exactly where the line began.

use crate::Problem;
use crate::money::round_line;
use rust_decimal::Decimal;

/// A line of an invoice with what earlier credit notes took back of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineLeft {
    pub line: i16,
    pub net_minor: i64,
    pub tax_minor: i64,
    pub credited_net_minor: i64,
    pub credited_tax_minor: i64,
}

/// What one credit note takes back of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreditedLine {
    pub line: i16,
    pub net_minor: i64,
    pub tax_minor: i64,
}

/// Why an amount cannot be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreditRefusal {
    /// More than is left of the line: so much is.
    Exceeds(i64),
    OutOfRange,
}

impl LineLeft {
    pub fn gross_minor(&self) -> i64 {
        self.net_minor + self.tax_minor
    }

    /// What can still be taken back, tax included.
    pub fn left_minor(&self) -> i64 {
        self.gross_minor() - self.credited_net_minor - self.credited_tax_minor
    }
}

/// Takes `gross` (tax included) back from a line. The tax share is what the line's tax is of all that will have been
/// taken back by then, less what was taken back before: rounded once, and exact when the last part goes.
pub fn credit_line(line: &LineLeft, gross_minor: i64) -> Result<CreditedLine, CreditRefusal> {
    let left = line.left_minor();
    if gross_minor.signum() != left.signum() || gross_minor.abs() > left.abs() {
        return Err(CreditRefusal::Exceeds(left));
    }
    let after = line.credited_net_minor + line.credited_tax_minor + gross_minor;
    let tax_after = if after == line.gross_minor() {
        line.tax_minor
    } else {
        let exact = Decimal::from(line.tax_minor) * Decimal::from(after) / Decimal::from(line.gross_minor());
        round_line(exact).ok_or(CreditRefusal::OutOfRange)?
    };
    let tax_minor = tax_after - line.credited_tax_minor;
    Ok(CreditedLine { line: line.line, net_minor: gross_minor - tax_minor, tax_minor })
}

/// The part of each account's posting that is reversed when, after `before` of `whole`, `now` more is taken back. The
/// parts add up to `now`, and over all parts to what was posted. `amounts` add up to `whole`.
pub fn reversed_share(amounts: &[i64], whole: i64, before: i64, now: i64) -> Option<Vec<i64>> {
    let until = |taken: i64| -> Option<Vec<i64>> {
        let mut parts = Vec::with_capacity(amounts.len());
        let mut rest = taken;
        for (n, amount) in amounts.iter().enumerate() {
            let part = if n + 1 == amounts.len() {
                rest
            } else {
                round_line(Decimal::from(*amount).checked_mul(Decimal::from(taken))?.checked_div(Decimal::from(whole))?)?
            };
            rest -= part;
            parts.push(part);
        }
        Some(parts)
    };
    let (earlier, later) = (until(before)?, until(before + now)?);
    Some(later.into_iter().zip(earlier).map(|(later, earlier)| later - earlier).collect())
}

/// Why something was done, in somebody's own words: 3 to 500 characters.
pub fn read_reason(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if (3..=500).contains(&text.chars().count()) { Ok(text.to_string()) } else { Err(Problem::new("reason", "problem-reason")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(net_minor: i64, tax_minor: i64) -> LineLeft {
        LineLeft { line: 1, net_minor, tax_minor, credited_net_minor: 0, credited_tax_minor: 0 }
    }

    #[test]
    fn a_third_of_a_line_takes_a_third_of_its_tax() {
        let got = credit_line(&line(100_000, 5_000), 35_000).unwrap();
        assert_eq!((got.net_minor, got.tax_minor), (33_333, 1_667));
    }

    #[test]
    fn more_than_is_left_is_refused_with_what_is_left() {
        let mut left = line(100_000, 5_000);
        assert_eq!(credit_line(&left, 105_001), Err(CreditRefusal::Exceeds(105_000)));
        (left.credited_net_minor, left.credited_tax_minor) = (90_000, 4_500);
        assert_eq!(credit_line(&left, 10_501), Err(CreditRefusal::Exceeds(10_500)));
        assert_eq!(credit_line(&left, -1), Err(CreditRefusal::Exceeds(10_500)));
    }

    #[test]
    fn a_reason_is_words() {
        assert!(read_reason("  ").is_err() && read_reason("ok").is_err() && read_reason(&"x".repeat(501)).is_err());
        assert_eq!(read_reason(" wrong price ").unwrap(), "wrong price");
    }

    proptest! {
        /// Three-way splits of odd amounts, and any other: the parts end where the line began (E-22).
        #[test]
        fn parts_taken_back_end_exactly_at_the_line(net in 1i64..10_000_000, rate in 0i64..40, cuts in proptest::collection::vec(1i64..1_000_000, 0..9)) {
            let mut left = line(net, net * rate / 100);
            let mut taken = (0, 0);
            for cut in cuts.into_iter().chain([i64::MAX]) {
                let gross = cut.min(left.left_minor());
                if gross == 0 { break; }
                let part = credit_line(&left, gross).unwrap();
                prop_assert_eq!(part.net_minor + part.tax_minor, gross);
                prop_assert!(part.tax_minor >= 0 && part.net_minor >= 0);
                taken = (taken.0 + part.net_minor, taken.1 + part.tax_minor);
                (left.credited_net_minor, left.credited_tax_minor) = taken;
            }
            prop_assert_eq!(taken, (left.net_minor, left.tax_minor));
        }

        #[test]
        fn accounts_give_back_what_they_got(amounts in proptest::collection::vec(-50_000i64..1_000_000, 1..5), cuts in proptest::collection::vec(1i64..500_000, 0..6)) {
            let whole: i64 = amounts.iter().sum();
            prop_assume!(whole > 0);
            let mut given = vec![0i64; amounts.len()];
            let mut before = 0;
            for cut in cuts.into_iter().chain([i64::MAX]) {
                let now = cut.min(whole - before);
                if now == 0 { break; }
                let parts = reversed_share(&amounts, whole, before, now).unwrap();
                prop_assert_eq!(parts.iter().sum::<i64>(), now);
                for (sum, part) in given.iter_mut().zip(parts) { *sum += part; }
                before += now;
            }
            prop_assert_eq!(given, amounts);
        }
    }
}
