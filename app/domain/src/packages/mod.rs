//! What an ISP sells: speed, price, how long it lasts, which tax (PKG-01).

mod kind;

pub use kind::{PackageKind, Pricing};

use crate::calendar::{self, Period};
use crate::money::{AmountError, Currency};
use crate::{Money, PackageId, Problem, TaxProfileId};
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
    /// kbit/s, `None` is unlimited.
    pub up_kbps: Option<u32>,
    pub down_kbps: Option<u32>,
    pub price: Money,
    pub validity: Validity,
    pub tax: Option<TaxProfile>,
    pub archived: bool,
    /// Services that hold it now.
    pub services: i64,
    pub version: i32,
}

/// What a form or an import row sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageForm {
    pub name: String,
    pub up_mbps: String,
    pub down_mbps: String,
    pub price: String,
    pub validity_unit: String,
    pub validity_count: String,
    pub tax_profile_id: String,
}

/// A form that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageDraft {
    pub name: String,
    pub up_kbps: Option<u32>,
    pub down_kbps: Option<u32>,
    pub price: Money,
    pub validity: Validity,
    pub tax_profile_id: Option<TaxProfileId>,
}

/// Reads a form; every problem at once, beside its field.
pub fn read_package(form: &PackageForm, currency: Currency) -> Result<PackageDraft, Vec<Problem>> {
    let mut problems = Vec::new();
    let name = form.name.trim().to_string();
    if name.is_empty() || name.chars().count() > 100 {
        problems.push(Problem::new("name", "problem-name-length").with("most", 100));
    }
    let mut speed = |field: &str, text: &str| match read_speed(text) {
        Ok(kbps) => kbps,
        Err(NotASpeed) => {
            problems.push(Problem::new(field, "problem-speed"));
            None
        }
    };
    let up_kbps = speed("up_mbps", &form.up_mbps);
    let down_kbps = speed("down_mbps", &form.down_mbps);
    let price = Money::parse(&form.price, currency).unwrap_or_else(|error: AmountError| {
        problems.push(Problem::new("price", error.key()));
        Money::zero(currency)
    });
    let count: u16 = crate::money::ascii_digits(form.validity_count.trim()).parse().unwrap_or(0);
    let validity = Validity::read(&form.validity_unit, count).unwrap_or_else(|| {
        problems.push(Problem::new("validity_count", "problem-validity"));
        Validity::Months(1)
    });
    let tax_profile_id = match form.tax_profile_id.trim() {
        "" => None,
        id => id.parse().map(Some).unwrap_or_else(|_| {
            problems.push(Problem::new("tax_profile_id", "problem-choice"));
            None
        }),
    };
    if problems.is_empty() { Ok(PackageDraft { name, up_kbps, down_kbps, price, validity, tax_profile_id }) } else { Err(problems) }
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
    fn a_wrong_form_names_every_field() {
        let form = PackageForm { price: "-1".into(), up_mbps: "x".into(), validity_unit: "months".into(), ..Default::default() };
        let problems = read_package(&form, Currency::Bdt).unwrap_err();
        let fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["name", "up_mbps", "price", "validity_count"]);
    }
}
