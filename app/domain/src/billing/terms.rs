//! What the engine is told of a service: its rhythm, the packages it had from which day, and what stands beside their
//! price. Values only; what follows from them is decided in `plan`.

use super::profile::{BillingProfile, ChargeIn, FirstPeriod, ProfileKind, SuspendedCharging};
use super::tax::{Tax, TaxTerms};
use crate::calendar::{self, Period};
use crate::packages::{PackageKind, Validity};
use crate::{AddonId, ChargeId, Currency, CustomerId, DiscountId, ServiceId, TaxProfileId};
use chrono::{Datelike, Months, NaiveDate};
use rust_decimal::Decimal;
use std::sync::Arc;

/// How a service is charged at all (PKG-07).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Charging {
    /// Period after period, by the run.
    Cycle,
    /// Time is bought; when it is over the line stops and no bill is made.
    Prepaid,
    /// Charged once where it is sold, never by the run.
    Once,
    Nothing,
}

/// The profile decides, unless the package can only be sold one way.
pub fn charging(profile: ProfileKind, kind: PackageKind, validity: Validity) -> Charging {
    match (profile, kind) {
        (ProfileKind::Free, _) => Charging::Nothing,
        (_, PackageKind::OneTime) => Charging::Once,
        (ProfileKind::Daily, _) | (_, PackageKind::Daily | PackageKind::Hourly | PackageKind::Volume) => Charging::Prepaid,
        (_, PackageKind::Hotspot) if !matches!(validity, Validity::Months(_)) => Charging::Prepaid,
        _ if matches!(validity, Validity::Hours(_) | Validity::Minutes(_)) => Charging::Prepaid,
        _ => Charging::Cycle,
    }
}

/// The part of a billing profile, and of a service's beginning, that says which days make a period and when it is billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rhythm {
    pub kind: ProfileKind,
    pub charge_in: ChargeIn,
    pub billing_day: u16,
    /// Periods are calendar months; the billing day only says when their bills are made.
    pub cycle_ends_with_month: bool,
    pub first_period: FirstPeriod,
    pub suspended_charging: SuspendedCharging,
    pub suspended_periods: u16,
    pub minimum_minor: i64,
    pub due_days: u16,
    pub grace_days: u16,
    pub starts_on: NaiveDate,
    /// Anniversaries are counted from it.
    pub anchor_on: NaiveDate,
}

impl Rhythm {
    pub fn of(profile: &BillingProfile, starts_on: NaiveDate, anchor_on: Option<NaiveDate>) -> Self {
        Self {
            kind: profile.kind,
            charge_in: profile.charge_in,
            billing_day: profile.billing_day,
            cycle_ends_with_month: profile.cycle_ends_with_month,
            first_period: profile.first_period,
            suspended_charging: profile.suspended_charging,
            suspended_periods: profile.suspended_periods,
            minimum_minor: profile.minimum_invoice_minor,
            due_days: profile.due_days,
            grace_days: profile.grace_days,
            starts_on,
            anchor_on: anchor_on.unwrap_or(starts_on),
        }
    }

    /// The whole period that `day` lies in. Months of an anniversary are counted from the anchor each time, so that
    /// 31 Jan gives 28 Feb and then 31 Mar.
    pub fn period(&self, day: NaiveDate, validity: Validity) -> Option<Period> {
        match (self.kind, validity) {
            (ProfileKind::Anniversary, Validity::Months(count)) => anniversary(self.anchor_on, day, u32::from(count)),
            (_, Validity::Months(count)) if self.cycle_ends_with_month => {
                let first = day.with_day(1)?;
                Period::new(first, calendar::months_after(first, u32::from(count))?)
            }
            (_, Validity::Months(count)) if count > 1 => Period::new(day, keeping_day(day, u32::from(count), self.anchor_on.day())?),
            _ => validity.period(day, u32::from(self.billing_day)),
        }
    }

    /// The day on which the period that begins to be open at `covered` is billed.
    fn bill_day(&self, covered: NaiveDate, whole: Period) -> NaiveDate {
        let waits = self.first_period == FirstPeriod::WithNext && covered == self.starts_on && whole.start < covered;
        let day = if self.charge_in == ChargeIn::Arrears || waits { whole.end } else { covered };
        // The rest of a first month is billed at once; what begins or ends with a month, on its billing day.
        let by_month = self.cycle_ends_with_month && day.day() == 1;
        day.with_day(u32::from(self.billing_day)).filter(|_| by_month).unwrap_or(day)
    }

    /// The first day after `on` at which a bill is to be expected by itself, when days up to `covered` are dealt with.
    pub fn next_bill_on(&self, covered: NaiveDate, validity: Validity, on: NaiveDate) -> Option<NaiveDate> {
        if !matches!(self.kind, ProfileKind::Monthly | ProfileKind::Anniversary) {
            return None;
        }
        let mut covered = covered;
        for _ in 0..=super::MOST_PERIODS {
            let whole = self.period(covered, validity)?;
            let day = self.bill_day(covered, whole);
            if day > on {
                return Some(day);
            }
            covered = whole.end;
        }
        None
    }
}

/// `count` months after `day`, on `wanted` day of the month when `day` was only as early as its short month made it.
fn keeping_day(day: NaiveDate, count: u32, wanted: u32) -> Option<NaiveDate> {
    let end = calendar::months_after(day, count)?;
    let was_cut = day.day() < wanted && day.succ_opt()?.month() != day.month();
    Some(if was_cut { (end.day()..=wanted).rev().find_map(|d| end.with_day(d)).unwrap_or(end) } else { end })
}

