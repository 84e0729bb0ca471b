//! What a RADIUS request is answered for a subscriber: in, in behind the garden wall, or no. A function of what is
//! known and of `now`, so that the answer is right even when nothing told us that a day has passed.

mod form;
mod grant;
mod reply;
mod rules;
mod trace;

pub use form::{AccessDraft, AccessForm, BlockDraft, BlockForm, BlockKind, read_access, read_block, read_mac};
pub use grant::{Grant, Order, order};
pub use reply::{REPLY_NAMES, ReplyFacts, ReplyKind, ReplyLine, ReplyName, ReplyValue, read_template};
pub use rules::{Device, MacRule, OnDuplicate, Prefix, Rules};
pub use trace::{Attempted, Gift, Place, Step, Trace, Verdict, gifts, trace};

use crate::packages::{Burst, Night, inside};
use crate::platform::Standing;
use crate::settings::{Key, Values};
use crate::{CustomerId, ServiceId};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::sync::Arc;

/// What an ISP wants for a line that may not be up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuspendedAccess {
    /// Accepted, but on the address list that only reaches the pay page.
    Walled,
    Reject,
}

/// The part of an ISP that RADIUS answers hang on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessPolicy {
    pub suspended_access: SuspendedAccess,
    /// Name of the router's address list for the walled garden.
    pub walled_list: String,
    pub interim_seconds: u32,
    /// From then on nobody comes in any more: the ISP has been suspended for longer than its subscribers are spared.
    pub closed_from: Option<DateTime<Utc>>,
}

impl AccessPolicy {
    pub fn of(values: &Values, standing: &Standing) -> Self {
        let spared = TimeDelta::days(values.number(Key::LineGraceDays));
        let closed_from = match standing {
            Standing::Suspended(suspension) if values.text(Key::LineAfterGrace) == "reject" => Some(suspension.since + spared),
            _ => None,
        };
        let walled = values.text(Key::SuspendedAccess) == "walled";
        Self {
            suspended_access: if walled { SuspendedAccess::Walled } else { SuspendedAccess::Reject },
            walled_list: values.text(Key::WalledList),
            interim_seconds: u32::try_from(values.number(Key::InterimSeconds)).unwrap_or(300),
            closed_from,
        }
    }
}

/// The part of a service that RADIUS answers hang on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub service_id: ServiceId,
    pub customer_id: CustomerId,
    /// Some reason holds it down.
    pub blocked: bool,
    /// Its data is used up, nothing else holds it down, and it gets this instead of what the company wants for lines that may
    /// not be up.
    pub used_up: Option<SuspendedAccess>,
    pub pending: bool,
    pub expires_at: Option<DateTime<Utc>>,
    pub cutoff_at: Option<DateTime<Utc>>,
    /// What the package gives.
    pub speed: Arc<Speed>,
    /// What this line has instead, while it does.
    pub speed_apart: Option<SpeedApart>,
    /// The most it may have after its fair use.
    pub slowed: Option<Slowed>,
    /// The only hours of the day in which it may be up, while that holds.
    pub hours: Option<Hours>,
    pub static_ip: Option<IpAddr>,
}

/// A package's speed with all that belongs to it. `None` is unlimited, or not wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Speed {
    pub up_kbps: Option<u32>,
    pub down_kbps: Option<u32>,
    pub burst: Option<Burst>,
    pub priority: Option<u8>,
    pub contention: Option<u16>,
    pub night: Option<Night>,
}

/// Another speed for one line, until it ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpeedApart {
    pub up_kbps: Option<u32>,
    pub down_kbps: Option<u32>,
    pub until: Option<DateTime<Utc>>,
}

/// The most that a line may have until its fair use is counted anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slowed {
    pub up_kbps: u32,
    pub down_kbps: u32,
    pub until: DateTime<Utc>,
}

/// Hours of the day by the ISP's wall clock, until that ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    pub from: NaiveTime,
    pub to: NaiveTime,
    pub until: Option<DateTime<Utc>>,
}

/// The moment of a decision, and the ISP's wall clock at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub now: DateTime<Utc>,
    pub clock: NaiveTime,
}

