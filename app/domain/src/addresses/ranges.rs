//! Ranges of addresses as people and routers write them, and the walk to the next free one. What cannot be read is named;
//! nothing is guessed.

use crate::Problem;
use crate::trust::Network;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv6Addr};

/// Pieces of one list of ranges.
const MOST_PIECES: usize = 1_000;

/// An address as a number.
pub fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

/// The address of a number, of the same protocol as `like`.
fn address(number: u128, like: IpAddr) -> Option<IpAddr> {
    match like {
        IpAddr::V4(_) => u32::try_from(number).ok().map(|number| IpAddr::from(number.to_be_bytes())),
        IpAddr::V6(_) => Some(IpAddr::V6(Ipv6Addr::from(number))),
    }
}

/// Addresses of one protocol from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Range {
    first: IpAddr,
    last: IpAddr,
}

impl Range {
    /// `None`: of two protocols, or the wrong way round.
    pub fn new(first: IpAddr, last: IpAddr) -> Option<Self> {
        (first.is_ipv4() == last.is_ipv4() && first <= last).then_some(Self { first, last })
    }

    pub fn one(address: IpAddr) -> Self {
        Self { first: address, last: address }
    }

    /// Everything in a network.
    pub fn of(network: Network) -> Self {
        let first = network.address();
        let length: u32 = if first.is_ipv4() { 32 } else { 128 };
        let hosts = length.saturating_sub(u32::from(network.prefix()));
        let size = 1u128.checked_shl(hosts).map_or(u128::MAX, |size| size - 1);
        let last = address(number(first) | size, first).unwrap_or(first);
        Self { first, last }
    }

    pub fn first(&self) -> IpAddr {
        self.first
    }

    pub fn last(&self) -> IpAddr {
        self.last
    }

    /// How many; all of version 6 are one too many to count.
    pub fn count(&self) -> u128 {
        (number(self.last) - number(self.first)).saturating_add(1)
    }

    pub fn contains(&self, address: IpAddr) -> bool {
        self.first.is_ipv4() == address.is_ipv4() && self.first <= address && address <= self.last
    }

    pub fn holds(&self, other: &Range) -> bool {
        self.contains(other.first) && self.contains(other.last)
    }

    pub fn overlaps(&self, other: &Range) -> bool {
        self.first.is_ipv4() == other.first.is_ipv4() && self.first <= other.last && other.first <= self.last
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.first == self.last { self.first.fmt(f) } else { write!(f, "{}-{}", self.first, self.last) }
    }
}

/// Ranges in order, none touching the next.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranges(Vec<Range>);

impl Ranges {
    pub fn new(mut ranges: Vec<Range>) -> Self {
        ranges.sort();
        let mut kept: Vec<Range> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match kept.last_mut() {
                Some(before) if before.overlaps(&range) || follows(before.last, range.first) => before.last = before.last.max(range.last),
                _ => kept.push(range),
            }
        }
        Self(kept)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Range> {
        self.0.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn count(&self) -> u128 {
        self.0.iter().fold(0, |sum, range| sum.saturating_add(range.count()))
    }

    pub fn contains(&self, address: IpAddr) -> bool {
        let after = self.0.partition_point(|range| range.first <= address);
        after.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|range| range.contains(address))
    }

    pub fn overlaps(&self, other: &Ranges) -> bool {
        self.0.iter().any(|one| other.0.iter().any(|range| one.overlaps(range)))
    }
}

/// Does the second come right after the first?
fn follows(before: IpAddr, after: IpAddr) -> bool {
    before.is_ipv4() == after.is_ipv4() && number(before).checked_add(1) == Some(number(after))
}

impl std::fmt::Display for Ranges {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (place, range) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(",")?;
            }
            range.fmt(f)?;
        }
        Ok(())
    }
}

/// Reads `a.b.c.d/n`, `a-b`, `a.b.c.10-50` (the last octet) and lists of them with commas, spaces or lines between.
pub fn read_ranges(field: &str, text: &str) -> Result<Ranges, Problem> {
    let tidy = text.replace(" - ", "-");
    let pieces = tidy.split(|c: char| c == ',' || c == ';' || c.is_whitespace()).filter(|piece| !piece.is_empty());
    let mut found = Vec::new();
    for piece in pieces {
        let range = read_piece(piece);
        found.push(
            range.ok_or_else(|| Problem::new(field, "problem-address-range").with("value", piece.chars().take(60).collect::<String>()))?,
        );
        if found.len() > MOST_PIECES {
            return Err(Problem::new(field, "problem-address-ranges-many").with("most", MOST_PIECES));
        }
    }
    Ok(Ranges::new(found))
}

fn read_piece(piece: &str) -> Option<Range> {
    if piece.contains('/') {
        return Network::parse(piece).map(Range::of);
    }
    let Some((first, last)) = piece.split_once('-') else { return piece.parse().ok().map(Range::one) };
    let first: IpAddr = first.parse().ok()?;
    let last = match last.parse::<IpAddr>() {
        Ok(last) => last,
        Err(_) => last_octet(first, last)?,
    };
    Range::new(first, last)
}

/// `10.0.0.10-50`: only the last octet of the end is said.
fn last_octet(first: IpAddr, last: &str) -> Option<IpAddr> {
    let IpAddr::V4(first) = first else { return None };
    let [a, b, c, _] = first.octets();
    let digits = (1..=3).contains(&last.len()) && last.bytes().all(|digit| digit.is_ascii_digit());
    digits.then(|| last.parse::<u8>().ok()).flatten().map(|last| IpAddr::from([a, b, c, last]))
}

