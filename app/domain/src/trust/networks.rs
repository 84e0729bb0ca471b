//! The networks from which staff may come. A list is typed one a line; empty means from anywhere, and one that would
//! lock its editor out is refused.

use crate::Problem;
use std::net::IpAddr;

/// At most so many in a list.
pub const MOST_NETWORKS: usize = 50;

/// Addresses that begin alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// An address as a number of 128 bits, and how long one of its kind is.
fn bits(address: IpAddr) -> (u128, u8) {
    match address.to_canonical() {
        IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (u128::from(address), 128),
    }
}

/// All but the first `prefix` bits off.
fn masked(number: u128, length: u8, prefix: u8) -> u128 {
    let host = u32::from(length.saturating_sub(prefix));
    number.checked_shr(host).and_then(|kept| kept.checked_shl(host)).unwrap_or(0)
}

impl Network {
    /// `None`: no network has so long a beginning.
    pub fn new(address: IpAddr, prefix: u8) -> Option<Self> {
        let (number, length) = bits(address);
        if prefix > length {
            return None;
        }
        let number = masked(number, length, prefix);
        let address = match u32::try_from(number) {
            Ok(number) if length == 32 => IpAddr::from(number.to_be_bytes()),
            _ => IpAddr::from(number.to_be_bytes()),
        };
        Some(Self { address, prefix })
    }

    /// `203.0.113.0/24`, or a single address. What stands behind the beginning is put to zero.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.trim().split_once('/') {
            Some((address, prefix)) => (address.trim(), Some(prefix.trim().parse().ok()?)),
            None => (text.trim(), None),
        };
        let address: IpAddr = address.parse().ok()?;
        let (_, length) = bits(address);
        Self::new(address, prefix.unwrap_or(length))
    }

    /// The neighbourhood of an address: what one connection usually keeps for a while. A home or an office has a /24, or
    /// a /48 of version 6.
    pub fn around(address: IpAddr) -> Self {
        let address = address.to_canonical();
        let prefix = if address.is_ipv4() { 24 } else { 48 };
        Self::new(address, prefix).unwrap_or(Self { address, prefix: 0 })
    }

    pub fn address(&self) -> IpAddr {
        self.address
    }

    pub fn prefix(&self) -> u8 {
        self.prefix
    }

    pub fn contains(&self, address: IpAddr) -> bool {
        let ((own, length), (other, same)) = (bits(self.address), bits(address));
        length == same && masked(other, length, self.prefix) == own
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

/// Whether somebody may come from there. Who comes from nowhere known comes from outside.
pub fn may_come(networks: &[Network], from: Option<IpAddr>) -> bool {
    networks.is_empty() || from.is_some_and(|from| networks.iter().any(|network| network.contains(from)))
}

/// Whether a session goes on from there. Only what comes over no connection has no address, and that is no other network.
pub fn is_known(networks: &[Network], from: Option<IpAddr>) -> bool {
    networks.is_empty() || from.is_none_or(|from| networks.iter().any(|network| network.contains(from)))
}

/// The list as it is typed: a network and what it is called, one a line. `editor`: where whoever saves it comes from;
/// the command line comes from nowhere and is not locked out.
pub fn read_networks(text: &str, editor: Option<Option<IpAddr>>) -> Result<Vec<(Network, String)>, Vec<Problem>> {
    let mut found: Vec<(Network, String)> = Vec::new();
    let mut problems = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (network, label) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let label: String = label.trim().chars().take(60).collect();
        match Network::parse(network) {
            None => problems.push(Problem::new("networks", "problem-network").with("value", network)),
            Some(network) if found.iter().any(|(known, _)| *known == network) => {}
            Some(network) => found.push((network, label)),
        }
    }
    if found.len() > MOST_NETWORKS {
        problems.push(Problem::new("networks", "problem-networks-many").with("most", MOST_NETWORKS));
    }
    let list: Vec<Network> = found.iter().map(|(network, _)| *network).collect();
    if let (true, Some(from)) = (problems.is_empty(), editor)
        && !may_come(&list, from)
    {
        let value = from.map(|from| from.to_canonical().to_string()).unwrap_or_default();
        problems.push(Problem::new("networks", "problem-network-locks-out").with("value", value));
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    fn address() -> impl Strategy<Value = IpAddr> {
        prop_oneof![
            any::<u32>().prop_map(|bits| IpAddr::from(Ipv4Addr::from(bits))),
            any::<u128>().prop_map(|bits| IpAddr::from(Ipv6Addr::from(bits)))
        ]
    }

    proptest! {
        #[test]
        fn a_network_holds_its_own_addresses_and_reads_as_it_is_written(address in address(), prefix in 0u8..=128) {
            if let Some(network) = Network::new(address, prefix) {
                prop_assert!(network.contains(address));
                prop_assert!(network.contains(network.address()));
                prop_assert_eq!(Network::parse(&network.to_string()), Some(network));
            }
        }

        #[test]
        fn nobody_saves_a_list_that_shuts_himself_out(address in address(), other in address()) {
            let list = format!("{address} office\n");
            prop_assert!(read_networks(&list, Some(Some(address))).is_ok());
            prop_assert_eq!(read_networks(&list, Some(Some(other))).is_ok(), Network::parse(&address.to_string()).unwrap().contains(other));
            prop_assert!(read_networks(&list, Some(None)).is_err());
            prop_assert!(read_networks(&list, None).is_ok());
        }
    }

    #[test]
    fn both_kinds_of_addresses_are_told_apart_and_a_disguised_one_is_seen_through() {
        let office = Network::parse("203.0.113.77/24").unwrap();
        assert_eq!(office.to_string(), "203.0.113.0/24");
        assert!(office.contains("203.0.113.1".parse().unwrap()));
        assert!(office.contains("::ffff:203.0.113.1".parse().unwrap()));
        assert!(!office.contains("203.0.114.1".parse().unwrap()));
        assert!(!Network::parse("0.0.0.0/0").unwrap().contains("2001:db8::1".parse().unwrap()));
        assert!(Network::parse("2001:db8::/32").unwrap().contains("2001:db8:ffff::1".parse().unwrap()));
        for wrong in ["", "office", "203.0.113.0/33", "2001:db8::/129", "203.0.113", "1.2.3.4/x"] {
            assert_eq!(Network::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_neighbour_is_no_stranger_and_a_stranger_no_neighbour() {
        let known = |home: &str, from: &str| is_known(&[Network::around(home.parse().unwrap())], Some(from.parse().unwrap()));
        assert!(known("203.0.113.7", "203.0.113.250"));
        assert!(known("203.0.113.7", "::ffff:203.0.113.9"));
        assert!(!known("203.0.113.7", "203.0.112.7"));
        assert!(known("2001:db8:1:2::7", "2001:db8:1:ffff::1"));
        assert!(!known("2001:db8:1::7", "2001:db8:2::7"));
        assert!(!known("203.0.113.7", "2001:db8::1"));
        assert!(is_known(&[], None) && is_known(&[], Some("203.0.113.7".parse().unwrap())));
        assert!(is_known(&[Network::around("203.0.113.7".parse().unwrap())], None));
    }

    #[test]
    fn an_empty_list_is_open_to_all() {
        assert_eq!(read_networks(" \n", Some(None)), Ok(Vec::new()));
        assert!(may_come(&[], None));
    }
}
