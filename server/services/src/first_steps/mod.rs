//! The first steps of a new ISP (SAA-07): each is seen from the data, so that it ticks itself whoever does it and however.

use crate::{Error, Result, Services, require};
use domain::first_steps::{FirstStep, StepState, progress};
use domain::people::Caller;
use domain::rights::Permission;
use serde_json::json;
use storage::audit::Change;
use storage::{audit, first_steps as store};

/// The list as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstSteps {
    pub steps: Vec<(FirstStep, StepState)>,
    pub percent: u8,
}

impl FirstSteps {
    /// Something is wanted that is not there yet.
    pub fn is_open(&self) -> bool {
        self.steps.iter().any(|(_, state)| *state == StepState::Open)
    }

    pub fn has_skipped(&self) -> bool {
        self.steps.iter().any(|(_, state)| *state == StepState::Skipped)
    }
}

pub async fn first_steps(services: &Services, caller: &Caller) -> Result<FirstSteps> {
    require(caller, Permission::SettingsView)?;
    let mut tx = services.begin(caller).await?;
    let (done, skipped) = (store::done(&mut tx).await?, store::skipped(&mut tx).await?);
    let state = |step: FirstStep| match (done.contains(&step), skipped.contains(&step)) {
        (true, _) => StepState::Done,
        (false, true) => StepState::Skipped,
        (false, false) => StepState::Open,
    };
    let steps: Vec<(FirstStep, StepState)> = FirstStep::ALL.into_iter().map(|step| (step, state(step))).collect();
    let states: Vec<StepState> = steps.iter().map(|(_, state)| *state).collect();
    Ok(FirstSteps { steps, percent: progress(&states) })
}

/// Leaves one step out; without one everything that is still open.
pub async fn skip(services: &Services, caller: &Caller, step: Option<FirstStep>) -> Result<()> {
    require(caller, Permission::SettingsEdit)?;
    let open: Vec<FirstStep> = match step {
        Some(step) => vec![step],
        None => {
            let all = first_steps(services, caller).await?.steps;
            all.into_iter().filter(|(_, state)| *state == StepState::Open).map(|(step, _)| step).collect()
        }
    };
    let mut tx = services.begin(caller).await?;
    store::skip(&mut tx, &open, caller.actor_id(), services.now()).await?;
    let slugs: Vec<&str> = open.iter().map(|step| step.slug()).collect();
    note(&mut tx, services, "setting.skip", json!({ "first_steps": slugs })).await?;
    Ok(tx.commit().await?)
}

/// Shows again whatever was left out.
pub async fn bring_back(services: &Services, caller: &Caller) -> Result<()> {
    require(caller, Permission::SettingsEdit)?;
    let mut tx = services.begin(caller).await?;
    if store::bring_back(&mut tx).await? == 0 {
        return Err(Error::NotFound);
    }
    note(&mut tx, services, "setting.bring_back", json!({ "first_steps": "all" })).await?;
    Ok(tx.commit().await?)
}

async fn note(tx: &mut storage::IspTx, services: &Services, action: &'static str, after: serde_json::Value) -> Result<()> {
    let change = Change { action, object_kind: "isp", object_id: Some(tx.isp_id().0), after: Some(after), ..Change::default() };
    Ok(audit::record(tx, services.now(), change).await?)
}