impl Moment {
    fn before(self, until: Option<DateTime<Utc>>) -> bool {
        until.is_none_or(|until| until > self.now)
    }

    /// Seconds until the wall clock shows a time next.
    pub(crate) fn seconds_to(self, time: NaiveTime) -> i64 {
        let ahead = (time - self.clock).num_seconds();
        if ahead > 0 { ahead } else { ahead + 86_400 }
    }
}

/// What a line gets at a moment, before it is put into a vendor's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub up_kbps: Option<u32>,
    pub down_kbps: Option<u32>,
    pub burst: Option<Burst>,
    pub priority: Option<u8>,
    pub contention: Option<u16>,
}

impl Line {
    /// The rate at a moment: what was given to this line alone, else the night's, else the package's, but never more than
    /// its fair use leaves it. A burst belongs to the package's own speed.
    pub fn rate(&self, at: Moment) -> Rate {
        let speed = &self.speed;
        let plain = |up_kbps, down_kbps| Rate { up_kbps, down_kbps, burst: None, priority: speed.priority, contention: speed.contention };
        match (self.speed_apart, speed.night) {
            (Some(apart), _) if at.before(apart.until) => plain(apart.up_kbps, apart.down_kbps),
            (_, Some(night)) if inside(night.from, night.to, at.clock) => {
                self.at_most(plain(night.up_kbps.or(speed.up_kbps), night.down_kbps.or(speed.down_kbps)), at)
            }
            _ => self.at_most(Rate { burst: speed.burst, ..plain(speed.up_kbps, speed.down_kbps) }, at),
        }
    }

    /// The same line as if its speed were the same by day and by night.
    #[must_use]
    pub fn without_turns(&self) -> Self {
        match self.speed.night {
            None => self.clone(),
            Some(_) => Self { speed: Arc::new(Speed { night: None, ..(*self.speed).clone() }), ..self.clone() },
        }
    }

    fn at_most(&self, rate: Rate, at: Moment) -> Rate {
        let Some(slowed) = self.slowed.filter(|slowed| slowed.until > at.now) else { return rate };
        let least = |rate: Option<u32>, most: u32| Some(rate.map_or(most, |rate| rate.min(most)));
        Rate { up_kbps: least(rate.up_kbps, slowed.up_kbps), down_kbps: least(rate.down_kbps, slowed.down_kbps), burst: None, ..rate }
    }

    /// Seconds until another rate holds or the line's hours end, if that is known: a session asks again then.
    fn seconds_to_change(&self, at: Moment) -> Option<i64> {
        let until = |until: Option<DateTime<Utc>>| until.map(|until| (until - at.now).num_seconds());
        let apart = self.speed_apart.filter(|apart| at.before(apart.until));
        let hours = self.hours.filter(|hours| at.before(hours.until)).map(|hours| at.seconds_to(hours.to));
        let night = self.speed.night.filter(|_| apart.is_none()).map(|night| {
            let next = if inside(night.from, night.to, at.clock) { night.to } else { night.from };
            // Not everybody in the same second.
            at.seconds_to(next) + i64::try_from(self.service_id.0.as_u128() % 600).unwrap_or_default()
        });
        [apart.and_then(|apart| until(apart.until)), hours, night].into_iter().flatten().min()
    }
}

/// Why a line was refused or walled, as the attempt log says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Ok,
    UnknownUser,
    WrongPassword,
    Suspended,
    Expired,
    /// Due and grace are over, the job that suspends has not come by yet.
    CutOff,
    NotActivated,
    /// Not at this hour of the day.
    OutOfHours,
    /// The request holds no password that this server understands.
    NoPassword,
    /// The user name, the device or the subscriber's mobile is on the block list.
    BlockListed,
    /// The line is bound to other devices.
    WrongDevice,
    /// As many sessions as the line may have are there already.
    AlreadyOnline,
    /// A device asked by its address alone where that is not allowed.
    MacNotAllowed,
    /// The ISP is suspended by the platform, for longer than its subscribers are spared.
    ProviderSuspended,
}

