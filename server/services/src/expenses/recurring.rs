//! Expenses that come again: written on their day by a job, counted from the first day so that month ends do not drift,
//! each day once however often the job runs, and approved like any other above the limit.

use super::record::{Maker, write};
use crate::{Error, Result, Services, require};
use chrono::NaiveDate;
use domain::calendar::months_after;
use domain::expenses::{NewExpense, RecurringRow};
use domain::people::Caller;
use domain::rights::Permission;
use storage::audit::{self, Change};
use uuid::Uuid;

pub async fn recurring_expenses(services: &Services, caller: &Caller) -> Result<Vec<RecurringRow>> {
    require(caller, Permission::ExpensesView)?;
    let mut tx = services.begin(caller).await?;
    Ok(storage::expenses::recurring(&mut tx, None).await?)
}

pub async fn stop_recurring(services: &Services, caller: &Caller, id: Uuid) -> Result<()> {
    require(caller, Permission::ExpensesEdit)?;
    let mut tx = services.begin(caller).await?;
    if !storage::expenses::stop_recurring(&mut tx, id).await? {
        return Err(Error::NotFound);
    }
    let change = Change { action: "expense.stop_recurring", object_kind: "expense_recurring", object_id: Some(id), ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// Writes every repetition that is due by `on`; answers with how many.
pub async fn run_recurring(services: &Services, caller: &Caller, on: NaiveDate) -> Result<usize> {
    require(caller, Permission::ExpensesEdit)?;
    let limit = super::limit(&services.isp(caller.isp_id).await?);
    let mut tx = services.begin(caller).await?;
    let mut written = 0;
    for row in storage::expenses::recurring(&mut tx, Some(on)).await? {
        let (mut done, mut next) = (row.done, row.next_on);
        let ended = |day: NaiveDate| row.ends_on.is_some_and(|end| day > end);
        while next <= on && !ended(next) {
            let new = NewExpense {
                category_id: row.category_id,
                vendor: row.vendor.clone(),
                amount: row.amount,
                tax: row.tax,
                spent_on: next,
                from_drawer: false,
                note: row.note.clone(),
                every_months: None,
                ends_on: None,
            };
            let key = format!("{}:{next}", row.id);
            let maker = Maker { by: row.created_by, name: &row.created_by_name, recurring_id: Some(row.id), key: &key, limit };
            write(&mut tx, services, Uuid::now_v7(), &new, &maker).await?;
            written += 1;
            done += 1;
            let months = u32::from(done.unsigned_abs()) * u32::from(row.every_months.unsigned_abs());
            next = months_after(row.first_on, months).ok_or_else(|| Error::Internal("a date out of range".into()))?;
        }
        storage::expenses::advance(&mut tx, row.id, done, next, !ended(next)).await?;
    }
    if written > 0 {
        let after = serde_json::json!({ "business_date": on, "written": written });
        let change = Change { action: "expense.recur", object_kind: "expense", after: Some(after), ..Change::default() };
        audit::record(&mut tx, services.now(), change).await?;
    }
    tx.commit().await?;
    Ok(written)
}
