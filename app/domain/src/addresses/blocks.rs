//! Networks of an ISP: what each is for, what in it can be given away, how it is cut and put together. Which networks
//! there are and who holds what is not known here.

use super::ranges::{Range, Ranges, number, read_ranges};
use crate::radius::router_name;
use crate::trust::Network;
use crate::{BlockId, Problem};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident $slug:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$of])* $variant),+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            pub fn slug(self) -> &'static str {
                match self { $($name::$variant => $slug),+ }
            }

            pub fn from_slug(slug: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.slug() == slug)
            }
        }
    };
}

words! {
    /// What a network is for; `address-category-` before it is the key in the locales.
    Category {
        /// Given to lines one by one.
        Static "static",
        /// Handed out by routers from a pool.
        Dynamic "dynamic",
        /// Of version 6: pieces of one length, one for each line.
        Delegation "delegation",
        /// The ISP's own devices.
        Infrastructure "infrastructure",
        /// Holds smaller networks.
        Container "container",
    }
}

words! {
    /// What a stretch inside a network is kept for.
    RangeKind {
        Reserved "reserved",
        Dynamic "dynamic",
    }
}

words! {
    /// How full; green below 70 in a hundred, yellow below 90.
    Fill {
        Green "green",
        Yellow "yellow",
        Red "red",
    }
}

impl Fill {
    pub fn of(used: u64, of: u64) -> Self {
        let (used, of) = (u128::from(used) * 100, u128::from(of));
        match used {
            used if used < of * 70 => Fill::Green,
            used if used < of * 90 => Fill::Yellow,
            _ => Fill::Red,
        }
    }
}

/// A network as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub id: BlockId,
    pub vrf: String,
    pub network: Network,
    pub name: String,
    pub category: Category,
    pub gateway: Option<IpAddr>,
    /// Of a delegation: how long the pieces are.
    pub piece: Option<u8>,
    /// The pool on the routers that hands it out.
    pub pool: Option<String>,
    pub last_given: Option<IpAddr>,
    pub version: i32,
}

impl Block {
    pub fn range(&self) -> Range {
        Range::of(self.network)
    }

    /// Addresses in one piece that is given away.
    pub fn size(&self) -> u128 {
        match (self.category, self.piece) {
            (Category::Delegation, Some(piece)) => 1u128.checked_shl(128 - u32::from(piece.min(128))).unwrap_or(u128::MAX),
            _ => 1,
        }
    }

    /// What is never given away: the network itself, its broadcast address, its gateway. A point to point network and a
    /// single address have neither.
    pub fn fixed(&self) -> Vec<Range> {
        let range = self.range();
        let wide = if self.network.address().is_ipv4() { self.network.prefix() < 31 } else { self.network.prefix() < 127 };
        let mut fixed = Vec::new();
        if wide && self.category != Category::Delegation {
            fixed.push(Range::one(range.first()));
            if range.last().is_ipv4() {
                fixed.push(Range::one(range.last()));
            }
        }
        fixed.extend(self.gateway.map(Range::one));
        fixed
    }

    /// How many can be given away beside what is kept.
    pub fn capacity(&self, kept: &[Range]) -> u64 {
        let all = Ranges::new(self.fixed().into_iter().chain(kept.iter().copied()).filter(|range| self.range().holds(range)).collect());
        let left = self.range().count().saturating_sub(all.count()) / self.size();
        u64::try_from(left).unwrap_or(u64::MAX)
    }
}

/// A network as its form has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BlockForm {
    pub vrf: String,
    pub network: String,
    pub name: String,
    pub category: String,
    pub gateway: String,
    pub piece: String,
    pub pool: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockDraft {
    pub vrf: String,
    pub network: Network,
    pub name: String,
    pub category: Category,
    pub gateway: Option<IpAddr>,
    pub piece: Option<u8>,
    pub pool: Option<String>,
}

/// The label that lets private ranges repeat; empty for the usual one.
pub fn read_vrf(text: &str) -> Result<String, Problem> {
    let vrf = text.trim();
    let fits = vrf.len() <= 40 && vrf.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if fits { Ok(vrf.to_ascii_lowercase()) } else { Err(Problem::new("vrf", "problem-address-vrf")) }
}

