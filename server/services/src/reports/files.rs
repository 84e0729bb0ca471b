//! Reports as CSV and XLSX: the same rows as on the page, plain numbers that a spreadsheet can add up.

use super::{Range, bills, revenue};
use crate::{Error, Result, Services, require};
use domain::Money;
use domain::people::Caller;
use domain::rights::Permission;
use integrations::spreadsheet::{write_csv, write_xlsx};
use locales::{Language, text};
use storage::audit::{self, Change};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
}

impl Format {
    pub fn from_slug(slug: &str) -> Option<Self> {
        match slug {
            "csv" => Some(Format::Csv),
            "xlsx" => Some(Format::Xlsx),
            _ => None,
        }
    }
}

async fn written(services: &Services, caller: &Caller, action: &'static str, range: Range) -> Result<()> {
    let after = serde_json::json!({ "from": range.from, "until": range.until, "grain": range.grain });
    let mut tx = services.begin(caller).await?;
    audit::record(&mut tx, services.now(), Change { action, object_kind: "report", after: Some(after), ..Change::default() }).await?;
    Ok(tx.commit().await?)
}

fn file(format: Format, header: &[String], rows: &[Vec<String>]) -> Result<Vec<u8>> {
    let rows = rows.iter().map(Vec::as_slice);
    let written = match format {
        Format::Csv => write_csv(header, rows),
        Format::Xlsx => write_xlsx(header, rows),
    };
    written.map_err(|error| Error::Internal(error.to_string()))
}

/// Revenue by column, then its parts by package and by method.
pub async fn revenue_file(services: &Services, caller: &Caller, range: Range, format: Format, language: Language) -> Result<Vec<u8>> {
    require(caller, Permission::ReportsExport)?;
    let report = revenue(services, caller, range).await?;
    written(services, caller, "report.revenue_export", range).await?;
    let word = |key: &str| text(language, key);
    let money = |minor| Money::new(minor, report.total.currency).plain();
    let mut rows: Vec<Vec<String>> =
        report.columns.iter().map(|(start, minor)| vec![word("report-revenue"), start.to_string(), String::new(), money(*minor)]).collect();
    rows.push(vec![word("common-total"), String::new(), String::new(), report.total.plain()]);
    for share in &report.by_package {
        let name = if locales::has_text(&share.name) { word(&share.name) } else { share.name.clone() };
        rows.push(vec![word("report-by-package"), name, share.count.to_string(), share.amount.plain()]);
    }
    for share in &report.by_method {
        let name = word(&format!("payment-method-{}", share.name));
        rows.push(vec![word("report-by-method"), name, share.count.to_string(), share.amount.plain()]);
    }
    let header = ["report-part", "common-name", "report-count", "common-amount"].map(word);
    file(format, &header, &rows)
}

/// Billed against collected, column by column.
pub async fn bills_file(services: &Services, caller: &Caller, range: Range, format: Format, language: Language) -> Result<Vec<u8>> {
    require(caller, Permission::ReportsExport)?;
    let report = bills(services, caller, range).await?;
    written(services, caller, "report.bills_export", range).await?;
    let word = |key: &str| text(language, key);
    let money = |minor| Money::new(minor, report.billed.currency).plain();
    let mut rows: Vec<Vec<String>> = report
        .columns
        .iter()
        .map(|column| {
            vec![
                column.start.to_string(),
                column.bills.to_string(),
                money(column.billed),
                column.receipts.to_string(),
                money(column.collected),
                money(column.discounts),
            ]
        })
        .collect();
    let count = |figure: fn(&domain::reports::BilledColumn) -> i64| report.columns.iter().map(figure).sum::<i64>().to_string();
    rows.push(vec![
        word("common-total"),
        count(|column| column.bills),
        report.billed.plain(),
        count(|column| column.receipts),
        report.collected.plain(),
        report.discounts.plain(),
    ]);
    let header = ["report-from", "report-bills", "report-billed", "report-receipts", "report-collected", "report-discounts"].map(word);
    file(format, &header, &rows)
}
