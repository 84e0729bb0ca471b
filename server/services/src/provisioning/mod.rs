//! Setting a router up from a template: the plan that a person reads first, the run that applies it step by step with a way
//! back at every moment, and the report. A run works as a job and may be killed anywhere; taken up again it ends with the
//! router as it was wanted or as it was before.

mod apply;
mod arm;
mod device;
mod keep;
mod plan;
mod rehearse;
mod rollout;
mod run;
mod templates;
mod undo;
mod view;

pub(crate) use device::{Device, no_connection};
pub use plan::{Preview, begin, draft, preview, preview_draft};
pub use rehearse::{Original, Replica, Stage, rehearse};
pub use rollout::{
    Order, RolloutView, begin_rollout, drive_rollout, plan_rollout, read_rollout_again, rollout, rollouts_of, run_rollout, stop_rollout,
};
pub use run::{RUN_TASK, drive, run};
pub use storage::provisioning::rehearsals::RehearsalRow;
pub use storage::provisioning::rollouts::{MemberRow, RolloutRow};
pub use storage::provisioning::{RunRow, StepRow, TemplateRow, VersionRow};
pub use templates::{TemplateView, create_template, save_template, template, templates};
pub use undo::{resume, roll_back};
pub use view::{RunView, filled_in, run_view, runs_of_router};

use crate::{Error, Result};
use integrations::routeros::{RouterError, TrapKind};

use domain::Problem;

/// The job that goes on with a rollout.
pub const ROLLOUT_TASK: &str = "router.rollout";

/// Why a step of a run did not work.
pub(crate) enum Fault {
    /// The connection is gone: the same again over a new one.
    Lost(RouterError),
    /// Trying again does not help.
    Refused(Vec<Problem>),
    /// A fault of ours or of the database: the job is tried again.
    Ours(Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::Conflict(problem) => Fault::Refused(vec![problem]),
            Error::Invalid(problems) => Fault::Refused(problems),
            other => Fault::Ours(other),
        }
    }
}

impl From<storage::Error> for Fault {
    fn from(error: storage::Error) -> Self {
        Fault::Ours(error.into())
    }
}

impl From<RouterError> for Fault {
    fn from(error: RouterError) -> Self {
        match error {
            RouterError::Trap(trap) => {
                let key = match trap.kind {
                    TrapKind::DeviceModeBlocked => "problem-provision-device-mode",
                    TrapKind::DiskFull => "problem-provision-disk-full",
                    TrapKind::Forbidden => "problem-provision-forbidden",
                    _ => "problem-provision-trap",
                };
                Fault::Refused(vec![Problem::new("", key).with("words", short(&trap.message))])
            }
            RouterError::AuthFailed => Fault::Refused(vec![Problem::new("", "problem-provision-login")]),
            other => Fault::Lost(other),
        }
    }
}

/// So much of a router's words as belongs into a sentence.
fn short(words: &str) -> String {
    words.chars().filter(|character| !character.is_control()).take(160).collect()
}

pub(crate) type Tried<T> = std::result::Result<T, Fault>;

pub(crate) fn sealed(services: &crate::Services, owner: uuid::Uuid, value: &impl serde::Serialize) -> Result<Vec<u8>> {
    let text = serde_json::to_string(value).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(services.keys.seal_text(owner, &text)?)
}

pub(crate) fn opened<T: serde::de::DeserializeOwned>(services: &crate::Services, owner: uuid::Uuid, sealed: &[u8]) -> Result<T> {
    let text = services.keys.open_text(owner, sealed)?;
    serde_json::from_str(&text).map_err(|error| Error::Internal(error.to_string()))
}
