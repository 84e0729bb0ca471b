//! Whether a promo code holds, and what it takes off (BIL-09). A use counts when the payment comes; a use that was only
//! intended holds its place until its intent expires.

use crate::money::{ascii_digits, round_line};
use crate::{Currency, Money, PackageId, Problem, PromoCodeId};
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// So many periods of a service are made cheaper.
    pub periods: u16,
}

/// What the form sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromoForm {
    pub code: String,
    /// `percent` or `fixed`.
    pub kind: String,
    #[serde(default)]
    pub percent: String,
    /// The fixed amount, or the most that the percentage takes off.
    #[serde(default)]
    pub amount: String,
    #[serde(default)]
    pub starts_on: String,
    /// The last day.
    #[serde(default)]
    pub ends_on: String,
    #[serde(default)]
    pub uses_total: String,
    #[serde(default)]
    pub uses_per_customer: String,
    #[serde(default)]
    pub minimum: String,
    #[serde(default)]
    pub periods: String,
    #[serde(default)]
    pub stacks: Option<String>,
    /// Ids of packages that are ticked; none: every one.
    #[serde(default)]
    pub packages: BTreeMap<String, String>,
}

/// A code as it was typed, read: the rest of what a code is comes with it when it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PromoDraft {
    pub code: String,
    pub percent: Option<Decimal>,
    pub amount_minor: Option<i64>,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
    pub uses_total: Option<i32>,
    pub uses_per_customer: Option<i32>,
    pub minimum_minor: i64,
    pub periods: u16,
    pub stacks: bool,
    pub packages: Vec<PackageId>,
}

/// A code with how often it was used, as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromoRow {
    pub id: PromoCodeId,
    pub code: String,
    pub percent: Option<Decimal>,
    pub amount: Option<Money>,
    pub starts_on: NaiveDate,
    /// The last day.
    pub ends_on: Option<NaiveDate>,
    pub uses_total: Option<i32>,
    pub uses_per_customer: Option<i32>,
    pub minimum: Money,
    pub periods: u16,
    pub stacks: bool,
    /// Names; empty: every package.
    pub packages: Vec<String>,
    /// Uses that hold a place, and those of them that were paid.
    pub used: i64,
    pub paid: i64,
    pub active: bool,
    pub version: i32,
}

/// A code is typed in any case and with spaces around it.
pub fn read_code(text: &str) -> Option<String> {
    let code = ascii_digits(text.trim()).to_uppercase();
    let good = (3..=30).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
    good.then_some(code)
}

/// Reads a form; every problem at once.
pub fn read_promo(form: &PromoForm, currency: Currency, today: NaiveDate) -> Result<PromoDraft, Vec<Problem>> {
    let mut problems = Vec::new();
    let code = read_code(&form.code).unwrap_or_else(|| {
        problems.push(Problem::new("code", "problem-promo-code"));
        String::new()
    });
    let (percent, amount_minor) = read_share(form, currency, &mut problems);
    let mut day = |field: &str, text: &str| match text.trim() {
        "" => None,
        text => text.parse::<NaiveDate>().map_err(|_| problems.push(Problem::new(field, "problem-date"))).ok(),
    };
    let starts_on = day("starts_on", &form.starts_on).unwrap_or(today);
    let ends_on = day("ends_on", &form.ends_on);
    if ends_on.is_some_and(|end| end < starts_on) {
        problems.push(Problem::new("ends_on", "problem-dates-order"));
    }
    let mut count = |field: &str, text: &str, most: i32| match ascii_digits(text.trim()).as_str() {
        "" => None,
        digits => digits.parse::<i32>().ok().filter(|n| (1..=most).contains(n)).or_else(|| {
            problems.push(Problem::new(field, "problem-number-range").with("least", 1).with("most", most));
            None
        }),
    };
    let uses_total = count("uses_total", &form.uses_total, 1_000_000);
    let uses_per_customer = count("uses_per_customer", &form.uses_per_customer, 1_000);
    let periods = count("periods", &form.periods, 36).and_then(|n| u16::try_from(n).ok()).unwrap_or(1);
    let minimum_minor = match form.minimum.trim() {
        "" => 0,
        text => Money::parse(text, currency).map_or_else(
            |error| {
                problems.push(Problem::new("minimum", error.key()));
                0
            },
            |money| money.minor,
        ),
    };
    let packages: Result<Vec<PackageId>, _> = form.packages.keys().map(|id| id.parse()).collect();
    let packages = packages.unwrap_or_else(|_| {
        problems.push(Problem::new("packages", "problem-choice"));
        Vec::new()
    });
    let stacks = form.stacks.is_some();
    let draft = PromoDraft {
        code,
        percent,
        amount_minor,
        starts_on,
        ends_on,
        uses_total,
        uses_per_customer,
        minimum_minor,
        periods,
        stacks,
        packages,
    };
    if problems.is_empty() { Ok(draft) } else { Err(problems) }
}

fn read_share(form: &PromoForm, currency: Currency, problems: &mut Vec<Problem>) -> (Option<Decimal>, Option<i64>) {
    let mut amount = |optional: bool| match Money::parse(&form.amount, currency) {
        Ok(money) if money.minor > 0 => Some(money.minor),
        Ok(_) => {
            problems.push(Problem::new("amount", "problem-amount-zero"));
            None
        }
        Err(_) if optional && form.amount.trim().is_empty() => None,
        Err(error) => {
            problems.push(Problem::new("amount", error.key()));
            None
        }
    };
    match form.kind.as_str() {
        "fixed" => (None, amount(false)),
        "percent" => {
            let most = amount(true);
            let percent = super::read_rate(&form.percent).filter(|rate| !rate.is_zero());
            if percent.is_none() {
                problems.push(Problem::new("percent", "problem-rate"));
            }
            (percent, most)
        }
        _ => {
            problems.push(Problem::new("kind", "problem-choice"));
            (None, None)
        }
    }
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
    match off.unwrap_or(0).clamp(0, wanted.amount_minor.max(0)) {
        0 => refused("problem-promo-nothing"),
        off => Ok(off),
    }
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
            periods: 1,
        }
    }

    #[test]
    fn a_form_is_read_with_every_problem_at_once() {
        let today: NaiveDate = "2026-11-21".parse().unwrap();
        let good = PromoForm { code: " eid-২০ ".into(), kind: "percent".into(), percent: "20".into(), ..Default::default() };
        let draft = read_promo(&good, Currency::Bdt, today).unwrap();
        assert_eq!(
            (draft.code.as_str(), draft.percent, draft.amount_minor, draft.starts_on, draft.periods),
            ("EID-20", Some(Decimal::from(20)), None, today, 1)
        );
        let bad = PromoForm {
            code: "ঈদ!".into(),
            kind: "percent".into(),
            percent: "100.5".into(),
            amount: "-1".into(),
            starts_on: "2026-11-21".into(),
            ends_on: "2026-11-20".into(),
            uses_total: "0".into(),
            uses_per_customer: "x".into(),
            minimum: "1.005".into(),
            periods: "37".into(),
            packages: BTreeMap::from([("none".into(), "true".into())]),
            ..Default::default()
        };
        let problems = read_promo(&bad, Currency::Bdt, today).unwrap_err();
        let mut fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["amount", "code", "ends_on", "minimum", "packages", "percent", "periods", "uses_per_customer", "uses_total"]);
        let fixed = PromoForm { code: "ABC".into(), kind: "fixed".into(), amount: "0".into(), ..Default::default() };
        assert_eq!(read_promo(&fixed, Currency::Bdt, today).unwrap_err()[0].key, "problem-amount-zero");
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
