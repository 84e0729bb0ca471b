//! Why a line is up or down. Several reasons may hold it down at once; it is up only when none does (CRM-05).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One reason that holds a service down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockReason {
    NonPayment,
    Volume,
    Time,
    Abuse,
    Request,
    Maintenance,
    Admin,
    /// A vacation hold: it costs nothing and ends by itself.
    Hold,
}

impl BlockReason {
    pub const ALL: [BlockReason; 8] = [
        BlockReason::NonPayment,
        BlockReason::Volume,
        BlockReason::Time,
        BlockReason::Abuse,
        BlockReason::Request,
        BlockReason::Maintenance,
        BlockReason::Admin,
        BlockReason::Hold,
    ];

    pub fn slug(self) -> &'static str {
        match self {
            BlockReason::NonPayment => "non_payment",
            BlockReason::Volume => "volume",
            BlockReason::Time => "time",
            BlockReason::Abuse => "abuse",
            BlockReason::Request => "request",
            BlockReason::Maintenance => "maintenance",
            BlockReason::Admin => "admin",
            BlockReason::Hold => "hold",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.slug() == slug)
    }
}

/// The one word for a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineState {
    Active,
    /// Some reason holds it down.
    Suspended,
    /// Its prepaid time is over.
    Expired,
    Pending,
    Terminated,
}

impl LineState {
    pub const ALL: [LineState; 5] =
        [LineState::Active, LineState::Suspended, LineState::Expired, LineState::Pending, LineState::Terminated];

    pub fn slug(self) -> &'static str {
        match self {
            LineState::Active => "active",
            LineState::Suspended => "suspended",
            LineState::Expired => "expired",
            LineState::Pending => "pending",
            LineState::Terminated => "terminated",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.slug() == slug)
    }
}

/// The state of a service whose row says `status`, at `now`.
pub fn line_state(status: &str, blocked: bool, expires_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> LineState {
    match status {
        "terminated" => LineState::Terminated,
        "pending" => LineState::Pending,
        _ if blocked => LineState::Suspended,
        _ if expires_at.is_some_and(|end| end <= now) => LineState::Expired,
        _ => LineState::Active,
    }
}
