//! Suspension for non-payment (BIL-16): when the one instant that `domain::dunning` decides has come, and not when that
//! would cut unusually many; then the run stops, writes down whom it would have cut, and asks. Nobody who has paid may
//! be cut: each customer is locked and looked at again before his line goes down, and who is being dealt with
//! elsewhere at that moment is left to the next run.

use super::coverage::{LineCut, cuts, refresh};
use crate::messages::{Notice, Recipient};
use crate::{Result, Services, require};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::dunning::{BrakeFigures, Channel, Settings, brake};
use domain::messages::Template;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{CustomerId, Money};
use std::collections::{BTreeMap, HashMap, HashSet};
use storage::audit::Change;
use storage::dunning::NewBrakeItem;
use storage::isps::Isp;
use storage::{audit, billing, dunning};

/// So far ahead the run looks, because RADIUS cuts at the instant itself: a run that has to be stopped must be stopped
/// before.
const AHEAD: TimeDelta = TimeDelta::minutes(60);
/// Customers looked at, and cut, in one transaction.
const BATCH: i64 = 1_000;

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Suspended {
    /// Lines that went down.
    pub lines: usize,
    /// Customers that a stopped run holds.
    pub held: usize,
}

/// A customer whose instant comes within the time looked ahead.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    customer_id: CustomerId,
    at: DateTime<Utc>,
    cut_on: NaiveDate,
    due_minor: i64,
}

/// Holds down whoever has to be. Running it again changes nothing.
pub async fn suspend_overdue(services: &Services, caller: &Caller) -> Result<Suspended> {
    require(caller, Permission::CustomersSuspend)?;
    let isp = services.isp(caller.isp_id).await?;
    let now = services.now();
    let candidates = candidates(services, caller, &isp, now).await?;
    if candidates.is_empty() {
        return Ok(Suspended::default());
    }
    let held = stop_if_unusual(services, caller, &isp, now, &candidates).await?;
    if held > 0 {
        let all: Vec<CustomerId> = candidates.iter().map(|one| one.customer_id).collect();
        refresh_all(services, caller, &isp, &all).await?;
        return Ok(Suspended { lines: 0, held });
    }
    let ready: Vec<CustomerId> = candidates.iter().filter(|one| one.at <= now).map(|one| one.customer_id).collect();
    let mut lines = 0;
    for batch in ready.chunks(BATCH as usize) {
        lines += suspend_batch(services, caller, &isp, batch).await?;
    }
    Ok(Suspended { lines, held: 0 })
}

/// Everybody whose instant comes within the time looked ahead, decided anew from what is written now. Lines whose
/// written instant is out of date are brought up to date on the way.
async fn candidates(services: &Services, caller: &Caller, isp: &Isp, now: DateTime<Utc>) -> Result<Vec<Candidate>> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let mut tx = services.begin(caller).await?;
        let near = billing::near_cutoff(&mut tx, now + AHEAD, after, BATCH).await?;
        let Some(last) = near.last() else { return Ok(found) };
        after = Some(*last);
        let cuts = cuts(&mut tx, isp, now, &near, &HashMap::new()).await?;
        let stale: HashSet<CustomerId> =
            cuts.iter().filter(|cut| cut.cut_off_at != cut.facts.cutoff_at).map(|cut| cut.facts.customer_id).collect();
        found.extend(first_cuts(&cuts, now + AHEAD));
        drop(tx);
        if !stale.is_empty() {
            let stale: Vec<CustomerId> = stale.into_iter().collect();
            refresh_all(services, caller, isp, &stale).await?;
        }
    }
}

/// Each customer's first active line that comes to its instant by `horizon`.
fn first_cuts(cuts: &[LineCut], horizon: DateTime<Utc>) -> Vec<Candidate> {
    let mut first: BTreeMap<CustomerId, Candidate> = BTreeMap::new();
    for cut in cuts.iter().filter(|cut| cut.facts.active && !cut.facts.blocked) {
        let (Some(at), Some(cut_on)) = (cut.cut_off_at, cut.cut_on) else { continue };
        let candidate = Candidate { customer_id: cut.facts.customer_id, at, cut_on, due_minor: cut.due_minor };
        let earlier = first.get(&candidate.customer_id).is_none_or(|known| at < known.at);
        if at <= horizon && cut.due_minor > 0 && earlier {
            first.insert(candidate.customer_id, candidate);
        }
    }
    first.into_values().collect()
}

