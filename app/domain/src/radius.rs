//! RADIUS as people see it: access servers and what is wrong with them, sessions, attempts, usage. Shared by server and
//! browser; a secret is only ever in the form that sets it and in the one answer that shows a generated one.

mod nas_form;
mod trials;

pub use nas_form::{COA_PORT, NasDraft, NasForm, SHORTEST_SECRET, read_nas, router_name};
pub use trials::{Trial, TrialKind, TrialWords};

use crate::{CustomerId, NasId, ServiceId, SessionId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr};

/// For how many months an ISP may keep its sessions; less would not answer who had an address half a year ago.
pub const KEEP_MONTHS: std::ops::RangeInclusive<u32> = 6..=120;

/// How an access server wants to be told things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NasVendor {
    #[default]
    Mikrotik,
    Huawei,
    Generic,
}

impl NasVendor {
    pub const ALL: [NasVendor; 3] = [NasVendor::Mikrotik, NasVendor::Huawei, NasVendor::Generic];

    pub fn slug(self) -> &'static str {
        match self {
            NasVendor::Mikrotik => "mikrotik",
            NasVendor::Huawei => "huawei",
            NasVendor::Generic => "generic",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|vendor| vendor.slug() == slug)
    }
}

/// What is wrong with how an access server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    BadAuthenticator,
    MissingAuthenticator,
    Malformed,
    /// Another client has the same address and the same secret.
    Ambiguous,
}

impl AlertKind {
    pub const ALL: [AlertKind; 4] =
        [AlertKind::BadAuthenticator, AlertKind::MissingAuthenticator, AlertKind::Malformed, AlertKind::Ambiguous];

    pub fn slug(self) -> &'static str {
        match self {
            AlertKind::BadAuthenticator => "bad_authenticator",
            AlertKind::MissingAuthenticator => "missing_authenticator",
            AlertKind::Malformed => "malformed",
            AlertKind::Ambiguous => "ambiguous",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Accept,
    Walled,
    Reject,
}

impl Outcome {
    pub fn slug(self) -> &'static str {
        match self {
            Outcome::Accept => "accept",
            Outcome::Walled => "walled",
            Outcome::Reject => "reject",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        [Outcome::Accept, Outcome::Walled, Outcome::Reject].into_iter().find(|outcome| outcome.slug() == slug)
    }
}

/// An access server as lists and forms show it. Never with its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NasRow {
    pub id: NasId,
    pub name: String,
    pub address: IpAddr,
    pub vendor: NasVendor,
    pub require_message_authenticator: bool,
    pub mac_auth: bool,
    pub coa_port: Option<u16>,
    pub framed_pool: Option<String>,
    pub reply_template: String,
    pub active: bool,
    pub last_seen: Option<DateTime<Utc>>,
    /// Sessions it reported and did not end.
    pub online: i64,
    pub alerts: Vec<NasAlert>,
    pub version: i32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NasAlert {
    pub kind: AlertKind,
    pub first_at: DateTime<Utc>,
    pub last_at: DateTime<Utc>,
    pub packets: i64,
}

/// What creating or changing an access server answers.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NasSaved {
    pub id: NasId,
    /// The generated secret, shown this once. `None` when a person chose it.
    pub secret: Option<String>,
}

/// An address that speaks RADIUS and that nobody registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownAddress {
    pub address: IpAddr,
    pub first_at: DateTime<Utc>,
    pub last_at: DateTime<Utc>,
    pub packets: i64,
}

/// A session, online or over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    pub id: SessionId,
    pub username: String,
    pub service_id: Option<ServiceId>,
    pub customer_id: Option<CustomerId>,
    pub customer_number: Option<String>,
    pub customer_name: Option<String>,
    pub nas_id: NasId,
    pub nas: String,
    pub mac: Option<String>,
    pub ip: Option<IpAddr>,
    pub started_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub stopped_at: Option<DateTime<Utc>>,
    /// A word of ours, `radius-cause-…` in the locales.
    pub stop_cause: Option<String>,
    pub seconds: i64,
    /// From the subscriber.
    pub input_octets: i64,
    /// To the subscriber.
    pub output_octets: i64,
}

/// Which online sessions a list wants.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionFilter {
    /// Part of a user name, a customer's name or number, a MAC or an IP address.
    #[serde(default)]
    pub search: String,
    #[serde(default)]
    pub nas_id: Option<NasId>,
}

/// One answer to one attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptRow {
    pub at: DateTime<Utc>,
    pub username: String,
    pub service_id: Option<ServiceId>,
    pub nas: String,
    pub mac: Option<String>,
    pub outcome: Outcome,
    /// `radius-reason-…` in the locales.
    pub reason: String,
}

