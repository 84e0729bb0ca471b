//! What is owed, by age, as of any instant (PAY-19). Asked again later about the same instant, it says the same.

use super::EVERYTHING;
use crate::{Error, Result, Services, require};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use domain::books::{Age, AgedInvoice, Ageing};
use domain::customers::{Page, Paging};
use domain::people::Caller;
use domain::rights::Permission;
use domain::zones::{at_time, business_day};
use domain::{CustomerId, Money};
use integrations::spreadsheet::write_csv;
use locales::{Language, text};
use storage::audit::{self, Change};
use storage::books::ageing as stored;
use storage::isps::Isp;

/// When it is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AsOf {
    #[default]
    Now,
    /// The very end of a business day at the ISP; today, and days to come, are now.
    Day(NaiveDate),
    At(DateTime<Utc>),
}

fn instant(services: &Services, isp: &Isp, as_of: AsOf) -> DateTime<Utc> {
    let now = services.now();
    let end = match as_of {
        AsOf::Now => None,
        AsOf::At(at) => Some(at),
        AsOf::Day(day) => day.succ_opt().map(|next| at_time(next, NaiveTime::MIN, isp.zone) - TimeDelta::microseconds(1)),
    };
    end.map_or(now, |end| end.min(now))
}

/// Debtors as of an instant.
pub async fn ageing(services: &Services, caller: &Caller, as_of: AsOf, paging: Paging) -> Result<Ageing> {
    require(caller, Permission::ReportsFinancial)?;
    let isp = services.isp(caller.isp_id).await?;
    let as_of = instant(services, &isp, as_of);
    let on = business_day(as_of, isp.zone);
    let mut tx = services.begin(caller).await?;
    let (page, ages, total) = stored::page(&mut tx, as_of, on, paging, isp.currency).await?;
    let books = Money::new(stored::receivable(&mut tx, as_of).await?, isp.currency);
    Ok(Ageing { as_of, on, page, ages, total, books })
}

/// The bills behind a figure of the ageing.
pub async fn aged_invoices(
    services: &Services,
    caller: &Caller,
    as_of: AsOf,
    age: Option<Age>,
    customer: Option<CustomerId>,
    paging: Paging,
) -> Result<(Page<AgedInvoice>, Money)> {
    require(caller, Permission::ReportsFinancial)?;
    let isp = services.isp(caller.isp_id).await?;
    let as_of = instant(services, &isp, as_of);
    let mut tx = services.begin(caller).await?;
    Ok(stored::invoices(&mut tx, as_of, business_day(as_of, isp.zone), age, customer, paging, isp.currency).await?)
}

/// The ageing as a CSV: every debtor.
pub async fn ageing_file(services: &Services, caller: &Caller, as_of: AsOf, language: Language) -> Result<Vec<u8>> {
    require(caller, Permission::ReportsExport)?;
    let found = ageing(services, caller, as_of, EVERYTHING).await?;
    let word = |key: &str| text(language, key);
    let mut header = vec![word("customer-number"), word("customer-name")];
    header.extend(Age::ALL.iter().map(|age| word(&format!("age-{}", age.slug()))));
    header.push(word("common-total"));
    let rows: Vec<Vec<String>> = found
        .page
        .rows
        .iter()
        .map(|row| {
            let mut cells = vec![row.number.clone(), row.name.clone()];
            cells.extend(row.ages.iter().map(|minor| Money::new(*minor, row.total.currency).plain()));
            cells.push(row.total.plain());
            cells
        })
        .collect();
    let mut tx = services.begin(caller).await?;
    let after = serde_json::json!({ "as_of": found.as_of, "rows": rows.len() });
    audit::record(
        &mut tx,
        services.now(),
        Change { action: "ageing.export", object_kind: "report", after: Some(after), ..Change::default() },
    )
    .await?;
    tx.commit().await?;
    write_csv(&header, rows.iter().map(Vec::as_slice)).map_err(|error| Error::Internal(error.to_string()))
}
