//! What a policy does to somebody who moves the same each day: the answer to "what would happen". Counts nobody.

use super::{Effect, Policy, Used};
use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

/// An hour of a simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimulatedHour {
    pub at: NaiveDateTime,
    /// What has counted since the window began.
    pub counted: u64,
    pub effect: Effect,
}

/// What a policy does to somebody who moves so much each hour of the day, from a day on: one entry for each hour in
/// which anything changes, and the first.
pub fn simulate(policy: &Policy, hourly: &[Used; 24], extra: u64, from: NaiveDate, days: u16) -> Vec<SimulatedHour> {
    let (mut used, mut window, mut hours) = (Used::default(), policy.begins(from), Vec::new());
    let mut effect = None;
    for day in from.iter_days().take(usize::from(days)) {
        if policy.begins(day) != window {
            (window, used) = (policy.begins(day), Used::default());
        }
        for (hour, moved) in (0..24).zip(hourly) {
            let Some(at) = day.and_hms_opt(hour, 0, 0) else { continue };
            let now = policy.effect(used, extra, day);
            if effect != Some(now) {
                hours.push(SimulatedHour { at, counted: policy.moved(used), effect: now });
                effect = Some(now);
            }
            if policy.counts(at) && now != Effect::Stop {
                used.add(*moved);
            }
        }
    }
    hours
}
