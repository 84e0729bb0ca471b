//! The rehearsal of a run: the same rules over the same rows, nothing written (BIL-14).

use crate::{Result, Services, require};
use chrono::NaiveDate;
use domain::Money;
use domain::billing::{PreviewRow, plan_service};
use domain::customers::{Page, Paging};
use domain::people::Caller;
use domain::rights::Permission;
use serde::{Deserialize, Serialize};
use storage::billing::{BillingMoment, ToBill};
use storage::isps::Isp;

/// What a run would do, with one page of its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    pub on: NaiveDate,
    pub services: i64,
    pub invoices: i64,
    pub total: Money,
    pub partial: i64,
    pub refused: i64,
    pub page: Page<PreviewRow>,
}

const BATCH: i64 = 20_000;

/// Rehearses the run of `on`. Rows that need a look (refused, then partial) come first.
pub async fn preview(services: &Services, caller: &Caller, on: NaiveDate, paging: Paging) -> Result<Preview> {
    require(caller, Permission::BillingView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let mut rows: Vec<PreviewRow> = Vec::new();
    let mut after = None;
    loop {
        let batch = storage::billing::to_bill(&mut tx, BillingMoment { on, now: None, zone: isp.zone }, after, BATCH).await?;
        let Some(last) = batch.last() else { break };
        after = Some(last.billable.service_id);
        rows.extend(batch.iter().map(|service| row(service, &isp, on)));
    }
    rows.sort_by_key(|row| (row.refusal.is_none(), !row.partial));
    let sum = |f: fn(&PreviewRow) -> i64| rows.iter().map(f).sum::<i64>();
    let (offset, size) = (usize::try_from(paging.offset()).unwrap_or(0), usize::try_from(paging.size).unwrap_or(50));
    let shown = rows.iter().skip(offset).take(size).cloned().collect();
    let services = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    Ok(Preview {
        on,
        services,
        invoices: sum(|row| row.invoices),
        total: Money::new(sum(|row| row.total.minor), isp.currency),
        partial: sum(|row| i64::from(row.partial)),
        refused: sum(|row| i64::from(row.refusal.is_some())),
        page: Page { rows: shown, total: services, page: paging.page, size: paging.size },
    })
}

fn row(service: &ToBill, isp: &Isp, on: NaiveDate) -> PreviewRow {
    let start = service.billable.billed_until;
    let (drafts, period_end, refusal) = match plan_service(&service.billable, isp.currency, on) {
        Ok((drafts, until)) => (drafts, until, None),
        Err(refusal) => (Vec::new(), start, Some(refusal)),
    };
    PreviewRow {
        service_id: service.billable.service_id,
        customer_id: service.billable.customer_id,
        customer_name: service.customer_name.clone(),
        customer_number: service.customer_number.clone(),
        username: service.username.clone(),
        package: service.package.clone(),
        period_start: start,
        period_end,
        invoices: i64::try_from(drafts.len()).unwrap_or(i64::MAX),
        partial: drafts.iter().any(|draft| draft.is_partial()),
        total: Money::new(drafts.iter().map(|draft| draft.total_minor()).sum(), isp.currency),
        refusal,
    }
}
