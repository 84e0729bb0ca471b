//! What one line has apart from its package. Needs a right of its own; ends by itself. A price is asked by bills on its
//! days, a speed by RADIUS at its instants, and limits that are used up hold the line down until they end.

use super::{commit, invalid, seller};
use crate::{Error, Result, Services, require};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::customers::BlockReason;
use domain::packages::apart::{Apart, ApartSource, Override, OverrideDraft, OverrideForm, Span, overlap, read_override};
use domain::packages::chain::Level;
use domain::people::Caller;
use domain::rights::Permission;
use domain::zones::{at_time, start_of_day};
use domain::{OverrideId, PackageId, Problem, ServiceId};
use std::collections::BTreeMap;
use storage::audit::Change;
use storage::isps::Isp;
use storage::{IspTx, audit, customers, packages, service_overrides};
use uuid::Uuid;

/// Those of some lines: what holds, what lies ahead, and what ended lately.
pub async fn overrides(services: &Services, caller: &Caller, of: &[ServiceId]) -> Result<BTreeMap<ServiceId, Vec<Override>>> {
    require(caller, Permission::CustomersView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    Ok(service_overrides::of_services(&mut tx, of, services.today(&isp)).await?)
}

/// Gives a line something of its own.
pub async fn add_override(services: &Services, caller: &Caller, service: ServiceId, form: &OverrideForm) -> Result<OverrideId> {
    require(caller, Permission::OverridePackagePricing)?;
    let isp = services.isp(caller.isp_id).await?;
    let (now, today) = (services.now(), services.today(&isp));
    let draft = read_override(form, isp.currency).map_err(Error::Invalid)?;
    let span = place(&draft, &isp, today, now).map_err(invalid)?;
    let mut tx = services.begin(caller).await?;
    let (customer, package) = service_overrides::lock_service(&mut tx, service).await?.ok_or(Error::NotFound)?;
    let known = service_overrides::of_services(&mut tx, &[service], today).await?.remove(&service).unwrap_or_default();
    if let Some(other) = overlap(&draft.apart, &span, &known) {
        return Err(invalid(taken(other, &isp)));
    }
    if let (Apart::Price { price }, Span::Days { from, .. }) = (draft.apart, span) {
        within_chain(&mut tx, caller, package, price, from, &isp, today).await?;
    }
    let new = Override { id: OverrideId(Uuid::now_v7()), apart: draft.apart, span, source: ApartSource::Person, note: draft.note };
    service_overrides::create(&mut tx, service, &new, now).await?;
    record(&mut tx, now, "service.override", service, customer, &new).await?;
    commit(tx).await?;
    Ok(new.id)
}

/// Ends one now, or takes one back that has not begun.
pub async fn end_override(services: &Services, caller: &Caller, id: OverrideId) -> Result<()> {
    require(caller, Permission::OverridePackagePricing)?;
    let isp = services.isp(caller.isp_id).await?;
    let (now, today) = (services.now(), services.today(&isp));
    let mut tx = services.begin(caller).await?;
    let (service, ended) = service_overrides::end(&mut tx, id, today, now).await?.ok_or(Error::NotFound)?;
    let (customer, _) = customers::of_service(&mut tx, service).await?.ok_or(Error::NotFound)?;
    record(&mut tx, now, "service.override-end", service, customer, &ended).await?;
    commit(tx).await
}

/// Every minute: RADIUS is told of what began or ended, limits that are used up hold their lines down, and what no longer
/// holds lets them go. Answers `(begun, ended, held, let go)`.
pub async fn revert_temporary(services: &Services, caller: &Caller) -> Result<(u64, u64, usize, usize)> {
    let isp = services.isp(caller.isp_id).await?;
    let (now, today) = (services.now(), services.today(&isp));
    let month = today.with_day(1).unwrap_or(today);
    let mut tx = services.begin(caller).await?;
    let (begun, ended) = service_overrides::tell_turns(&mut tx, now).await?;
    let (mut held, mut freed) = (0, 0);
    for (service, kind, up) in service_overrides::used_up(&mut tx, month, start_of_day(month, isp.zone), now).await? {
        let reason = if kind == "volume" { BlockReason::Volume } else { BlockReason::Time };
        if up {
            held += usize::from(customers::block(&mut tx, service, reason, now, Some(LIMIT)).await?);
        } else {
            freed += customers::unblock(&mut tx, &[service], reason).await?.len();
        }
    }
    tx.commit().await?;
    Ok((begun, ended, held, freed))
}

/// The note of a hold that a limit of an override put there, by which it is found again.
const LIMIT: &str = "override";

/// A draft's times in the ISP's zone. Nothing begins in the past, nothing ends before it began.
fn place(draft: &OverrideDraft, isp: &Isp, today: NaiveDate, now: DateTime<Utc>) -> std::result::Result<Span, Problem> {
    let order = || Problem::new("ends", "problem-period-order");
    if let Apart::Price { .. } = draft.apart {
        let from = draft.starts.map_or(today, |starts| starts.date());
        // People say the last day.
        let until = match draft.ends {
            Some(ends) => Some(ends.date().succ_opt().ok_or_else(order)?),
            None => None,
        };
        return match until {
            _ if from < today => Err(Problem::new("starts", "problem-override-past")),
            Some(until) if until <= from => Err(order()),
            _ => Ok(Span::Days { from, until }),
        };
    }
    let instant = |local: chrono::NaiveDateTime| at_time(local.date(), local.time(), isp.zone);
    let from = draft.starts.map_or(now, instant);
    let until = draft.ends.map(instant);
    match until {
        // The minute a form was filled in may be over when it arrives.
        _ if from < now - chrono::TimeDelta::minutes(10) => Err(Problem::new("starts", "problem-override-past")),
        Some(until) if until <= from.max(now) => Err(order()),
        _ => Ok(Span::Instants { from: from.max(now), until }),
    }
}

fn taken(other: &Override, isp: &Isp) -> Problem {
    let (from, until) = match other.span {
        Span::Days { from, until } => (from, until),
        Span::Instants { from, until } => {
            let day = |at: DateTime<Utc>| domain::zones::business_day(at, isp.zone);
            (day(from), until.map(day))
        }
    };
    let problem = Problem::new("starts", "problem-override-overlap").with("from", from);
    match until {
        Some(until) => problem.with("until", until),
        None => problem.with("until", "…"),
    }
}

/// A price of one subscriber stays under the ceiling of the chain, and a reseller's above what he pays himself. The ISP
/// may give away its own.
async fn within_chain(
    tx: &mut IspTx,
    caller: &Caller,
    package: PackageId,
    price: domain::Money,
    day: NaiveDate,
    isp: &Isp,
    today: NaiveDate,
) -> Result<()> {
    let package = packages::find(tx, package, today).await?.ok_or(Error::NotFound)?;
    let Some((master, _)) = package.master else { return Ok(()) };
    let chain = packages::chain(tx, master, isp.currency).await?;
    if let Some(most) = chain.on(Level::Ceiling, day).filter(|most| price.minor > most.minor) {
        return Err(invalid(Problem::new("price", "problem-above-ceiling").with("most", most.plain()).with("date", day)));
    }
    let least = seller(caller).and_then(|(_, path)| chain.cost_of(path, day));
    match least.filter(|least| price.minor < least.minor) {
        Some(least) => Err(invalid(Problem::new("price", "problem-below-cost").with("least", least.plain()).with("date", day))),
        None => Ok(()),
    }
}

async fn record(
    tx: &mut IspTx,
    now: DateTime<Utc>,
    action: &str,
    service: ServiceId,
    customer: domain::CustomerId,
    what: &Override,
) -> Result<()> {
    let change = Change {
        action,
        object_kind: "service",
        object_id: Some(service.0),
        customer_id: Some(customer.0),
        after: super::json(what),
        ..Change::default()
    };
    Ok(audit::record(tx, now, change).await?)
}
