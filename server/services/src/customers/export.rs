//! The subscribers list as a file: exactly the rows that the list shows for a filter, all pages of it, written so that
//! no spreadsheet takes a cell for a formula. It holds no secret.

use crate::{Error, Result, Services, require};
use domain::customers::{Paging, SubscriberFilter, SubscriberRow, phone_local};
use domain::people::Caller;
use domain::rights::Permission;
use integrations::spreadsheet::write_csv;
use locales::{Language, text};
use storage::audit::{self, Change};

/// The CSV of a filtered list, its head in the reader's language. That it was taken is recorded.
pub async fn export(services: &Services, caller: &Caller, filter: &SubscriberFilter, language: Language) -> Result<Vec<u8>> {
    require(caller, Permission::CustomersExport)?;
    let isp = services.isp(caller.isp_id).await?;
    let now = services.now();
    let mut tx = services.begin(caller).await?;
    // One page holds all: pages taken one after the other could miss a row that moved between them.
    let everything = Paging { page: 1, size: i64::MAX };
    let found = storage::subscribers::page(&mut tx, filter, everything, services.today(&isp), now).await?;
    let change = Change {
        action: "customers.export",
        object_kind: "customer",
        after: Some(serde_json::json!({ "rows": found.total, "filter": filter })),
        ..Change::default()
    };
    audit::record(&mut tx, now, change).await?;
    tx.commit().await?;
    let rows: Vec<Vec<String>> = found.rows.iter().map(|row| cells(row, isp.zone, language)).collect();
    write_csv(&header(language), rows.iter().map(Vec::as_slice)).map_err(|error| Error::Internal(error.to_string()))
}

fn header(language: Language) -> Vec<String> {
    let word = |key| text(language, key);
    vec![
        word("customer-number"),
        word("customer-name"),
        word("customer-mobile"),
        word("customer-username"),
        word("customer-package"),
        word("customer-status"),
        word("status-online"),
        word("customer-due"),
        word("customer-currency"),
        word("customer-expires"),
    ]
}

/// Dates and amounts stay plain, so that a spreadsheet can calculate with them.
fn cells(row: &SubscriberRow, zone: chrono_tz::Tz, language: Language) -> Vec<String> {
    let online = if row.online { text(language, "common-yes") } else { text(language, "common-no") };
    vec![
        row.number.clone(),
        row.name.clone(),
        row.mobile.as_deref().map(phone_local).unwrap_or_default(),
        row.username.clone(),
        row.package.clone(),
        text(language, &format!("status-{}", row.state.slug())),
        online,
        row.due.plain(),
        row.due.currency.code().to_string(),
        row.expires_at.map(|at| at.with_timezone(&zone).format("%Y-%m-%d").to_string()).unwrap_or_default(),
    ]
}
