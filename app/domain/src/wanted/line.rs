//! What a line needs of its own on its router, from the same facts and by the same decision as RADIUS: up, behind the
//! wall, or down. Where RADIUS serves a line it needs nothing; where the router decides by itself everything is there,
//! also the instant at which the router ends the line when nobody of ours is left to do it.

use super::{Kind, OURS, Object, Wish};
use crate::access::{AccessPolicy, Decision, Line, MacRule, Moment, Rules, decide, rate_limit};
use crate::access::{Rate, Speed};
use crate::routers::{AuthMode, TAG};
use chrono::{DateTime, DurationRound, NaiveTime, TimeDelta, Utc};
use std::net::IpAddr;

/// How a line connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    Pppoe,
    Hotspot,
    StaticIp,
}

impl LineKind {
    pub fn from_slug(slug: &str) -> Option<Self> {
        match slug {
            "pppoe" => Some(LineKind::Pppoe),
            "hotspot" => Some(LineKind::Hotspot),
            "static_ip" => Some(LineKind::StaticIp),
            _ => None,
        }
    }
}

/// What a package is called on one router, where somebody said so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapped {
    pub profile: Option<String>,
    pub pool: Option<String>,
}

/// A line and where it lives.
#[derive(Clone, Copy, Debug)]
pub struct LineFacts<'a> {
    pub kind: LineKind,
    pub username: &'a str,
    pub line: &'a Line,
    pub rules: &'a Rules,
    pub policy: &'a AccessPolicy,
    pub at: Moment,
    pub mode: AuthMode,
    pub mapped: &'a Mapped,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Up,
    Walled,
    Down,
}

/// Everything that this line needs; nothing where RADIUS answers for it.
pub fn objects(facts: &LineFacts<'_>) -> Vec<Object> {
    if facts.mode == AuthMode::Radius {
        return Vec::new();
    }
    let standing = match decide(facts.line, facts.policy, facts.at) {
        Decision::Accept { .. } => Standing::Up,
        Decision::Walled { .. } => Standing::Walled,
        Decision::Reject(_) => Standing::Down,
    };
    match facts.kind {
        LineKind::Pppoe => dialled(facts, standing, Kind::PppSecret),
        LineKind::Hotspot => dialled(facts, standing, Kind::HotspotUser),
        LineKind::StaticIp => fixed(facts, standing),
    }
}

/// A secret or a hotspot user with its profile.
fn dialled(facts: &LineFacts<'_>, standing: Standing, kind: Kind) -> Vec<Object> {
    let mut all = Vec::with_capacity(3);
    let profile = match own_profile(facts, standing, kind) {
        None => facts.mapped.profile.clone().unwrap_or_else(|| "default".into()),
        Some(profile) => {
            let name = profile.name.clone();
            all.push(profile);
            name
        }
    };
    // A mirror for the hour without RADIUS would be asked before it: it sleeps until the router wakes it.
    let sleeps = standing == Standing::Down || facts.mode == AuthMode::Hybrid;
    let ends = Some(standing).filter(|standing| *standing == Standing::Up && !sleeps).and_then(|_| end_of(facts)).map(cut_slot);
    let mut comment = tag(facts);
    match (standing, ends) {
        (Standing::Up, Some(slot)) => comment += &format!(" until={}", slot_text(slot)),
        (Standing::Up, None) => comment += " up",
        (Standing::Walled, _) => comment += " walled",
        (Standing::Down, _) => comment += " down",
    }
    let mac = match (facts.rules.mac, facts.rules.macs.as_slice()) {
        (MacRule::Fixed, [one]) => one.as_str(),
        _ => "",
    };
    let address = facts.line.static_ip.filter(IpAddr::is_ipv4).map(|ip| ip.to_string()).unwrap_or_default();
    let mut said = vec![
        ("name", facts.username.to_owned()),
        ("profile", profile),
        ("disabled", if sleeps { "yes" } else { "no" }.to_owned()),
        ("comment", comment),
    ];
    match kind {
        Kind::HotspotUser => said.extend([("mac-address", mac.to_owned()), ("address", address)]),
        _ => said.extend([("service", "pppoe".into()), ("caller-id", mac.to_owned()), ("remote-address", address)]),
    }
    all.push(Object { secret: true, ..object(kind, facts.username, said, None) });
    all.extend(ends.map(|slot| cut(kind, slot)));
    all
}

