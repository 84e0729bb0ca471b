//! What the reports of an access server (RFC 2866) make of a session: repeated, reordered, late and missing ones end in
//! the same session, with every octet counted once. The caller keeps the sessions; nothing is stored here.

use crate::access::octets_added;
use chrono::{DateTime, TimeDelta, Utc};

/// Ends that we wrote ourselves, because the server could not: they hold until it speaks of the session again.
pub const STALE: &str = "stale";
pub const NAS_RESTARTED: &str = "nas_restarted";
/// A new session came under the same name, so the end of the old one was never told.
pub const REPLACED: &str = "replaced";
/// Its server was asked about it and does not know it.
pub const GONE: &str = "gone";

/// A server's own name for a session, as text: as it is when it is plain, in hexadecimal when it is not. It goes back to
/// the server byte for byte.
pub fn session_id_text(octets: &[u8]) -> String {
    match std::str::from_utf8(octets) {
        Ok(text) if !text.contains(char::is_control) && !text.starts_with("hex:") => text.to_string(),
        _ => octets.iter().fold("hex:".to_string(), |text, octet| text + &format!("{octet:02x}")),
    }
}

/// What `session_id_text` was made from.
pub fn session_id_octets(text: &str) -> Vec<u8> {
    let digits = text.strip_prefix("hex:").map(|digits| {
        let pairs =
            digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()));
        pairs.collect::<Option<Vec<u8>>>()
    });
    digits.flatten().unwrap_or_else(|| text.as_bytes().to_vec())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportKind {
    Start,
    Interim,
    Stop,
}

/// One report of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    pub kind: ReportKind,
    /// When it was true: its arrival less what the server says it was delayed.
    pub at: DateTime<Utc>,
    /// How long the session has lasted. Servers that do not count send nothing or zero; both are `None`.
    pub seconds: Option<u32>,
    pub input: Option<u64>,
    pub output: Option<u64>,
    /// The server tells no more than 32 bits: its counters begin again at four gigabytes.
    pub narrow: bool,
    /// Why it ended, a word of ours.
    pub cause: Option<&'static str>,
}

/// Octets in one direction: all of the session, and the figure last told (which begins again with the counter).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counter {
    pub total: u64,
    pub reported: u64,
}

/// Octets that were not known before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Octets {
    pub input: u64,
    pub output: u64,
}

/// A session as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub started_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub stopped_at: Option<DateTime<Utc>>,
    pub stop_cause: Option<String>,
    pub seconds: u64,
    pub input: Counter,
    pub output: Counter,
}

/// Which session a report speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Newest,
    Before,
    /// One that was not heard of before.
    Fresh,
}

/// Two reports that lie closer than this may speak of one start: clocks drift and packets wait.
const SAME_START: TimeDelta = TimeDelta::minutes(5);
/// A start that comes later than this after the end is not a late one but a new one under an old name.
const LATE_START: TimeDelta = TimeDelta::minutes(1);
/// No session moves more (a petabyte); what claims to is cut, so that sums never overflow.
const MOST_OCTETS: u64 = 1 << 50;

impl Report {
    /// When the session that it speaks of began, as far as it tells.
    fn began_at(&self) -> Option<DateTime<Utc>> {
        match self.kind {
            ReportKind::Start => Some(self.at),
            _ => self.seconds.map(|seconds| self.at - TimeDelta::seconds(i64::from(seconds))),
        }
    }
}

/// Finds the session that a report speaks of: the newest with the same server, session id and user name, the one
/// before it, or neither. Routers begin to count ids again after a restart, so the same id may be another session.
pub fn place(report: &Report, newest: Option<&Session>, before: Option<&Session>) -> Place {
    let Some(last) = newest else { return Place::Fresh };
    let Some(began) = report.began_at() else { return Place::Newest };
    if let Some(before) = before {
        let far = |session: &Session| (began - session.started_at).abs();
        let tells_of_before = report.kind != ReportKind::Start && far(before) <= SAME_START && far(before) < far(last);
        if tells_of_before {
            return Place::Before;
        }
    }
    let fresh = match last.stopped_at {
        Some(stopped) if last.stop_cause.as_deref() == Some(NAS_RESTARTED) => began > stopped,
        Some(stopped) => began > stopped + LATE_START,
        None => began > last.updated_at && began > last.started_at + SAME_START,
    };
    if fresh { Place::Fresh } else { Place::Newest }
}

