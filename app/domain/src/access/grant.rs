//! What a session was let in with, in a few letters that travel with it (in the Class attribute), and what has to be
//! told to its server when the line should have something else by now.

use super::{Decision, Line, Moment, Rules, rate_limit};

/// What a session has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub walled: bool,
    pub rate: Option<String>,
    /// A fingerprint of everything that only a new session can change: addresses, pool, lists.
    pub rest: u32,
}

/// What has to be told to the server of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    Nothing,
    /// Go on, at this rate.
    ChangeRate(String),
    /// End; whoever dials again gets what is right.
    Disconnect,
}

impl Grant {
    /// What the decision gives; `None`: nothing at all.
    pub fn of(decision: &Decision, line: &Line, rules: &Rules, at: Moment) -> Option<Self> {
        let walled = match decision {
            Decision::Accept { .. } => false,
            Decision::Walled { .. } => true,
            Decision::Reject(_) => return None,
        };
        let rest = fingerprint(&format!(
            "{:?}|{:?}|{:?}|{:?}|{:?}|{:?}",
            line.static_ip, rules.framed_pool, rules.address_list, rules.ipv6_prefix, rules.delegated_prefix, rules.extra
        ));
        Some(Self { walled, rate: rate_limit(&line.rate(at)), rest })
    }

    /// `a:5M/10M:0011aabb`.
    pub fn code(&self) -> String {
        let kind = if self.walled { 'w' } else { 'a' };
        format!("{kind}:{}:{:08x}", self.rate.as_deref().unwrap_or_default(), self.rest)
    }

    pub fn read(code: &str) -> Option<Self> {
        let (kind, rest) = code.split_once(':')?;
        let (rate, rest) = rest.rsplit_once(':')?;
        let walled = match kind {
            "a" => false,
            "w" => true,
            _ => return None,
        };
        let rate = (!rate.is_empty()).then(|| rate.to_string());
        Some(Self { walled, rate, rest: u32::from_str_radix(rest, 16).ok()? })
    }
}

/// What makes a session with `have` (`None`: nobody knows) one with `want`. What nobody knows is only changed when
/// something just happened to the line (`changed`): a session that cannot tell would else be told again and again.
pub fn order(have: Option<&Grant>, want: Option<&Grant>, changed: bool) -> Order {
    match (have, want) {
        (_, None) => Order::Disconnect,
        (Some(have), Some(want)) if have == want => Order::Nothing,
        (Some(have), Some(want)) if have.walled == want.walled && have.rest == want.rest => rate(want),
        (Some(_), Some(_)) => Order::Disconnect,
        (None, Some(_)) if !changed => Order::Nothing,
        (None, Some(want)) if want.walled => Order::Disconnect,
        (None, Some(want)) => rate(want),
    }
}

/// No limit at all cannot be told to a session that has one: it has to begin anew.
fn rate(want: &Grant) -> Order {
    want.rate.clone().map_or(Order::Disconnect, Order::ChangeRate)
}

/// FNV-1a: the same on every server and in every version.
fn fingerprint(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, octet| (hash ^ u32::from(octet)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn grant(walled: bool, rate: &str, rest: u32) -> Grant {
        Grant { walled, rate: (!rate.is_empty()).then(|| rate.into()), rest }
    }

    #[test]
    fn only_a_new_speed_keeps_the_session() {
        let now = grant(false, "5M/10M", 7);
        let told = |want: Option<&Grant>| order(Some(&now), want, false);
        assert_eq!(told(Some(&now)), Order::Nothing);
        assert_eq!(told(Some(&grant(false, "2M/2M", 7))), Order::ChangeRate("2M/2M".into()));
        assert_eq!(told(Some(&grant(true, "5M/10M", 7))), Order::Disconnect);
        assert_eq!(told(Some(&grant(false, "5M/10M", 8))), Order::Disconnect);
        assert_eq!(told(Some(&grant(false, "", 7))), Order::Disconnect);
        assert_eq!(told(None), Order::Disconnect);
    }

    #[test]
    fn who_cannot_tell_is_not_told_every_minute() {
        let want = grant(false, "5M/10M", 7);
        assert_eq!(order(None, Some(&want), false), Order::Nothing);
        assert_eq!(order(None, Some(&want), true), Order::ChangeRate("5M/10M".into()));
        assert_eq!(order(None, Some(&Grant { walled: true, ..want }), true), Order::Disconnect);
        assert_eq!(order(None, None, false), Order::Disconnect);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(walled: bool, rate in "([0-9]{1,4}[kM]/[0-9]{1,4}[kM]( [0-9]M/[0-9]M)?)?", rest: u32) {
            let one = grant(walled, &rate, rest);
            prop_assert_eq!(Grant::read(&one.code()), Some(one));
        }
    }
}
