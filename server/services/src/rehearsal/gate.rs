//! What a run may bill. Held services never; where an ISP wants its runs approved, only what was approved, and only if
//! it still comes to what was shown.

use super::decide::due_by;
use crate::{Result, Services, require};
use chrono::NaiveDate;
use domain::billing::RehearsalState;
use domain::corrections::CorrectionRule;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{RehearsalId, ServiceId};
use std::collections::{HashMap, HashSet};
use storage::isps::Isp;
use storage::{IspTx, rehearsals};

/// The answer for one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gate {
    /// Everything but what is held.
    Open,
    Approved(RehearsalId),
    /// Somebody has to approve first.
    Waiting,
}

/// What of a batch may be billed.
pub(crate) struct Allowed {
    held: HashSet<ServiceId>,
    /// What was rehearsed, where it had to be approved.
    shown: Option<HashMap<ServiceId, i64>>,
}

/// Would the run of `on` have to wait for somebody?
pub async fn waits(services: &Services, caller: &Caller, on: NaiveDate) -> Result<bool> {
    require(caller, Permission::BillingView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    Ok(gate(&mut tx, &isp, on, services.today(&isp)).await? == Gate::Waiting)
}

/// May the run of `on` bill?
pub(crate) async fn gate(tx: &mut IspTx, isp: &Isp, on: NaiveDate, today: NaiveDate) -> Result<Gate> {
    let rule = CorrectionRule::of(&isp.settings, isp.currency);
    if !rule.rehearsal_required {
        return Ok(Gate::Open);
    }
    match rehearsals::lock(tx, on).await? {
        Some(found) if found.state == RehearsalState::Approved => Ok(Gate::Approved(found.id)),
        // Its days are over: it issues as if nobody had wanted to look.
        Some(found) if found.state == RehearsalState::Open && due_by(&rule, today).is_some_and(|last| on <= last) => Ok(Gate::Open),
        None if rule.rehearsal_days == Some(0) => Ok(Gate::Open),
        _ => Ok(Gate::Waiting),
    }
}

impl Gate {
    pub(crate) async fn allowed(self, tx: &mut IspTx, services: &[ServiceId]) -> Result<Allowed> {
        let held = rehearsals::held(tx, services).await?.into_iter().collect();
        let shown = match self {
            Gate::Approved(id) => Some(rehearsals::totals(tx, id, services).await?),
            Gate::Open | Gate::Waiting => None,
        };
        Ok(Allowed { held, shown })
    }
}

impl Allowed {
    /// May this service be billed at all?
    pub(crate) fn lets(&self, service: ServiceId) -> bool {
        !self.held.contains(&service) && self.shown.as_ref().is_none_or(|shown| shown.contains_key(&service))
    }

    /// Does it come to what was approved?
    pub(crate) fn agrees(&self, service: ServiceId, total_minor: i64) -> bool {
        self.shown.as_ref().is_none_or(|shown| shown.get(&service) == Some(&total_minor))
    }
}