/// Which attempts a list wants, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AttemptFilter {
    /// A whole user name, or a device's address in any usual form.
    pub search: String,
    pub nas_id: Option<NasId>,
    pub outcome: Option<Outcome>,
    /// A word of ours, `radius-reason-…` in the locales.
    pub reason: Option<String>,
    pub from: Option<DateTime<Utc>>,
    /// Only what came before.
    pub before: Option<DateTime<Utc>>,
}

/// Which sessions of the past and of now a list wants, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HistoryFilter {
    /// A whole user name, a device's address in any usual form, or an IP address.
    pub search: String,
    pub nas_id: Option<NasId>,
    /// Only those that were online at this moment.
    pub at: Option<DateTime<Utc>>,
    /// Only what began before.
    pub before: Option<DateTime<Utc>>,
}

/// Which orders a list wants, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderFilter {
    pub customer: Option<CustomerId>,
    /// `open`, `ack`, `nak`, `silent` or `unverified`.
    pub state: Option<String>,
    pub nas_id: Option<NasId>,
    pub before: Option<DateTime<Utc>>,
}

/// Something that a server was told about a session, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRow {
    pub asked_at: DateTime<Utc>,
    pub username: String,
    pub nas: String,
    /// Why: `radius-change-…` in the locales.
    pub cause: String,
    /// `disconnect` or `change`.
    pub kind: String,
    pub rate: Option<String>,
    /// `waiting`, `sending`, `done`, `unneeded` or `failed`.
    pub state: String,
    /// `ack`, `nak`, `timeout` or `unreachable`: the last answer.
    pub answer: Option<String>,
    pub error_cause: Option<i32>,
    pub attempts: i16,
    pub next_at: DateTime<Utc>,
    pub answered_at: Option<DateTime<Utc>>,
    /// When accounting showed that it is so.
    pub verified_at: Option<DateTime<Utc>>,
}

/// What one service moved in a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageDay {
    pub day: NaiveDate,
    pub input_octets: i64,
    pub output_octets: i64,
}

/// The loopback address from which a RADIUS server in front of ours passes on what one access server asks: its own, so
/// that its secret alone proves it. Two that fall on the same are told apart by their secrets.
pub fn front_address(nas: NasId) -> Ipv4Addr {
    let hash = nas.0.as_bytes().iter().fold(0x811c_9dc5_u32, |hash, octet| (hash ^ u32::from(*octet)).wrapping_mul(0x0100_0193));
    let [a, b, c, _] = hash.to_be_bytes();
    Ipv4Addr::new(127, 64 | (a & 0x3f), b, c.clamp(1, 254))
}

/// Do two addresses lie in one small network (/24, /64)? Then a stranger there is most likely a neighbour's new router.
pub fn neighbours(one: IpAddr, other: IpAddr) -> bool {
    match (one.to_canonical(), other.to_canonical()) {
        (IpAddr::V4(one), IpAddr::V4(other)) => one.octets()[..3] == other.octets()[..3],
        (IpAddr::V6(one), IpAddr::V6(other)) => one.octets()[..8] == other.octets()[..8],
        _ => false,
    }
}

/// `AA:BB:CC:00:11:22` from any usual way to write a MAC, anything else (an L2TP caller's address) as it is.
pub fn station(text: &str) -> String {
    let text = text.trim();
    let mut digits = String::with_capacity(17);
    for c in text.chars().filter(|c| !matches!(c, ':' | '-' | '.')) {
        if !c.is_ascii_hexdigit() || digits.len() >= 17 {
            return text.to_string();
        }
        if digits.len() % 3 == 2 {
            digits.push(':');
        }
        digits.push(c.to_ascii_uppercase());
    }
    if digits.len() == 17 { digits } else { text.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_share_a_small_network() {
        let near = |one: &str, other: &str| neighbours(one.parse().unwrap(), other.parse().unwrap());
        assert!(near("10.0.0.2", "10.0.0.250") && near("2001:db8::1", "2001:db8::2:1") && near("::ffff:10.0.0.2", "10.0.0.3"));
        assert!(!near("10.0.0.2", "10.0.1.2") && !near("10.0.0.2", "2001:db8::1"));
    }

    #[test]
    fn stations() {
        for text in ["AA:BB:CC:00:11:22", "aa-bb-cc-00-11-22", "aabb.cc00.1122", "aabbcc001122"] {
            assert_eq!(station(text), "AA:BB:CC:00:11:22", "{text}");
        }
        for text in ["10.0.0.1", "", "aabbcc0011223", "rahim", "aabbcc00112"] {
            assert_eq!(station(text), text);
        }
    }
}
