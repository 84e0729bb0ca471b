//! What a seller keeps of a price, and what he might ask (PKG-03). A low margin is worth a word, never a refusal. The
//! same functions answer while somebody types and when the form is sent.

use crate::Money;
use crate::money::round_line;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// Percent of the price below which a margin is called low.
const LOW: i64 = 10;

/// What is left of a price after its cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Margin {
    pub amount: Money,
    /// Of the price, one decimal.
    pub percent: Decimal,
    pub low: bool,
}

/// `None` for a price of nothing and for two currencies.
pub fn margin(cost: Money, price: Money) -> Option<Margin> {
    let amount = price.checked_sub(cost)?;
    if price.minor <= 0 {
        return None;
    }
    let exact = Decimal::from(amount.minor) * Decimal::ONE_HUNDRED / Decimal::from(price.minor);
    let percent = exact.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero).normalize();
    Some(Margin { amount, percent, low: exact < Decimal::from(LOW) })
}

/// Cost and a fifth of it, but never above the ceiling.
pub fn suggested(cost: Money, ceiling: Option<Money>) -> Option<Money> {
    let minor = round_line(Decimal::from(cost.minor) * Decimal::new(120, 2))?;
    let most = ceiling.filter(|ceiling| ceiling.currency == cost.currency).map_or(minor, |ceiling| ceiling.minor);
    Some(Money::new(minor.min(most), cost.currency))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;

    fn taka(minor: i64) -> Money {
        Money::new(minor, Currency::Bdt)
    }

    #[test]
    fn a_margin_is_a_share_of_the_price() {
        let kept = margin(taka(40_000), taka(50_000)).unwrap();
        assert_eq!((kept.amount, kept.percent.to_string().as_str(), kept.low), (taka(10_000), "20", false));
        let thin = margin(taka(45_001), taka(50_000)).unwrap();
        assert_eq!((thin.percent.to_string().as_str(), thin.low), ("10", true));
        assert!(!margin(taka(45_000), taka(50_000)).unwrap().low);
        assert!(margin(taka(60_000), taka(50_000)).unwrap().low);
        assert_eq!(margin(taka(1), taka(0)), None);
        assert_eq!(margin(taka(1), Money::new(1, Currency::Usd)), None);
    }

    #[test]
    fn a_suggestion_is_a_fifth_above_cost_and_under_the_ceiling() {
        assert_eq!(suggested(taka(41_667), None), Some(taka(50_000)));
        assert_eq!(suggested(taka(50_000), Some(taka(55_000))), Some(taka(55_000)));
        assert_eq!(suggested(Money::new(101, Currency::Jpy), None), Some(Money::new(121, Currency::Jpy)));
    }
}