fn anniversary(anchor: NaiveDate, day: NaiveDate, count: u32) -> Option<Period> {
    if day < anchor {
        // Before its own beginning: the anniversary is moved back by whole years, which keeps month and day.
        let years = u32::try_from(anchor.year() - day.year() + 1).ok()?;
        let moved = anchor.checked_sub_months(Months::new(12 * years))?;
        let moved = moved.with_day(anchor.day()).unwrap_or(moved);
        return anniversary(moved, day, count);
    }
    let months = (day.year() - anchor.year()) * 12 + day.month() as i32 - anchor.month() as i32;
    let mut n = u32::try_from(months).ok()? / count * count;
    if calendar::months_after(anchor, n)? > day {
        n = n.checked_sub(count)?;
    }
    Period::new(calendar::months_after(anchor, n)?, calendar::months_after(anchor, n + count)?)
}

/// A package as a service has it from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub from: NaiveDate,
    /// What the line will say.
    pub description: Arc<str>,
    pub currency: Currency,
    pub validity: Validity,
    /// A price of this service's own.
    pub custom_minor: Option<i64>,
    /// The package's prices, each from a day on, oldest first.
    pub prices: Arc<[(NaiveDate, i64)]>,
    pub tax: Option<Arc<TaxTerms>>,
    pub tax_profile: Option<TaxProfileId>,
    pub charging: Charging,
}

impl Term {
    /// The price without what was agreed for the service for a while.
    pub fn usual_price(&self, day: NaiveDate) -> i64 {
        let listed = self.prices.iter().rev().find(|(from, _)| *from <= day).or(self.prices.first());
        self.custom_minor.or(listed.map(|(_, price)| *price)).unwrap_or(0)
    }
}

/// A price that was agreed for a service for some days (half-open).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgreedPrice {
    pub from: NaiveDate,
    pub until: Option<NaiveDate>,
    pub price_minor: i64,
}

/// Charged with every period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addon {
    pub id: AddonId,
    pub name: String,
    pub quantity: i32,
    /// Of one.
    pub price_minor: i64,
    pub tax: Option<Arc<TaxTerms>>,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
}

/// How much a discount takes off a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiscountRule {
    Percent { percent: Decimal, most_minor: Option<i64> },
    Fixed { amount_minor: i64 },
}

/// Taken off each period that begins on one of its days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discount {
    pub id: DiscountId,
    pub rule: DiscountRule,
    pub reason: String,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
}

/// What waits for the next bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    pub id: ChargeId,
    pub kind: super::LineKind,
    pub service_id: Option<ServiceId>,
    pub description: String,
    pub quantity: i32,
    /// Of one.
    pub price_minor: i64,
    pub tax: Option<Arc<TaxTerms>>,
}

/// A line that unpaid bills hold down: since when, and how many periods were charged since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspended {
    pub since: NaiveDate,
    pub charged: u16,
}

/// Everything the engine needs to know of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Billable {
    pub service_id: ServiceId,
    pub customer_id: CustomerId,
    pub rhythm: Rhythm,
    /// At least one; the first holds for every day before the second begins.
    pub terms: Vec<Term>,
    pub agreed: Vec<AgreedPrice>,
    /// First day nothing covers yet.
    pub billed_until: NaiveDate,
    pub held: Vec<Period>,
    pub addons: Vec<Addon>,
    pub discounts: Vec<Discount>,
    pub suspended: Option<Suspended>,
    pub tax_exempt: bool,
}

impl Billable {
    /// The package of a day.
    pub fn term(&self, day: NaiveDate) -> Option<&Term> {
        self.terms.iter().rev().find(|term| term.from <= day).or(self.terms.first())
    }

    /// What a whole period costs that begins on `day`.
    pub fn price(&self, term: &Term, day: NaiveDate) -> i64 {
        let agreed = self.agreed.iter().find(|agreed| agreed.from <= day && agreed.until.is_none_or(|until| day < until));
        agreed.map_or_else(|| term.usual_price(day), |agreed| agreed.price_minor)
    }

    pub fn whole_period(&self, day: NaiveDate) -> Option<Period> {
        self.rhythm.period(day, self.term(day)?.validity)
    }

    /// The day on which the days from `covered` on are billed.
    pub(super) fn bill_day(&self, covered: NaiveDate, whole: Period) -> NaiveDate {
        self.rhythm.bill_day(covered, whole)
    }

    /// Days of `period` that are charged: those that no hold takes out.
    pub fn charged_days(&self, period: Period) -> i64 {
        period.days() - self.held_days(period)
    }

    /// Days of `period` that lie in a hold; holds that overlap count once.
    pub fn held_days(&self, period: Period) -> i64 {
        let mut holds: Vec<Period> = self.held.clone();
        holds.sort_by_key(|hold| hold.start);
        let (mut days, mut counted) = (0, period.start);
        for hold in holds {
            if let Some(part) = Period::new(hold.start.max(counted), hold.end.min(period.end)) {
                days += part.days();
                counted = part.end;
            }
        }
        days
    }

    /// The tax of a line on the day of its bill; none for who is exempt.
    pub fn tax(&self, terms: Option<&Arc<TaxTerms>>, on: NaiveDate) -> Option<Tax> {
        terms.filter(|_| !self.tax_exempt).map(|terms| terms.on(on))
    }
}

impl Discount {
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.starts_on <= day && self.ends_on.is_none_or(|end| day < end)
    }
}
