//! What the pages of corrections show.

use super::ApprovalState;
use crate::settings::{Key, Values};
use crate::{AllocationId, ApprovalId, CreditNoteId, Currency, CustomerId, InvoiceId, Money, PaymentId, RefundId, WriteOffId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Where the money of a credit note is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreditState {
    /// Some of it is the customer's and waits to be given back or used.
    Due,
    Refunded,
    /// Set off against bills.
    Applied,
}

impl CreditState {
    pub const ALL: [CreditState; 3] = [CreditState::Due, CreditState::Refunded, CreditState::Applied];

    /// `freed` is what had been paid of it, `refunded` what refunds that name it gave back, `credit` what the customer
    /// has ahead in all: the money of a note is only there while that is.
    pub fn of(freed_minor: i64, refunded_minor: i64, credit_minor: i64) -> Self {
        match freed_minor - refunded_minor {
            left if left > 0 && credit_minor > 0 => CreditState::Due,
            _ if refunded_minor > 0 => CreditState::Refunded,
            _ => CreditState::Applied,
        }
    }

    pub fn slug(self) -> &'static str {
        match self {
            CreditState::Due => "due",
            CreditState::Refunded => "refunded",
            CreditState::Applied => "applied",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.slug() == slug)
    }
}

/// A line of the list of credit notes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditNoteRow {
    pub id: CreditNoteId,
    pub number: String,
    pub invoice_id: InvoiceId,
    pub invoice_number: String,
    pub customer_id: CustomerId,
    pub customer_number: String,
    pub customer_name: String,
    pub business_date: NaiveDate,
    pub reason: String,
    /// Takes the whole of an unpaid bill back.
    pub void: bool,
    pub net: Money,
    pub tax: Money,
    pub total: Money,
    /// The part that had been paid and became credit.
    pub freed: Money,
    pub state: CreditState,
    pub created_name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditNoteLine {
    pub description: String,
    pub net: Money,
    pub tax: Money,
    pub tax_rate: String,
}

/// A credit note as its page and its document show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditNoteDetail {
    pub row: CreditNoteRow,
    pub customer_address: Option<String>,
    pub lines: Vec<CreditNoteLine>,
    pub refunds: Vec<RefundRow>,
    /// What the customer has ahead now.
    pub credit: Money,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRow {
    pub id: RefundId,
    pub number: String,
    pub customer_id: CustomerId,
    pub business_date: NaiveDate,
    pub method: String,
    pub amount: Money,
    pub reason: String,
    pub created_name: String,
    /// It came back.
    pub reversed: Option<Reversed>,
}

/// What moved against a bill, in the order it happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllocationRow {
    pub id: AllocationId,
    pub at: DateTime<Utc>,
    pub business_date: NaiveDate,
    /// `payment`, `credit`, `credit_note`, `write_off`.
    pub origin: String,
    pub payment_id: Option<PaymentId>,
    pub credit_note_id: Option<CreditNoteId>,
    /// Receipt or credit note number, if there is one.
    pub number: String,
    /// Takes an earlier part back.
    pub reverses: bool,
    pub amount: Money,
}

/// A line of a bill with what can still be taken back of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditableLine {
    pub line: i16,
    pub description: String,
    pub gross: Money,
    pub left: Money,
}

/// What may be done about one bill, beside what its page shows anyhow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceCorrections {
    pub invoice_id: InvoiceId,
    /// Sent back with every action: somebody else may have acted meanwhile.
    pub version: i32,
    pub lines: Vec<CreditableLine>,
    pub allocations: Vec<AllocationRow>,
    pub credit_notes: Vec<CreditNoteRow>,
    /// What was given up and not taken up again.
    pub write_off: Option<WriteOffId>,
    /// Nothing was paid or taken back yet.
    pub voidable: bool,
    /// The bill of its late fee.
    pub late_fee: Option<(InvoiceId, String)>,
    /// What the customer has ahead.
    pub credit: Money,
}

/// How a payment stands today, for its page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentCorrections {
    pub payment_id: PaymentId,
    pub customer_id: CustomerId,
    pub reversed: Option<Reversed>,
    pub allocations: Vec<(InvoiceId, String, Money)>,
    /// What of it is credit now.
    pub unallocated: Money,
    /// Bills it could be put to.
    pub open: Vec<crate::payments::OpenBill>,
    /// What the customer has ahead in all.
    pub credit: Money,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reversed {
    pub business_date: NaiveDate,
    pub at: DateTime<Utc>,
    pub reason: String,
    pub by: String,
}

/// Something that waits, or waited, for a second person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalRow {
    pub id: ApprovalId,
    pub kind: String,
    pub customer_id: Option<CustomerId>,
    pub customer_name: Option<String>,
    pub amount: Option<Money>,
    pub reason: String,
    pub state: ApprovalState,
    pub maker_id: uuid::Uuid,
    pub maker_name: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub checker_name: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
}

/// What an ISP decided about refunds and rehearsals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionRule {
    /// A refund of more than this needs a second person.
    pub refund_limit: Money,
    pub rehearsal_required: bool,
    /// Days after which a rehearsed run issues by itself.
    pub rehearsal_days: Option<u16>,
}

impl CorrectionRule {
    pub fn of(settings: &Values, currency: Currency) -> Self {
        Self {
            refund_limit: settings.amount(Key::RefundLimit, currency),
            rehearsal_required: settings.is_on(Key::RehearsalRequired),
            rehearsal_days: settings.text(Key::RehearsalDays).parse().ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_due_only_while_its_money_is_there() {
        assert_eq!(CreditState::of(0, 0, 500), CreditState::Applied);
        assert_eq!(CreditState::of(300, 0, 500), CreditState::Due);
        assert_eq!(CreditState::of(300, 0, 0), CreditState::Applied);
        assert_eq!(CreditState::of(300, 300, 500), CreditState::Refunded);
        assert_eq!(CreditState::of(300, 100, 0), CreditState::Refunded);
    }
}
