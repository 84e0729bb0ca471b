//! A rest for a line (CRM-07): held days cost nothing, days that were billed come back as credit, the line goes down and
//! comes up by itself.

use super::bill::{Bill, bill_lines, line_charges, refused};
use super::change::carry_out_due;
use crate::{Error, Result, Services, require};
use chrono::{Datelike, NaiveDate};
use domain::billing::{LineDraft, LineKind, hold_ended_lines, hold_lines};
use domain::calendar::Period;
use domain::customers::BlockReason;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{CustomerId, HoldId, Problem, ServiceId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use storage::audit::Change;
use storage::holds::{self, NewHold};
use storage::{audit, customers};
use uuid::Uuid;

/// What the form sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldForm {
    /// The first day without service.
    pub from_on: String,
    /// The first day with service again.
    pub to_on: String,
    #[serde(default)]
    pub reason: String,
}

fn read(form: &HoldForm, today: NaiveDate) -> Result<Period> {
    let mut problems = Vec::new();
    let mut day = |field: &str, text: &str| {
        let day = text.trim().parse::<NaiveDate>().ok().filter(|day| *day >= today && (*day - today).num_days() <= 730);
        if day.is_none() {
            problems.push(Problem::new(field, "problem-hold-day"));
        }
        day
    };
    let (from, to) = (day("from_on", &form.from_on), day("to_on", &form.to_on));
    if form.reason.chars().count() > 300 {
        problems.push(Problem::new("reason", "problem-too-long").with("most", 300));
    }
    match (from, to) {
        (Some(from), Some(to)) if problems.is_empty() => {
            Period::new(from, to).ok_or_else(|| Error::Invalid(vec![Problem::new("to_on", "problem-dates-order")]))
        }
        _ => Err(Error::Invalid(problems)),
    }
}

/// Days of a period that lie in a calendar year.
fn days_in_year(days: Period, year: i32) -> i64 {
    let first = |year| NaiveDate::from_ymd_opt(year, 1, 1);
    let inside = first(year).zip(first(year + 1)).and_then(|(from, to)| Period::new(days.start.max(from), days.end.min(to)));
    inside.map_or(0, Period::days)
}

/// Lets a line rest. What was billed for held days becomes credit, less the fee for it.
pub async fn hold_service(services: &Services, caller: &Caller, id: ServiceId, form: &HoldForm) -> Result<CustomerId> {
    require(caller, Permission::CustomersSuspend)?;
    let isp = services.isp(caller.isp_id).await?;
    let (now, today) = (services.now(), services.today(&isp));
    let days = read(form, today)?;
    let mut tx = services.begin(caller).await?;
    // In the order of the run: first the series, then the customer.
    storage::numbers::lock(&mut tx, &super::issue::invoice_series(today)).await?;
    let (customer, _) = customers::of_service(&mut tx, id).await?.ok_or(Error::NotFound)?;
    customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    let service = storage::billing::billable(&mut tx, id, isp.zone).await?.ok_or(Error::NotFound)?;
    let profile = super::profiles::of_customer(&mut tx, customer).await?;
    let others: Vec<Period> =
        holds::of_service(&mut tx, id).await?.iter().filter_map(|hold| Period::new(hold.from_on, hold.to_on)).collect();
    if others.iter().any(|other| other.start < days.end && days.start < other.end) {
        return Err(Error::Invalid(vec![Problem::new("from_on", "problem-hold-overlap")]));
    }
    for year in days.start.year()..=days.last_day().year() {
        let used: i64 = others.iter().map(|other| days_in_year(*other, year)).sum();
        let left = (i64::from(profile.hold_days_a_year) - used).max(0);
        if days_in_year(days, year) > left {
            return Err(Error::Invalid(vec![Problem::new("to_on", "problem-hold-limit").with("left", left).with("year", year)]));
        }
    }
    let lines = hold_lines(&service.billable, days, profile.hold_fee_minor, today).map_err(refused)?;
    let credited_minor = lines.iter().filter(|line| line.kind == LineKind::ToCredit).map(LineDraft::total_minor).sum();
    bill_lines(&mut tx, services, &isp, Bill { service: &service, lines, on: today }).await?;
    let reason = Some(form.reason.trim()).filter(|reason| !reason.is_empty());
    let active = days.start <= today;
    let hold = NewHold { id: HoldId(Uuid::now_v7()), service_id: id, customer_id: customer, days, active, reason, credited_minor };
    holds::create(&mut tx, &hold, now).await?;
    if active {
        customers::block(&mut tx, id, BlockReason::Hold, now, reason).await?;
    }
    super::refresh(&mut tx, &isp, services.now(), &[customer], &HashMap::new()).await?;
    let after = serde_json::json!({ "from": days.start, "to": days.end, "credited_minor": credited_minor });
    let change = Change {
        action: "service.hold",
        object_kind: "service",
        object_id: Some(id.0),
        customer_id: Some(customer.0),
        after: Some(after),
        ..Change::default()
    };
    audit::record(&mut tx, now, change).await?;
    tx.commit().await?;
    Ok(customer)
}

/// Ends a hold today, or takes back one that has not begun. Days given back that are used after all wait for the next
/// bill.
pub async fn end_hold(services: &Services, caller: &Caller, id: HoldId) -> Result<CustomerId> {
    require(caller, Permission::CustomersSuspend)?;
    let isp = services.isp(caller.isp_id).await?;
    let (now, today) = (services.now(), services.today(&isp));
    let mut tx = services.begin(caller).await?;
    let (service_id, customer, from, to) = holds::lock_open(&mut tx, id).await?.ok_or(Error::NotFound)?;
    customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    holds::end(&mut tx, id, today.min(to)).await?;
    customers::unblock(&mut tx, &[service_id], BlockReason::Hold).await?;
    if let Some(released) = Period::new(from.max(today), to)
        && let Some(service) = storage::billing::billable(&mut tx, service_id, isp.zone).await?
    {
        let lines = hold_ended_lines(&service.billable, released, today).map_err(refused)?;
        if let Some(term) = service.billable.term(today) {
            line_charges(&mut tx, services, &service, term, &lines).await?;
        }
    }
    super::refresh(&mut tx, &isp, services.now(), &[customer], &HashMap::new()).await?;
    let change = Change {
        action: "service.hold_end",
        object_kind: "service",
        object_id: Some(service_id.0),
        customer_id: Some(customer.0),
        after: Some(serde_json::json!({ "on": today })),
        ..Change::default()
    };
    audit::record(&mut tx, now, change).await?;
    tx.commit().await?;
    Ok(customer)
}

/// What turns by itself: holds begin and end, planned packages begin. Answers with how many of each.
pub async fn turn_temporary(services: &Services, caller: &Caller) -> Result<(usize, usize, usize)> {
    require(caller, Permission::CustomersSuspend)?;
    let isp = services.isp(caller.isp_id).await?;
    let today = services.today(&isp);
    let mut tx = services.begin(caller).await?;
    let begun = holds::begin_due(&mut tx, today, services.now()).await?;
    let ended = holds::end_due(&mut tx, today).await?;
    for (lines, action) in [(&begun, "service.hold_begin"), (&ended, "service.hold_end")] {
        for (service, customer) in lines {
            let change = Change {
                action,
                object_kind: "service",
                object_id: Some(service.0),
                customer_id: Some(customer.0),
                after: Some(serde_json::json!({ "on": today })),
                ..Change::default()
            };
            audit::record(&mut tx, services.now(), change).await?;
        }
    }
    tx.commit().await?;
    let changed = carry_out_due(services, caller, &isp, today).await?;
    Ok((begun.len(), ended.len(), changed))
}