impl Reason {
    pub fn slug(self) -> &'static str {
        match self {
            Reason::Ok => "ok",
            Reason::UnknownUser => "unknown_user",
            Reason::WrongPassword => "wrong_password",
            Reason::Suspended => "suspended",
            Reason::Expired => "expired",
            Reason::CutOff => "cut_off",
            Reason::NotActivated => "not_activated",
            Reason::OutOfHours => "out_of_hours",
            Reason::NoPassword => "no_password",
            Reason::BlockListed => "block_listed",
            Reason::WrongDevice => "wrong_device",
            Reason::AlreadyOnline => "already_online",
            Reason::MacNotAllowed => "mac_not_allowed",
            Reason::ProviderSuspended => "provider_suspended",
        }
    }
}

/// The answer, before it is put into attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Accept {
        /// Until the line must ask again, seconds.
        session_timeout: u32,
    },
    /// Accepted behind the garden wall.
    Walled {
        session_timeout: u32,
        reason: Reason,
    },
    Reject(Reason),
}

/// A line that nothing limits is asked to come back after this long.
const LONGEST_SESSION: u32 = 7 * 86_400;
/// Behind the wall a line asks again soon, so that it is up minutes after a payment even if nobody drops it.
const WALLED_SESSION: u32 = 300;

/// The decision for a line whose password was right.
pub fn decide(line: &Line, policy: &AccessPolicy, at: Moment) -> Decision {
    let now = at.now;
    if policy.closed_from.is_some_and(|from| from <= now) {
        return Decision::Reject(Reason::ProviderSuspended);
    }
    if line.pending {
        return Decision::Reject(Reason::NotActivated);
    }
    let over = |at: Option<DateTime<Utc>>| at.is_some_and(|at| at <= now);
    let down = if line.blocked {
        Some(Reason::Suspended)
    } else if over(line.expires_at) {
        Some(Reason::Expired)
    } else if over(line.cutoff_at) {
        Some(Reason::CutOff)
    } else if line.hours.is_some_and(|hours| at.before(hours.until) && !inside(hours.from, hours.to, at.clock)) {
        Some(Reason::OutOfHours)
    } else {
        None
    };
    let access = line.used_up.filter(|_| down == Some(Reason::Suspended)).unwrap_or(policy.suspended_access);
    match (down, access) {
        // Nobody has to pay for it to be day again.
        (Some(Reason::OutOfHours), _) => Decision::Reject(Reason::OutOfHours),
        (Some(reason), SuspendedAccess::Reject) => Decision::Reject(reason),
        (Some(reason), SuspendedAccess::Walled) => Decision::Walled { session_timeout: WALLED_SESSION, reason },
        (None, _) => Decision::Accept { session_timeout: seconds_left(line, policy, at) },
    }
}

fn seconds_left(line: &Line, policy: &AccessPolicy, at: Moment) -> u32 {
    let end = [line.expires_at, line.cutoff_at, policy.closed_from].into_iter().flatten().min();
    let left = end.map_or(TimeDelta::seconds(i64::from(LONGEST_SESSION)), |end| end - at.now).num_seconds();
    let left = line.seconds_to_change(at).map_or(left, |change| left.min(change));
    u32::try_from(left.max(1)).unwrap_or(u32::MAX).min(MAX_SESSION_TIMEOUT)
}

/// Session-Timeout is an unsigned 32-bit number (RFC 2865 section 5.27), RouterOS reads it signed.
const MAX_SESSION_TIMEOUT: u32 = i32::MAX as u32;

