//! The invoices that one service owes on a business day. Reads no clock and writes nothing: the same values always
//! give the same drafts, so a preview and a run cannot disagree.

use super::cutoff::cut_on;
use crate::calendar::{Period, add_days};
use crate::ledger::{Account, Entry, Posting, Unbalanced};
use crate::money::{Currency, LARGEST_MINOR, round_line};
use crate::packages::Validity;
use crate::{CustomerId, InvoiceId, ServiceId};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A tax as it applies on the day of the invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tax {
    /// Percent.
    pub rate: Decimal,
    pub inclusive: bool,
}

/// Everything the engine needs to know of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Billable {
    pub service_id: ServiceId,
    pub customer_id: CustomerId,
    /// What the line will say.
    pub description: String,
    pub price_minor: i64,
    pub currency: Currency,
    pub validity: Validity,
    pub tax: Option<Tax>,
    /// First day nothing covers yet.
    pub billed_until: NaiveDate,
    pub billing_day: u16,
    pub due_days: u16,
    pub grace_days: u16,
}

/// One invoice of one line, not yet numbered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvoiceDraft {
    pub service_id: ServiceId,
    pub customer_id: CustomerId,
    pub description: String,
    pub period: Period,
    pub days: i64,
    pub days_in_period: i64,
    pub issued_on: NaiveDate,
    pub due_on: NaiveDate,
    pub cut_on: NaiveDate,
    pub net_minor: i64,
    pub tax_minor: i64,
    pub tax_rate: Decimal,
    pub currency: Currency,
}

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

/// Every period that has begun by `business_date` and that no invoice covers, oldest first, billed in advance. A
/// first partial month is charged by its days: `round_half_up(price x days / days in the period)`.
/// Periods that cost nothing give no invoice; the second value is the day up to which the service is now covered.
pub fn plan_service(service: &Billable, books: Currency, business_date: NaiveDate) -> Result<(Vec<InvoiceDraft>, NaiveDate), Refusal> {
    if service.currency != books {
        return Err(Refusal::OtherCurrency);
    }
    let mut covered = service.billed_until;
    let mut drafts = Vec::new();
    let mut periods = 0;
    while covered <= business_date {
        periods += 1;
        if periods > MOST_PERIODS {
            return Err(Refusal::TooFarBehind);
        }
        let whole = service.validity.period(covered, u32::from(service.billing_day)).ok_or(Refusal::OutOfRange)?;
        let period = Period::new(covered, whole.end).ok_or(Refusal::OutOfRange)?;
        drafts.extend(draft(service, period, whole, business_date)?);
        covered = period.end;
    }
    Ok((drafts, covered))
}

fn draft(service: &Billable, period: Period, whole: Period, issued_on: NaiveDate) -> Result<Option<InvoiceDraft>, Refusal> {
    let price = Decimal::from(service.price_minor) * Decimal::from(period.days()) / Decimal::from(whole.days());
    let charge = round_line(price).filter(|minor| (0..=LARGEST_MINOR).contains(minor)).ok_or(Refusal::OutOfRange)?;
    if charge == 0 {
        return Ok(None);
    }
    let (net_minor, tax_minor) = tax_of(charge, service.tax).ok_or(Refusal::OutOfRange)?;
    let due_on = add_days(issued_on, u32::from(service.due_days)).ok_or(Refusal::OutOfRange)?;
    Ok(Some(InvoiceDraft {
        service_id: service.service_id,
        customer_id: service.customer_id,
        description: service.description.clone(),
        period,
        days: period.days(),
        days_in_period: whole.days(),
        issued_on,
        due_on,
        cut_on: cut_on(due_on, service.grace_days).ok_or(Refusal::OutOfRange)?,
        net_minor,
        tax_minor,
        tax_rate: service.tax.map_or(Decimal::ZERO, |tax| tax.rate),
        currency: service.currency,
    }))
}

/// Net and tax of a charge. Inclusive: the charge is the total and the tax is taken out of it; exclusive: it comes on
/// top. Rounded half up once; net and tax always add up to the total.
pub fn tax_of(charge_minor: i64, tax: Option<Tax>) -> Option<(i64, i64)> {
    let charge = Decimal::from(charge_minor);
    match tax {
        None => Some((charge_minor, 0)),
        Some(Tax { rate, inclusive: false }) => Some((charge_minor, round_line(charge * rate / Decimal::ONE_HUNDRED)?)),
        Some(Tax { rate, inclusive: true }) => {
            let tax = round_line(charge * rate / (Decimal::ONE_HUNDRED + rate))?;
            Some((charge_minor - tax, tax))
        }
    }
}

impl InvoiceDraft {
    pub fn total_minor(&self) -> i64 {
        self.net_minor + self.tax_minor
    }

