//! The invoices that one service owes on a business day. Reads no clock and writes nothing: the same values always
//! give the same drafts, so a preview and a run cannot disagree.

use super::cutoff::cut_on;
use super::lines::{InvoiceDraft, LineDraft, period_lines};
use super::profile::{ChargeIn, FirstPeriod, SuspendedCharging};
use super::terms::Billable;
use crate::calendar::{Period, add_days};
use crate::money::Currency;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Why a service cannot be billed. The run reports it and goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The package's currency is not the ISP's book currency.
    OtherCurrency,
    /// So many periods are open that somebody should look first.
    TooFarBehind,
    /// A figure or a date left its range.
    OutOfRange,
}

impl Refusal {
    pub fn slug(self) -> &'static str {
        match self {
            Refusal::OtherCurrency => "other_currency",
            Refusal::TooFarBehind => "too_far_behind",
            Refusal::OutOfRange => "out_of_range",
        }
    }
}

/// More open periods than this are not billed in one go.
pub const MOST_PERIODS: usize = 36;

/// Every period that is to be billed by `business_date` and that no invoice covers, oldest first: in advance when it
/// has begun, in arrears when it is over. A bill of its own for each, unless a short first period is to wait for the
/// next one, or the sum is below the least that makes a bill. Periods that cost nothing give no invoice; the second
/// value is the day up to which the service is now dealt with.
pub fn plan_service(service: &Billable, books: Currency, business_date: NaiveDate) -> Result<(Vec<InvoiceDraft>, NaiveDate), Refusal> {
    if service.terms.iter().any(|term| term.currency != books) {
        return Err(Refusal::OtherCurrency);
    }
    let paused = without_paused_days(service);
    let service = paused.as_ref().unwrap_or(service);
    let rhythm = service.rhythm;
    let (mut covered, mut settled) = (service.billed_until, service.billed_until);
    let mut charged = service.suspended.map_or(0, |suspended| suspended.charged);
    let mut drafts = Vec::new();
    let mut waiting: Vec<LineDraft> = Vec::new();
    for count in 0.. {
        let whole = service.whole_period(covered).ok_or(Refusal::OutOfRange)?;
        let first_waits = rhythm.first_period == FirstPeriod::WithNext && covered == rhythm.starts_on && whole.start < covered;
        if service.bill_day(covered, whole) > business_date {
            break;
        }
        if count >= MOST_PERIODS {
            return Err(Refusal::TooFarBehind);
        }
        let period = Period::new(covered, whole.end).ok_or(Refusal::OutOfRange)?;
        if is_free(service, period, charged) {
            // In advance only the days gone by are given away: what is left when the line comes back is charged.
            covered = match rhythm.charge_in {
                ChargeIn::Advance => period.end.min(add_days(business_date, 1).ok_or(Refusal::OutOfRange)?),
                ChargeIn::Arrears => period.end,
            };
            if waiting.is_empty() {
                settled = covered;
            }
            if covered > business_date {
                break;
            }
            continue;
        }
        waiting.extend(period_lines(service, period, whole, business_date)?);
        covered = period.end;
        charged += u16::from(service.suspended.is_some_and(|suspended| period.start >= suspended.since));
        let sum: i64 = waiting.iter().map(LineDraft::total_minor).sum();
        if waiting.is_empty() {
            settled = covered;
        } else if sum >= rhythm.minimum_minor && !first_waits {
            drafts.push(draft(service, std::mem::take(&mut waiting), books, business_date)?);
            settled = covered;
        }
    }
    Ok((drafts, settled))
}

/// In arrears a line that unpaid bills hold down is charged for the days before, not for the days since: as if it
/// rested. `None`: nothing is to be taken out.
fn without_paused_days(service: &Billable) -> Option<Billable> {
    let (suspended, rhythm) = (service.suspended?, service.rhythm);
    let free = match rhythm.suspended_charging {
        SuspendedCharging::Bill => false,
        SuspendedCharging::Skip => true,
        SuspendedCharging::Limit => suspended.charged >= rhythm.suspended_periods,
    };
    if rhythm.charge_in == ChargeIn::Advance || !free {
        return None;
    }
    let mut paused = service.clone();
    paused.held.extend(Period::new(suspended.since, NaiveDate::MAX));
    Some(paused)
}

/// Is this period one that a line held down by unpaid bills is not charged for (BIL-18)?
fn is_free(service: &Billable, period: Period, charged: u16) -> bool {
    if service.suspended.is_none_or(|suspended| period.start < suspended.since) {
        return false;
    }
    match service.rhythm.suspended_charging {
        SuspendedCharging::Bill => false,
        SuspendedCharging::Skip => true,
        SuspendedCharging::Limit => charged >= service.rhythm.suspended_periods,
    }
}

pub(super) fn draft(service: &Billable, lines: Vec<LineDraft>, currency: Currency, issued_on: NaiveDate) -> Result<InvoiceDraft, Refusal> {
    let due_on = add_days(issued_on, u32::from(service.rhythm.due_days)).ok_or(Refusal::OutOfRange)?;
    let cut_on = cut_on(due_on, service.rhythm.grace_days).ok_or(Refusal::OutOfRange)?;
    Ok(InvoiceDraft { customer_id: service.customer_id, issued_on, due_on, cut_on, currency, lines })
}

#[cfg(test)]
mod tests;