/// The profile that gives this line's rate, when it is not one that somebody keeps on the router by hand.
fn own_profile(facts: &LineFacts<'_>, standing: Standing, kind: Kind) -> Option<Object> {
    let rate = facts.line.rate(facts.at);
    let rules = facts.rules;
    let walled = standing == Standing::Walled;
    let usual = !walled && rate == usual(&facts.line.speed) && rules.framed_pool.is_none() && rules.address_list.is_none();
    if usual && facts.mapped.profile.is_some() {
        return None;
    }
    let rate = rate_limit(&rate).unwrap_or_default();
    let pool = rules.framed_pool.as_ref().or(facts.mapped.pool.as_ref());
    let list = if walled { Some(&facts.policy.walled_list) } else { rules.address_list.as_ref() };
    let like = facts.mapped.profile.clone().unwrap_or_else(|| "default".into());
    let mut name = format!("{OURS}{}", if rate.is_empty() { "full".into() } else { rate.replace('/', "-").replace(' ', "_") });
    if walled {
        name += "-wall";
    }
    if pool.is_some() || list.is_some() || rules.sessions != 1 || facts.mapped.profile.is_some() {
        name += &format!("-{:08x}", fingerprint(&format!("{pool:?}|{list:?}|{}|{like}", rules.sessions)));
    }
    let text = |value: Option<&String>| value.cloned().unwrap_or_default();
    let said = match kind {
        Kind::HotspotUser => vec![
            ("name", name.clone()),
            ("rate-limit", rate),
            ("shared-users", if rules.sessions == 0 { "unlimited".into() } else { rules.sessions.to_string() }),
            ("address-list", text(list)),
            ("address-pool", pool.cloned().unwrap_or_else(|| "none".into())),
        ],
        _ => {
            let mut said = vec![
                ("name", name.clone()),
                ("rate-limit", rate),
                ("only-one", if rules.sessions == 1 { "yes" } else { "no" }.into()),
                ("address-list", text(list)),
                ("comment", format!("{TAG}profile")),
            ];
            said.extend(pool.cloned().map(|pool| ("remote-address", pool)));
            said
        }
    };
    let profile = if kind == Kind::HotspotUser { Kind::HotspotProfile } else { Kind::PppProfile };
    let like = (profile == Kind::PppProfile).then_some(like);
    Some(Object { shared: true, ..object(profile, &name, said, like) })
}

/// A line that nobody dials: a queue for its address, and the wall's list while it is down.
fn fixed(facts: &LineFacts<'_>, standing: Standing) -> Vec<Object> {
    let Some(IpAddr::V4(address)) = facts.line.static_ip else { return Vec::new() };
    let rate = facts.line.rate(facts.at);
    let both = |up: Option<u32>, down: Option<u32>| format!("{}k/{}k", up.unwrap_or(0), down.unwrap_or(0));
    let mut said = vec![
        ("name", facts.username.to_owned()),
        ("target", format!("{address}/32")),
        ("max-limit", both(rate.up_kbps, rate.down_kbps)),
        ("disabled", "no".into()),
        ("comment", tag(facts)),
    ];
    if let Some(burst) = rate.burst {
        said.extend([
            ("burst-limit", both(burst.up_kbps, burst.down_kbps)),
            ("burst-threshold", both(burst.from_up_kbps.or(rate.up_kbps), burst.from_down_kbps.or(rate.down_kbps))),
            ("burst-time", format!("{0}s/{0}s", burst.seconds)),
        ]);
    }
    let mut all = vec![object(Kind::SimpleQueue, facts.username, said, None)];
    if standing != Standing::Up {
        let list = &facts.policy.walled_list;
        let said = vec![("list", list.clone()), ("address", address.to_string()), ("comment", tag(facts))];
        all.push(object(Kind::AddressList, &format!("{list} {address}"), said, None));
    }
    all
}

fn object(kind: Kind, name: &str, said: Vec<(&str, String)>, like: Option<String>) -> Object {
    let properties = said.into_iter().map(|(property, value)| (property.to_owned(), value)).collect();
    Object { kind, name: name.into(), wish: Wish { properties, like }, secret: false, shared: false }
}

fn tag(facts: &LineFacts<'_>) -> String {
    crate::routers::tag("line", facts.line.service_id)
}

/// The package's own speed, by day and with nothing apart.
fn usual(speed: &Speed) -> Rate {
    Rate { up_kbps: speed.up_kbps, down_kbps: speed.down_kbps, burst: speed.burst, priority: speed.priority, contention: speed.contention }
}

fn end_of(facts: &LineFacts<'_>) -> Option<DateTime<Utc>> {
    [facts.line.expires_at, facts.line.cutoff_at, facts.policy.closed_from].into_iter().flatten().min()
}

const SLOT: TimeDelta = TimeDelta::minutes(10);

/// The end of a line as routers keep it: the next ten minutes' mark, so that a month's end is one entry and not a thousand,
/// and nobody is cut before his time is over.
pub fn cut_slot(end: DateTime<Utc>) -> DateTime<Utc> {
    let whole = end.duration_trunc(SLOT).unwrap_or(end);
    if whole == end { whole } else { whole + SLOT }
}

