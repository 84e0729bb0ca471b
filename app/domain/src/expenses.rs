//! What an ISP spends: read from a form, posted once somebody may say yes, corrected by a reversal.

use crate::ledger::{Account, Entry, Posting, Unbalanced};
use crate::{Currency, EntryId, Money, Problem};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpenseState {
    /// Above the limit: a second person must say yes.
    Waiting,
    Posted,
    Refused,
    Reversed,
}

impl ExpenseState {
    pub const ALL: [ExpenseState; 4] = [ExpenseState::Waiting, ExpenseState::Posted, ExpenseState::Refused, ExpenseState::Reversed];

    pub fn slug(self) -> &'static str {
        match self {
            ExpenseState::Waiting => "waiting",
            ExpenseState::Posted => "posted",
            ExpenseState::Refused => "refused",
            ExpenseState::Reversed => "reversed",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.slug() == slug)
    }
}

/// What was typed. `key` is made with the form: sent twice, it is one expense.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpenseForm {
    pub category_id: String,
    pub vendor: String,
    pub amount: String,
    #[serde(default)]
    pub tax: String,
    pub spent_on: String,
    /// `bank` or `drawer`: the writer's own drawer.
    pub paid_from: String,
    #[serde(default)]
    pub note: String,
    pub key: String,
    /// Months between repetitions, empty for once.
    #[serde(default)]
    pub every_months: String,
    #[serde(default)]
    pub ends_on: String,
}

/// An expense that can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewExpense {
    pub category_id: Uuid,
    pub vendor: String,
    pub amount: Money,
    pub tax: Money,
    pub spent_on: NaiveDate,
    pub from_drawer: bool,
    pub note: Option<String>,
    pub every_months: Option<u32>,
    pub ends_on: Option<NaiveDate>,
}

/// Reads the form, every problem beside its field.
pub fn read_expense(form: &ExpenseForm, currency: Currency, today: NaiveDate) -> Result<NewExpense, Vec<Problem>> {
    let mut problems = Vec::new();
    let category_id = form.category_id.parse().unwrap_or_else(|_| {
        problems.push(Problem::new("category_id", "problem-choice"));
        Uuid::nil()
    });
    let vendor = form.vendor.trim().to_string();
    if vendor.is_empty() {
        problems.push(Problem::new("vendor", "problem-vendor-needed"));
    }
    for (field, text, most) in [("vendor", &form.vendor, 100), ("note", &form.note, 500)] {
        if text.trim().chars().count() > most {
            problems.push(Problem::new(field, "problem-too-long").with("most", most));
        }
    }
    let mut money = |field: &str, text: &str| match Money::parse(text, currency) {
        Ok(money) => money,
        Err(error) => {
            problems.push(Problem::new(field, error.key()));
            Money::zero(currency)
        }
    };
    let amount = money("amount", &form.amount);
    let tax = if form.tax.trim().is_empty() { Money::zero(currency) } else { money("tax", &form.tax) };
    if amount.is_zero() && !problems.iter().any(|problem| problem.field == "amount") {
        problems.push(Problem::new("amount", "problem-amount-zero"));
    }
    if tax.minor > amount.minor {
        problems.push(Problem::new("tax", "problem-tax-above-amount"));
    }
    let spent_on = form.spent_on.parse().unwrap_or_else(|_| {
        problems.push(Problem::new("spent_on", "problem-date"));
        today
    });
    if spent_on > today {
        problems.push(Problem::new("spent_on", "problem-date-future"));
    }
    if !matches!(form.paid_from.as_str(), "bank" | "drawer") {
        problems.push(Problem::new("paid_from", "problem-choice"));
    }
    let every_months = match form.every_months.trim() {
        "" => None,
        text => match text.parse::<u32>() {
            Ok(months @ 1..=12) => Some(months),
            _ => {
                problems.push(Problem::new("every_months", "problem-choice"));
                None
            }
        },
    };
    let ends_on = match form.ends_on.trim() {
        "" => None,
        text => match text.parse::<NaiveDate>() {
            Ok(day) if day >= spent_on => Some(day),
            Ok(_) => {
                problems.push(Problem::new("ends_on", "problem-end-before-start"));
                None
            }
            Err(_) => {
                problems.push(Problem::new("ends_on", "problem-date"));
                None
            }
        },
    };
    // A drawer cannot pay what nobody stands at.
    if every_months.is_some() && form.paid_from == "drawer" {
        problems.push(Problem::new("paid_from", "problem-recurring-from-bank"));
    }
    if !(8..=100).contains(&form.key.len()) {
        problems.push(Problem::new("", "problem-form-stale"));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let note = Some(form.note.trim().to_string()).filter(|note| !note.is_empty());
    Ok(NewExpense { category_id, vendor, amount, tax, spent_on, from_drawer: form.paid_from == "drawer", note, every_months, ends_on })
}

/// The entry of an expense: what was bought, the tax in it, and where the money came from.
pub fn entry(
    id: Uuid,
    category: Uuid,
    amount: Money,
    tax_minor: i64,
    drawer: Option<Uuid>,
    day: NaiveDate,
    memo: String,
) -> Result<Entry, Unbalanced> {
    let source = match drawer {
        Some(person) => Posting::credit(Account::CashDrawer, Some(person), amount.minor),
        None => Posting::credit(Account::Bank, None, amount.minor),
    };
    let postings = vec![
        Posting::debit(Account::Expenses, Some(category), amount.minor - tax_minor),
        Posting::debit(Account::InputTax, None, tax_minor),
        source,
    ];
    Entry::balanced("expense", id.to_string(), day, memo, amount.currency, postings)
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    pub id: Uuid,
    pub parent_id: Option<Uuid>,
    /// With its parent's name before it.
    pub name: String,
    pub active: bool,
}

/// An expense as lists and its page show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpenseRow {
    pub id: Uuid,
    pub voucher_number: Option<String>,
    pub category_id: Uuid,
    pub category: String,
    pub vendor: String,
    pub amount: Money,
    pub tax: Money,
    pub spent_on: NaiveDate,
    pub drawer_id: Option<Uuid>,
    pub note: Option<String>,
    pub state: ExpenseState,
    pub reason: Option<String>,
    pub created_by: Uuid,
    pub created_by_name: String,
    pub created_at: DateTime<Utc>,
    pub decided_by_name: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    pub entry_id: Option<EntryId>,
    pub reversal_entry_id: Option<EntryId>,
    /// Name of the file that proves it.
    pub attachment: Option<String>,
    pub recurring: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpenseFilter {
    #[serde(default)]
    pub search: String,
    #[serde(default)]
    pub state: Option<ExpenseState>,
    #[serde(default)]
    pub category_id: Option<Uuid>,
    #[serde(default)]
    pub from: Option<NaiveDate>,
    #[serde(default)]
    pub until: Option<NaiveDate>,
}

/// One that comes again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecurringRow {
    pub id: Uuid,
    pub category_id: Uuid,
    pub category: String,
    pub vendor: String,
    pub amount: Money,
    pub tax: Money,
    pub note: Option<String>,
    pub every_months: i16,
    pub first_on: NaiveDate,
    pub done: i16,
    pub next_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
    pub active: bool,
    pub created_by: Uuid,
    pub created_by_name: String,
}

