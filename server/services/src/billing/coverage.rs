//! Keeps lines equal to what their invoices say: from which instant each may be cut (RADIUS reads it, it is never set by
//! hand), and whether non-payment still holds it down. The instant itself is decided in `domain::dunning`.

use crate::Result;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::billing::BillingProfile;
use domain::customers::BlockReason;
use domain::dunning::{Calendar, Debt, Mercy, OpenBill, Terms, cut_off_at};
use domain::settings::Key;
use domain::{CustomerId, ServiceId, zones};
use std::collections::HashMap;
use storage::audit::Change;
use storage::billing::LineFacts;
use storage::isps::Isp;
use storage::{IspTx, audit, dunning};

/// A payment that was begun and has not ended keeps a line up for this long.
const PENDING: TimeDelta = TimeDelta::minutes(30);
/// A day of rest further back moves no instant that is still to come.
const HOLIDAYS_BACK: TimeDelta = TimeDelta::days(400);

/// A line with the instant that was decided for it.
pub(crate) struct LineCut {
    pub facts: LineFacts,
    pub cut_off_at: Option<DateTime<Utc>>,
    /// The business day of that instant, in the zone of the billing profile.
    pub cut_on: Option<NaiveDate>,
    /// What the customer owes in all.
    pub due_minor: i64,
}

/// Decides the instant for every line of these customers, from what is written now; `covered` holds new days up to
/// which services are billed.
pub(crate) async fn cuts(
    tx: &mut IspTx,
    isp: &Isp,
    now: DateTime<Utc>,
    customers: &[CustomerId],
    covered: &HashMap<ServiceId, NaiveDate>,
) -> Result<Vec<LineCut>> {
    let weekend = isp.settings.weekdays(Key::Weekend);
    let calendar = Calendar { weekend, holidays: dunning::holiday_days(tx, (now - HOLIDAYS_BACK).date_naive()).await? };
    let open = storage::billing::open_bills(tx, customers).await?;
    let mercies = mercies(tx, now, customers).await?;
    let none: &[OpenBill] = &[];
    let cut = |facts: LineFacts| {
        let zone = profile_zone(facts.profile_zone.as_deref(), isp.zone);
        let bills = open.get(&facts.customer_id).map_or(none, Vec::as_slice);
        let billed_until = covered.get(&facts.service_id).copied().unwrap_or(facts.billed_until);
        let mercy = mercies.get(&facts.customer_id).copied().unwrap_or_default();
        let today = zones::business_day(now, zone);
        // In arrears, and when a short first period waits, the next bill comes later than the first day it is for.
        let bill_on = facts.rhythm.next_bill_on(billed_until, facts.validity, billed_until.pred_opt().unwrap_or(billed_until));
        let billed_until = bill_on.unwrap_or(billed_until);
        let at = cut_off_at(&terms(&facts, zone), &calendar, Debt { open: bills, billed_until }, &mercy, today);
        let due_minor = bills.iter().map(|bill| bill.due_minor).sum();
        LineCut { cut_off_at: at, cut_on: at.map(|at| zones::business_day(at, zone)), due_minor, facts }
    };
    Ok(storage::billing::line_facts(tx, customers).await?.into_iter().map(cut).collect())
}

async fn mercies(tx: &mut IspTx, now: DateTime<Utc>, customers: &[CustomerId]) -> Result<HashMap<CustomerId, Mercy>> {
    let mut mercies: HashMap<CustomerId, Mercy> = HashMap::new();
    for (customer, until) in dunning::promised_until(tx, customers).await? {
        mercies.entry(customer).or_default().promised_until = Some(until);
    }
    for (customer, until) in dunning::exemptions(tx, customers).await? {
        mercies.entry(customer).or_default().exempt = Some(until);
    }
    for (customer, hold) in dunning::holds(tx, customers).await? {
        mercies.entry(customer).or_default().hold = hold;
    }
    for (customer, begun_at) in dunning::payments_pending(tx, customers, now - PENDING).await? {
        mercies.entry(customer).or_default().payment_pending_until = Some(begun_at + PENDING);
    }
    Ok(mercies)
}

