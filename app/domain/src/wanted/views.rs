//! What people see of the wanted state: what waits for which router and why, and what a router holds that nobody wants.

use super::{Difference, Kind};
use crate::{CustomerId, RouterId, ServiceId};
use chrono::{DateTime, Utc};

/// How far an intent is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WantState {
    Waiting,
    Done,
    /// Refused too often, or for a reason that does not pass by itself.
    Stuck,
    /// A person gave it up.
    Left,
}

impl WantState {
    pub const ALL: [WantState; 4] = [WantState::Waiting, WantState::Done, WantState::Stuck, WantState::Left];

    pub fn slug(self) -> &'static str {
        match self {
            WantState::Waiting => "waiting",
            WantState::Done => "done",
            WantState::Stuck => "stuck",
            WantState::Left => "left",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.slug() == slug)
    }
}

/// Which intents a list shows; those that are done are never in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WantFilter {
    pub router: Option<RouterId>,
    pub state: Option<WantState>,
    pub search: String,
}

/// One intent that a router does not have yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantRow {
    pub router_id: RouterId,
    pub router: String,
    pub kind: Kind,
    pub name: String,
    /// It must not be there any more.
    pub removal: bool,
    pub customer: Option<(CustomerId, String)>,
    pub state: WantState,
    pub tries: i32,
    pub since: DateTime<Utc>,
    pub next_at: DateTime<Utc>,
    /// A word for why, and what the router said.
    pub problem: Option<String>,
    pub said: Option<String>,
}

/// One router's queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Depth {
    pub router_id: RouterId,
    pub router: String,
    pub waiting: i64,
    pub stuck: i64,
    pub since: Option<DateTime<Utc>>,
    /// Why nothing gets through to the router as a whole.
    pub problem: Option<String>,
    pub said: Option<String>,
    pub next_at: Option<DateTime<Utc>>,
}

/// What of a line its router has not been told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub service_id: ServiceId,
    pub router: String,
    pub since: DateTime<Utc>,
    pub stuck: bool,
}

/// What is odd about an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Finding {
    /// There, and nobody of ours made it.
    Foreign,
    /// Wanted, and not there.
    Missing,
    Differs,
    /// Ours, and wanted by nobody any more.
    Leftover,
}

impl Finding {
    pub const ALL: [Finding; 4] = [Finding::Missing, Finding::Differs, Finding::Leftover, Finding::Foreign];

    pub fn slug(self) -> &'static str {
        match self {
            Finding::Foreign => "foreign",
            Finding::Missing => "missing",
            Finding::Differs => "differs",
            Finding::Leftover => "leftover",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.slug() == slug)
    }
}

/// One finding of the last look at a router.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriftRow {
    pub kind: Kind,
    pub name: String,
    pub finding: Finding,
    pub differences: Vec<Difference>,
    pub customer: Option<(CustomerId, String)>,
    /// A line of the same name that could take it over.
    pub adopter: Option<ServiceId>,
}