impl Session {
    /// A session that is heard of for the first time, and the octets it has already moved.
    pub fn begin(report: &Report) -> (Self, Octets) {
        let started_at = report.began_at().unwrap_or(report.at);
        let mut session = Self {
            started_at,
            updated_at: started_at,
            stopped_at: None,
            stop_cause: None,
            seconds: 0,
            input: Counter::default(),
            output: Counter::default(),
        };
        let added = session.hear(report);
        (session, added)
    }

    /// Takes in a report that `place` found to be of this session; answers with the octets that are new.
    pub fn hear(&mut self, report: &Report) -> Octets {
        let added = match report.kind {
            ReportKind::Start => {
                self.started_at = self.started_at.min(report.at);
                Octets::default()
            }
            ReportKind::Interim => {
                if self.ended_by_us() && self.stopped_at.is_some_and(|stopped| report.at > stopped) {
                    (self.stopped_at, self.stop_cause) = (None, None);
                }
                self.count(report)
            }
            ReportKind::Stop => {
                let longer = report.seconds.is_some_and(|seconds| u64::from(seconds) > self.seconds);
                let added = self.count(report);
                if self.stopped_at.is_none() || self.ended_by_us() || longer {
                    self.stopped_at = Some(report.at.max(self.started_at));
                    self.stop_cause = Some(report.cause.unwrap_or("unknown").to_string());
                }
                added
            }
        };
        self.updated_at = self.updated_at.max(report.at);
        added
    }

    /// Ends a session that nobody ended, at the last moment it was heard of.
    pub fn replace(&mut self) {
        if self.stopped_at.is_none() {
            self.stopped_at = Some(self.updated_at);
            self.stop_cause = Some(REPLACED.to_string());
        }
    }

    fn ended_by_us(&self) -> bool {
        matches!(self.stop_cause.as_deref(), Some(STALE | NAS_RESTARTED | REPLACED | GONE))
    }

    fn count(&mut self, report: &Report) -> Octets {
        let age = match report.seconds {
            Some(seconds) => u64::from(seconds).cmp(&self.seconds),
            None => report.at.cmp(&self.updated_at),
        };
        // What is older than what we know adds nothing; what is as old may only fill in what was missing.
        if age.is_lt() {
            return Octets::default();
        }
        let before = self.seconds;
        self.seconds = before.max(report.seconds.map_or(0, u64::from));
        let pace = report.narrow.then_some(Pace { before, since: self.seconds - before });
        Octets { input: self.input.take(report.input, age.is_gt(), pace), output: self.output.take(report.output, age.is_gt(), pace) }
    }
}

/// How long a session had lasted, and how much longer it lasts by now, in seconds.
#[derive(Clone, Copy)]
struct Pace {
    before: u64,
    since: u64,
}

/// Where counters of 32 bits begin again.
const WRAP: u64 = 1 << 32;
/// A session that suddenly moves so many times what it moved so far more likely has a counter that was set to zero.
const FASTER: u128 = 8;

impl Counter {
    /// `pace`: the counter has 32 bits.
    fn take(&mut self, reported: Option<u64>, newer: bool, pace: Option<Pace>) -> u64 {
        let Some(reported) = reported.map(|octets| octets.min(MOST_OCTETS)) else { return 0 };
        if !newer && reported < self.reported {
            return 0;
        }
        let wrapped = pace.and_then(|pace| self.wrapped(reported, pace));
        let added = wrapped.unwrap_or_else(|| octets_added(self.reported, reported));
        self.reported = reported;
        self.total = self.total.saturating_add(added).min(MOST_OCTETS << 10);
        added
    }

    /// A counter of 32 bits that shows less than before has either gone round or was set to zero. It has gone round when
    /// what it then moved is no wonder beside what it moved before.
    fn wrapped(&self, reported: u64, pace: Pace) -> Option<u64> {
        if reported >= self.reported || self.reported >= WRAP {
            return None;
        }
        let moved = WRAP - self.reported + reported;
        let likely = match pace {
            Pace { before: 0, .. } | Pace { since: 0, .. } => self.reported >= WRAP / 2,
            Pace { before, since } => u128::from(moved) * u128::from(before) <= FASTER * u128::from(self.total) * u128::from(since),
        };
        likely.then_some(moved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_000_000 + seconds, 0).unwrap()
    }

    fn start(second: i64) -> Report {
        Report { kind: ReportKind::Start, at: at(second), seconds: None, input: None, output: None, narrow: false, cause: None }
    }

