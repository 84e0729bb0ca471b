//! What a template asks for, each with a kind that says what is allowed. Refuses what no router could take, before any
//! router is asked.

use super::compare::seconds;
use crate::Problem;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Text,
    Number,
    Address,
    Network,
    /// Addresses of a pool: `a-b`, `a/n`, `a`, between commas.
    Range,
    Interface,
    Duration,
    Host,
    TimeZone,
    /// Shown to nobody again.
    Secret,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: Kind,
    #[serde(default)]
    pub label: String,
    #[serde(default)]
    pub default: String,
}

impl Variable {
    /// What stands above its field.
    pub fn title(&self) -> &str {
        if self.label.is_empty() { &self.name } else { &self.label }
    }

    /// The value that is used: what was typed, or what the template says.
    pub fn value<'a>(&'a self, typed: Option<&'a str>) -> Result<&'a str, Problem> {
        let typed = typed.map(str::trim).filter(|typed| !typed.is_empty()).unwrap_or(&self.default);
        let problem = |key| Problem::new(&self.name, key).with("name", self.title());
        if typed.is_empty() {
            return Err(problem("problem-provision-missing"));
        }
        if self.kind.takes(typed) { Ok(typed) } else { Err(problem(self.kind.problem())) }
    }
}

impl Kind {
    pub fn takes(self, value: &str) -> bool {
        if value.chars().any(char::is_control) {
            return false;
        }
        match self {
            Kind::Text | Kind::Interface => value.chars().count() <= 100,
            Kind::Number => value.parse::<u32>().is_ok(),
            Kind::Address => value.parse::<IpAddr>().is_ok(),
            Kind::Network => network(value),
            Kind::Range => value.split(',').all(range),
            Kind::Duration => seconds(value).is_some(),
            Kind::Host => value.len() <= 253 && value.chars().all(|c| c.is_ascii_alphanumeric() || ".-*:".contains(c)),
            Kind::TimeZone => value.len() <= 64 && value.chars().all(|c| c.is_ascii_alphanumeric() || "/_+-".contains(c)),
            Kind::Secret => (8..=128).contains(&value.chars().count()),
        }
    }

    fn problem(self) -> &'static str {
        match self {
            Kind::Text | Kind::Interface => "problem-provision-text",
            Kind::Number => "problem-provision-number",
            Kind::Address => "problem-provision-address",
            Kind::Network => "problem-provision-network",
            Kind::Range => "problem-provision-range",
            Kind::Duration => "problem-provision-duration",
            Kind::Host => "problem-provision-host",
            Kind::TimeZone => "problem-provision-time-zone",
            Kind::Secret => "problem-provision-secret",
        }
    }
}

/// An address with or without a length that it can have.
pub(super) fn network(value: &str) -> bool {
    let (address, bits) = value.split_once('/').map_or((value, None), |(address, bits)| (address, Some(bits)));
    match (address.parse::<IpAddr>(), bits.map(str::parse::<u8>)) {
        (Ok(_), None) => true,
        (Ok(IpAddr::V4(_)), Some(Ok(bits))) => bits <= 32,
        (Ok(IpAddr::V6(_)), Some(Ok(bits))) => bits <= 128,
        _ => false,
    }
}

fn range(value: &str) -> bool {
    match value.trim().split_once('-') {
        Some((first, last)) => match (first.trim().parse::<IpAddr>(), last.trim().parse::<IpAddr>()) {
            (Ok(first), Ok(last)) => first <= last && first.is_ipv4() == last.is_ipv4(),
            _ => false,
        },
        None => network(value.trim()),
    }
}