/// Mikrotik-Rate-Limit from the router's side, so the subscriber's upload stands first:
/// `rx/tx burst-rx/burst-tx threshold-rx/threshold-tx time/time priority least-rx/least-tx`, as much of it as is needed,
/// because a place can only be left out with all that follow. `None`: unlimited.
pub fn rate_limit(rate: &Rate) -> Option<String> {
    let one = |kbps: Option<u32>| match kbps {
        None | Some(0) => "0".to_string(),
        Some(kbps) if kbps % 1_000 == 0 => format!("{}M", kbps / 1_000),
        Some(kbps) => format!("{kbps}k"),
    };
    let both = |up, down| format!("{}/{}", one(up), one(down));
    if rate.up_kbps.is_none() && rate.down_kbps.is_none() {
        return None;
    }
    let mut text = both(rate.up_kbps, rate.down_kbps);
    let shared = rate.contention.filter(|shared| *shared > 1);
    match rate.burst {
        Some(burst) => {
            let threshold = |from: Option<u32>, fast: Option<u32>, speed: Option<u32>| fast.and(from.or(speed));
            let up = threshold(burst.from_up_kbps, burst.up_kbps, rate.up_kbps);
            let down = threshold(burst.from_down_kbps, burst.down_kbps, rate.down_kbps);
            let time = |fast: Option<u32>| if fast.is_some() { burst.seconds } else { 0 };
            let times = format!("{}/{}", time(burst.up_kbps), time(burst.down_kbps));
            text = format!("{text} {} {} {times}", both(burst.up_kbps, burst.down_kbps), both(up, down));
        }
        None if rate.priority.is_some() || shared.is_some() => text += " 0/0 0/0 0/0",
        None => return Some(text),
    }
    if rate.priority.is_some() || shared.is_some() {
        text = format!("{text} {}", rate.priority.unwrap_or(LOWEST_PRIORITY));
    }
    if let Some(shared) = shared {
        let least = |kbps: Option<u32>| kbps.map(|kbps| (kbps / u32::from(shared)).max(1));
        text = format!("{text} {}", both(least(rate.up_kbps), least(rate.down_kbps)));
    }
    Some(text)
}

/// What RouterOS gives a queue that says nothing.
const LOWEST_PRIORITY: u8 = 8;

/// The plain rates of a Mikrotik-Rate-Limit in bits a second, up and down; `None`: unlimited.
pub fn rate_bits(rate: &str) -> (Option<u32>, Option<u32>) {
    let one = |text: &str| {
        let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let times = match unit {
            "k" => 1_000,
            "M" => 1_000_000,
            _ => 1,
        };
        digits.parse::<u32>().ok().and_then(|number| number.checked_mul(times)).filter(|bits| *bits > 0)
    };
    let first = rate.split(' ').next().unwrap_or_default();
    let (up, down) = first.split_once('/').unwrap_or((first, first));
    (one(up), one(down))
}

