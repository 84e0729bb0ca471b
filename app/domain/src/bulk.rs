//! Many lines at once: what is done to them, who is left out and why, and how far it is (spec CRM-11).

use crate::customers::{BlockReason, LineState};
use crate::{CustomerId, ServiceId};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// More lines than this are two jobs.
pub const MOST: usize = 5_000;

/// Reasons that a person may set on many lines, and take away: non-payment, limits and holds have their own ways.
pub const REASONS: [BlockReason; 4] = [BlockReason::Maintenance, BlockReason::Admin, BlockReason::Request, BlockReason::Abuse];

macro_rules! slugs {
    ($name:ident { $($variant:ident $slug:literal),+ $(,)? }) => {
        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            pub fn slug(self) -> &'static str {
                match self { $($name::$variant => $slug),+ }
            }

            pub fn from_slug(slug: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.slug() == slug)
            }
        }
    };
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BulkAction {
    #[default]
    Suspend,
    Resume,
}
slugs!(BulkAction { Suspend "suspend", Resume "resume" });

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkState {
    Waiting,
    Running,
    Done,
    Cancelled,
}
slugs!(BulkState { Waiting "waiting", Running "running", Done "done", Cancelled "cancelled" });

impl BulkState {
    pub fn is_over(self) -> bool {
        matches!(self, BulkState::Done | BulkState::Cancelled)
    }
}

/// What became of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkFate {
    Waiting,
    Done,
    /// There was nothing to do by then.
    Left,
    Failed,
}
slugs!(BulkFate { Waiting "waiting", Done "done", Left "left", Failed "failed" });

/// Why a line is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// Held down for this reason already.
    Already,
    /// Not held down for this reason.
    NotHeld,
    /// Not switched on yet.
    Pending,
    Terminated,
}
slugs!(LeftOut { Already "already", NotHeld "not_held", Pending "pending", Terminated "terminated" });

/// Is this line left out? `held`: this very reason holds it down.
pub fn left_out(action: BulkAction, state: LineState, held: bool) -> Option<LeftOut> {
    match (action, state, held) {
        (_, LineState::Terminated, _) => Some(LeftOut::Terminated),
        (BulkAction::Suspend, _, true) => Some(LeftOut::Already),
        (BulkAction::Suspend, LineState::Pending, _) => Some(LeftOut::Pending),
        (BulkAction::Resume, _, false) => Some(LeftOut::NotHeld),
        _ => None,
    }
}

/// What a job would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BulkPreview {
    pub matched: usize,
    pub lines: Vec<ServiceId>,
    /// The first few by name.
    pub examples: Vec<String>,
    pub left_out: Vec<(LeftOut, usize)>,
}

/// A job with its counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkJob {
    pub id: Uuid,
    pub action: BulkAction,
    pub reason: BlockReason,
    pub note: String,
    pub state: BulkState,
    pub started_by: String,
    pub started_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub waiting: i64,
    pub done: i64,
    pub left: i64,
    pub failed: i64,
}

impl BulkJob {
    pub fn total(&self) -> i64 {
        self.waiting + self.done + self.left + self.failed
    }
}

/// One line of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkRow {
    pub service_id: ServiceId,
    pub customer_id: CustomerId,
    pub customer: String,
    pub username: String,
    pub fate: BulkFate,
    pub problem: Option<String>,
    pub at: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_on_which_it_does_something_are_taken() {
        use BulkAction::{Resume, Suspend};
        assert_eq!(left_out(Suspend, LineState::Active, false), None);
        assert_eq!(left_out(Suspend, LineState::Suspended, false), None, "another reason holds it: this one is added");
        assert_eq!(left_out(Suspend, LineState::Suspended, true), Some(LeftOut::Already));
        assert_eq!(left_out(Suspend, LineState::Pending, false), Some(LeftOut::Pending));
        assert_eq!(left_out(Resume, LineState::Suspended, true), None);
        assert_eq!(left_out(Resume, LineState::Suspended, false), Some(LeftOut::NotHeld));
        assert_eq!(left_out(Resume, LineState::Terminated, true), Some(LeftOut::Terminated));
        assert!(!REASONS.contains(&BlockReason::NonPayment), "billing alone sets and lifts it");
    }
}
