//! Keeps `cutoff_at` of services equal to what their invoices say. RADIUS reads it; it is never set by hand.

use crate::Result;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::billing::BillingProfile;
use domain::{CustomerId, ServiceId, billing, zones};
use std::collections::HashMap;
use storage::IspTx;
use storage::billing::CutoffFacts;
use storage::isps::Isp;

/// The instant at which a line may be cut if nobody pays, in the zone of the billing profile.
fn cutoff_instant(facts: &CutoffFacts, isp_zone: Tz) -> Option<DateTime<Utc>> {
    if !facts.auto_suspend {
        return None;
    }
    let day = billing::line_cut_on(facts.oldest_cut_on, facts.billed_until, facts.due_days, facts.grace_days)?;
    Some(zones::start_of_day(day, profile_zone(facts.profile_zone.as_deref(), isp_zone)))
}

/// The same for a line that is being made: nothing was billed yet, so only the first bill to come can cut it.
pub(crate) fn new_line_cutoff(profile: &BillingProfile, billed_until: NaiveDate, isp_zone: Tz) -> Option<DateTime<Utc>> {
    if !profile.auto_suspend {
        return None;
    }
    let day = billing::line_cut_on(None, billed_until, profile.due_days, profile.grace_days)?;
    Some(zones::start_of_day(day, profile_zone(profile.time_zone.as_deref(), isp_zone)))
}

/// A profile's own zone, or the ISP's. A name that is no zone any more counts as the ISP's.
pub(crate) fn profile_zone(name: Option<&str>, isp_zone: Tz) -> Tz {
    name.and_then(|name| name.parse().ok()).unwrap_or(isp_zone)
}

/// Brings the services of these customers up to date; `covered` holds new days up to which services are billed.
pub(crate) async fn refresh(tx: &mut IspTx, isp: &Isp, customers: &[CustomerId], covered: &HashMap<ServiceId, NaiveDate>) -> Result<()> {
    let mut rows = Vec::new();
    for mut facts in storage::billing::cutoff_facts(tx, customers).await? {
        let before = (facts.billed_until, facts.cutoff_at);
        if let Some(day) = covered.get(&facts.service_id) {
            facts.billed_until = *day;
        }
        let cutoff = cutoff_instant(&facts, isp.zone);
        if before != (facts.billed_until, cutoff) {
            rows.push((facts.service_id, facts.billed_until, cutoff));
        }
    }
    if !rows.is_empty() {
        storage::billing::set_coverage(tx, &rows).await?;
    }
    Ok(())
}
