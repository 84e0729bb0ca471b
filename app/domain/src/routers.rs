//! Routers as people see them: where each answers, as whom, what was seen of it last and what that means. Never with a
//! password, and never with a word of any language.

mod form;
mod sessions;
mod watch;

pub use form::{RouterDraft, RouterForm, read_router};
pub use sessions::{Glimpse, OnRouter, Roll};
pub use watch::{CLOCK_SKEW, Look, MISSES, Seen, Verdict, Why, judge};

use crate::{NasId, RouterId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Every comment of what we write on a router begins with this; only what carries it is ever changed or taken away.
pub const TAG: &str = "lastmile:";

/// The comment of an object of ours: what it is, and which.
pub fn tag(kind: &str, id: impl std::fmt::Display) -> String {
    format!("{TAG}{kind}:{id}")
}

/// Is it ours?
pub fn is_ours(comment: &str) -> bool {
    comment.starts_with(TAG)
}

/// How a router is spoken to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RouterDoor {
    /// The binary API over TLS, port 8729.
    #[default]
    ApiTls,
    /// The binary API as it is, port 8728: the password can be read on the way.
    Api,
    /// HTTPS, since RouterOS 7.1.
    Rest,
}

impl RouterDoor {
    pub const ALL: [RouterDoor; 3] = [RouterDoor::ApiTls, RouterDoor::Api, RouterDoor::Rest];

    pub fn slug(self) -> &'static str {
        match self {
            RouterDoor::ApiTls => "api_tls",
            RouterDoor::Api => "api",
            RouterDoor::Rest => "rest",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|door| door.slug() == slug)
    }

    /// Where RouterOS has it when nobody moved it.
    pub fn usual_port(self) -> u16 {
        match self {
            RouterDoor::ApiTls => 8729,
            RouterDoor::Api => 8728,
            RouterDoor::Rest => 443,
        }
    }

    /// Does it show a certificate?
    pub fn is_tls(self) -> bool {
        self != RouterDoor::Api
    }
}

/// Who knows the subscribers of a router (spec RTR-12).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMode {
    /// It asks our RADIUS service.
    #[default]
    Radius,
    /// Their secrets are on the router, and we keep them there.
    Local,
    /// RADIUS, with the secrets on the router beside it.
    Hybrid,
}

impl AuthMode {
    pub const ALL: [AuthMode; 3] = [AuthMode::Radius, AuthMode::Local, AuthMode::Hybrid];

    pub fn slug(self) -> &'static str {
        match self {
            AuthMode::Radius => "radius",
            AuthMode::Local => "local",
            AuthMode::Hybrid => "hybrid",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.slug() == slug)
    }

    /// Do lines have secrets of their own on the router?
    pub fn keeps_lines(self) -> bool {
        self != AuthMode::Radius
    }
}

/// How a router is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RouterStatus {
    Offline,
    Warning,
    /// Nobody has looked yet.
    #[default]
    Unknown,
    Online,
}

impl RouterStatus {
    pub const ALL: [RouterStatus; 4] = [RouterStatus::Offline, RouterStatus::Warning, RouterStatus::Unknown, RouterStatus::Online];

    pub fn slug(self) -> &'static str {
        match self {
            RouterStatus::Offline => "offline",
            RouterStatus::Warning => "warning",
            RouterStatus::Unknown => "unknown",
            RouterStatus::Online => "online",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.slug() == slug)
    }

    /// Does it answer?
    pub fn answers(self) -> bool {
        matches!(self, RouterStatus::Online | RouterStatus::Warning)
    }
}

/// A router as lists and forms show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Router {
    pub id: RouterId,
    pub name: String,
    pub host: String,
    pub port: u16,
    pub door: RouterDoor,
    /// Hexadecimal SHA-256 of the certificate that was confirmed.
    pub fingerprint: Option<String>,
    pub username: String,
    pub nas_id: Option<NasId>,
    pub parent_id: Option<RouterId>,
    pub auth_mode: AuthMode,
    pub active: bool,
    pub version: i32,
}

/// What was seen of a router last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouterState {
    pub status: RouterStatus,
    pub why: Option<Why>,
    /// Looks in a row that found nobody.
    pub misses: i32,
    /// Since when the status is what it is.
    pub since: Option<DateTime<Utc>>,
    pub seen_at: Option<DateTime<Utc>>,
    pub looked_at: Option<DateTime<Utc>>,
    pub latency_us: Option<i64>,
    pub facts: RouterFacts,
    pub skew_seconds: Option<i64>,
    /// Subscribers on it, by its own count.
    pub sessions: Option<i32>,
}

/// What a router says of itself; nothing where it does not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouterFacts {
    pub cpu_percent: Option<i32>,
    pub memory_free: Option<i64>,
    pub memory_total: Option<i64>,
    pub disk_free: Option<i64>,
    pub uptime_seconds: Option<i64>,
    pub routeros: Option<String>,
    pub board: Option<String>,
    pub architecture: Option<String>,
    pub serial: Option<String>,
}

impl RouterFacts {
    /// Of its memory, how much is in use.
    pub fn memory_percent(&self) -> Option<i32> {
        let (free, total) = (self.memory_free?, self.memory_total.filter(|total| *total > 0)?);
        i32::try_from((total - free.clamp(0, total)) * 100 / total).ok()
    }
}

/// A port of a router, or a tunnel, as it was last seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouterInterface {
    pub name: String,
    pub kind: String,
    pub running: bool,
    pub disabled: bool,
    pub rx_bytes: i64,
    pub tx_bytes: i64,
    /// Bits per second between the last two looks.
    pub rx_bps: Option<i64>,
    pub tx_bps: Option<i64>,
}

/// When a router went or came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouterEvent {
    pub at: DateTime<Utc>,
    pub status: RouterStatus,
    pub why: Option<Why>,
    /// What it hangs behind had gone already.
    pub behind: Option<RouterId>,
}
