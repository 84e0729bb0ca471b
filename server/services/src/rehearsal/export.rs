//! The rehearsal as a file: exactly the rows that a filter shows, all pages of it.

use super::RowFilter;
use crate::{Error, Result, Services, require};
use domain::RehearsalId;
use domain::billing::RehearsalRow;
use domain::customers::Paging;
use domain::people::Caller;
use domain::rights::Permission;
use integrations::spreadsheet::write_csv;
use locales::{Language, text};
use storage::audit::{self, Change};
use storage::rehearsals;

/// The CSV of a filtered rehearsal, its head in the reader's language. That it was taken is recorded.
pub async fn export(services: &Services, caller: &Caller, id: RehearsalId, filter: &RowFilter, language: Language) -> Result<Vec<u8>> {
    require(caller, Permission::BillingView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let head = rehearsals::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let everything = Paging { page: 1, size: i64::MAX };
    let found = rehearsals::page(&mut tx, id, filter, everything, isp.currency).await?;
    let change = Change {
        action: "rehearsal.export",
        object_kind: "rehearsal",
        object_id: Some(id.0),
        after: Some(serde_json::json!({ "rows": found.total, "business_date": head.business_date })),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    let rows: Vec<Vec<String>> = found.rows.iter().map(|row| cells(row, language)).collect();
    write_csv(&header(language), rows.iter().map(Vec::as_slice)).map_err(|error| Error::Internal(error.to_string()))
}

fn header(language: Language) -> Vec<String> {
    let word = |key| text(language, key);
    vec![
        word("customer-number"),
        word("customer-name"),
        word("customer-username"),
        word("customer-package"),
        word("rehearsal-before"),
        word("rehearsal-now"),
        word("rehearsal-difference"),
        word("customer-currency"),
        word("rehearsal-marks"),
    ]
}

/// Amounts stay plain, so that a spreadsheet can calculate with them.
fn cells(row: &RehearsalRow, language: Language) -> Vec<String> {
    let marks: Vec<_> = row.marks.iter().map(|mark| text(language, &format!("rehearsal-mark-{}", mark.slug().replace('_', "-")))).collect();
    let difference = row.total.checked_sub(row.before).map(|money| money.plain()).unwrap_or_default();
    vec![
        row.customer_number.clone(),
        row.customer_name.clone(),
        row.username.clone(),
        row.package.clone(),
        row.before.plain(),
        row.total.plain(),
        difference,
        row.total.currency.code().to_string(),
        marks.join(", "),
    ]
}
