//! Reading the form of a billing profile: every problem at once, beside its field. Whether a zone exists is checked
//! where the zone table is.

use super::profile::{BillingProfile, ChangeRefund, ChargeIn, FirstPeriod, ProfileKind, SuspendedCharging};
use crate::money::ascii_digits;
use crate::{BillingProfileId, Currency, Money, Problem};
use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

/// What the form sent. A field that is not in the form keeps what a new profile has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingProfileForm {
    pub name: String,
    #[serde(default)]
    pub kind: String,
    #[serde(default)]
    pub charge_in: String,
    pub billing_day: String,
    #[serde(default)]
    pub cycle_ends_with_month: Option<String>,
    #[serde(default)]
    pub billing_time: String,
    /// "manual": only on demand.
    #[serde(default)]
    pub generate: String,
    pub due_days: String,
    pub grace_days: String,
    /// Empty: the ISP's zone.
    pub time_zone: String,
    #[serde(default)]
    pub auto_suspend: Option<String>,
    #[serde(default)]
    pub suspend_time: String,
    #[serde(default)]
    pub skip_weekends: Option<String>,
    #[serde(default)]
    pub skip_holidays: Option<String>,
    #[serde(default)]
    pub tolerance: String,
    #[serde(default)]
    pub first_period: String,
    #[serde(default)]
    pub suspended_charging: String,
    #[serde(default)]
    pub suspended_periods: String,
    #[serde(default)]
    pub change_refund: String,
    #[serde(default)]
    pub change_fee_up: String,
    #[serde(default)]
    pub change_fee_down: String,
    #[serde(default)]
    pub minimum_invoice: String,
    #[serde(default)]
    pub minimum_days: String,
    #[serde(default)]
    pub daily_base: String,
    /// "lost": what is left of the old package is not converted.
    #[serde(default)]
    pub remaining: String,
    #[serde(default)]
    pub hold_fee: String,
    #[serde(default)]
    pub hold_days_a_year: String,
    /// Empty: none.
    #[serde(default)]
    pub credit_limit: String,
    #[serde(default)]
    pub version: String,
}

struct Reader {
    currency: Currency,
    problems: Vec<Problem>,
}

impl Reader {
    fn number(&mut self, field: &str, text: &str, range: std::ops::RangeInclusive<u16>, usual: Option<u16>) -> u16 {
        let (least, most) = (*range.start(), *range.end());
        if let (true, Some(usual)) = (text.trim().is_empty(), usual) {
            return usual;
        }
        let read = ascii_digits(text.trim()).parse::<u16>().ok().filter(|n| range.contains(n));
        read.unwrap_or_else(|| {
            self.problems.push(Problem::new(field, "problem-number-range").with("least", least).with("most", most));
            least
        })
    }

    fn money(&mut self, field: &str, text: &str) -> Option<i64> {
        if text.trim().is_empty() {
            return None;
        }
        Money::parse(text, self.currency)
            .map(|money| money.minor)
            .map_err(|error| self.problems.push(Problem::new(field, error.key())))
            .ok()
    }

    fn time(&mut self, field: &str, text: &str) -> NaiveTime {
        let text = ascii_digits(text.trim());
        if text.is_empty() {
            return NaiveTime::MIN;
        }
        let read = NaiveTime::parse_from_str(&text, "%H:%M").or_else(|_| NaiveTime::parse_from_str(&text, "%H:%M:%S"));
        read.unwrap_or_else(|_| {
            self.problems.push(Problem::new(field, "problem-time-of-day"));
            NaiveTime::MIN
        })
    }

    fn choice<T: Default>(&mut self, field: &str, text: &str, read: fn(&str) -> Option<T>) -> T {
        if text.trim().is_empty() {
            return T::default();
        }
        read(text.trim()).unwrap_or_else(|| {
            self.problems.push(Problem::new(field, "problem-choice"));
            T::default()
        })
    }
}

