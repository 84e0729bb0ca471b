//! Expenses (PAY-18): recorded by one, above a limit approved by another, posted then, and reversed rather than deleted.

mod categories;
mod decide;
mod list;
mod record;
mod recurring;

pub use categories::{add_category, categories};
pub use decide::{approve_expense, refuse_expense, reverse_expense};
pub use list::{attachment, expense, expenses, expenses_file};
pub use record::{File, add_paper, record_expense};
pub use recurring::{recurring_expenses, run_recurring, stop_recurring};

use crate::{Error, Result, Services};
use chrono::{Datelike, NaiveDate};
use domain::settings::Key;
use domain::{EntryId, Money, Problem};
use storage::IspTx;
use storage::isps::Isp;
use uuid::Uuid;

/// An expense above this needs a second person.
fn limit(isp: &Isp) -> Money {
    isp.settings.amount(Key::ExpenseLimit, isp.currency)
}

/// The values of one expense that posting needs.
struct Posting<'a> {
    id: Uuid,
    category_id: Uuid,
    vendor: &'a str,
    amount: Money,
    tax_minor: i64,
    drawer: Option<Uuid>,
    day: NaiveDate,
}

/// Numbers and posts an expense. Cash leaves a drawer only as far as it is in it.
async fn post(tx: &mut IspTx, services: &Services, expense: &Posting<'_>) -> Result<(EntryId, String)> {
    if let Some(drawer) = expense.drawer {
        storage::cash::lock_drawers(tx, &[drawer]).await?;
        let (balance, promised) = storage::cash::balance(tx, drawer).await?;
        if expense.amount.minor > balance - promised {
            let free = Money::new(balance - promised, expense.amount.currency).plain();
            return Err(Error::Invalid(vec![Problem::new("amount", "problem-drawer-short").with("free", free)]));
        }
    }
    let year = expense.day.year();
    let number = storage::numbers::take(tx, &format!("expense:{year}"), 1).await?;
    let voucher = format!("EXP-{year}-{number:05}");
    let memo = format!("{voucher} {}", expense.vendor);
    let entry =
        domain::expenses::entry(expense.id, expense.category_id, expense.amount, expense.tax_minor, expense.drawer, expense.day, memo)
            .map_err(|error| Error::Internal(format!("expense entry: {error:?}")))?;
    let entry_id = EntryId(Uuid::now_v7());
    storage::ledger::post(tx, services.now(), &[(entry_id, &entry)]).await?;
    Ok((entry_id, voucher))
}