fn terms(facts: &LineFacts, zone: Tz) -> Terms {
    Terms {
        zone,
        auto_suspend: facts.auto_suspend,
        bills_by_itself: facts.bills_by_itself,
        due_days: facts.due_days,
        grace_days: facts.grace_days,
        suspend_time: facts.suspend_time,
        skip_weekends: facts.skip_weekends,
        skip_holidays: facts.skip_holidays,
        tolerance_minor: facts.tolerance_minor,
        credit_limit_minor: facts.credit_limit_minor,
    }
}

/// The same for a line that is being made: nothing was billed yet, so only the first bill to come can cut it.
pub(crate) fn new_line_cutoff(profile: &BillingProfile, billed_until: NaiveDate, isp_zone: Tz) -> Option<DateTime<Utc>> {
    let terms = Terms {
        zone: profile_zone(profile.time_zone.as_deref(), isp_zone),
        auto_suspend: profile.auto_suspend,
        bills_by_itself: profile.bills_by_itself(),
        due_days: profile.due_days,
        grace_days: profile.grace_days,
        suspend_time: profile.suspend_time,
        // Days of rest are looked up when there is a bill; until then the line has the longer end of it.
        skip_weekends: false,
        skip_holidays: false,
        tolerance_minor: profile.tolerance_minor,
        credit_limit_minor: profile.credit_limit_minor,
    };
    cut_off_at(&terms, &Calendar::default(), Debt { open: &[], billed_until }, &Mercy::default(), billed_until)
}

/// A profile's own zone, or the ISP's. A name that is no zone any more counts as the ISP's.
pub(crate) fn profile_zone(name: Option<&str>, isp_zone: Tz) -> Tz {
    name.and_then(|name| name.parse().ok()).unwrap_or(isp_zone)
}

/// Brings the lines of these customers up to date after anything that may move the instant: a bill, money, a promise, an
/// exemption, a decision. Takes away the reason that payment takes away, and no other, once nothing justifies it.
/// Locks the customers in order of id, so whoever holds one of them must hold all of them before.
pub(crate) async fn refresh(
    tx: &mut IspTx,
    isp: &Isp,
    now: DateTime<Utc>,
    customers: &[CustomerId],
    covered: &HashMap<ServiceId, NaiveDate>,
) -> Result<()> {
    dunning::lock_customers(tx, customers).await?;
    let cuts = cuts(tx, isp, now, customers, covered).await?;
    let mut rows = Vec::new();
    for cut in &cuts {
        let until = covered.get(&cut.facts.service_id).copied().unwrap_or(cut.facts.billed_until);
        if (cut.facts.billed_until, cut.facts.cutoff_at) != (until, cut.cut_off_at) {
            rows.push((cut.facts.service_id, until, cut.cut_off_at));
        }
    }
    if !rows.is_empty() {
        storage::billing::set_coverage(tx, &rows).await?;
    }
    let free = |cut: &&LineCut| cut.facts.blocked && cut.cut_off_at.is_none_or(|at| at > now);
    let lifted: HashMap<ServiceId, CustomerId> =
        cuts.iter().filter(free).map(|cut| (cut.facts.service_id, cut.facts.customer_id)).collect();
    if lifted.is_empty() {
        return Ok(());
    }
    let lines: Vec<ServiceId> = lifted.keys().copied().collect();
    storage::billing::note_pauses(tx, &lines, isp.zone, now).await?;
    for service in storage::customers::unblock(tx, &lines, BlockReason::NonPayment).await? {
        let change = Change {
            action: "service.resume",
            object_kind: "service",
            object_id: Some(service.0),
            customer_id: lifted.get(&service).map(|customer| customer.0),
            after: Some(serde_json::json!({ "reason": "non_payment" })),
            ..Change::default()
        };
        audit::record(tx, now, change).await?;
    }
    Ok(())
}