/// Reads a form; every problem at once. The id is the caller's to give.
pub fn read_billing_profile(form: &BillingProfileForm, id: BillingProfileId, currency: Currency) -> Result<BillingProfile, Vec<Problem>> {
    let mut read = Reader { currency, problems: Vec::new() };
    let name = form.name.trim();
    if name.is_empty() || name.chars().count() > 60 {
        read.problems.push(Problem::new("name", "problem-name-length").with("most", 60));
    }
    let usual = BillingProfile::usual(id, name);
    let kind = read.choice("kind", &form.kind, ProfileKind::from_slug);
    let profile = BillingProfile {
        kind,
        charge_in: read.choice("charge_in", &form.charge_in, ChargeIn::from_slug),
        billing_day: read.number("billing_day", &form.billing_day, 1..=28, None),
        cycle_ends_with_month: kind == ProfileKind::Monthly && form.cycle_ends_with_month.is_some(),
        billing_time: read.time("billing_time", &form.billing_time),
        auto_generate: form.generate.trim() != "manual",
        due_days: read.number("due_days", &form.due_days, 0..=90, None),
        grace_days: read.number("grace_days", &form.grace_days, 0..=90, None),
        time_zone: Some(form.time_zone.trim().to_string()).filter(|zone| !zone.is_empty()),
        auto_suspend: form.auto_suspend.is_some(),
        suspend_time: read.time("suspend_time", &form.suspend_time),
        skip_weekends: form.skip_weekends.is_some(),
        skip_holidays: form.skip_holidays.is_some(),
        tolerance_minor: read.money("tolerance", &form.tolerance).unwrap_or(0),
        first_period: read.choice("first_period", &form.first_period, FirstPeriod::from_slug),
        suspended_charging: read.choice("suspended_charging", &form.suspended_charging, SuspendedCharging::from_slug),
        suspended_periods: read.number("suspended_periods", &form.suspended_periods, 0..=12, Some(usual.suspended_periods)),
        change_refund: read.choice("change_refund", &form.change_refund, ChangeRefund::from_slug),
        change_fee_up_minor: read.money("change_fee_up", &form.change_fee_up).unwrap_or(0),
        change_fee_down_minor: read.money("change_fee_down", &form.change_fee_down).unwrap_or(0),
        minimum_invoice_minor: read.money("minimum_invoice", &form.minimum_invoice).unwrap_or(0),
        minimum_days: read.number("minimum_days", &form.minimum_days, 1..=366, Some(usual.minimum_days)),
        daily_base: read.number("daily_base", &form.daily_base, 1..=366, Some(usual.daily_base)),
        convert_remaining: form.remaining.trim() != "lost",
        hold_fee_minor: read.money("hold_fee", &form.hold_fee).unwrap_or(0),
        hold_days_a_year: read.number("hold_days_a_year", &form.hold_days_a_year, 0..=366, Some(usual.hold_days_a_year)),
        credit_limit_minor: read.money("credit_limit", &form.credit_limit),
        version: form.version.trim().parse().unwrap_or(1),
        ..usual
    };
    if read.problems.is_empty() { Ok(profile) } else { Err(read.problems) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn form() -> BillingProfileForm {
        BillingProfileForm {
            name: "Monthly".into(),
            billing_day: "5".into(),
            due_days: "7".into(),
            grace_days: "3".into(),
            ..Default::default()
        }
    }

    fn fields(form: &BillingProfileForm) -> Vec<String> {
        let read = read_billing_profile(form, BillingProfileId(Uuid::nil()), Currency::Bdt);
        read.err().unwrap_or_default().into_iter().map(|problem| problem.field).collect()
    }

    #[test]
    fn a_short_form_means_the_usual() {
        let profile = read_billing_profile(&form(), BillingProfileId(Uuid::nil()), Currency::Bdt).unwrap();
        let usual = BillingProfile::usual(BillingProfileId(Uuid::nil()), "Monthly");
        assert_eq!(profile, BillingProfile { billing_day: 5, auto_suspend: false, ..usual });
    }

    #[test]
    fn the_twenty_ninth_is_no_billing_day() {
        for day in ["29", "30", "31", "0", "", "-1", "1.5", "first"] {
            assert_eq!(fields(&BillingProfileForm { billing_day: day.into(), ..form() }), ["billing_day"], "{day}");
        }
        assert!(fields(&BillingProfileForm { billing_day: "২৮".into(), ..form() }).is_empty());
    }

    #[test]
    fn every_wrong_field_is_named() {
        let wrong = BillingProfileForm {
            name: " ".into(),
            kind: "weekly".into(),
            billing_time: "25:00".into(),
            suspended_periods: "13".into(),
            change_fee_up: "-5".into(),
            minimum_days: "0".into(),
            credit_limit: "1.005".into(),
            ..form()
        };
        assert_eq!(fields(&wrong), ["name", "kind", "billing_time", "suspended_periods", "change_fee_up", "minimum_days", "credit_limit"]);
    }
}
