//! The lines of a bill and the bill before it has a number: what each line comes to, rounded once, and the journal
//! entry that follows from them.

use super::profile::choices;
use super::tax::{Tax, tax_of};
use super::terms::{Billable, DiscountRule, Term};
use super::{Charge, Refusal};
use crate::calendar::Period;
use crate::ledger::{Account, Entry, Posting, Unbalanced};
use crate::money::{LARGEST_MINOR, round_line};
use crate::{AddonId, ChargeId, Currency, CustomerId, InvoiceId, ServiceId};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

choices! {
    /// What a line of a bill is for.
    LineKind {
        Recurring "recurring",
        OneTime "one_time",
        Setup "setup",
        Addon "addon",
        Discount "discount",
        Fee "fee",
        Deposit "deposit",
        Prepaid "prepaid",
        // The rest of a period at the price of the new package, and given back at the price of the old.
        ChangeNew "change_new",
        ChangeOld "change_old",
        // What a bill would have given back becomes credit.
        ToCredit "to_credit",
        Adjustment "adjustment",
    }
}

/// One line, rounded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineDraft {
    pub kind: LineKind,
    pub service_id: Option<ServiceId>,
    pub addon_id: Option<AddonId>,
    pub charge_id: Option<ChargeId>,
    pub description: String,
    pub quantity: i32,
    pub period: Option<Period>,
    pub days: Option<i64>,
    pub days_in_period: Option<i64>,
    pub net_minor: i64,
    pub tax_minor: i64,
    pub tax_rate: Decimal,
}

/// A bill that has no number yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceDraft {
    pub customer_id: CustomerId,
    pub issued_on: NaiveDate,
    pub due_on: NaiveDate,
    pub cut_on: NaiveDate,
    pub currency: Currency,
    pub lines: Vec<LineDraft>,
}

/// `round_half_up(price x days / days in the period)`.
pub fn prorate(price_minor: i64, days: i64, days_in_period: i64) -> Option<i64> {
    round_line(Decimal::from(price_minor).checked_mul(Decimal::from(days))?.checked_div(Decimal::from(days_in_period))?)
        .filter(|minor| (-LARGEST_MINOR..=LARGEST_MINOR).contains(minor))
}

impl LineDraft {
    /// A line without a period.
    pub fn plain(kind: LineKind, description: &str, quantity: i32, charge_minor: i64, tax: Option<Tax>) -> Option<Self> {
        let (net_minor, tax_minor) = tax_of(charge_minor, tax)?;
        Some(Self {
            kind,
            service_id: None,
            addon_id: None,
            charge_id: None,
            description: description.into(),
            quantity,
            period: None,
            days: None,
            days_in_period: None,
            net_minor,
            tax_minor,
            tax_rate: tax.map_or(Decimal::ZERO, |tax| tax.rate),
        })
    }

    /// The same line for days of a period of a service.
    pub fn over(self, service: ServiceId, period: Period, days: i64, days_in_period: i64) -> Self {
        Self { service_id: Some(service), period: Some(period), days: Some(days), days_in_period: Some(days_in_period), ..self }
    }

    pub fn total_minor(&self) -> i64 {
        self.net_minor + self.tax_minor
    }

    fn account(&self) -> Account {
        match self.kind {
            LineKind::Discount => Account::DiscountGiven,
            LineKind::Deposit => Account::CustomerDeposit,
            LineKind::ToCredit => Account::CustomerAdvance,
            _ => Account::ServiceRevenue,
        }
    }
}

/// The lines of the days from `period.start` on, of the `whole` period that they are a part of. A package that changed
/// on the way has a line for each: the days after a change are charged at the new price and taken off the old one, so
/// that the parts add up to the whole exactly.
pub fn period_lines(service: &Billable, period: Period, whole: Period, on: NaiveDate) -> Result<Vec<LineDraft>, Refusal> {
    let mut lines = Vec::new();
    let mut starts: Vec<NaiveDate> = vec![period.start];
    starts.extend(service.terms.iter().map(|term| term.from).filter(|from| period.start < *from && *from < period.end));
    starts.sort_unstable();
    starts.dedup();
    for (index, start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(period.end);
        let (Some(term), Some(part), Some(rest)) = (service.term(*start), Period::new(*start, end), Period::new(*start, period.end)) else {
            return Err(Refusal::OutOfRange);
        };
        let days = service.charged_days(part);
        let price = service.price(term, *start);
        let charge = |days| prorate(price, days, whole.days()).ok_or(Refusal::OutOfRange);
        let gross = charge(service.charged_days(rest))? - charge(service.charged_days(rest) - days)?;
        if gross < 0 || price < 0 {
            return Err(Refusal::OutOfRange);
        }
        if gross == 0 {
            continue;
        }
        let tax = service.tax(term.tax.as_ref(), on);
        let line = LineDraft::plain(LineKind::Recurring, &term.description, 1, gross, tax).ok_or(Refusal::OutOfRange)?;
        lines.push(line.over(service.service_id, part, days, whole.days()));
        lines.extend(discounts(service, term, part, days, whole.days(), gross, on)?);
    }
    lines.extend(addons(service, period, whole, on)?);
    Ok(lines)
}

