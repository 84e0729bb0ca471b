//! What an ISP sells: speed, price, how long it lasts, which tax (PKG-01).

pub mod apart;
pub mod chain;
#[cfg(test)]
mod chain_tests;
mod kind;
pub mod margin;
pub mod prices;
mod terms;
pub mod views;

pub use kind::{PackageKind, Pricing};
pub use terms::{Burst, Night, Terms, TermsField, changed, inherit, inside, own_fields, read_terms};

use crate::calendar::{self, Period};
use crate::money::{AmountError, Currency};
use crate::{AccountId, MasterId, Money, PackageId, Problem, TaxProfileId};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// How long one price lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "unit", content = "count")]
pub enum Validity {
    /// Calendar months, from billing day to billing day.
    Months(u16),
    /// A number of days from the first day of service.
    Days(u16),
    /// Prepaid: from the moment of purchase.
    Hours(u16),
    Minutes(u16),
}

impl Validity {
    pub fn unit(self) -> &'static str {
        match self {
            Validity::Months(_) => "months",
            Validity::Days(_) => "days",
            Validity::Hours(_) => "hours",
            Validity::Minutes(_) => "minutes",
        }
    }

    pub fn count(self) -> u16 {
        match self {
            Validity::Months(count) | Validity::Days(count) | Validity::Hours(count) | Validity::Minutes(count) => count,
        }
    }

    pub fn read(unit: &str, count: u16) -> Option<Self> {
        match unit {
            _ if count == 0 => None,
            "months" if count <= 12 => Some(Validity::Months(count)),
            "days" if count <= 366 => Some(Validity::Days(count)),
            "hours" if count <= 720 => Some(Validity::Hours(count)),
            "minutes" if count <= 1_440 => Some(Validity::Minutes(count)),
            _ => None,
        }
    }

    /// The whole period that `day` falls in when it is the first day nothing covers yet. For one month it runs from
    /// billing day to billing day, so `day` may lie inside it and is charged in part; longer months and days are
    /// counted from `day` itself. Hours and minutes are no span of days: they run from the moment of purchase.
    pub fn period(self, day: NaiveDate, billing_day: u32) -> Option<Period> {
        match self {
            Validity::Months(1) => calendar::billing_month(day, billing_day),
            Validity::Months(count) => Period::new(day, calendar::months_after(day, u32::from(count))?),
            Validity::Days(count) => Period::new(day, calendar::add_days(day, u32::from(count))?),
            Validity::Hours(_) | Validity::Minutes(_) => None,
        }
    }
}

/// A tax and whether prices already hold it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxProfile {
    pub id: TaxProfileId,
    pub name: String,
    /// Percent.
    pub rate: Decimal,
    pub inclusive: bool,
}

/// A package as lists, forms and the engine read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    pub id: PackageId,
    pub name: String,
    pub terms: Terms,
    /// Today's.
    pub price: Money,
    /// The next change that is planned.
    pub next_price: Option<(NaiveDate, Money)>,
    pub tax: Option<TaxProfile>,
    pub archived: bool,
    /// Services that hold it now.
    pub services: i64,
    pub master: Option<(MasterId, String)>,
    /// What is its own where it has a master.
    pub overridden: Vec<TermsField>,
    /// Whose it is; `None` is the ISP itself.
    pub seller: Option<(AccountId, String)>,
    pub version: i32,
}

/// What a form or an import row sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PackageForm {
    pub name: String,
    pub up_mbps: String,
    pub down_mbps: String,
    pub price: String,
    pub validity_unit: String,
    pub validity_count: String,
    pub tax_profile_id: String,
    /// Empty: what the validity makes likely.
    pub kind: String,
    /// Empty: paid.
    pub pricing: String,
    /// Days of a changed price; empty: from today, until further notice.
    pub price_from: String,
    pub price_until: String,
    pub volume_gb: String,
    pub burst_up_mbps: String,
    pub burst_down_mbps: String,
    pub burst_from_up_mbps: String,
    pub burst_from_down_mbps: String,
    pub burst_seconds: String,
    pub priority: String,
    pub contention: String,
    pub night_up_mbps: String,
    pub night_down_mbps: String,
    pub night_from: String,
    pub night_to: String,
    pub visibility: String,
    pub master_id: String,
}