    fn interim(second: i64, lasted: u32, octets: u64) -> Report {
        Report {
            kind: ReportKind::Interim,
            at: at(second),
            seconds: Some(lasted),
            input: Some(octets),
            output: Some(octets * 2),
            narrow: false,
            cause: None,
        }
    }

    fn stop(second: i64, lasted: u32, octets: u64) -> Report {
        Report { kind: ReportKind::Stop, cause: Some("user_request"), ..interim(second, lasted, octets) }
    }

    /// Plays reports as a writer does: sessions newest first, and all input octets that were counted.
    fn play(reports: &[Report]) -> (Vec<Session>, u64) {
        let (mut known, mut counted): (Vec<Session>, u64) = (Vec::new(), 0);
        for report in reports {
            counted += match place(report, known.first(), known.get(1)) {
                Place::Newest => known[0].hear(report).input,
                Place::Before => {
                    let added = known[1].hear(report);
                    known[1].replace();
                    added.input
                }
                Place::Fresh => {
                    known.iter_mut().for_each(Session::replace);
                    let (session, added) = Session::begin(report);
                    known.insert(0, session);
                    added.input
                }
            };
        }
        (known, counted)
    }

    #[test]
    fn a_whole_session() {
        let (sessions, counted) = play(&[start(0), interim(300, 300, 100), interim(600, 600, 250), stop(700, 700, 260)]);
        assert_eq!(sessions.len(), 1);
        assert_eq!((sessions[0].started_at, sessions[0].stopped_at), (at(0), Some(at(700))));
        assert_eq!((sessions[0].stop_cause.as_deref(), sessions[0].seconds), (Some("user_request"), 700));
        assert_eq!((counted, sessions[0].output.total), (260, 520));
    }

    #[test]
    fn a_late_start_does_not_open_a_stopped_session() {
        let (sessions, counted) = play(&[stop(40, 40, 90), start(0), start(45)]);
        assert_eq!(sessions.len(), 1);
        assert_eq!((sessions[0].started_at, sessions[0].stopped_at, counted), (at(0), Some(at(40)), 90));
    }

    #[test]
    fn an_interim_after_the_stop_does_not_open_it() {
        let (sessions, counted) = play(&[start(0), stop(700, 700, 260), interim(600, 600, 250), interim(702, 700, 260)]);
        assert_eq!((sessions.len(), sessions[0].stopped_at, counted), (1, Some(at(700)), 260));
    }

    #[test]
    fn a_session_without_a_start() {
        let (sessions, counted) = play(&[interim(900, 900, 50), start(0)]);
        assert_eq!((sessions.len(), sessions[0].started_at, sessions[0].stopped_at, counted), (1, at(0), None, 50));
    }

    #[test]
    fn a_counter_that_begins_again() {
        let (sessions, counted) =
            play(&[start(0), interim(300, 300, 1_000), interim(600, 600, 40), interim(400, 400, 900), stop(700, 700, 60)]);
        assert_eq!((counted, sessions[0].input.total, sessions[0].input.reported), (1_060, 1_060, 60));
    }

    /// Ten gigabytes at a steady pace, told in 32 bits (E-14); the same with a counter that is set to zero on the way.
    #[test]
    fn a_counter_of_32_bits_goes_round() {
        let narrow = |second: u32, octets: u64| Report {
            input: Some(octets % (1 << 32)),
            output: Some(0),
            narrow: true,
            ..interim(i64::from(second), second, 0)
        };
        let steady: Vec<Report> = (1..=10).map(|step| narrow(step * 300, u64::from(step) * 1_000_000_000)).collect();
        assert_eq!(play(&steady).1, 10_000_000_000);
        let set_to_zero = [narrow(300, 1_000_000), narrow(600, 2_000_000), narrow(900, 500)];
        assert_eq!(play(&set_to_zero).1, 2_000_500);
        // A server that tells more than 32 bits never goes round there.
        let wide = [interim(300, 300, 3_000_000_000), interim(600, 600, 100)];
        assert_eq!(play(&wide).1, 3_000_000_100);
    }

    #[test]
    fn an_old_id_after_a_restart_is_a_new_session() {
        let (sessions, counted) = play(&[start(0), stop(100, 100, 70), start(9_000), interim(9_300, 300, 20)]);
        assert_eq!((sessions.len(), counted), (2, 90));
        assert_eq!((sessions[0].started_at, sessions[0].stopped_at), (at(9_000), None));
        // Its start was lost, too.
        let (sessions, counted) = play(&[start(0), interim(300, 300, 70), interim(5_000, 600, 20), stop(5_100, 700, 25)]);
        assert_eq!((sessions.len(), counted), (2, 95));
        assert_eq!((sessions[0].started_at, sessions[0].stopped_at), (at(4_400), Some(at(5_100))));
        assert_eq!(sessions[1].stop_cause.as_deref(), Some(REPLACED));
    }

