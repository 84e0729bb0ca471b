//! What the pages of addresses show.

use super::blocks::{Block, Fill, RangeKind};
use super::ranges::Range;
use crate::trust::Network;
use crate::{CustomerId, HoldingId, ServiceId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// A network with how full it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockView {
    pub block: Block,
    /// How many larger networks hold it.
    pub depth: usize,
    pub used: u64,
    /// Given back and not free yet.
    pub resting: u64,
    pub capacity: u64,
}

impl BlockView {
    pub fn fill(&self) -> Fill {
        Fill::of(self.used.saturating_add(self.resting), self.capacity)
    }
}

/// A stretch that is kept for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub id: uuid::Uuid,
    pub range: Range,
    pub kind: RangeKind,
    pub pool: Option<String>,
    pub note: String,
}

/// Who held an address, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    pub id: HoldingId,
    pub vrf: String,
    pub address: IpAddr,
    pub prefix: u8,
    /// `address`, `prefix` or `delegated`.
    pub kind: String,
    pub service_id: ServiceId,
    /// `None`: of somebody whom whoever looks may not see.
    pub username: Option<String>,
    pub customer_id: Option<CustomerId>,
    pub customer: Option<String>,
    pub since: DateTime<Utc>,
    pub until: Option<DateTime<Utc>>,
    /// When it may go to somebody else.
    pub free_from: Option<DateTime<Utc>>,
    pub given_by: String,
    pub ended_by: Option<String>,
}

impl Holding {
    /// The address, or the network where it is one.
    pub fn what(&self) -> String {
        let whole = if self.address.is_ipv4() { 32 } else { 128 };
        if self.prefix == whole { self.address.to_string() } else { format!("{}/{}", self.address, self.prefix) }
    }

    pub fn network(&self) -> Option<Network> {
        Network::new(self.address, self.prefix)
    }
}