/// Kinds of files that may prove an expense, told by their first bytes and not by their name.
pub fn sniff(content: &[u8]) -> Option<&'static str> {
    match content {
        [b'%', b'P', b'D', b'F', b'-', ..] => Some("application/pdf"),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

/// Largest file that is kept with an expense.
pub const LARGEST_ATTACHMENT: usize = 3 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
    }

    fn form() -> ExpenseForm {
        ExpenseForm {
            category_id: Uuid::from_u128(1).to_string(),
            vendor: " Dhaka Power ".into(),
            amount: "1,150".into(),
            tax: "150".into(),
            spent_on: "2026-11-20".into(),
            paid_from: "bank".into(),
            key: "expense-1".into(),
            ..ExpenseForm::default()
        }
    }

    #[test]
    fn an_expense_is_read_or_every_field_says_why_not() {
        let read = read_expense(&form(), Currency::Bdt, day()).unwrap();
        assert_eq!((read.vendor.as_str(), read.amount.minor, read.tax.minor), ("Dhaka Power", 115_000, 15_000));
        let wrong = ExpenseForm {
            category_id: "x".into(),
            vendor: String::new(),
            amount: "0".into(),
            tax: "5".into(),
            spent_on: "2026-11-22".into(),
            paid_from: "pocket".into(),
            every_months: "13".into(),
            ends_on: "2026-01-01".into(),
            ..form()
        };
        let problems = read_expense(&wrong, Currency::Bdt, day()).unwrap_err();
        let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["category_id", "vendor", "amount", "tax", "spent_on", "paid_from", "every_months", "ends_on"]);
        let standing = ExpenseForm { every_months: "1".into(), paid_from: "drawer".into(), ..form() };
        assert_eq!(read_expense(&standing, Currency::Bdt, day()).unwrap_err()[0].key, "problem-recurring-from-bank");
    }

    #[test]
    fn a_file_is_what_its_bytes_say() {
        assert_eq!(sniff(b"%PDF-1.7"), Some("application/pdf"));
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(sniff(b"<svg onload=alert(1)>"), None);
        assert_eq!(sniff(b"MZ"), None);
        assert_eq!(sniff(b""), None);
    }

    #[test]
    fn the_tax_in_it_stands_apart() {
        let amount = Money::new(115_000, Currency::Bdt);
        let entry = entry(Uuid::from_u128(1), Uuid::from_u128(2), amount, 15_000, None, day(), "power".into()).unwrap();
        let minor = |account| entry.postings().iter().filter(|p| p.account == account).map(|p| p.minor).sum::<i64>();
        assert_eq!((minor(Account::Expenses), minor(Account::InputTax), minor(Account::Bank)), (100_000, 15_000, -115_000));
    }
}
