//! Sessions of routers that let people in by themselves. Nobody reports them, so each look is a report; who is not seen any
//! more is gone since he was seen last.

use crate::NasId;
use crate::accounting::{Report, ReportKind, Session};
use chrono::{DateTime, TimeDelta, Utc};
use std::net::IpAddr;

/// Somebody whom a router let in by itself, as one look saw him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnRouter {
    pub username: String,
    /// The router's name for the session; it counts anew after a restart.
    pub session: String,
    pub mac: Option<String>,
    pub ip: Option<IpAddr>,
    pub seconds: Option<u32>,
    /// From him; `None` where the router does not count it.
    pub input: Option<u64>,
    /// To him.
    pub output: Option<u64>,
}

/// Everybody who was on a router by its own secrets at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roll {
    pub at: DateTime<Utc>,
    /// As what the router asks RADIUS about others.
    pub nas_id: Option<NasId>,
    pub on: Vec<OnRouter>,
}

/// What a look says of the session under one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glimpse {
    /// It goes on.
    On,
    /// It is another one than the one that is known.
    Anew,
    /// A look that is written after a later one.
    Late,
}

/// Uptimes are whole seconds, and a look takes a moment.
const ROUNDING: TimeDelta = TimeDelta::seconds(3);
/// RADIUS and a look that tell of one session agree on its beginning as well as this.
const SAME_START: TimeDelta = TimeDelta::minutes(5);

impl OnRouter {
    pub fn report(&self, at: DateTime<Utc>) -> Report {
        let (input, output) = (self.input, self.output);
        Report { kind: ReportKind::Interim, at, seconds: self.seconds, input, output, narrow: false, cause: None }
    }

    pub fn began_at(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.seconds.map(|seconds| at - TimeDelta::seconds(i64::from(seconds)))
    }

    /// What is known under the same name, the newest. An uptime only ever grows, and nobody was on since before he was gone.
    pub fn glimpse(&self, known: Option<&Session>, at: DateTime<Utc>) -> Glimpse {
        let Some(known) = known else { return Glimpse::Anew };
        if known.updated_at >= at {
            return Glimpse::Late;
        }
        match (self.seconds, self.began_at(at)) {
            (Some(seconds), _) if u64::from(seconds) < known.seconds => Glimpse::Anew,
            (_, Some(began)) if began > known.updated_at + ROUNDING => Glimpse::Anew,
            (None, None) if known.stopped_at.is_some() => Glimpse::Anew,
            _ => Glimpse::On,
        }
    }

    /// Is this what accounting tells of already? Some routers account for their own secrets, too.
    pub fn is_told(&self, at: DateTime<Utc>, mac: Option<&str>, started_at: DateTime<Utc>) -> bool {
        let same_device = self.mac.is_none() || mac.is_none() || self.mac.as_deref() == mac;
        same_device && self.began_at(at).is_none_or(|began| (began - started_at).abs() <= SAME_START)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_000_000 + seconds, 0).unwrap()
    }

    fn on(seconds: impl Into<Option<u32>>) -> OnRouter {
        OnRouter {
            username: "rahim".into(),
            session: "0x81a00001".into(),
            mac: Some("AA:BB:CC:00:00:01".into()),
            ip: None,
            seconds: seconds.into(),
            input: Some(10),
            output: Some(20),
        }
    }

    fn known(began: i64, seen: i64) -> Session {
        let seconds = u32::try_from(seen - began).unwrap();
        Session::begin(&on(seconds).report(at(seen))).0
    }

    #[test]
    fn a_session_goes_on_from_look_to_look() {
        let session = known(0, 600);
        assert_eq!((session.started_at, session.updated_at, session.seconds), (at(0), at(600), 600));
        assert_eq!(on(660).glimpse(Some(&session), at(660)), Glimpse::On);
        assert_eq!(on(659).glimpse(Some(&session), at(662)), Glimpse::On, "its clock and ours round as they like");
        assert_eq!(on(5).glimpse(None, at(660)), Glimpse::Anew);
        assert_eq!(on(660).glimpse(Some(&session), at(600)), Glimpse::Late);
        assert_eq!(on(30).glimpse(Some(&session), at(590)), Glimpse::Late, "an old look makes no new session");
    }

    #[test]
    fn a_router_that_restarted_gives_the_same_name_to_another_session() {
        let short = known(0, 20);
        assert_eq!(on(40).glimpse(Some(&short), at(80)), Glimpse::Anew, "it began when the other one was gone");
        assert_eq!(on(10).glimpse(Some(&known(0, 600)), at(660)), Glimpse::Anew);
    }

    #[test]
    fn what_we_ended_while_the_router_was_away_goes_on_where_it_never_ended() {
        let mut session = known(0, 600);
        (session.stopped_at, session.stop_cause) = (Some(at(600)), Some("stale".into()));
        assert_eq!(on(4_000).glimpse(Some(&session), at(4_000)), Glimpse::On);
        assert_eq!(session.hear(&on(4_000).report(at(4_000))).input, 0);
        assert_eq!((session.stopped_at, session.seconds), (None, 4_000));
        (session.stopped_at, session.stop_cause) = (Some(at(4_000)), Some("gone".into()));
        assert_eq!(on(1_000).glimpse(Some(&session), at(9_000)), Glimpse::Anew);
        assert_eq!(on(None).glimpse(Some(&session), at(9_000)), Glimpse::Anew, "a router that tells no uptimes");
    }

    #[test]
    fn what_accounting_tells_is_not_told_again() {
        let mac = Some("AA:BB:CC:00:00:01");
        assert!(on(600).is_told(at(600), mac, at(2)));
        assert!(on(600).is_told(at(600), None, at(2)));
        assert!(!on(600).is_told(at(600), Some("AA:BB:CC:00:00:02"), at(2)));
        assert!(!on(60).is_told(at(6_000), mac, at(2)), "he came back by the router's own secret, RADIUS has not noticed");
    }
}