/// What is taken off one line: each discount in turn, never more than is left.
fn discounts(
    service: &Billable,
    term: &Term,
    period: Period,
    days: i64,
    days_in_period: i64,
    gross: i64,
    on: NaiveDate,
) -> Result<Vec<LineDraft>, Refusal> {
    let mut left = gross;
    let mut lines = Vec::new();
    for discount in service.discounts.iter().filter(|discount| discount.holds_on(period.start)) {
        let wanted = match discount.rule {
            DiscountRule::Percent { percent, most_minor } => {
                round_line(Decimal::from(gross) * percent / Decimal::ONE_HUNDRED).map(|off| most_minor.map_or(off, |most| off.min(most)))
            }
            DiscountRule::Fixed { amount_minor } => prorate(amount_minor, days, days_in_period),
        };
        let off = wanted.ok_or(Refusal::OutOfRange)?.clamp(0, left);
        if off > 0 {
            left -= off;
            let tax = service.tax(term.tax.as_ref(), on);
            let line = LineDraft::plain(LineKind::Discount, &discount.reason, 1, -off, tax).ok_or(Refusal::OutOfRange)?;
            lines.push(line.over(service.service_id, period, days, days_in_period));
        }
    }
    Ok(lines)
}

fn addons(service: &Billable, period: Period, whole: Period, on: NaiveDate) -> Result<Vec<LineDraft>, Refusal> {
    let mut lines = Vec::new();
    for addon in &service.addons {
        let end = addon.ends_on.map_or(period.end, |end| end.min(period.end));
        let Some(part) = Period::new(period.start.max(addon.starts_on), end) else { continue };
        let days = service.charged_days(part);
        let price = addon.price_minor.checked_mul(i64::from(addon.quantity)).ok_or(Refusal::OutOfRange)?;
        let charge = prorate(price, days, whole.days()).ok_or(Refusal::OutOfRange)?;
        if charge > 0 {
            let tax = service.tax(addon.tax.as_ref(), on);
            let line = LineDraft::plain(LineKind::Addon, &addon.name, addon.quantity, charge, tax).ok_or(Refusal::OutOfRange)?;
            lines.push(LineDraft { addon_id: Some(addon.id), ..line.over(service.service_id, part, days, whole.days()) });
        }
    }
    Ok(lines)
}

impl InvoiceDraft {
    pub fn net_minor(&self) -> i64 {
        self.lines.iter().map(|line| line.net_minor).sum()
    }

    pub fn tax_minor(&self) -> i64 {
        self.lines.iter().map(|line| line.tax_minor).sum()
    }

    pub fn total_minor(&self) -> i64 {
        self.lines.iter().map(LineDraft::total_minor).sum()
    }

    /// Does a line charge fewer days than its period has?
    pub fn is_partial(&self) -> bool {
        self.lines.iter().any(|line| line.kind == LineKind::Recurring && line.days < line.days_in_period)
    }

    /// Puts waiting charges on the bill; those that would take it below zero go on waiting and are left in `charges`.
    pub fn take_charges(&mut self, charges: &mut Vec<Charge>, tax_exempt: bool) -> Result<(), Refusal> {
        let mut left = Vec::new();
        // What adds to the bill first, so that what takes off finds something to be taken off from.
        charges.sort_by_key(|charge| charge.price_minor < 0);
        for charge in charges.drain(..) {
            let amount = charge.price_minor.checked_mul(i64::from(charge.quantity)).ok_or(Refusal::OutOfRange)?;
            let tax = charge.tax.as_ref().filter(|_| !tax_exempt).map(|terms| terms.on(self.issued_on));
            let line = LineDraft::plain(charge.kind, &charge.description, charge.quantity, amount, tax).ok_or(Refusal::OutOfRange)?;
            if self.total_minor() + line.total_minor() < 0 {
                left.push(charge);
            } else {
                self.lines.push(LineDraft { service_id: charge.service_id, charge_id: Some(charge.id), ..line });
            }
        }
        *charges = left;
        Ok(())
    }

    /// The journal entry of this invoice: the customer owes the total; revenue and VAT are earned, a deposit is owed
    /// back, a discount is given, and what would be below zero is the customer's credit.
    pub fn entry(&self, id: InvoiceId, number: &str) -> Result<Entry, Unbalanced> {
        let mut postings = vec![Posting::debit(Account::Receivable, Some(self.customer_id.0), self.total_minor())];
        for account in [Account::ServiceRevenue, Account::DiscountGiven, Account::CustomerDeposit, Account::CustomerAdvance] {
            let sum = self.lines.iter().filter(|line| line.account() == account).map(|line| line.net_minor).sum();
            let party = matches!(account, Account::CustomerDeposit | Account::CustomerAdvance).then_some(self.customer_id.0);
            postings.push(Posting::credit(account, party, sum));
        }
        postings.push(Posting::credit(Account::VatPayable, None, self.tax_minor()));
        Entry::balanced("invoice", id.to_string(), self.issued_on, number.to_string(), self.currency, postings)
    }
}