/// The first of `within` from `from` on that begins a free piece of `size` addresses, with `taken` in order. Pieces lie
/// where whole ones lie, counted from the beginning of `within`.
pub fn next_free(within: Range, size: u128, from: IpAddr, taken: &[Range]) -> Option<IpAddr> {
    let size = size.max(1);
    let (start, end) = (number(within.first), number(within.last));
    let aligned = |at: u128| {
        let behind = at.saturating_sub(start);
        behind.div_ceil(size).checked_mul(size).and_then(|behind| start.checked_add(behind))
    };
    let mut candidate = aligned(number(from).max(start))?;
    for range in taken.iter().filter(|range| range.first.is_ipv4() == within.first.is_ipv4()) {
        if number(range.last) < candidate {
            continue;
        }
        if number(range.first) > candidate.checked_add(size - 1)? {
            break;
        }
        candidate = aligned(number(range.last).checked_add(1)?)?;
    }
    (candidate.checked_add(size - 1)? <= end).then(|| address(candidate, within.first)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Ranges {
        read_ranges("ranges", text).unwrap()
    }

    #[test]
    fn every_notation_of_a_router_is_read() {
        assert_eq!(read("10.0.0.0/30").to_string(), "10.0.0.0-10.0.0.3");
        assert_eq!(read("10.0.0.10-10.0.1.5").count(), 252);
        assert_eq!(read("10.0.0.10-50").count(), 41);
        assert_eq!(read("10.0.0.10-20, 10.0.0.21 - 10.0.0.30\n10.9.9.9").to_string(), "10.0.0.10-10.0.0.30,10.9.9.9");
        assert_eq!(read("2001:db8::/127").count(), 2);
        assert_eq!(read("").count(), 0);
        for wrong in
            ["10.0.0.256", "10.0.0.50-10", "10.0.0.1-2001:db8::1", "10.0.0.0/33", "10.0.0.1-1000", "pool1", "10.0.0.1-", "2001:db8::1-5f"]
        {
            let problem = read_ranges("ranges", wrong).unwrap_err();
            assert_eq!((problem.field.as_str(), problem.key.as_str()), ("ranges", "problem-address-range"), "{wrong}");
        }
    }

    #[test]
    fn the_next_free_one_goes_around_what_is_taken() {
        let within = Range::of(Network::parse("10.0.0.0/29").unwrap());
        let at = |text: &str| text.parse::<IpAddr>().unwrap();
        let range = |text: &str| *read(text).iter().next().unwrap();
        let taken = [range("10.0.0.0-1"), range("10.0.0.3"), range("10.0.0.7")];
        assert_eq!(next_free(within, 1, at("10.0.0.0"), &taken), Some(at("10.0.0.2")));
        assert_eq!(next_free(within, 1, at("10.0.0.3"), &taken), Some(at("10.0.0.4")));
        assert_eq!(next_free(within, 1, at("10.0.0.7"), &taken), None);
        assert_eq!(next_free(within, 2, at("10.0.0.0"), &taken), Some(at("10.0.0.4")), "a pair lies where pairs lie");
        let whole = Range::of(Network::parse("2001:db8::/32").unwrap());
        let size = 1u128 << 72;
        assert_eq!(
            next_free(whole, size, at("2001:db8::"), &[Range::of(Network::parse("2001:db8::/56").unwrap())]),
            Some(at("2001:db8:0:100::"))
        );
    }

    fn ranges() -> impl Strategy<Value = Vec<Range>> {
        let one = (0u32..2_000, 0u32..40).prop_map(|(first, more)| {
            let at = |n: u32| IpAddr::from((0x0a00_0000 + n).to_be_bytes());
            Range::new(at(first), at(first + more)).unwrap()
        });
        prop::collection::vec(one, 0..40)
    }

    proptest! {
        /// Whatever is written is read as it was, and counts, holds and meets what its pieces do.
        #[test]
        fn ranges_hold_what_their_pieces_hold(pieces in ranges(), others in ranges(), probe in 0u32..2_100) {
            let (whole, other) = (Ranges::new(pieces.clone()), Ranges::new(others.clone()));
            prop_assert_eq!(read_ranges("", &whole.to_string()), Ok(whole.clone()));
            let probe = IpAddr::from((0x0a00_0000 + probe).to_be_bytes());
            prop_assert_eq!(whole.contains(probe), pieces.iter().any(|piece| piece.contains(probe)));
            let every: std::collections::BTreeSet<u128> = pieces.iter().flat_map(|piece| number(piece.first)..=number(piece.last)).collect();
            prop_assert_eq!(whole.count(), every.len() as u128);
            prop_assert_eq!(whole.overlaps(&other), pieces.iter().any(|one| others.iter().any(|two| one.overlaps(two))));
            prop_assert!(whole.iter().zip(whole.iter().skip(1)).all(|(one, two)| number(one.last) + 1 < number(two.first)));
        }

        /// The next free one is free, and nothing before it was.
        #[test]
        fn nothing_free_is_passed_over(pieces in ranges(), from in 0u32..2_100) {
            let taken: Vec<Range> = Ranges::new(pieces).iter().copied().collect();
            let at = |n: u32| IpAddr::from((0x0a00_0000 + n).to_be_bytes());
            let within = Range::new(at(0), at(2_099)).unwrap();
            let free = |n: &u32| !taken.iter().any(|range| range.contains(at(*n)));
            prop_assert_eq!(next_free(within, 1, at(from), &taken), (from..2_100).find(free).map(at));
        }

        #[test]
        fn no_text_breaks_the_reader(text in "[0-9a-f.:/, -]{0,40}") {
            let _ = read_ranges("", &text);
        }
    }
}