/// Octets that a new report adds to what was known. Less than before means the counter began again (a router that
/// restarted, or a 32-bit counter whose Gigawords never came), so the new figure is all new.
pub fn octets_added(known: u64, reported: u64) -> u64 {
    if reported >= known { reported - known } else { reported }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn now() -> DateTime<Utc> {
        "2026-11-21T10:00:00Z".parse().unwrap()
    }

    pub(super) fn line() -> Line {
        Line {
            service_id: ServiceId(Uuid::from_u128(1)),
            customer_id: CustomerId(Uuid::from_u128(2)),
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

    fn at(now: DateTime<Utc>) -> Moment {
        Moment { now, clock: now.time() }
    }

    fn policy(suspended_access: SuspendedAccess) -> AccessPolicy {
        AccessPolicy { suspended_access, walled_list: "wall".into(), interim_seconds: 300, closed_from: None }
    }

    #[test]
    fn a_session_never_outlives_the_line() {
        let policy = policy(SuspendedAccess::Walled);
        let ends = Line { expires_at: Some(now() + TimeDelta::seconds(90)), cutoff_at: Some(now() + TimeDelta::days(3)), ..line() };
        assert_eq!(decide(&ends, &policy, at(now())), Decision::Accept { session_timeout: 90 });
        assert_eq!(decide(&line(), &policy, at(now())), Decision::Accept { session_timeout: LONGEST_SESSION });
        let at_the_end = now() + TimeDelta::seconds(90);
        assert_eq!(decide(&ends, &policy, at(at_the_end)), Decision::Walled { session_timeout: WALLED_SESSION, reason: Reason::Expired });
    }

    #[test]
    fn subscribers_of_a_suspended_isp_are_spared_for_the_days_that_are_set_and_then_only_if_that_is_wanted() {
        use crate::platform::{Level as By, Suspension};
        use crate::settings::{Layer, Level};
        let said = |key: Key, value: &str| Layer { level: Level::Platform, key, value: value.into(), locked: false };
        let suspended = Standing::Suspended(Suspension { since: now(), why: "unpaid".into(), by: By::Tenant });
        let policy = |layers: Vec<Layer>, standing: &Standing| AccessPolicy::of(&Values::new("Asia/Dhaka", layers), standing);
        let reject = || said(Key::LineAfterGrace, "reject");
        let (last, over) = (at(now() + TimeDelta::days(7) - TimeDelta::seconds(1)), at(now() + TimeDelta::days(7)));
        let held = policy(vec![reject()], &suspended);
        assert_eq!(decide(&line(), &held, last), Decision::Accept { session_timeout: 1 }, "a session ends with the days");
        assert_eq!(decide(&line(), &held, over), Decision::Reject(Reason::ProviderSuspended));
        assert!(matches!(decide(&line(), &policy(vec![], &suspended), over), Decision::Accept { .. }), "usually lines keep running");
        assert!(matches!(decide(&line(), &policy(vec![reject()], &Standing::Open), over), Decision::Accept { .. }), "lifted");
        let longer = policy(vec![reject(), said(Key::LineGraceDays, "30")], &suspended);
        assert!(matches!(decide(&line(), &longer, over), Decision::Accept { .. }));
    }

    #[test]
    fn the_isp_chooses_wall_or_no() {
        let blocked = Line { blocked: true, ..line() };
        assert_eq!(decide(&blocked, &policy(SuspendedAccess::Reject), at(now())), Decision::Reject(Reason::Suspended));
        assert!(matches!(decide(&blocked, &policy(SuspendedAccess::Walled), at(now())), Decision::Walled { .. }));
        // One line may have it the other way round while its data is used up, and not when it has to pay.
        let refused = Line { used_up: Some(SuspendedAccess::Reject), ..blocked.clone() };
        assert_eq!(decide(&refused, &policy(SuspendedAccess::Walled), at(now())), Decision::Reject(Reason::Suspended));
        let unpaid = Line { blocked: false, cutoff_at: Some(now()), ..refused };
        assert!(matches!(decide(&unpaid, &policy(SuspendedAccess::Walled), at(now())), Decision::Walled { .. }));
        let cut = Line { cutoff_at: Some(now()), ..line() };
        assert_eq!(decide(&cut, &policy(SuspendedAccess::Reject), at(now())), Decision::Reject(Reason::CutOff));
    }

    #[test]
    fn upload_stands_first() {
        let limit = |up_kbps, down_kbps| rate_limit(&Rate { up_kbps, down_kbps, burst: None, priority: None, contention: None });
        assert_eq!(limit(Some(5_000), Some(10_000)).as_deref(), Some("5M/10M"));
        assert_eq!(limit(Some(512), None).as_deref(), Some("512k/0"));
        assert_eq!(limit(None, None), None);
        assert_eq!(rate_bits("5M/10M 8M/16M"), (Some(5_000_000), Some(10_000_000)));
        assert_eq!((rate_bits("512k/0"), rate_bits("2M")), ((Some(512_000), None), (Some(2_000_000), Some(2_000_000))));
    }

    #[test]
    fn fair_use_slows_until_it_is_counted_anew() {
        let until = now() + TimeDelta::hours(8);
        let slowed = Line { slowed: Some(Slowed { up_kbps: 9_000, down_kbps: 2_000, until }), ..line() };
        let told = |now| rate_limit(&slowed.rate(at(now)));
        assert_eq!(told(now()).as_deref(), Some("5M/2M"), "never more than the package");
        assert_eq!(told(until).as_deref(), Some("5M/10M"), "also when nobody told that the window is over");
        let turbo = SpeedApart { up_kbps: Some(50_000), down_kbps: Some(50_000), until: None };
        let bought = Line { speed_apart: Some(turbo), ..slowed };
        assert_eq!(rate_limit(&bought.rate(at(now()))).as_deref(), Some("50M/50M"));
    }

    #[test]
    fn burst_priority_and_share_stand_where_routeros_reads_them() {
        let burst =
            Burst { up_kbps: Some(15_000), down_kbps: Some(30_000), from_up_kbps: Some(8_000), from_down_kbps: Some(16_000), seconds: 10 };
        let rate = Rate { up_kbps: Some(10_000), down_kbps: Some(20_000), burst: Some(burst), priority: Some(8), contention: Some(10) };
        assert_eq!(rate_limit(&rate).as_deref(), Some("10M/20M 15M/30M 8M/16M 10/10 8 1M/2M"));
        let down_only = Burst { up_kbps: None, from_up_kbps: None, from_down_kbps: None, ..burst };
        let rate = Rate { burst: Some(down_only), priority: None, contention: None, ..rate };
        assert_eq!(rate_limit(&rate).as_deref(), Some("10M/20M 0/30M 0/20M 0/10"));
        let rate = Rate { burst: None, priority: Some(3), ..rate };
        assert_eq!(rate_limit(&rate).as_deref(), Some("10M/20M 0/0 0/0 0/0 3"));
    }

    #[test]
    fn a_speed_of_its_own_ends_by_itself_and_the_session_with_it() {
        let policy = policy(SuspendedAccess::Walled);
        let turbo = SpeedApart { up_kbps: Some(50_000), down_kbps: None, until: Some(now() + TimeDelta::hours(1)) };
        let fast = Line { speed_apart: Some(turbo), ..line() };
        assert_eq!(fast.rate(at(now())).up_kbps, Some(50_000));
        assert_eq!(decide(&fast, &policy, at(now())), Decision::Accept { session_timeout: 3_600 });
        let after = now() + TimeDelta::hours(1);
        assert_eq!(fast.rate(at(after)).up_kbps, Some(5_000));
    }

    #[test]
    fn nights_have_their_own_speed() {
        let night = Night { up_kbps: None, down_kbps: Some(40_000), from: "23:00:00".parse().unwrap(), to: "06:00:00".parse().unwrap() };
        let speed = Speed { night: Some(night), ..(*line().speed).clone() };
        let line = Line { speed: Arc::new(speed), ..line() };
        let by_day = Moment { now: now(), clock: "22:00:00".parse().unwrap() };
        let by_night = Moment { now: now(), clock: "00:30:00".parse().unwrap() };
        assert_eq!((line.rate(by_day).down_kbps, line.rate(by_night).down_kbps), (Some(10_000), Some(40_000)));
        assert_eq!(line.rate(by_night).up_kbps, Some(5_000));
        let spread = 3_600 + (line.service_id.0.as_u128() % 600) as u32;
        assert_eq!(decide(&line, &policy(SuspendedAccess::Walled), by_day), Decision::Accept { session_timeout: spread });
    }

    #[test]
    fn outside_its_hours_a_line_is_told_no_and_inside_them_it_ends_with_them() {
        let hours = Hours { from: "08:00:00".parse().unwrap(), to: "20:00:00".parse().unwrap(), until: None };
        let school = Line { hours: Some(hours), ..line() };
        let clock = |text: &str| Moment { now: now(), clock: text.parse().unwrap() };
        let policy = policy(SuspendedAccess::Walled);
        assert_eq!(decide(&school, &policy, clock("19:59:00")), Decision::Accept { session_timeout: 60 });
        assert_eq!(decide(&school, &policy, clock("20:00:00")), Decision::Reject(Reason::OutOfHours));
        let over = Line { hours: Some(Hours { until: Some(now()), ..hours }), ..line() };
        assert!(matches!(decide(&over, &policy, clock("23:00:00")), Decision::Accept { .. }));
    }

    #[test]
    fn counters_that_begin_again_are_not_subtracted() {
        assert_eq!(octets_added(100, 150), 50);
        assert_eq!(octets_added(100, 100), 0);
        assert_eq!(octets_added(1_000_000, 40), 40);
    }
}
