//! Building a rehearsal: the same plan as the run makes, batch by batch in one transaction, so that it is whole or not
//! there. A hundred thousand services are seconds.

use crate::billing::bills_of;
use crate::{Error, Result, Services, require};
use chrono::NaiveDate;
use domain::billing::{Charge, InvoiceDraft, LineDraft, Mark, RehearsedLine};
use domain::calendar::add_days;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{CustomerId, Problem, RehearsalId};
use std::collections::{BTreeSet, HashMap};
use storage::billing::{BillingMoment, ToBill};
use storage::isps::Isp;
use storage::rehearsals::{self, Planned};
use storage::{IspTx, audit};

const BATCH: i64 = 10_000;
/// Further ahead than this nobody knows what will be billed.
const MOST_DAYS_AHEAD: u32 = 62;

/// Rehearses the run of `on`, anew if it was rehearsed before. An approved rehearsal stays as it was approved.
pub async fn build(services: &Services, caller: &Caller, on: NaiveDate) -> Result<RehearsalId> {
    require(caller, Permission::BillingGenerate)?;
    let isp = services.isp(caller.isp_id).await?;
    if add_days(services.today(&isp), MOST_DAYS_AHEAD).is_none_or(|last| on > last) {
        return Err(Error::Invalid(vec![Problem::new("on", "problem-rehearsal-far").with("most", MOST_DAYS_AHEAD)]));
    }
    let mut tx = services.begin(caller).await?;
    let id = build_in(&mut tx, services, &isp, on).await?;
    let change = audit::Change {
        action: "rehearsal.build",
        object_kind: "rehearsal",
        object_id: Some(id.0),
        after: Some(serde_json::json!({ "business_date": on })),
        ..audit::Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(id)
}

/// The evening before: rehearses the run of the day after `on`. Answers with how many services were looked at.
pub async fn build_next(services: &Services, caller: &Caller, on: NaiveDate) -> Result<i32> {
    let Some(next) = add_days(on, 1) else { return Ok(0) };
    match build(services, caller, next).await {
        // Somebody was early and has approved it already.
        Err(Error::Conflict(_)) => Ok(0),
        built => {
            let id = built?;
            let mut tx = services.begin(caller).await?;
            Ok(rehearsals::find(&mut tx, id).await?.map_or(0, |found| found.services))
        }
    }
}

pub(super) async fn build_in(tx: &mut IspTx, services: &Services, isp: &Isp, on: NaiveDate) -> Result<RehearsalId> {
    let begun = rehearsals::begin(tx, on, services.now(), isp.currency).await?;
    let id = begun.ok_or_else(|| Error::Conflict(Problem::new("", "problem-rehearsal-approved")))?;
    let mut after = None;
    loop {
        // Every hour of the day counts: a rehearsal shows what the whole day will bill.
        let moment = BillingMoment { on, now: None, zone: isp.zone };
        let batch = storage::billing::to_bill(tx, moment, after, BATCH).await?;
        let Some(last) = batch.last() else { break };
        after = Some(last.billable.service_id);
        let customers: BTreeSet<CustomerId> = batch.iter().map(|service| service.billable.customer_id).collect();
        let customers: Vec<CustomerId> = customers.into_iter().collect();
        let mut charges = storage::charges::open(tx, &customers).await?;
        let planned: Result<Vec<_>> = batch.iter().map(|service| planned(service, isp, on, &mut charges)).collect();
        rehearsals::insert_rows(tx, id, &planned?).await?;
    }
    rehearsals::finish(tx, id, on).await?;
    Ok(id)
}

/// What the run would do with one service.
fn planned(service: &ToBill, isp: &Isp, on: NaiveDate, charges: &mut HashMap<CustomerId, Vec<Charge>>) -> Result<Planned> {
    let start = service.billable.billed_until;
    let (drafts, covered_until, refusal) = match bills_of(service, isp, on, charges) {
        Ok((drafts, until)) => (drafts, until, None),
        Err(refusal) => (Vec::new(), start, Some(refusal.slug())),
    };
    let line = |line: &LineDraft| RehearsedLine {
        description: line.description.clone(),
        from: line.period.map(|period| period.start),
        until: line.period.map(|period| period.end),
        net_minor: line.net_minor,
        tax_minor: line.tax_minor,
    };
    let lines: Vec<_> = drafts.iter().flat_map(|draft| draft.lines.iter().map(line)).collect();
    let partial = drafts.iter().any(InvoiceDraft::is_partial);
    Ok(Planned {
        service_id: service.billable.service_id,
        covered_until,
        invoices: i16::try_from(drafts.len()).unwrap_or(i16::MAX),
        total_minor: drafts.iter().map(InvoiceDraft::total_minor).sum(),
        flags: if partial { Mark::Partial.bit() } else { 0 },
        refusal,
        lines: serde_json::to_value(lines).map_err(|error| Error::Internal(error.to_string()))?,
    })
}
