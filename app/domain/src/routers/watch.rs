//! What looking at a router means: when it counts as gone, when as ill, and when that is worth telling somebody.

use super::{RouterFacts, RouterState, RouterStatus};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// So many looks in a row find nobody before a router counts as gone (spec RTR-10).
pub const MISSES: i32 = 2;
/// A clock that is off by more makes certificates and expiry wrong.
pub const CLOCK_SKEW: i64 = 120;
const CPU_HIGH: i32 = 90;
const MEMORY_HIGH: i32 = 95;

/// Why a router is not simply well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Nobody there, or nobody at this port.
    Unreachable,
    /// Where it is said to be, no device may be: the server's own neighbourhood.
    Closed,
    /// Connected, and then no answer in time.
    Silent,
    /// What answers there is something else.
    NotRouterOs,
    /// Name or password.
    Login,
    /// TLS without a certificate, or too old.
    Tls,
    /// None has been confirmed yet.
    Unconfirmed,
    /// Another certificate than the confirmed one.
    OtherCertificate,
    /// It broke off, or sent what makes no sense.
    Broken,
    /// It refused what every account may ask.
    Refused,
    Cpu,
    Memory,
    Clock,
}

impl Why {
    pub const ALL: [Why; 13] = [
        Why::Unreachable,
        Why::Closed,
        Why::Silent,
        Why::NotRouterOs,
        Why::Login,
        Why::Tls,
        Why::Unconfirmed,
        Why::OtherCertificate,
        Why::Broken,
        Why::Refused,
        Why::Cpu,
        Why::Memory,
        Why::Clock,
    ];

    pub fn slug(self) -> &'static str {
        match self {
            Why::Unreachable => "unreachable",
            Why::Closed => "closed",
            Why::Silent => "silent",
            Why::NotRouterOs => "not_routeros",
            Why::Login => "login",
            Why::Tls => "tls",
            Why::Unconfirmed => "unconfirmed",
            Why::OtherCertificate => "other_certificate",
            Why::Broken => "broken",
            Why::Refused => "refused",
            Why::Cpu => "cpu",
            Why::Memory => "memory",
            Why::Clock => "clock",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.slug() == slug)
    }

    /// Is somebody there who only does not let us in? Such a router is up, and its subscribers with it.
    pub fn is_there(self) -> bool {
        matches!(self, Why::Login | Why::Unconfirmed | Why::OtherCertificate | Why::Refused | Why::Tls)
    }
}

/// What one look brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    Seen(Seen),
    Missed(Why),
}

/// A router that answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub latency_us: i64,
    pub facts: RouterFacts,
    /// By how much its clock is ahead of ours.
    pub skew_seconds: Option<i64>,
    pub sessions: Option<i32>,
}

/// What a look makes of a router.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub state: RouterState,
    /// It went, came or fell ill with this look.
    pub turned: bool,
}

/// The state after a look at `now`.
pub fn judge(before: &RouterState, look: &Look, now: DateTime<Utc>) -> Verdict {
    let mut state = before.clone();
    state.looked_at = Some(now);
    match look {
        Look::Seen(seen) => {
            let facts = seen.facts.clone();
            // A look in between asks for less; what a router is made of stays.
            state.facts = RouterFacts {
                board: facts.board.or(state.facts.board),
                architecture: facts.architecture.or(state.facts.architecture),
                serial: facts.serial.or(state.facts.serial),
                routeros: facts.routeros.or(state.facts.routeros),
                ..facts
            };
            state.skew_seconds = seen.skew_seconds.or(state.skew_seconds);
            state.sessions = seen.sessions.or(state.sessions);
            (state.latency_us, state.misses, state.seen_at) = (Some(seen.latency_us), 0, Some(now));
            state.why = ailment(&state);
            state.status = if state.why.is_some() { RouterStatus::Warning } else { RouterStatus::Online };
        }
        Look::Missed(why) => {
            state.misses = state.misses.saturating_add(1);
            if why.is_there() {
                (state.status, state.why) = (RouterStatus::Warning, Some(*why));
            } else if state.misses >= MISSES {
                (state.status, state.why) = (RouterStatus::Offline, Some(*why));
                (state.latency_us, state.sessions) = (None, None);
            }
        }
    }
    let turned = state.status != before.status || state.status != RouterStatus::Online && state.why != before.why;
    if state.status != before.status {
        state.since = Some(now);
    }
    Verdict { state, turned }
}

fn ailment(state: &RouterState) -> Option<Why> {
    if state.facts.cpu_percent.is_some_and(|percent| percent >= CPU_HIGH) {
        Some(Why::Cpu)
    } else if state.facts.memory_percent().is_some_and(|percent| percent >= MEMORY_HIGH) {
        Some(Why::Memory)
    } else if state.skew_seconds.is_some_and(|seconds| seconds.abs() > CLOCK_SKEW) {
        Some(Why::Clock)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + second, 0).unwrap()
    }

    fn seen() -> Look {
        Look::Seen(Seen { latency_us: 900, ..Seen::default() })
    }

    fn story(looks: &[Look]) -> Vec<(RouterStatus, bool)> {
        let mut state = RouterState::default();
        let told = looks.iter().zip(0i64..).map(|(look, second)| {
            let verdict = judge(&state, look, at(second));
            state = verdict.state;
            (state.status, verdict.turned)
        });
        told.collect()
    }

    #[test]
    fn one_miss_is_nothing_two_are_gone_and_the_third_is_no_news() {
        use RouterStatus::{Offline, Online, Unknown};
        let miss = || Look::Missed(Why::Unreachable);
        assert_eq!(story(&[seen(), miss(), seen()]), [(Online, true), (Online, false), (Online, false)]);
        assert_eq!(
            story(&[seen(), miss(), miss(), miss(), seen()]),
            [(Online, true), (Online, false), (Offline, true), (Offline, false), (Online, true)]
        );
        assert_eq!(story(&[miss(), miss()]), [(Unknown, false), (Offline, true)]);
    }

    #[test]
    fn a_router_that_only_refuses_us_is_up_and_says_why_once() {
        use RouterStatus::{Online, Warning};
        let login = || Look::Missed(Why::Login);
        assert_eq!(story(&[seen(), login(), login()]), [(Online, true), (Warning, true), (Warning, false)]);
    }

    #[test]
    fn heat_and_a_wrong_clock_are_warnings_and_what_it_is_made_of_is_kept() {
        let facts = RouterFacts { cpu_percent: Some(97), board: Some("hEX".into()), ..RouterFacts::default() };
        let hot = judge(&RouterState::default(), &Look::Seen(Seen { facts, ..Seen::default() }), at(0)).state;
        assert_eq!((hot.status, hot.why), (RouterStatus::Warning, Some(Why::Cpu)));
        let cool = judge(&hot, &seen(), at(60));
        assert!(cool.turned);
        assert_eq!((cool.state.status, cool.state.facts.board.as_deref()), (RouterStatus::Online, Some("hEX")));
        let late = judge(&cool.state, &Look::Seen(Seen { skew_seconds: Some(-600), ..Seen::default() }), at(120)).state;
        assert_eq!(late.why, Some(Why::Clock));
    }
}