/// Reads a form; every problem at once, beside its field.
pub fn read_block(form: &BlockForm) -> Result<BlockDraft, Vec<Problem>> {
    let mut problems = Vec::new();
    let name = form.name.trim().to_string();
    if name.is_empty() || name.chars().count() > 60 {
        problems.push(Problem::new("name", "problem-name-length").with("most", 60));
    }
    let vrf = read_vrf(&form.vrf).map_err(|problem| problems.push(problem)).unwrap_or_default();
    let network = read_network(&form.network).map_err(|problem| problems.push(problem)).ok();
    let category = Category::from_slug(form.category.trim());
    if category.is_none() {
        problems.push(Problem::new("category", "problem-choice"));
    }
    let pool = router_name("pool", &form.pool).map_err(|problem| problems.push(problem)).ok().flatten();
    let gateway = match form.gateway.trim() {
        "" => None,
        text => text.parse::<IpAddr>().map_err(|_| problems.push(Problem::new("gateway", "problem-address"))).ok(),
    };
    let mut piece = None;
    if let (Some(network), Some(category)) = (network, category) {
        if gateway.is_some_and(|gateway| !Range::of(network).contains(gateway)) {
            problems.push(Problem::new("gateway", "problem-address-gateway").with("network", network));
        }
        if category == Category::Delegation {
            piece = read_piece(network, &form.piece).map_err(|problem| problems.push(problem)).ok();
        }
    }
    match (network, category) {
        (Some(network), Some(category)) if problems.is_empty() => Ok(BlockDraft { vrf, network, name, category, gateway, piece, pool }),
        _ => Err(problems),
    }
}

/// A network that says exactly itself: `10.0.0.5/24` may be a slip in the address or in the length.
fn read_network(text: &str) -> Result<Network, Problem> {
    let text = text.trim();
    let network = Network::parse(text).filter(|_| text.contains('/')).ok_or_else(|| Problem::new("network", "problem-address-network"))?;
    let typed = text.split('/').next().and_then(|address| address.trim().parse::<IpAddr>().ok()).map(|address| address.to_canonical());
    if typed != Some(network.address()) {
        return Err(Problem::new("network", "problem-address-network-begins").with("network", network));
    }
    Ok(network)
}

fn read_piece(network: Network, text: &str) -> Result<u8, Problem> {
    if network.address().is_ipv4() {
        return Err(Problem::new("category", "problem-address-delegation-v6"));
    }
    let least = network.prefix();
    let read = text.trim().trim_start_matches('/').parse::<u8>().ok();
    read.filter(|piece| (least..=64).contains(piece))
        .ok_or_else(|| Problem::new("piece", "problem-number-range").with("least", least).with("most", 64))
}

/// A stretch inside a network as its form has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RangeForm {
    pub ranges: String,
    pub kind: String,
    pub pool: String,
    pub note: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RangeDraft {
    pub ranges: Ranges,
    pub kind: RangeKind,
    pub pool: Option<String>,
    pub note: String,
}

/// Reads stretches that all have to lie inside `within`.
pub fn read_range(form: &RangeForm, within: Network) -> Result<RangeDraft, Vec<Problem>> {
    let mut problems = Vec::new();
    let ranges = read_ranges("ranges", &form.ranges).map_err(|problem| problems.push(problem)).unwrap_or_default();
    let whole = Range::of(within);
    if let Some(outside) = ranges.iter().find(|range| !whole.holds(range)) {
        problems.push(Problem::new("ranges", "problem-address-outside").with("value", outside).with("network", within));
    } else if ranges.is_empty() && problems.is_empty() {
        problems.push(Problem::new("ranges", "problem-address-range").with("value", "-"));
    }
    let kind = RangeKind::from_slug(form.kind.trim());
    if kind.is_none() {
        problems.push(Problem::new("kind", "problem-choice"));
    }
    let pool = router_name("pool", &form.pool).map_err(|problem| problems.push(problem)).ok().flatten();
    let note: String = form.note.trim().chars().take(200).collect();
    match kind {
        Some(kind) if problems.is_empty() => Ok(RangeDraft { ranges, kind, pool, note }),
        _ => Err(problems),
    }
}

/// Parts that a network is cut into at once.
const MOST_PARTS: u32 = 256;

/// A network in equal parts of `length`.
pub fn split(network: Network, length: u8) -> Result<Vec<Network>, Problem> {
    let most = if network.address().is_ipv4() { 32 } else { 128 };
    let deeper = length.checked_sub(network.prefix()).filter(|deeper| *deeper > 0 && length <= most);
    let parts = deeper.and_then(|deeper| 1u32.checked_shl(u32::from(deeper))).filter(|parts| *parts <= MOST_PARTS);
    let Some(parts) = parts else {
        let most = most.min(network.prefix().saturating_add(8));
        return Err(Problem::new("length", "problem-number-range").with("least", network.prefix().saturating_add(1)).with("most", most));
    };
    let size = Range::of(network).count() / u128::from(parts);
    let mut at = number(network.address());
    let mut found = Vec::new();
    for _ in 0..parts {
        let address = match network.address() {
            IpAddr::V4(_) => u32::try_from(at).ok().map(|at| IpAddr::from(at.to_be_bytes())),
            IpAddr::V6(_) => Some(IpAddr::from(at.to_be_bytes())),
        };
        found.extend(address.and_then(|address| Network::new(address, length)));
        at = at.saturating_add(size);
    }
    Ok(found)
}

