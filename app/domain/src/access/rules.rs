//! What a line may do beyond being up: how often at once, from which devices, with which addresses. Rules come from the
//! package and, where a line has its own, from the line. Nothing is looked up here and nobody is dropped.

use super::ReplyLine;
use crate::NasId;
use std::net::Ipv6Addr;
use std::sync::Arc;

/// What happens to a session too many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OnDuplicate {
    /// The new one comes in and the oldest goes: right for a modem that lost its line and dials again.
    #[default]
    DropOld,
    RefuseNew,
}

impl OnDuplicate {
    pub const ALL: [OnDuplicate; 2] = [OnDuplicate::DropOld, OnDuplicate::RefuseNew];

    pub fn slug(self) -> &'static str {
        match self {
            OnDuplicate::DropOld => "drop_old",
            OnDuplicate::RefuseNew => "refuse_new",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.slug() == slug)
    }
}

/// Which devices may use a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MacRule {
    #[default]
    Any,
    /// Those on its list.
    Fixed,
    /// The first so many are put on its list by themselves.
    Learn { most: u16, replace_oldest: bool },
}

/// An IPv6 network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Prefix {
    pub address: Ipv6Addr,
    pub length: u8,
}

/// The rules of one line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rules {
    /// Sessions at once; 0: as many as come.
    pub sessions: u16,
    pub on_duplicate: OnDuplicate,
    pub mac: MacRule,
    /// Devices on its list, as `radius::station` writes them, the longest bound first.
    pub macs: Vec<String>,
    pub framed_pool: Option<String>,
    /// What its package gets on routers of its own; none where the line has a pool of its own.
    pub pools: Arc<[(NasId, String)]>,
    pub address_list: Option<String>,
    pub ipv6_prefix: Option<Prefix>,
    pub delegated_prefix: Option<Prefix>,
    pub extra: Vec<ReplyLine>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            sessions: 1,
            on_duplicate: OnDuplicate::default(),
            mac: MacRule::default(),
            macs: Vec::new(),
            framed_pool: None,
            pools: Arc::new([]),
            address_list: None,
            ipv6_prefix: None,
            delegated_prefix: None,
            extra: Vec::new(),
        }
    }
}

/// What the rules say to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device<'a> {
    Known,
    /// Let in, and from now on the list.
    Learn,
    /// The same, in the place of another.
    LearnInsteadOf(&'a str),
    Refused,
}

impl Rules {
    /// May this device use the line? A server that does not tell the device cannot serve a line that is bound to one.
    pub fn device(&self, station: Option<&str>) -> Device<'_> {
        let known = station.is_some_and(|station| self.macs.iter().any(|mac| mac == station));
        match self.mac {
            MacRule::Any => Device::Known,
            _ if known => Device::Known,
            _ if station.is_none() => Device::Refused,
            MacRule::Fixed => Device::Refused,
            MacRule::Learn { most, .. } if self.macs.len() < usize::from(most) => Device::Learn,
            MacRule::Learn { replace_oldest: true, .. } => self.macs.first().map_or(Device::Learn, |oldest| Device::LearnInsteadOf(oldest)),
            MacRule::Learn { .. } => Device::Refused,
        }
    }

    /// The pool that it gets from on this router, or anywhere.
    pub fn pool_at(&self, nas: Option<NasId>) -> Option<&str> {
        let there = nas.and_then(|nas| self.pools.iter().find(|(at, _)| *at == nas));
        there.map(|(_, pool)| pool.as_str()).or(self.framed_pool.as_deref())
    }

    /// Is there no room for one more, beside so many others?
    pub fn full(&self, others: usize) -> bool {
        self.sessions > 0 && self.on_duplicate == OnDuplicate::RefuseNew && others >= usize::from(self.sessions)
    }

    /// How many of so many sessions are too many.
    pub fn surplus(&self, open: usize) -> usize {
        if self.sessions == 0 { 0 } else { open.saturating_sub(usize::from(self.sessions)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(mac: MacRule, macs: &[&str]) -> Rules {
        Rules { mac, macs: macs.iter().map(|mac| mac.to_string()).collect(), ..Rules::default() }
    }

    const ONE: &str = "AA:BB:CC:00:11:22";
    const TWO: &str = "AA:BB:CC:00:11:33";

    #[test]
    fn a_line_that_is_bound_to_devices() {
        assert_eq!(bound(MacRule::Any, &[]).device(None), Device::Known);
        assert_eq!(bound(MacRule::Fixed, &[]).device(Some(ONE)), Device::Refused, "nothing is on its list yet");
        assert_eq!(bound(MacRule::Fixed, &[ONE]).device(Some(ONE)), Device::Known);
        assert_eq!(bound(MacRule::Fixed, &[ONE]).device(Some(TWO)), Device::Refused);
        let first = MacRule::Learn { most: 1, replace_oldest: false };
        assert_eq!(bound(first, &[]).device(Some(ONE)), Device::Learn);
        assert_eq!(bound(first, &[ONE]).device(Some(TWO)), Device::Refused);
        assert_eq!(bound(first, &[]).device(None), Device::Refused, "the server does not tell the device");
        let newest = MacRule::Learn { most: 2, replace_oldest: true };
        assert_eq!(bound(newest, &[ONE]).device(Some(TWO)), Device::Learn);
        assert_eq!(bound(newest, &[ONE, TWO]).device(Some("AA:BB:CC:00:11:44")), Device::LearnInsteadOf(ONE));
    }

    #[test]
    fn a_package_has_its_pool_on_each_router() {
        let nas = |n| NasId(uuid::Uuid::from_u128(n));
        let pools = [(nas(1), "home-1".to_string()), (nas(2), "home-2".to_string())];
        let rules = Rules { framed_pool: Some("common".into()), pools: pools.into(), ..Rules::default() };
        assert_eq!(
            [Some(nas(1)), Some(nas(2)), Some(nas(3)), None].map(|at| rules.pool_at(at)),
            [Some("home-1"), Some("home-2"), Some("common"), Some("common")]
        );
    }

    #[test]
    fn sessions_too_many() {
        let one = Rules::default();
        assert!(!one.full(5), "the oldest goes instead");
        assert_eq!((one.surplus(1), one.surplus(3)), (0, 2));
        let strict = Rules { on_duplicate: OnDuplicate::RefuseNew, sessions: 2, ..Rules::default() };
        assert!(!strict.full(1) && strict.full(2));
        assert_eq!(Rules { sessions: 0, ..strict }.surplus(100), 0);
    }
}
