//! What should be on a router, and what has to be done to make it so: objects computed from the facts of a line, compared
//! with what the router shows, and turned into one step each. It never asks a router and never touches what is not ours.

mod compare;
mod line;
mod views;

pub use compare::{Difference, Found, Step, differences, step};
pub use line::{LineFacts, LineKind, Mapped, cut_slot, objects, turns_at};
pub use views::{Depth, DriftRow, Finding, Waiting, WantFilter, WantRow, WantState};

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Kinds of objects, in the order in which they are written: what others refer to comes first. They are taken away in the
/// opposite order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Pool,
    PppProfile,
    HotspotProfile,
    PppSecret,
    HotspotUser,
    SimpleQueue,
    AddressList,
    Scheduler,
}

impl Kind {
    pub const ALL: [Kind; 8] = [
        Kind::Pool,
        Kind::PppProfile,
        Kind::HotspotProfile,
        Kind::PppSecret,
        Kind::HotspotUser,
        Kind::SimpleQueue,
        Kind::AddressList,
        Kind::Scheduler,
    ];

    pub fn slug(self) -> &'static str {
        match self {
            Kind::Pool => "pool",
            Kind::PppProfile => "ppp_profile",
            Kind::HotspotProfile => "hotspot_profile",
            Kind::PppSecret => "ppp_secret",
            Kind::HotspotUser => "hotspot_user",
            Kind::SimpleQueue => "simple_queue",
            Kind::AddressList => "address_list",
            Kind::Scheduler => "scheduler",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.slug() == slug)
    }

    /// The router's menu.
    pub fn path(self) -> &'static str {
        match self {
            Kind::Pool => "/ip/pool",
            Kind::PppProfile => "/ppp/profile",
            Kind::HotspotProfile => "/ip/hotspot/user/profile",
            Kind::PppSecret => "/ppp/secret",
            Kind::HotspotUser => "/ip/hotspot/user",
            Kind::SimpleQueue => "/queue/simple",
            Kind::AddressList => "/ip/firewall/address-list",
            Kind::Scheduler => "/system/scheduler",
        }
    }

    /// What is asked of the router: never a password.
    pub fn proplist(self) -> &'static [&'static str] {
        match self {
            Kind::Pool => &[".id", "name", "ranges", "next-pool", "comment"],
            Kind::PppProfile => {
                &[".id", "name", "local-address", "remote-address", "rate-limit", "only-one", "address-list", "dns-server", "comment"]
            }
            Kind::HotspotProfile => &[".id", "name", "shared-users", "rate-limit", "address-pool", "address-list"],
            Kind::PppSecret => &[".id", "name", "service", "profile", "caller-id", "remote-address", "disabled", "comment"],
            Kind::HotspotUser => &[".id", "name", "profile", "address", "mac-address", "disabled", "comment"],
            Kind::SimpleQueue => {
                &[".id", "name", "target", "max-limit", "burst-limit", "burst-threshold", "burst-time", "disabled", "dynamic", "comment"]
            }
            Kind::AddressList => &[".id", "list", "address", "disabled", "dynamic", "comment"],
            Kind::Scheduler => &[".id", "name", "start-date", "start-time", "interval", "on-event", "disabled", "comment"],
        }
    }

    /// What names one on the router; an entry of an address list is named by its list and its address.
    pub fn key(self, name: &str) -> Vec<(&'static str, String)> {
        match (self, name.split_once(' ')) {
            (Kind::AddressList, Some((list, address))) => vec![("list", list.into()), ("address", address.into())],
            _ => vec![("name", name.into())],
        }
    }

    /// The name of what a router shows.
    pub fn name_of(self, properties: &BTreeMap<String, String>) -> String {
        let text = |property: &str| properties.get(property).map(String::as_str).unwrap_or_default();
        match self {
            Kind::AddressList => format!("{} {}", text("list"), text("address")),
            _ => text("name").into(),
        }
    }

    /// Menus where nobody can write a comment: ours are told by their name.
    pub fn has_comment(self) -> bool {
        self != Kind::HotspotProfile
    }
}

/// Everything that we name ourselves on a router begins with this.
pub const OURS: &str = "lastmile-";

/// How an object should be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// As the router names and writes them. Those that begin with `~` are for whoever writes them there.
    pub properties: BTreeMap<String, String>,
    /// A new one takes from this one what is not said here: addresses and name servers of a profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub like: Option<String>,
}

/// One object that a line needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    pub kind: Kind,
    pub name: String,
    pub wish: Wish,
    /// Carries the line's password.
    pub secret: bool,
    /// Several lines may need it: it stays until none does.
    pub shared: bool,
}

/// After so many refusals a person has to look.
pub const MOST_TRIES: i32 = 8;
/// The longest silence between two tries.
const LONGEST: i64 = 600;
/// A router that cannot be reached is knocked on so often, however long it has been away: it costs one connection, and
/// whoever paid meanwhile is up within a minute of its return.
const KNOCK: i64 = 30;

/// How long after so many failures it is tried again: 5 seconds, doubled, at most 10 minutes.
pub fn backoff(failures: i32) -> TimeDelta {
    let doubled = 5i64 << u32::try_from(failures - 1).unwrap_or(0).min(10);
    TimeDelta::seconds(doubled.min(LONGEST))
}

/// The same for a router that did not answer at all.
pub fn knock_again(failures: i32) -> TimeDelta {
    backoff(failures).min(TimeDelta::seconds(KNOCK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_tried_again_later_and_later() {
        assert_eq!([1, 2, 3, 7, 8, 90].map(|failures| backoff(failures).num_seconds()), [5, 10, 20, 320, 600, 600]);
        assert_eq!([1, 2, 3, 4, 500].map(|failures| knock_again(failures).num_seconds()), [5, 10, 20, 30, 30]);
    }

    #[test]
    fn every_kind_is_read_back_and_never_with_a_password() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_slug(kind.slug()), Some(kind));
            assert!(!kind.proplist().contains(&"password"), "{kind:?}");
            let key: BTreeMap<String, String> = kind.key("one 10.0.0.5").into_iter().map(|(name, value)| (name.into(), value)).collect();
            assert_eq!(kind.name_of(&key), "one 10.0.0.5");
        }
    }
}