    /// The journal entry of this invoice: the customer owes the total, revenue and VAT are earned.
    pub fn entry(&self, id: InvoiceId, number: &str) -> Result<Entry, Unbalanced> {
        Entry::balanced(
            "invoice",
            id.to_string(),
            self.issued_on,
            number.to_string(),
            self.currency,
            vec![
                Posting::debit(Account::Receivable, Some(self.customer_id.0), self.total_minor()),
                Posting::credit(Account::ServiceRevenue, None, self.net_minor),
                Posting::credit(Account::VatPayable, None, self.tax_minor),
            ],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    fn service(billed_until: NaiveDate) -> Billable {
        Billable {
            service_id: ServiceId(Uuid::from_u128(1)),
            customer_id: CustomerId(Uuid::from_u128(2)),
            description: "Home 10".into(),
            price_minor: 100_000,
            currency: Currency::Bdt,
            validity: Validity::Months(1),
            tax: None,
            billed_until,
            billing_day: 1,
            due_days: 7,
            grace_days: 3,
        }
    }

    #[test]
    fn fifteenth_of_march_pays_seventeen_thirty_firsts() {
        let (drafts, covered) = plan_service(&service(day(2026, 3, 15)), Currency::Bdt, day(2026, 3, 15)).unwrap();
        assert_eq!(drafts.len(), 1);
        assert_eq!((drafts[0].days, drafts[0].days_in_period), (17, 31));
        assert_eq!(drafts[0].net_minor, 54_839);
        assert_eq!(covered, day(2026, 4, 1));
    }

    #[test]
    fn a_late_run_bills_each_missed_month_for_itself() {
        let (drafts, covered) = plan_service(&service(day(2026, 1, 1)), Currency::Bdt, day(2026, 3, 5)).unwrap();
        let starts: Vec<_> = drafts.iter().map(|draft| draft.period.start).collect();
        assert_eq!(starts, [day(2026, 1, 1), day(2026, 2, 1), day(2026, 3, 1)]);
        assert!(drafts.iter().all(|draft| draft.net_minor == 100_000));
        assert_eq!(covered, day(2026, 4, 1));
    }

    #[test]
    fn nothing_is_due_before_the_period_begins() {
        let (drafts, covered) = plan_service(&service(day(2026, 4, 1)), Currency::Bdt, day(2026, 3, 31)).unwrap();
        assert!(drafts.is_empty());
        assert_eq!(covered, day(2026, 4, 1));
    }

    #[test]
    fn february_of_a_leap_year() {
        let (drafts, _) = plan_service(&service(day(2028, 2, 29)), Currency::Bdt, day(2028, 2, 29)).unwrap();
        assert_eq!((drafts[0].days, drafts[0].days_in_period, drafts[0].net_minor), (1, 29, 3_448));
    }

    #[test]
    fn tax_inside_and_on_top() {
        let five = Decimal::from(5);
        assert_eq!(tax_of(100_000, Some(Tax { rate: five, inclusive: false })), Some((100_000, 5_000)));
        assert_eq!(tax_of(105_000, Some(Tax { rate: five, inclusive: true })), Some((100_000, 5_000)));
        assert_eq!(tax_of(33_333, Some(Tax { rate: five, inclusive: true })), Some((31_746, 1_587)));
    }

    #[test]
    fn a_service_nobody_looked_at_for_years_waits_for_a_person() {
        assert_eq!(plan_service(&service(day(2010, 1, 1)), Currency::Bdt, day(2026, 3, 5)), Err(Refusal::TooFarBehind));
        assert_eq!(plan_service(&service(day(2026, 1, 1)), Currency::Usd, day(2026, 3, 5)), Err(Refusal::OtherCurrency));
    }

    proptest! {
        /// However often the run comes, the same days are covered once, without a hole, and each entry balances.
        #[test]
        fn runs_in_any_rhythm_cover_every_day_once(
            start in 0i64..3_000, steps in proptest::collection::vec(1i64..70, 1..8), billing_day in 1u16..=28,
            price in 0i64..10_000_000, days in proptest::option::of(1u16..60), rate in 0u32..30, inclusive: bool,
        ) {
            let mut s = service(day(2020, 1, 1) + chrono::TimeDelta::days(start));
            s.billing_day = billing_day;
            s.price_minor = price;
            s.tax = Some(Tax { rate: Decimal::from(rate), inclusive });
            if let Some(days) = days { s.validity = Validity::Days(days); }
            let mut today = s.billed_until;
            let mut expected = s.billed_until;
            for step in steps {
                let planned = plan_service(&s, Currency::Bdt, today);
                if planned == Err(Refusal::TooFarBehind) { return Ok(()); }
                let (drafts, covered) = planned.unwrap();
                for draft in &drafts {
                    prop_assert!(draft.total_minor() > 0);
                    prop_assert!(draft.days <= draft.days_in_period);
                    prop_assert_eq!(draft.total_minor(), draft.net_minor + draft.tax_minor);
                    prop_assert!(draft.entry(InvoiceId(Uuid::from_u128(9)), "INV-1").is_ok());
                    if price > 10_000 { prop_assert_eq!(draft.period.start, expected); expected = draft.period.end; }
                }
                prop_assert!(covered > today);
                s.billed_until = covered;
                expected = covered;
                today += chrono::TimeDelta::days(step);
            }
        }
    }
}