    #[test]
    fn the_stop_of_the_session_before_does_not_end_this_one() {
        let (sessions, counted) = play(&[start(0), interim(300, 300, 70), start(5_000), stop(1_000, 1_000, 90)]);
        assert_eq!((sessions.len(), counted), (2, 90));
        assert_eq!(sessions[0].stopped_at, None);
        assert_eq!((sessions[1].stopped_at, sessions[1].stop_cause.as_deref()), (Some(at(1_000)), Some("user_request")));
    }

    #[test]
    fn what_we_ended_opens_again_when_the_server_speaks() {
        let (mut sessions, _) = play(&[start(0), interim(300, 300, 70)]);
        (sessions[0].stopped_at, sessions[0].stop_cause) = (Some(at(300)), Some(STALE.into()));
        let late = interim(2_000, 2_000, 170);
        assert_eq!(place(&late, sessions.first(), None), Place::Newest);
        assert_eq!(sessions[0].hear(&late).input, 100);
        assert_eq!((sessions[0].stopped_at, &sessions[0].stop_cause), (None, &None));
    }

    #[test]
    fn right_after_a_restart_an_id_may_come_back() {
        let (mut sessions, _) = play(&[start(0), interim(60, 60, 70)]);
        (sessions[0].stopped_at, sessions[0].stop_cause) = (Some(at(80)), Some(NAS_RESTARTED.into()));
        assert_eq!(place(&start(85), sessions.first(), None), Place::Fresh);
        assert_eq!(place(&interim(385, 300, 5), sessions.first(), None), Place::Fresh);
        assert_eq!(place(&interim(385, 385, 5), sessions.first(), None), Place::Newest, "the server did not restart after all");
        assert_eq!(place(&start(79), sessions.first(), None), Place::Newest);
    }

    #[test]
    fn a_server_that_does_not_count_seconds() {
        let plain = |second, octets| Report { seconds: None, ..interim(second, 0, octets) };
        let (sessions, counted) = play(&[start(0), plain(300, 100), plain(300, 100), plain(600, 150), plain(450, 120), plain(900, 30)]);
        assert_eq!((sessions.len(), counted), (1, 180));
    }

    #[test]
    fn impossible_figures_do_not_overflow() {
        let (sessions, counted) = play(&[interim(10, 10, u64::MAX / 2), interim(20, 20, 0), interim(30, 30, u64::MAX / 2)]);
        assert_eq!((sessions.len(), counted), (1, 2 << 50));
    }

    proptest! {
        #[test]
        fn a_session_id_goes_back_as_it_came(octets: Vec<u8>) {
            prop_assert_eq!(session_id_octets(&session_id_text(&octets)), octets);
        }

        #[test]
        fn a_session_id_that_looks_like_ours_too(text in "hex:[0-9a-f]{0,8}") {
            prop_assert_eq!(session_id_octets(&session_id_text(text.as_bytes())), text.into_bytes());
        }

        /// However the reports of one session are repeated and shuffled, it ends once, in time, and no octet counts twice.
        #[test]
        fn order_does_not_matter(steps in prop::collection::vec(1u64..1_000_000, 1..8), order in prop::collection::vec(any::<prop::sample::Index>(), 0..40)) {
            let mut octets = 0;
            let mut reports = vec![start(0)];
            for (step, more) in steps.iter().enumerate() {
                octets += more;
                let lasted = (step as u32 + 1) * 300;
                let last = step + 1 == steps.len();
                reports.push(if last { stop(i64::from(lasted), lasted, octets) } else { interim(i64::from(lasted), lasted, octets) });
            }
            let mut played: Vec<Report> = order.iter().map(|index| *index.get(&reports)).collect();
            played.extend(&reports);
            let (sessions, counted) = play(&played);
            prop_assert_eq!(sessions.len(), 1);
            prop_assert_eq!(counted, octets);
            prop_assert_eq!(sessions[0].started_at, at(0));
            prop_assert_eq!(sessions[0].stopped_at, Some(at(steps.len() as i64 * 300)));
        }
    }
}
