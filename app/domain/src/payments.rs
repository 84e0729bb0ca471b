//! Which bills a payment settles: oldest due first, what is left over becomes credit.

use crate::{Currency, InvoiceId, Money};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// How money came over the counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    Cash,
    Bank,
    Cheque,
    Other,
}

impl Method {
    pub const ALL: [Method; 4] = [Method::Cash, Method::Bank, Method::Cheque, Method::Other];

    pub fn slug(self) -> &'static str {
        match self {
            Method::Cash => "cash",
            Method::Bank => "bank",
            Method::Cheque => "cheque",
            Method::Other => "other",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.slug() == slug)
    }
}

/// A bill with something due, as read under lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenInvoice {
    pub id: InvoiceId,
    pub due_on: NaiveDate,
    pub issued_on: NaiveDate,
    pub due_minor: i64,
}

/// What goes where. The parts and the credit add up to the payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allocation {
    pub parts: Vec<(InvoiceId, i64)>,
    pub credit_minor: i64,
}

/// Oldest due date first, then oldest issue, then id (ids are in time order). `amount` must be positive.
pub fn allocate(amount_minor: i64, mut open: Vec<OpenInvoice>) -> Allocation {
    open.sort_by_key(|invoice| (invoice.due_on, invoice.issued_on, invoice.id));
    let mut left = amount_minor;
    let mut parts = Vec::new();
    for invoice in open.into_iter().filter(|invoice| invoice.due_minor > 0) {
        if left <= 0 {
            break;
        }
        let part = left.min(invoice.due_minor);
        left -= part;
        parts.push((invoice.id, part));
    }
    Allocation { parts, credit_minor: left.max(0) }
}

/// The chosen bills only, oldest due first among them; what is left over is credit, not another bill's.
pub fn allocate_to(amount_minor: i64, open: Vec<OpenInvoice>, chosen: &[InvoiceId]) -> Allocation {
    allocate(amount_minor, open.into_iter().filter(|invoice| chosen.contains(&invoice.id)).collect())
}

/// A receipt as lists and pages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentRow {
    pub id: crate::PaymentId,
    pub receipt_number: String,
    pub customer_id: crate::CustomerId,
    pub customer_number: String,
    pub customer_name: String,
    pub method: Method,
    pub amount: Money,
    pub business_date: NaiveDate,
    pub received_at: DateTime<Utc>,
    pub collector_name: String,
    pub note: Option<String>,
}

/// A receipt in the list of payments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundPayment {
    pub payment: PaymentRow,
    /// Number of the transaction, the cheque or the slip.
    pub reference: Option<String>,
    /// Taken back: it counts in no sum of money that is there.
    pub reversed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    Held,
    Reversed,
}

impl PaymentState {
    pub const ALL: [PaymentState; 2] = [PaymentState::Held, PaymentState::Reversed];

    pub fn slug(self) -> &'static str {
        match self {
            PaymentState::Held => "held",
            PaymentState::Reversed => "reversed",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.slug() == slug)
    }
}

/// Which receipts a list wants; all of it lives in the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentFilter {
    /// Words of the customer, or how the number of a receipt, a bill or a transaction begins.
    #[serde(default)]
    pub search: String,
    #[serde(default)]
    pub customer_id: Option<crate::CustomerId>,
    /// Business days, both in.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    #[serde(default)]
    pub until: Option<NaiveDate>,
    #[serde(default)]
    pub method: Option<Method>,
    #[serde(default)]
    pub collector: Option<uuid::Uuid>,
    #[serde(default)]
    pub state: Option<PaymentState>,
    /// Amounts in minor units, both in.
    #[serde(default)]
    pub least: Option<i64>,
    #[serde(default)]
    pub most: Option<i64>,
}

/// What a receipt says beside its row: the bills it went to, and the credit that was left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub payment: PaymentRow,
    /// Number of the transaction, the cheque or the slip.
    pub reference: Option<String>,
    /// Invoice number and the part it got.
    pub parts: Vec<(InvoiceId, String, Money)>,
    pub credit: Money,
    /// What the customer owes and has ahead after all of it.
    pub still_due: Money,
    /// A receipt that was taken back stays visible as one.
    pub reversed: Option<crate::corrections::Reversed>,
}

/// What the counter sees before it takes money: who pays, what he owes, and the bills that make it up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    pub customer_id: crate::CustomerId,
    pub number: String,
    pub name: String,
    pub mobile: Option<String>,
    pub due: Money,
    pub credit: Money,
    pub bills: Vec<OpenBill>,
}

/// A bill with something due, as the counter shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenBill {
    pub id: InvoiceId,
    pub number: String,
    pub issued_on: NaiveDate,
    pub due_on: NaiveDate,
    pub due: Money,
}

impl From<&OpenBill> for OpenInvoice {
    fn from(bill: &OpenBill) -> Self {
        Self { id: bill.id, due_on: bill.due_on, issued_on: bill.issued_on, due_minor: bill.due.minor }
    }
}

impl Allocation {
    pub fn total(&self, currency: Currency) -> Money {
        Money::new(self.parts.iter().map(|(_, part)| part).sum::<i64>() + self.credit_minor, currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn open(n: u128, due_day: u32, due_minor: i64) -> OpenInvoice {
        let due_on = NaiveDate::from_ymd_opt(2026, 1, due_day).unwrap();
        OpenInvoice { id: InvoiceId(Uuid::from_u128(n)), due_on, issued_on: due_on, due_minor }
    }

    #[test]
    fn oldest_due_first_and_the_rest_is_credit() {
        let got = allocate(1_000, vec![open(1, 20, 300), open(2, 10, 500)]);
        let ids: Vec<_> = got.parts.iter().map(|(id, part)| (id.0.as_u128(), *part)).collect();
        assert_eq!(ids, [(2, 500), (1, 300)]);
        assert_eq!(got.credit_minor, 200);
    }

    #[test]
    fn a_part_payment_leaves_the_newest_open() {
        let got = allocate(600, vec![open(1, 20, 300), open(2, 10, 500)]);
        assert_eq!(got.parts.iter().map(|(_, part)| *part).collect::<Vec<_>>(), [500, 100]);
        assert_eq!(got.credit_minor, 0);
    }

    #[test]
    fn only_chosen_bills_are_paid() {
        let got = allocate_to(600, vec![open(1, 20, 300), open(2, 10, 500)], &[InvoiceId(Uuid::from_u128(1))]);
        assert_eq!(got.parts.iter().map(|(id, part)| (id.0.as_u128(), *part)).collect::<Vec<_>>(), [(1, 300)]);
        assert_eq!(got.credit_minor, 300);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_or_made(amount in 1i64..1_000_000, dues in proptest::collection::vec((1u32..28, 0i64..100_000), 0..12)) {
            let invoices: Vec<_> = dues.iter().enumerate().map(|(n, (day, due))| open(n as u128, *day, *due)).collect();
            let got = allocate(amount, invoices.clone());
            prop_assert_eq!(got.total(Currency::Bdt).minor, amount);
            for (id, part) in &got.parts {
                let due = invoices.iter().find(|invoice| invoice.id == *id).unwrap().due_minor;
                prop_assert!(*part > 0 && *part <= due);
            }
            if got.credit_minor > 0 {
                let all: i64 = dues.iter().map(|(_, due)| due).sum();
                prop_assert_eq!(all + got.credit_minor, amount);
            }
        }
    }
}
