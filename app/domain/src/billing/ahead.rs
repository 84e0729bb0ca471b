//! What a service is billed next, whenever that will be: the rules of the run, asked for the day of its next bill. Issues
//! nothing and numbers nothing; a proforma is this on paper.

use super::{Billable, InvoiceDraft, InvoiceLineView, Refusal, plan_service};
use crate::{Currency, CustomerId, Money, ProformaId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// So many bill days are looked at for one that costs something.
const MOST_DAYS: usize = 12;

/// The bills of the first day from `today` on that brings any. None: nothing is ever billed by itself, or nothing costs.
pub fn next_bills(service: &Billable, books: Currency, today: NaiveDate) -> Result<Vec<InvoiceDraft>, Refusal> {
    let whole = service.whole_period(service.billed_until).ok_or(Refusal::OutOfRange)?;
    let validity = service.term(service.billed_until).ok_or(Refusal::OutOfRange)?.validity;
    let mut on = service.bill_day(service.billed_until, whole).max(today);
    for _ in 0..MOST_DAYS {
        let (drafts, _) = plan_service(service, books, on)?;
        if !drafts.is_empty() {
            return Ok(drafts);
        }
        let Some(next) = service.rhythm.next_bill_on(service.billed_until, validity, on) else { break };
        on = next;
    }
    Ok(Vec::new())
}

/// What a customer is billed next, over all of his lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextBill {
    /// The day of the first bill among them.
    pub expected_on: NaiveDate,
    pub lines: Vec<InvoiceLineView>,
    pub net: Money,
    pub tax: Money,
    pub total: Money,
    /// What the customer has ahead, which pays it first.
    pub credit: Money,
}

impl NextBill {
    /// The part that what he has ahead pays.
    pub fn from_credit(&self) -> Money {
        Money::new(self.credit.minor.min(self.total.minor), self.total.currency)
    }

    /// What is left to pay.
    pub fn to_pay(&self) -> Money {
        Money::new(self.total.minor - self.from_credit().minor, self.total.currency)
    }
}

/// The next bill as it was on the day it was asked for: a number of its own series, nothing owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proforma {
    pub id: ProformaId,
    pub number: String,
    pub customer_id: CustomerId,
    pub customer_number: String,
    pub customer_name: String,
    pub customer_address: Option<String>,
    pub made_at: DateTime<Utc>,
    pub made_on: NaiveDate,
    pub by: String,
    pub bill: NextBill,
}
