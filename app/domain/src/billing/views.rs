//! What billing shows: invoices, runs, the rehearsal of the next run, and the figures of a morning.

use super::{LineKind, Refusal};
use crate::{BillingRunId, CustomerId, InvoiceId, Money, PaymentId, ServiceId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The state of an invoice, derived from its facts and from today; never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceState {
    Open,
    PartlyPaid,
    Overdue,
    Paid,
    /// Taken back in full by credit notes.
    Credited,
    Void,
    /// Given up as a bad debt.
    WrittenOff,
}

/// What an invoice's state follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvoiceFacts {
    pub void: bool,
    pub total_minor: i64,
    pub due_minor: i64,
    /// Sum of its credit notes.
    pub credited_minor: i64,
    /// What was given up of it and not taken up again.
    pub written_off_minor: i64,
    pub due_on: NaiveDate,
}

impl InvoiceState {
    pub const ALL: [InvoiceState; 7] = [
        InvoiceState::Open,
        InvoiceState::PartlyPaid,
        InvoiceState::Overdue,
        InvoiceState::Paid,
        InvoiceState::Credited,
        InvoiceState::Void,
        InvoiceState::WrittenOff,
    ];

    /// The one reading of the facts, for lists, details, the portal and documents.
    pub fn of(facts: InvoiceFacts, today: NaiveDate) -> Self {
        let InvoiceFacts { void, total_minor, due_minor, credited_minor, written_off_minor, due_on } = facts;
        if void {
            return InvoiceState::Void;
        }
        match due_minor {
            0 if written_off_minor > 0 => InvoiceState::WrittenOff,
            0 if credited_minor > 0 && credited_minor == total_minor => InvoiceState::Credited,
            0 => InvoiceState::Paid,
            _ if due_on < today => InvoiceState::Overdue,
            due if due < total_minor => InvoiceState::PartlyPaid,
            _ => InvoiceState::Open,
        }
    }

    pub fn slug(self) -> &'static str {
        match self {
            InvoiceState::Open => "open",
            InvoiceState::PartlyPaid => "partly_paid",
            InvoiceState::Overdue => "overdue",
            InvoiceState::Paid => "paid",
            InvoiceState::Credited => "credited",
            InvoiceState::Void => "void",
            InvoiceState::WrittenOff => "written_off",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.slug() == slug)
    }
}

/// A line of the invoices list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceRow {
    pub id: InvoiceId,
    pub number: String,
    pub customer_id: CustomerId,
    pub customer_number: String,
    pub customer_name: String,
    pub issued_on: NaiveDate,
    pub due_on: NaiveDate,
    pub total: Money,
    pub due: Money,
    pub state: InvoiceState,
}

/// Which invoices a list wants.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceFilter {
    /// Number of an invoice or words of the customer.
    #[serde(default)]
    pub search: String,
    #[serde(default)]
    pub state: Option<InvoiceState>,
    #[serde(default)]
    pub run_id: Option<BillingRunId>,
    /// Due date on or before this day and something still due.
    #[serde(default)]
    pub due_by: Option<NaiveDate>,
    /// Issued in these days, both in.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    #[serde(default)]
    pub until: Option<NaiveDate>,
    /// Totals in minor units, both in.
    #[serde(default)]
    pub least: Option<i64>,
    #[serde(default)]
    pub most: Option<i64>,
}

/// A line on an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceLineView {
    pub kind: LineKind,
    pub description: String,
    pub service_id: Option<ServiceId>,
    pub period_start: Option<NaiveDate>,
    /// Exclusive.
    pub period_end: Option<NaiveDate>,
    pub days: Option<i16>,
    pub days_in_period: Option<i16>,
    pub net: Money,
    pub tax: Money,
    pub tax_rate: String,
}

/// An invoice as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceDetail {
    pub row: InvoiceRow,
    pub net: Money,
    pub tax: Money,
    pub customer_address: Option<String>,
    pub lines: Vec<InvoiceLineView>,
    /// Receipts that paid it: id, number, day, part. No id: from credit.
    pub paid_by: Vec<(Option<PaymentId>, String, NaiveDate, Money)>,
    /// Taken back by credit notes.
    pub credited: Money,
    /// Given up as a bad debt.
    pub written_off: Money,
}

/// A billing run as the board shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRow {
    pub id: BillingRunId,
    pub business_date: NaiveDate,
    pub state: String,
    pub started_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub invoices: i32,
    pub total: Money,
    pub problems: i32,
}

/// What a run did or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunOutcome {
    pub invoices: i64,
    pub total_minor: i64,
    pub problems: i64,
}

/// One service in the rehearsal of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewRow {
    pub service_id: ServiceId,
    pub customer_id: CustomerId,
    pub customer_name: String,
    pub customer_number: String,
    pub username: String,
    pub package: String,
    /// Start and (exclusive) end of everything that would be billed.
    pub period_start: NaiveDate,
    pub period_end: NaiveDate,
    pub invoices: i64,
    pub partial: bool,
    pub total: Money,
    pub refusal: Option<Refusal>,
}

/// The figures of the admin's morning; each is the count or sum of the list it opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dashboard {
    pub today: NaiveDate,
    pub subscribers: i64,
    /// Invoices due by today and still open: how many, how much.
    pub due_today: i64,
    pub due_today_sum: Money,
    pub collected_today: i64,
    pub collected_today_sum: Money,
    pub online_now: i64,
    pub suspended: i64,
    pub expired: i64,
    pub last_run: Option<RunRow>,
    /// Services that the next run would bill today.
    pub waiting_to_be_billed: i64,
    /// What was collected on each of the last 30 days, oldest first.
    pub collected_by_day: Vec<(NaiveDate, i64)>,
}
