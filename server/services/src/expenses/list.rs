//! Expenses, found again: as a list with its sum, as a page, as a file, with the paper that proves one.

use crate::{Error, Result, Services, require};
use domain::Money;
use domain::customers::{Page, Paging};
use domain::expenses::{ExpenseFilter, ExpenseRow};
use domain::people::Caller;
use domain::rights::Permission;
use integrations::spreadsheet::write_csv;
use locales::{Language, text};
use storage::audit::{self, Change};
use uuid::Uuid;

pub async fn expenses(services: &Services, caller: &Caller, filter: &ExpenseFilter, paging: Paging) -> Result<(Page<ExpenseRow>, Money)> {
    require(caller, Permission::ExpensesView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    Ok(storage::expenses::page(&mut tx, filter, paging, isp.currency).await?)
}

pub async fn expense(services: &Services, caller: &Caller, id: Uuid) -> Result<ExpenseRow> {
    require(caller, Permission::ExpensesView)?;
    let mut tx = services.begin(caller).await?;
    storage::expenses::find(&mut tx, id, false).await?.ok_or(Error::NotFound)
}

/// Name, kind and bytes of the file that proves it.
pub async fn attachment(services: &Services, caller: &Caller, id: Uuid) -> Result<(String, String, Vec<u8>)> {
    require(caller, Permission::ExpensesView)?;
    let mut tx = services.begin(caller).await?;
    storage::expenses::attachment(&mut tx, id).await?.ok_or(Error::NotFound)
}

/// Exactly the filtered list as a CSV.
pub async fn expenses_file(services: &Services, caller: &Caller, filter: &ExpenseFilter, language: Language) -> Result<Vec<u8>> {
    require(caller, Permission::ExpensesView)?;
    require(caller, Permission::ReportsExport)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let everything = Paging { page: 1, size: i64::MAX };
    let (page, _) = storage::expenses::page(&mut tx, filter, everything, isp.currency).await?;
    let after = serde_json::json!({ "rows": page.total, "filter": filter });
    let change = Change { action: "expense.export", object_kind: "expense", after: Some(after), ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    let word = |key: &str| text(language, key);
    let header = [
        "expense-voucher",
        "expense-spent-on",
        "expense-category",
        "expense-vendor",
        "common-amount",
        "expense-tax",
        "common-status",
        "common-note",
    ]
    .map(word);
    let rows: Vec<[String; 8]> = page
        .rows
        .into_iter()
        .map(|row| {
            [
                row.voucher_number.unwrap_or_default(),
                row.spent_on.to_string(),
                row.category,
                row.vendor,
                row.amount.plain(),
                row.tax.plain(),
                word(&format!("expense-state-{}", row.state.slug())),
                row.note.unwrap_or_default(),
            ]
        })
        .collect();
    write_csv(&header, rows.iter().map(<[String; 8]>::as_slice)).map_err(|error| Error::Internal(error.to_string()))
}
