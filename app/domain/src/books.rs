//! The books as they are read: journal, statements, ageing and months. Ages are counted in days past the due date.

use crate::{CustomerId, EntryId, InvoiceId, Money};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Which entries the journal shows. All of it lives in the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalFilter {
    #[serde(default)]
    pub from: Option<NaiveDate>,
    #[serde(default)]
    pub until: Option<NaiveDate>,
    /// Code of an account: sums are then those of this account.
    #[serde(default)]
    pub account: Option<String>,
    #[serde(default)]
    pub party: Option<Uuid>,
    #[serde(default)]
    pub source: Option<String>,
    #[serde(default)]
    pub side: Option<Side>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Debit,
    Credit,
}

impl Side {
    pub fn from_slug(slug: &str) -> Option<Self> {
        match slug {
            "debit" => Some(Side::Debit),
            "credit" => Some(Side::Credit),
            _ => None,
        }
    }
}

/// An entry in the journal: what it moved in all, or on the account that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryRow {
    pub id: EntryId,
    pub at: DateTime<Utc>,
    pub business_date: NaiveDate,
    pub source: String,
    pub memo: String,
    pub debit: Money,
    pub credit: Money,
}

/// A page of the journal with the sums of everything that matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalPage {
    pub page: crate::customers::Page<EntryRow>,
    pub debit: Money,
    pub credit: Money,
}

/// A paper or an act behind an entry, and where it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// `invoice`, `payment`, `expense`, `hand_over`, `cash_move`, `cash_close`, `credit_note` …
    pub kind: String,
    pub id: Uuid,
    pub number: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostingView {
    pub account: String,
    pub party_id: Option<Uuid>,
    /// Name of the customer, person or category it is about.
    pub party: Option<String>,
    /// Debit positive.
    pub amount: Money,
}

/// An entry with everything behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryDetail {
    pub id: EntryId,
    pub at: DateTime<Utc>,
    pub business_date: NaiveDate,
    pub source: String,
    pub memo: String,
    pub made_by: Option<String>,
    pub reverses: Option<EntryId>,
    pub reversed_by: Option<EntryId>,
    pub postings: Vec<PostingView>,
    pub documents: Vec<Document>,
}

/// One line of a statement. Lines are never rewritten: a correction is a later line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementLine {
    pub entry_id: EntryId,
    pub at: DateTime<Utc>,
    pub business_date: NaiveDate,
    pub source: String,
    pub memo: String,
    /// Debit positive.
    pub amount: Money,
    /// The sum of all lines up to this one.
    pub balance: Money,
}

/// From when to when a statement goes, both days included; without one it has no end there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days {
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
}

/// What somebody owes (positive) or has ahead, line by line, newest first; or what came into and left a drawer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    pub party_id: Uuid,
    pub name: String,
    pub balance: Money,
    pub page: crate::customers::Page<StatementLine>,
}

/// How long something has been due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Age {
    NotDue,
    UpTo30,
    UpTo60,
    UpTo90,
    Over90,
}

impl Age {
    pub const ALL: [Age; 5] = [Age::NotDue, Age::UpTo30, Age::UpTo60, Age::UpTo90, Age::Over90];

    pub fn of(due_on: NaiveDate, on: NaiveDate) -> Self {
        match (on - due_on).num_days() {
            ..0 => Age::NotDue,
            0..=30 => Age::UpTo30,
            31..=60 => Age::UpTo60,
            61..=90 => Age::UpTo90,
            _ => Age::Over90,
        }
    }

    pub fn slug(self) -> &'static str {
        match self {
            Age::NotDue => "not-due",
            Age::UpTo30 => "30",
            Age::UpTo60 => "60",
            Age::UpTo90 => "90",
            Age::Over90 => "over-90",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|age| age.slug() == slug)
    }
}

/// What one customer owed at an instant, by age.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgeingRow {
    pub customer_id: CustomerId,
    pub number: String,
    pub name: String,
    /// In the order of `Age::ALL`.
    pub ages: [i64; 5],
    pub total: Money,
}

/// Everything that was owed at an instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ageing {
    pub as_of: DateTime<Utc>,
    /// The business day of that instant.
    pub on: NaiveDate,
    pub page: crate::customers::Page<AgeingRow>,
    pub ages: [i64; 5],
    pub total: Money,
    /// What the receivable account said at that instant: equal, or something is wrong.
    pub books: Money,
}

/// A bill that was open at an instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgedInvoice {
    pub id: InvoiceId,
    pub number: String,
    pub customer_id: CustomerId,
    pub customer_name: String,
    pub issued_on: NaiveDate,
    pub due_on: NaiveDate,
    pub age: Age,
    pub due: Money,
}

/// A month of the books.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodRow {
    /// First day.
    pub month: NaiveDate,
    pub entries: i64,
    pub closed_at: Option<DateTime<Utc>>,
    pub closed_by_name: Option<String>,
    /// Somebody asked to reopen it: his request's id, name, reason, and whether it was the reader himself.
    pub reopening: Option<Reopening>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reopening {
    pub id: crate::ApprovalId,
    pub reason: String,
    pub asked_by: Uuid,
    pub asked_by_name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_begins_with_the_due_day() {
        let due = NaiveDate::from_ymd_opt(2026, 1, 31).unwrap();
        for (days, age) in [(-1, Age::NotDue), (0, Age::UpTo30), (30, Age::UpTo30), (31, Age::UpTo60), (60, Age::UpTo60), (61, Age::UpTo90)]
        {
            assert_eq!(Age::of(due, due + chrono::TimeDelta::days(days)), age, "{days}");
        }
        assert_eq!(Age::of(due, due + chrono::TimeDelta::days(90)), Age::UpTo90);
        assert_eq!(Age::of(due, due + chrono::TimeDelta::days(91)), Age::Over90);
        assert!(Age::ALL.iter().all(|age| Age::from_slug(age.slug()) == Some(*age)));
    }
}