/// The other half, and both together. `None`: nothing is larger.
pub fn neighbour(network: Network) -> Option<(Network, Network)> {
    let both = Network::new(network.address(), network.prefix().checked_sub(1)?)?;
    let other = split(both, network.prefix()).ok()?.into_iter().find(|half| *half != network)?;
    Some((other, both))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn block(network: &str, category: Category) -> Block {
        Block {
            id: BlockId(uuid::Uuid::nil()),
            vrf: String::new(),
            network: Network::parse(network).unwrap(),
            name: "x".into(),
            category,
            gateway: None,
            piece: None,
            pool: None,
            last_given: None,
            version: 1,
        }
    }

    #[test]
    fn what_is_never_given_away_does_not_count() {
        let mut one = block("10.0.0.0/24", Category::Static);
        one.gateway = Some("10.0.0.1".parse().unwrap());
        assert_eq!(one.capacity(&[]), 253);
        let kept: Vec<Range> = read_ranges("", "10.0.0.200-10.0.0.255").unwrap().iter().copied().collect();
        assert_eq!(one.capacity(&kept), 198, "the broadcast address lies in what is kept");
        assert_eq!(block("10.0.0.0/31", Category::Static).capacity(&[]), 2);
        assert_eq!(block("10.0.0.9/32", Category::Static).capacity(&[]), 1);
        let six = Block { piece: Some(56), ..block("2001:db8::/40", Category::Delegation) };
        assert_eq!((six.capacity(&[]), six.size()), (65_536, 1 << 72));
    }

    #[test]
    fn colours_change_at_seventy_and_ninety() {
        assert_eq!(
            [Fill::of(69, 100), Fill::of(70, 100), Fill::of(89, 100), Fill::of(90, 100)],
            [Fill::Green, Fill::Yellow, Fill::Yellow, Fill::Red]
        );
        assert_eq!(Fill::of(0, 0), Fill::Red);
    }

    #[test]
    fn a_form_names_every_problem() {
        let wrong = BlockForm {
            vrf: "a b".into(),
            network: "10.0.0.5/24".into(),
            category: "static".into(),
            gateway: "x".into(),
            ..BlockForm::default()
        };
        let keys: Vec<String> = read_block(&wrong).unwrap_err().into_iter().map(|problem| problem.key).collect();
        assert_eq!(keys, ["problem-name-length", "problem-address-vrf", "problem-address-network-begins", "problem-address"]);
        let outside = BlockForm {
            name: "x".into(),
            network: "10.0.0.0/24".into(),
            category: "static".into(),
            gateway: "10.0.1.1".into(),
            ..BlockForm::default()
        };
        assert_eq!(read_block(&outside).unwrap_err()[0].key, "problem-address-gateway");
        let four = BlockForm {
            name: "x".into(),
            network: "10.0.0.0/24".into(),
            category: "delegation".into(),
            piece: "56".into(),
            ..BlockForm::default()
        };
        assert_eq!(read_block(&four).unwrap_err()[0].key, "problem-address-delegation-v6");
    }

    proptest! {
        /// The parts of a network fill it and meet nowhere, and each finds its way back.
        #[test]
        fn parts_make_the_whole_again(address in any::<u32>(), prefix in 0u8..=30, deeper in 1u8..=8) {
            let network = Network::new(IpAddr::from(address.to_be_bytes()), prefix).unwrap();
            let length = (prefix + deeper).min(32);
            let parts = split(network, length).unwrap();
            let ranges: Vec<Range> = parts.iter().copied().map(Range::of).collect();
            prop_assert_eq!(ranges.iter().map(Range::count).sum::<u128>(), Range::of(network).count());
            prop_assert_eq!(Ranges::new(ranges), Ranges::new(vec![Range::of(network)]));
            let (other, both) = neighbour(parts[0]).unwrap();
            prop_assert!(!Range::of(other).overlaps(&Range::of(parts[0])) && Range::of(both).holds(&Range::of(other)));
        }
    }
}