fn slot_text(slot: DateTime<Utc>) -> String {
    slot.format("%Y%m%d%H%M").to_string()
}

/// The router's own clock ends the lines of a slot when we are not there to do it. Whoever paid has another slot in his
/// comment by then. Users of a hotspot apart: where its package is missing, a script that names it would not run at all.
fn cut(kind: Kind, slot: DateTime<Utc>) -> Object {
    let text = slot_text(slot);
    let (menu, sessions, by, prefix) = match kind {
        Kind::HotspotUser => ("/ip hotspot user", "/ip hotspot active", "user", "until-hotspot-"),
        _ => ("/ppp secret", "/ppp active", "name", "until-"),
    };
    let whose = format!("where comment~\"until={text}\"");
    let script = format!(
        "{menu} disable [find {whose}]; :foreach one in=[{menu} find {whose}] do={{{sessions} remove [find where {by}=[{menu} get $one name]]}}"
    );
    let name = format!("{OURS}{prefix}{text}");
    let said = vec![
        ("name", name.clone()),
        ("interval", "0s".into()),
        ("on-event", script),
        ("comment", format!("{TAG}until")),
        ("~start", slot.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
    ];
    Object { shared: true, ..object(Kind::Scheduler, &name, said, None) }
}

/// When the line needs something else although nobody does anything.
pub fn turns_at(line: &Line, policy: &AccessPolicy, held_until: Option<DateTime<Utc>>, at: Moment) -> Option<DateTime<Utc>> {
    let next = |time: NaiveTime| at.now + TimeDelta::seconds(at.seconds_to(time));
    let apart = line.speed_apart.and_then(|apart| apart.until);
    let slowed = line.slowed.map(|slowed| slowed.until);
    let hours = line.hours.map(|hours| [Some(next(hours.from)), Some(next(hours.to)), hours.until]).unwrap_or_default();
    let night = line.speed.night.map(|night| [next(night.from), next(night.to)]);
    let all = [line.expires_at, line.cutoff_at, policy.closed_from, held_until, apart, slowed];
    let all = all.into_iter().chain(hours).flatten().chain(night.into_iter().flatten());
    all.filter(|turn| *turn > at.now).min()
}

/// FNV-1a: the same on every server and in every version.
fn fingerprint(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, octet| (hash ^ u32::from(octet)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{SpeedApart, SuspendedAccess};
    use crate::{CustomerId, ServiceId};
    use std::sync::Arc;
    use uuid::Uuid;

    const NOW: &str = "2026-11-01T04:00:00Z";

    fn at(now: &str) -> Moment {
        let now: DateTime<Utc> = now.parse().unwrap();
        Moment { now, clock: now.time() }
    }

    fn line() -> Line {
        Line {
            service_id: ServiceId(Uuid::from_u128(7)),
            customer_id: CustomerId(Uuid::from_u128(8)),
            blocked: false,
            used_up: None,
            pending: false,
            expires_at: None,
            cutoff_at: None,
            speed: Arc::new(Speed { up_kbps: Some(5_000), down_kbps: Some(10_000), ..Speed::default() }),
            speed_apart: None,
            slowed: None,
            hours: None,
            static_ip: None,
        }
    }

    fn policy(suspended_access: SuspendedAccess) -> AccessPolicy {
        AccessPolicy { suspended_access, walled_list: "wall".into(), interim_seconds: 300, closed_from: None }
    }

    fn of(line: &Line, kind: LineKind, mode: AuthMode, mapped: &Mapped, access: SuspendedAccess) -> Vec<Object> {
        let (rules, policy) = (Rules::default(), policy(access));
        objects(&LineFacts { kind, username: "rahim", line, rules: &rules, policy: &policy, at: at(NOW), mode, mapped })
    }

    fn local(line: &Line) -> Vec<Object> {
        of(line, LineKind::Pppoe, AuthMode::Local, &Mapped::default(), SuspendedAccess::Walled)
    }

    fn said<'a>(object: &'a Object, property: &str) -> &'a str {
        &object.wish.properties[property]
    }

    #[test]
    fn where_radius_answers_a_line_needs_nothing() {
        assert_eq!(of(&line(), LineKind::Pppoe, AuthMode::Radius, &Mapped::default(), SuspendedAccess::Walled), []);
    }

    #[test]
    fn a_line_that_is_up_has_its_secret_and_its_rate() {
        let all = local(&line());
        assert_eq!(all.iter().map(|one| one.kind).collect::<Vec<_>>(), [Kind::PppProfile, Kind::PppSecret]);
        assert_eq!((all[0].name.as_str(), said(&all[0], "rate-limit"), all[0].shared), ("lastmile-5M-10M", "5M/10M", true));
        assert_eq!((said(&all[1], "profile"), said(&all[1], "disabled"), all[1].secret), ("lastmile-5M-10M", "no", true));
        assert!(said(&all[1], "comment").starts_with(TAG));
    }

    #[test]
    fn a_profile_that_somebody_keeps_is_used_as_long_as_the_rate_is_the_packages() {
        let mapped = Mapped { profile: Some("gold".into()), pool: Some("gold-pool".into()) };
        let all = of(&line(), LineKind::Pppoe, AuthMode::Local, &mapped, SuspendedAccess::Walled);
        assert_eq!((all.len(), said(&all[0], "profile")), (1, "gold"));
        let apart = Line { speed_apart: Some(SpeedApart { up_kbps: Some(1_000), down_kbps: Some(1_000), until: None }), ..line() };
        let all = of(&apart, LineKind::Pppoe, AuthMode::Local, &mapped, SuspendedAccess::Walled);
        assert_eq!((said(&all[0], "rate-limit"), said(&all[0], "remote-address")), ("1M/1M", "gold-pool"));
        assert_eq!((all[0].wish.like.as_deref(), said(&all[1], "profile")), (Some("gold"), all[0].name.as_str()));
    }

    #[test]
    fn a_line_that_is_down_is_walled_or_asleep_and_never_gone() {
        let blocked = Line { blocked: true, ..line() };
        let walled = local(&blocked);
        assert_eq!((said(&walled[0], "address-list"), said(&walled[1], "disabled")), ("wall", "no"));
        assert_ne!(walled[0].name, local(&line())[0].name);
        let down = of(&blocked, LineKind::Pppoe, AuthMode::Local, &Mapped::default(), SuspendedAccess::Reject);
        assert_eq!(said(&down[1], "disabled"), "yes");
        let mirror = of(&line(), LineKind::Pppoe, AuthMode::Hybrid, &Mapped::default(), SuspendedAccess::Walled);
        assert_eq!(said(&mirror[1], "disabled"), "yes", "it would be asked before RADIUS");
    }

    #[test]
    fn a_fixed_line_has_a_queue_and_the_walls_list_while_it_is_down() {
        let fixed = Line { static_ip: "10.0.0.5".parse().ok(), ..line() };
        let up = of(&fixed, LineKind::StaticIp, AuthMode::Local, &Mapped::default(), SuspendedAccess::Walled);
        assert_eq!((up.len(), said(&up[0], "max-limit")), (1, "5000k/10000k"));
        let down = Line { blocked: true, ..fixed };
        let down = of(&down, LineKind::StaticIp, AuthMode::Local, &Mapped::default(), SuspendedAccess::Walled);
        assert_eq!((down[1].kind, down[1].name.as_str()), (Kind::AddressList, "wall 10.0.0.5"));
        assert_eq!(of(&line(), LineKind::StaticIp, AuthMode::Local, &Mapped::default(), SuspendedAccess::Walled), []);
    }

    #[test]
    fn the_router_keeps_the_end_within_ten_minutes_and_never_early() {
        let end: DateTime<Utc> = "2026-11-30T17:59:59Z".parse().unwrap();
        let all = local(&Line { expires_at: Some(end), ..line() });
        assert_eq!(all[2].name, "lastmile-until-202611301800");
        assert!(said(&all[1], "comment").ends_with(" until=202611301800"));
        assert_eq!(said(&all[2], "~start"), "2026-11-30T18:00:00Z");
        for second in 0..1_300 {
            let end = end + TimeDelta::seconds(second);
            assert!(cut_slot(end) >= end && cut_slot(end) - end < SLOT);
        }
        assert_eq!(local(&Line { expires_at: Some(at(NOW).now), ..line() }).len(), 2, "over: walled, and nothing left to end");
    }

    #[test]
    fn a_line_turns_when_its_next_instant_comes() {
        let (a, b) = ("2026-11-02T00:00:00Z".parse().ok(), "2026-11-03T00:00:00Z".parse().ok());
        let policy = policy(SuspendedAccess::Walled);
        assert_eq!(turns_at(&line(), &policy, None, at(NOW)), None);
        assert_eq!(turns_at(&Line { expires_at: b, cutoff_at: a, ..line() }, &policy, None, at(NOW)), a);
        assert_eq!(turns_at(&Line { expires_at: b, ..line() }, &policy, a, at(NOW)), a);
        assert_eq!(turns_at(&Line { expires_at: at(NOW).now.into(), ..line() }, &policy, None, at(NOW)), None);
    }
}
