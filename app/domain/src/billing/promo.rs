//! Whether a promo code holds, and what it takes off (BIL-09). A use counts when the payment comes; a use that was only
//! intended holds its place until its intent expires.

use crate::money::round_line;
use crate::{PackageId, Problem, PromoCodeId};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromoCode {
    pub id: PromoCodeId,
    pub percent: Option<Decimal>,
    /// A fixed amount, or the most that the percentage takes off.
    pub amount_minor: Option<i64>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: Option<DateTime<Utc>>,
    pub uses_total: Option<i32>,
    pub uses_per_customer: Option<i32>,
    pub minimum_minor: i64,
    /// Empty: every package.
    pub packages: Vec<PackageId>,
    /// May stand beside another discount.
    pub stacks: bool,
    pub active: bool,
}

/// What somebody wants to use a code for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PromoUse {
    pub now: DateTime<Utc>,
    pub package: PackageId,
    pub amount_minor: i64,
    /// Counted and intended so far, by everybody and by this customer.
    pub used_total: i32,
    pub used_by_customer: i32,
    pub discounted_already: bool,
}

/// What the code takes off, or why it does not hold.
pub fn redeem(code: &PromoCode, wanted: PromoUse) -> Result<i64, Problem> {
    let refused = |key: &str| Err(Problem::new("promo", key));
    if !code.active {
        return refused("problem-promo-unknown");
    }
    if wanted.now < code.starts_at {
        return refused("problem-promo-not-yet");
    }
    if code.ends_at.is_some_and(|end| end <= wanted.now) {
        return refused("problem-promo-over");
    }
    if code.uses_total.is_some_and(|most| wanted.used_total >= most) {
        return refused("problem-promo-used-up");
    }
    if code.uses_per_customer.is_some_and(|most| wanted.used_by_customer >= most) {
        return refused("problem-promo-used-before");
    }
    if !code.packages.is_empty() && !code.packages.contains(&wanted.package) {
        return refused("problem-promo-other-package");
    }
    if wanted.amount_minor < code.minimum_minor {
        return refused("problem-promo-minimum");
    }
    if wanted.discounted_already && !code.stacks {
        return refused("problem-promo-alone");
    }
    let off = match code.percent {
        Some(percent) => round_line(Decimal::from(wanted.amount_minor) * percent / Decimal::ONE_HUNDRED)
            .map(|off| code.amount_minor.map_or(off, |most| off.min(most))),
        None => code.amount_minor,
    };
    Ok(off.unwrap_or(0).clamp(0, wanted.amount_minor.max(0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const PACKAGE: PackageId = PackageId(Uuid::from_u128(7));

    fn code() -> PromoCode {
        PromoCode {
            id: PromoCodeId(Uuid::nil()),
            percent: Some(Decimal::from(20)),
            amount_minor: Some(15_000),
            starts_at: "2026-11-01T00:00:00Z".parse().unwrap(),
            ends_at: Some("2026-12-01T00:00:00Z".parse().unwrap()),
            uses_total: Some(10),
            uses_per_customer: Some(1),
            minimum_minor: 50_000,
            packages: vec![PACKAGE],
            stacks: false,
            active: true,
        }
    }

    fn wanted() -> PromoUse {
        let now = "2026-11-21T00:00:00Z".parse().unwrap();
        PromoUse { now, package: PACKAGE, amount_minor: 60_000, used_total: 0, used_by_customer: 0, discounted_already: false }
    }

    #[test]
    fn a_good_code_takes_off_its_share_up_to_its_most() {
        assert_eq!(redeem(&code(), wanted()), Ok(12_000));
        assert_eq!(redeem(&code(), PromoUse { amount_minor: 200_000, ..wanted() }), Ok(15_000));
        let fixed = PromoCode { percent: None, amount_minor: Some(90_000), minimum_minor: 0, ..code() };
        assert_eq!(redeem(&fixed, wanted()), Ok(60_000), "never more than there is to pay");
    }

    #[test]
    fn a_bad_code_says_why() {
        let why = |code: PromoCode, wanted: PromoUse| redeem(&code, wanted).unwrap_err().key;
        let at = |text: &str| PromoUse { now: text.parse().unwrap(), ..wanted() };
        assert_eq!(why(code(), at("2026-10-31T23:59:59Z")), "problem-promo-not-yet");
        assert_eq!(why(code(), at("2026-12-01T00:00:00Z")), "problem-promo-over");
        assert_eq!(why(code(), PromoUse { used_total: 10, ..wanted() }), "problem-promo-used-up");
        assert_eq!(why(code(), PromoUse { used_by_customer: 1, ..wanted() }), "problem-promo-used-before");
        assert_eq!(why(code(), PromoUse { package: PackageId(Uuid::nil()), ..wanted() }), "problem-promo-other-package");
        assert_eq!(why(code(), PromoUse { amount_minor: 49_999, ..wanted() }), "problem-promo-minimum");
        assert_eq!(why(code(), PromoUse { discounted_already: true, ..wanted() }), "problem-promo-alone");
        assert_eq!(why(PromoCode { active: false, ..code() }, wanted()), "problem-promo-unknown");
    }
}
