//! What a change in the middle of paid time comes to: another package (BIL-07), a rest for the line (CRM-07), an add-on
//! that begins or ends. Days that were billed are given back at the price they were billed at.

use super::Refusal;
use super::lines::{InvoiceDraft, LineDraft, LineKind, period_lines};
use super::profile::{BillingProfile, ChangeRefund};
use super::terms::{Addon, Billable, Term};
use crate::calendar::Period;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::slice::from_ref;

/// When another package begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeWhen {
    Now,
    NextCycle,
}

impl ChangeWhen {
    pub fn from_slug(slug: &str) -> Option<Self> {
        match slug {
            "now" => Some(ChangeWhen::Now),
            "next_cycle" => Some(ChangeWhen::NextCycle),
            _ => None,
        }
    }

    pub fn slug(self) -> &'static str {
        match self {
            ChangeWhen::Now => "now",
            ChangeWhen::NextCycle => "next_cycle",
        }
    }
}

/// The first day of the new package: today, or the first day of the cycle that nothing was billed for and that has not
/// begun.
pub fn effective_day(service: &Billable, when: ChangeWhen, today: NaiveDate) -> Option<NaiveDate> {
    match when {
        ChangeWhen::Now => Some(today),
        ChangeWhen::NextCycle if service.billed_until > today => Some(service.billed_until),
        ChangeWhen::NextCycle => Some(service.whole_period(today)?.end),
    }
}

/// What billed days from `days.start` to `days.end` were charged, line for line, priced as they were billed.
pub fn value_of_days(service: &Billable, days: Period, on: NaiveDate) -> Result<Vec<LineDraft>, Refusal> {
    each_period(service, days, |part, whole| {
        let mut billed = service.clone();
        billed.agreed.clear();
        for term in &mut billed.terms {
            let priced_on = whole.start.max(service.rhythm.starts_on).max(term.from);
            term.custom_minor = Some(service.price(term, priced_on));
        }
        period_lines(&billed, part, whole, on)
    })
}

fn each_period(
    service: &Billable,
    days: Period,
    lines_of: impl Fn(Period, Period) -> Result<Vec<LineDraft>, Refusal>,
) -> Result<Vec<LineDraft>, Refusal> {
    let mut lines = Vec::new();
    let mut start = days.start;
    while start < days.end {
        let whole = service.whole_period(start).ok_or(Refusal::OutOfRange)?;
        let part = Period::new(start, whole.end.min(days.end)).ok_or(Refusal::OutOfRange)?;
        lines.extend(lines_of(part, whole)?);
        start = part.end;
    }
    Ok(lines)
}

/// The same lines the other way round: a charge becomes its own credit, to the last unit.
pub fn given_back(lines: Vec<LineDraft>, kind: LineKind) -> Vec<LineDraft> {
    let back = |line: LineDraft| LineDraft {
        kind: if line.kind == LineKind::Discount { LineKind::Discount } else { kind },
        addon_id: None,
        net_minor: -line.net_minor,
        tax_minor: -line.tax_minor,
        ..line
    };
    lines.into_iter().map(back).collect()
}

/// The lines of a change to `new` on `today` for days that are billed already: new on, old off, the fee, and what is
/// done with a sum below zero.
pub fn change_lines(service: &Billable, new: &Term, profile: &BillingProfile, today: NaiveDate) -> Result<Vec<LineDraft>, Refusal> {
    let mut bare = service.clone();
    bare.addons.clear();
    let Some(old) = service.term(today) else { return Err(Refusal::OutOfRange) };
    let mut lines = Vec::new();
    if let Some(rest) = Period::new(today, service.billed_until) {
        let next = Billable { terms: vec![Term { from: rest.start, ..new.clone() }], agreed: Vec::new(), ..bare.clone() };
        for mut line in value_of_days(&next, rest, today)? {
            if line.kind == LineKind::Recurring {
                line.kind = LineKind::ChangeNew;
            }
            lines.push(line);
        }
        lines.extend(given_back(value_of_days(&bare, rest, today)?, LineKind::ChangeOld));
    }
    let (before, after) = (service.price(old, today), new.usual_price(today));
    let fee = match after.cmp(&before) {
        std::cmp::Ordering::Greater => profile.change_fee_up_minor,
        std::cmp::Ordering::Less => profile.change_fee_down_minor,
        std::cmp::Ordering::Equal => 0,
    };
    if fee > 0 {
        let tax = service.tax(new.tax.as_ref(), today);
        let line = LineDraft::plain(LineKind::Fee, "Change of package", 1, fee, tax).ok_or(Refusal::OutOfRange)?;
        lines.push(LineDraft { service_id: Some(service.service_id), ..line });
    }
    Ok(not_below_zero(lines, profile.change_refund))
}