/// A form that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageDraft {
    pub name: String,
    pub terms: Terms,
    pub price: Money,
    pub price_from: NaiveDate,
    pub price_until: Option<NaiveDate>,
    pub tax_profile_id: Option<TaxProfileId>,
    pub master_id: Option<MasterId>,
}

/// Reads a form; every problem at once, beside its field.
pub fn read_package(form: &PackageForm, currency: Currency, today: NaiveDate) -> Result<PackageDraft, Vec<Problem>> {
    let mut problems = Vec::new();
    let name = read_name(&form.name, &mut problems);
    let terms = read_terms(form, &mut problems);
    let price = read_price("price", &form.price, terms.pricing, currency, &mut problems);
    let (price_from, price_until) = prices::read_days(&form.price_from, &form.price_until, today, &mut problems);
    let tax_profile_id = read_choice("tax_profile_id", &form.tax_profile_id, &mut problems);
    let master_id = read_choice("master_id", &form.master_id, &mut problems);
    if problems.is_empty() {
        Ok(PackageDraft { name, terms, price, price_from, price_until, tax_profile_id, master_id })
    } else {
        Err(problems)
    }
}

/// A master package that was understood: what it gives, what the ISP pays for it, the most anybody may ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MasterDraft {
    pub name: String,
    pub terms: Terms,
    pub cost: Money,
    pub ceiling: Money,
    pub price_from: NaiveDate,
    pub price_until: Option<NaiveDate>,
}

/// Reads the form of a master package, whose `price` is the ceiling.
pub fn read_master(form: &PackageForm, cost: &str, currency: Currency, today: NaiveDate) -> Result<MasterDraft, Vec<Problem>> {
    let mut problems = Vec::new();
    let name = read_name(&form.name, &mut problems);
    let terms = read_terms(form, &mut problems);
    let ceiling = read_price("price", &form.price, terms.pricing, currency, &mut problems);
    let cost = match cost.trim() {
        "" => Money::zero(currency),
        text => read_amount("cost", text, currency, &mut problems),
    };
    let (price_from, price_until) = prices::read_days(&form.price_from, &form.price_until, today, &mut problems);
    if cost.minor > ceiling.minor && terms.pricing == Pricing::Paid && problems.is_empty() {
        problems.push(Problem::new("cost", "problem-above-ceiling").with("most", ceiling.plain()).with("date", price_from));
    }
    if problems.is_empty() { Ok(MasterDraft { name, terms, cost, ceiling, price_from, price_until }) } else { Err(problems) }
}

fn read_name(text: &str, problems: &mut Vec<Problem>) -> String {
    let name = text.trim().to_string();
    if name.is_empty() || name.chars().count() > 100 {
        problems.push(Problem::new("name", "problem-name-length").with("most", 100));
    }
    name
}

fn read_amount(field: &str, text: &str, currency: Currency, problems: &mut Vec<Problem>) -> Money {
    Money::parse(text, currency).unwrap_or_else(|error: AmountError| {
        problems.push(Problem::new(field, error.key()));
        Money::zero(currency)
    })
}

/// A price that suits what is said of it; a free package needs none.
fn read_price(field: &str, text: &str, pricing: Pricing, currency: Currency, problems: &mut Vec<Problem>) -> Money {
    if text.trim().is_empty() && pricing != Pricing::Paid {
        return Money::zero(currency);
    }
    let known = problems.len();
    let price = read_amount(field, text, currency, problems);
    if problems.len() == known
        && let Err(problem) = chain::price_suits(pricing, price.minor)
    {
        problems.push(problem);
    }
    price
}

fn read_choice<T: std::str::FromStr>(field: &str, text: &str, problems: &mut Vec<Problem>) -> Option<T> {
    match text.trim() {
        "" => None,
        id => id.parse().map(Some).unwrap_or_else(|_| {
            problems.push(Problem::new(field, "problem-choice"));
            None
        }),
    }
}

