//! Importing subscribers: a file is taken in, its columns are named, every row's fate is shown, and only then is anything
//! written, by a job that may die at any moment and go on. What nobody has touched can be taken back for a day.

mod finish;
mod list;
mod problem_file;
mod rows;
mod run;
mod set_mapping;
mod start;
mod undo;
mod upload;

pub use list::{get, list, preview_rows};
pub use problem_file::{FileFormat, problem_file};
pub use run::{BATCH, Step, run, run_batch};
pub use set_mapping::set_mapping;
pub use start::{cancel, go_on, start, start_undo};
pub use undo::undo;
pub use upload::upload;

pub(crate) use upload::{NewRows, seal_rows, store_rows};

use crate::{Error, Result};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Problem;
use domain::imports::ImportState;
use storage::imports::Import;

/// How long an import can be taken back.
pub const UNDO_HOURS: i64 = 24;

/// Until when a finished import can be taken back; `None` when it cannot.
fn undo_until(import: &Import, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let until = import.finished_at? + TimeDelta::hours(UNDO_HOURS);
    (import.state == ImportState::Done && now < until).then_some(until)
}

/// Refuses what the state of the import does not allow.
fn in_state(import: &Import, allowed: &[ImportState]) -> Result<()> {
    if allowed.contains(&import.state) { Ok(()) } else { Err(Error::Conflict(Problem::new("", "import-problem-state"))) }
}