/// A sum below zero becomes credit of the customer, or is not given back at all.
pub fn not_below_zero(mut lines: Vec<LineDraft>, refund: ChangeRefund) -> Vec<LineDraft> {
    let (net, tax) = lines.iter().fold((0, 0), |(net, tax), line| (net + line.net_minor, tax + line.tax_minor));
    if net + tax >= 0 {
        return lines;
    }
    let line = |kind, description: &str, net_minor, tax_minor| LineDraft {
        kind,
        service_id: None,
        addon_id: None,
        charge_id: None,
        description: description.into(),
        quantity: 1,
        period: None,
        days: None,
        days_in_period: None,
        net_minor,
        tax_minor,
        tax_rate: Decimal::ZERO,
    };
    lines.push(match refund {
        ChangeRefund::Credit => line(LineKind::ToCredit, "Put to your credit", -(net + tax), 0),
        ChangeRefund::None => line(LineKind::Adjustment, "Not given back", -net, -tax),
    });
    lines
}

/// What resting on `days` gives back, when some of them are billed, less the fee for it.
pub fn hold_lines(service: &Billable, days: Period, fee_minor: i64, on: NaiveDate) -> Result<Vec<LineDraft>, Refusal> {
    let mut lines = Vec::new();
    if let Some(billed) = Period::new(days.start, days.end.min(service.billed_until)) {
        lines = given_back(value_of_days(service, billed, on)?, LineKind::Adjustment);
    }
    if fee_minor > 0 {
        let tax = service.term(on).and_then(|term| service.tax(term.tax.as_ref(), on));
        lines.push(LineDraft::plain(LineKind::Fee, "Vacation hold", 1, fee_minor, tax).ok_or(Refusal::OutOfRange)?);
    }
    Ok(not_below_zero(lines, ChangeRefund::Credit))
}

/// What days that were given back cost after all, when a hold ends before its time.
pub fn hold_ended_lines(service: &Billable, released: Period, on: NaiveDate) -> Result<Vec<LineDraft>, Refusal> {
    let Some(billed) = Period::new(released.start, released.end.min(service.billed_until)) else { return Ok(Vec::new()) };
    let mut lines = value_of_days(service, billed, on)?;
    for line in lines.iter_mut().filter(|line| line.kind != LineKind::Discount) {
        line.kind = LineKind::Adjustment;
        line.addon_id = None;
    }
    Ok(lines)
}

/// The days of an add-on that lie in time the service has been billed for without it. The lines carry no claim on the
/// period: the run charges the add-on from the next period on.
pub fn addon_lines(service: &Billable, addon: &Addon, on: NaiveDate) -> Result<Vec<LineDraft>, Refusal> {
    let Some(billed) = Period::new(addon.starts_on, addon.ends_on.map_or(service.billed_until, |end| end.min(service.billed_until))) else {
        return Ok(Vec::new());
    };
    let mut only = Billable { addons: from_ref(addon).to_vec(), discounts: Vec::new(), ..service.clone() };
    for term in &mut only.terms {
        term.custom_minor = Some(0);
    }
    only.agreed.clear();
    let lines = value_of_days(&only, billed, on)?;
    Ok(lines.into_iter().map(|line| LineDraft { kind: LineKind::Adjustment, addon_id: None, ..line }).collect())
}

impl InvoiceDraft {
    /// A bill of these lines, due after the profile's days.
    pub fn of(service: &Billable, lines: Vec<LineDraft>, currency: crate::Currency, issued_on: NaiveDate) -> Result<Self, Refusal> {
        super::plan::draft(service, lines, currency, issued_on)
    }
}