/// By what somebody is known who had a trial, each as it cannot be written in two ways.
pub fn trial_identities(mobile: Option<&str>, username: &str, national_id: Option<&str>) -> Vec<String> {
    let digits: String =
        national_id.map(crate::money::ascii_digits).unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).collect();
    let mut identities = vec![format!("username:{}", username.trim().to_lowercase())];
    identities.extend(mobile.and_then(|mobile| crate::customers::phone(mobile).ok()).map(|mobile| format!("mobile:{mobile}")));
    identities.extend(Some(digits.to_lowercase()).filter(|digits| !digits.is_empty()).map(|digits| format!("nid:{digits}")));
    identities
}

/// A text that says no speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotASpeed;

/// `10`, `2.5`, `512k`, `10M`, `10 Mbps`, `1G`, empty for unlimited, to kbit/s. A bare number is Mbit/s.
pub fn read_speed(text: &str) -> Result<Option<u32>, NotASpeed> {
    let text = crate::money::ascii_digits(text).trim().to_lowercase();
    if text.is_empty() {
        return Ok(None);
    }
    let digits_end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits_end);
    let factor = match unit.trim().trim_end_matches("bps").trim_end_matches("bit/s").trim_end_matches("b/s").trim() {
        "k" => 1,
        "" | "m" => 1_000,
        "g" => 1_000_000,
        _ => return Err(NotASpeed),
    };
    let number: Decimal = number.parse().map_err(|_| NotASpeed)?;
    let kbps = number.checked_mul(Decimal::from(factor)).ok_or(NotASpeed)?;
    let kbps: u32 = kbps.normalize().to_string().parse().map_err(|_| NotASpeed)?;
    if kbps == 0 || kbps > 100_000_000 { Err(NotASpeed) } else { Ok(Some(kbps)) }
}

/// `10 Mbps`, `512 kbps`: for people, in any language.
pub fn speed_text(kbps: u32) -> String {
    if kbps < 1_000 {
        return format!("{kbps} kbps");
    }
    format!("{} Mbps", (Decimal::from(kbps) / Decimal::from(1_000)).normalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_as_people_write_them() {
        for (text, kbps) in [
            ("10", Some(10_000)),
            ("512k", Some(512)),
            ("2.5 Mbps", Some(2_500)),
            ("1G", Some(1_000_000)),
            ("", None),
            ("১০", Some(10_000)),
        ] {
            assert_eq!(read_speed(text), Ok(kbps), "{text}");
        }
        for text in ["0", "-5", "fast", "10x", "1.5.2", "0.0001", "99999999999"] {
            assert_eq!(read_speed(text), Err(NotASpeed), "{text}");
        }
        assert_eq!(speed_text(2_500), "2.5 Mbps");
        assert_eq!(speed_text(10_000), "10 Mbps");
    }

    #[test]
    fn a_person_is_the_same_however_written() {
        let once = trial_identities(Some("01711-123456"), " Rahim", Some("19 90-1234"));
        let again = trial_identities(Some("+8801711123456"), "rahim", Some("১৯৯০১২৩৪"));
        assert_eq!(once, again);
        assert_eq!(once, ["username:rahim", "mobile:+8801711123456", "nid:19901234"]);
    }

    #[test]
    fn a_price_of_nothing_is_for_what_is_free_or_a_trial() {
        let form = |pricing: &str, price: &str| PackageForm {
            name: "Home".into(),
            pricing: pricing.into(),
            price: price.into(),
            validity_unit: "days".into(),
            validity_count: "3".into(),
            ..Default::default()
        };
        let read = |pricing, price| {
            let read = read_package(&form(pricing, price), Currency::Bdt, "2026-11-21".parse().unwrap());
            read.map(|draft| draft.price.minor).map_err(|problems| problems[0].key.clone())
        };
        assert_eq!(read("paid", "0"), Err("problem-price-zero".into()));
        assert_eq!(read("free", "5"), Err("problem-price-free".into()));
        assert_eq!((read("free", ""), read("trial", "0"), read("trial", "10")), (Ok(0), Ok(0), Ok(1_000)));
        assert_eq!(read("gift", "0"), Err("problem-choice".into()));
    }

    #[test]
    fn a_wrong_form_names_every_field() {
        let form = PackageForm { price: "-1".into(), up_mbps: "x".into(), validity_unit: "months".into(), ..Default::default() };
        let problems = read_package(&form, Currency::Bdt, "2026-11-21".parse().unwrap()).unwrap_err();
        let fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["name", "validity_count", "up_mbps", "price"]);
    }
}
