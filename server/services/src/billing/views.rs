//! What the billing pages read.

use crate::{Error, Result, Services, require};
use chrono::NaiveDate;
use domain::billing::{InvoiceDetail, InvoiceFilter, InvoiceRow, Rhythm, RunRow};
use domain::customers::{Page, Paging};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{BillingRunId, CustomerId, InvoiceId, Money, ServiceId};
use uuid::Uuid;

/// One page of invoices (of one customer, if given) and what is due on all that match.
pub async fn invoices(
    services: &Services,
    caller: &Caller,
    filter: &InvoiceFilter,
    customer: Option<CustomerId>,
    paging: Paging,
) -> Result<(Page<InvoiceRow>, Money)> {
    require(caller, Permission::BillingView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let (page, due) = storage::invoices::page(&mut tx, filter, customer, paging, services.today(&isp)).await?;
    Ok((page, Money::new(due, isp.currency)))
}

pub async fn invoice(services: &Services, caller: &Caller, id: InvoiceId) -> Result<InvoiceDetail> {
    require(caller, Permission::BillingView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    storage::invoices::detail(&mut tx, id, services.today(&isp)).await?.ok_or(Error::NotFound)
}

/// The last 50 runs.
pub async fn runs(services: &Services, caller: &Caller) -> Result<Vec<RunRow>> {
    require(caller, Permission::BillingView)?;
    let mut tx = services.begin(caller).await?;
    Ok(storage::billing::runs(&mut tx, 50).await?)
}

/// One run, and while it goes on how many services it still has to look at.
pub async fn run(services: &Services, caller: &Caller, id: BillingRunId) -> Result<(RunRow, i64)> {
    require(caller, Permission::BillingView)?;
    let mut tx = services.begin(caller).await?;
    let run = storage::billing::find_run(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let left = if run.state == "running" { storage::billing::count_to_bill(&mut tx, run.business_date).await? } else { 0 };
    Ok((run, left))
}

/// What a run could not bill: service, customer, name, user name, why.
pub async fn problems(
    services: &Services,
    caller: &Caller,
    run: BillingRunId,
) -> Result<Vec<(ServiceId, CustomerId, String, String, String)>> {
    require(caller, Permission::BillingView)?;
    let mut tx = services.begin(caller).await?;
    Ok(storage::billing::problems(&mut tx, run).await?)
}

/// How many services a run of `on` would look at.
pub async fn count_to_bill(services: &Services, caller: &Caller, on: NaiveDate) -> Result<i64> {
    require(caller, Permission::BillingView)?;
    let mut tx = services.begin(caller).await?;
    Ok(storage::billing::count_to_bill(&mut tx, on).await?)
}

/// The first day after today on which a run finds something to bill.
pub async fn next_billing_day(services: &Services, caller: &Caller) -> Result<Option<NaiveDate>> {
    require(caller, Permission::BillingView)?;
    let today = services.today(&services.isp(caller.isp_id).await?);
    let mut tx = services.begin(caller).await?;
    let profiles = storage::billing_profiles::list(&mut tx).await?;
    let standings = storage::billing::standings(&mut tx).await?;
    let day = |one: storage::billing::Standing| {
        let profile = profiles.iter().find(|profile| profile.id == one.profile)?;
        // Only where nothing was billed yet does the beginning of the line matter.
        let starts_on = one.starts_on.unwrap_or(NaiveDate::MIN);
        Rhythm::of(profile, starts_on, one.anchor_on).next_bill_on(one.billed_until, one.validity, today)
    };
    Ok(standings.into_iter().filter_map(day).min())
}

/// Invoices behind `after`, for whoever walks through all of them.
pub async fn invoices_behind(
    services: &Services,
    caller: &Caller,
    filter: &InvoiceFilter,
    customer: Option<CustomerId>,
    after: Uuid,
    limit: i64,
) -> Result<Vec<InvoiceRow>> {
    require(caller, Permission::BillingView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    Ok(storage::invoices::behind(&mut tx, filter, customer, after, limit, services.today(&isp)).await?)
}