/// Writes down a run that must not go on by itself, and answers with how many customers it holds.
async fn stop_if_unusual(services: &Services, caller: &Caller, isp: &Isp, now: DateTime<Utc>, candidates: &[Candidate]) -> Result<usize> {
    let today = services.today(isp);
    let mut tx = services.begin(caller).await?;
    let settings = Settings::of(&isp.settings);
    // In this order: whom another run has cut since is in neither figure, and never in both.
    let so_far = dunning::brake_figures(&mut tx, today).await?;
    let all: Vec<CustomerId> = candidates.iter().map(|one| one.customer_id).collect();
    let candidates = first_cuts(&cuts(&mut tx, isp, now, &all, &HashMap::new()).await?, now + AHEAD);
    let wanted: Vec<(CustomerId, NaiveDate)> = candidates.iter().map(|one| (one.customer_id, one.cut_on)).collect();
    let consented = dunning::consented(&mut tx, &wanted).await?;
    let unasked: Vec<&Candidate> = candidates.iter().filter(|one| !consented.contains(&one.customer_id)).collect();
    let open = dunning::open_brake(&mut tx).await?;
    let figures = BrakeFigures { would: so_far.would + unasked.len() as i64, ..so_far };
    let stopped = match (open, brake(settings.brake(), figures)) {
        (_, _) if unasked.is_empty() => return Ok(0),
        (Some(open), _) => open,
        (None, None) => return Ok(0),
        (None, Some(cause)) => {
            let id = dunning::trip(&mut tx, today, now, figures, settings.brake(), cause).await?;
            let after = serde_json::json!({ "would_suspend": figures.would, "active": figures.active, "cause": cause.slug() });
            let change = Change {
                action: "suspension.stop",
                object_kind: "suspension_brake",
                object_id: Some(id.0),
                after: Some(after),
                ..Change::default()
            };
            audit::record(&mut tx, now, change).await?;
            tracing::warn!(isp = %isp.short_name, would = figures.would, active = figures.active, cause = cause.slug(), "a run that would cut unusually many was stopped");
            id
        }
    };
    let item = |one: &&Candidate| NewBrakeItem { customer_id: one.customer_id, due_minor: one.due_minor, cut_on: one.cut_on };
    dunning::hold_customers(&mut tx, stopped, &unasked.iter().map(item).collect::<Vec<_>>()).await?;
    tx.commit().await?;
    Ok(unasked.len())
}

/// Brings customers up to date, a batch in a transaction.
pub(crate) async fn refresh_all(services: &Services, caller: &Caller, isp: &Isp, customers: &[CustomerId]) -> Result<()> {
    for batch in customers.chunks(BATCH as usize) {
        let mut tx = services.begin(caller).await?;
        refresh(&mut tx, isp, services.now(), batch, &HashMap::new()).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Everybody who owes something: after a change of what holds for all.
pub(crate) async fn refresh_debtors(services: &Services, caller: &Caller, isp: &Isp) -> Result<()> {
    let mut after = None;
    loop {
        let mut tx = services.begin(caller).await?;
        let owing = billing::customers_who_owe(&mut tx, after, BATCH).await?;
        let Some(last) = owing.last() else { return Ok(()) };
        after = Some(*last);
        refresh(&mut tx, isp, services.now(), &owing, &HashMap::new()).await?;
        tx.commit().await?;
    }
}

/// Cuts those of a batch for whom it is still right now that they are locked.
async fn suspend_batch(services: &Services, caller: &Caller, isp: &Isp, batch: &[CustomerId]) -> Result<usize> {
    let (now, today) = (services.now(), services.today(isp));
    let mut tx = services.begin(caller).await?;
    // Who is locked is paying, or being billed, at this moment.
    let free: Vec<CustomerId> = dunning::lock_free_customers(&mut tx, batch).await?;
    let cuts = cuts(&mut tx, isp, now, &free, &HashMap::new()).await?;
    let due = first_cuts(&cuts, now);
    let down: Vec<CustomerId> = due.iter().map(|one| one.customer_id).collect();
    let consented = dunning::consented(&mut tx, &due.iter().map(|one| (one.customer_id, one.cut_on)).collect::<Vec<_>>()).await?;
    let lines = billing::suspend(&mut tx, &down, now).await?;
    let cut: HashSet<CustomerId> = lines.iter().map(|(_, customer)| *customer).collect();
    let changes: Vec<Change<'_>> = lines
        .iter()
        .map(|(service, customer)| Change {
            action: "service.suspend",
            object_kind: "service",
            object_id: Some(service.0),
            customer_id: Some(customer.0),
            after: Some(serde_json::json!({ "reason": "non_payment" })),
            ..Change::default()
        })
        .collect();
    audit::record_many(&mut tx, now, &changes).await?;
    if !cut.is_empty() {
        let released = cut.iter().filter(|customer| consented.contains(customer)).count();
        dunning::count_suspended(&mut tx, today, cut.len() as i64, released as i64).await?;
    }
    tell(&mut tx, services, isp, &due, &cut).await?;
    tx.commit().await?;
    Ok(lines.len())
}

/// Tells those who were cut, once for each time they are.
async fn tell(tx: &mut storage::IspTx, services: &Services, isp: &Isp, due: &[Candidate], cut: &HashSet<CustomerId>) -> Result<()> {
    let people: HashMap<CustomerId, Recipient> = crate::messages::recipients(tx, &cut.iter().copied().collect::<Vec<_>>()).await?;
    let notice = |one: &Candidate| {
        let to = people.get(&one.customer_id)?.clone();
        Some(Notice {
            template: Template::Suspended,
            channels: vec![Channel::Sms, Channel::Email],
            dedupe: format!("suspended:{}:{}", one.customer_id, one.cut_on),
            money: vec![("amount", Money::new(one.due_minor, isp.currency))],
            days: Vec::new(),
            words: Vec::new(),
            invoice_id: None,
            until_paid: false,
            to,
        })
    };
    let notices: Vec<Notice> = due.iter().filter(|one| cut.contains(&one.customer_id)).filter_map(notice).collect();
    crate::messages::queue(tx, services, isp, &notices).await?;
    Ok(())
}
