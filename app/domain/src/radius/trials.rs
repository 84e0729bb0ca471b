//! Real requests that people send to see what comes back. Values alone; secrets are not among them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A real request that somebody sent in the place of an access server, or to it, and what came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    pub id: uuid::Uuid,
    pub at: DateTime<Utc>,
    pub nas: String,
    pub kind: TrialKind,
    /// Who sent it.
    pub by: Option<String>,
    /// `accept`, `reject`, `silence`; `ack`, `nak`, `timeout`, `unreachable`.
    pub outcome: String,
    pub millis: i64,
    pub said: TrialWords,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrialKind {
    /// A sign-in, sent to our own service.
    Login,
    /// A wish to end a session that nobody has, sent to the access server.
    Reach,
}

impl TrialKind {
    pub fn slug(self) -> &'static str {
        match self {
            TrialKind::Login => "login",
            TrialKind::Reach => "reach",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        [TrialKind::Login, TrialKind::Reach].into_iter().find(|kind| kind.slug() == slug)
    }
}

/// Attributes by name, as far as they are shown: secrets have no value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialWords {
    pub request: Vec<(String, Option<String>)>,
    pub answer: Vec<(String, Option<String>)>,
    /// Of a refusal (RFC 5176).
    pub error_cause: Option<u32>,
}
