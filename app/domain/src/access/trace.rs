//! Why somebody is let in or not, question by question in the order in which RADIUS asks them, for people who have to
//! explain it. It decides nothing of its own: it asks the same functions that the answer is made with.

use super::{AccessPolicy, Decision, Device, Line, Moment, Reason, ReplyLine, Rules, decide, rate_limit};

/// How a question was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Good,
    Bad,
    /// Nobody asked it, because an answer before it settled the matter, or because nothing is known.
    Open,
}

/// One question, by the key of its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub key: &'static str,
    pub verdict: Verdict,
    pub detail: Option<String>,
}

/// Everything that is known about an attempt.
pub struct Attempted<'a> {
    pub line: Option<&'a Line>,
    pub rules: &'a Rules,
    pub policy: &'a AccessPolicy,
    pub at: Moment,
    /// The note of the entry of the block list that this is about.
    pub listed: Option<&'a str>,
    /// Was the password right? `None`: nobody typed one.
    pub proven: Option<bool>,
    /// A device asks by its own address and proves nothing: is that allowed here? `None`: somebody asks by his name.
    pub by_device: Option<bool>,
    /// The device that asks, when it is known.
    pub station: Option<&'a str>,
    /// Sessions of other devices on the line.
    pub others: usize,
}

/// The whole way and its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    pub steps: Vec<Step>,
    pub decision: Decision,
}

/// What somebody gets who is let in, in our words and as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gift {
    pub key: &'static str,
    pub value: String,
}

/// The questions in their order, with the reason for which each turns somebody away.
const QUESTIONS: [&str; 6] = ["name", "listed", "password", "line", "device", "seat"];

pub fn trace(attempted: &Attempted<'_>) -> Trace {
    let mut steps: Vec<Step> = Vec::with_capacity(QUESTIONS.len());
    let mut refused = None;
    let mut decision = Decision::Reject(Reason::UnknownUser);
    for key in QUESTIONS {
        if refused.is_some() {
            steps.push(Step { key, verdict: Verdict::Open, detail: None });
            continue;
        }
        let (verdict, detail, reason) = match (key, attempted.line) {
            ("name", _) if attempted.by_device == Some(false) => {
                (Verdict::Bad, attempted.station.map(str::to_string), Some(Reason::MacNotAllowed))
            }
            (_, None) => (Verdict::Bad, None, Some(Reason::UnknownUser)),
            ("name", _) => (Verdict::Good, None, None),
            ("listed", _) => match attempted.listed {
                Some(note) => (Verdict::Bad, Some(note.to_string()), Some(Reason::BlockListed)),
                None => (Verdict::Good, None, None),
            },
            ("password", _) if attempted.by_device == Some(true) => (Verdict::Good, attempted.station.map(str::to_string), None),
            ("password", _) => match attempted.proven {
                Some(true) => (Verdict::Good, None, None),
                Some(false) => (Verdict::Bad, None, Some(Reason::WrongPassword)),
                None => (Verdict::Open, None, None),
            },
            ("line", Some(line)) => {
                decision = decide(line, attempted.policy, attempted.at);
                match &decision {
                    Decision::Accept { .. } => (Verdict::Good, None, None),
                    // Behind the wall he is in, and the questions go on; but this is what is wrong with his line.
                    Decision::Walled { reason, .. } => (Verdict::Bad, Some(reason.slug().to_string()), None),
                    Decision::Reject(reason) => (Verdict::Bad, Some(reason.slug().to_string()), Some(*reason)),
                }
            }
            ("device", _) => match attempted.rules.device(attempted.station) {
                Device::Refused => (Verdict::Bad, Some(attempted.rules.macs.join(", ")), Some(Reason::WrongDevice)),
                _ => (Verdict::Good, attempted.station.map(str::to_string), None),
            },
            _ if attempted.rules.full(attempted.others) => {
                (Verdict::Bad, Some(attempted.rules.sessions.to_string()), Some(Reason::AlreadyOnline))
            }
            _ => (Verdict::Good, None, None),
        };
        refused = refused.or(reason);
        steps.push(Step { key, verdict, detail });
    }
    if let Some(reason) = refused {
        decision = Decision::Reject(reason);
    }
    Trace { steps, decision }
}

/// What the server that asks and the realm behind the name add to an answer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place<'a> {
    pub nas: Option<crate::NasId>,
    /// For whoever has none of his own.
    pub pool: Option<&'a str>,
    pub extra: &'a [ReplyLine],
}

/// What he is given. Nothing when he is turned away.
pub fn gifts(decision: &Decision, line: &Line, rules: &Rules, policy: &AccessPolicy, at: Moment, place: Place<'_>) -> Vec<Gift> {
    let (seconds, walled) = match decision {
        Decision::Accept { session_timeout } => (*session_timeout, false),
        Decision::Walled { session_timeout, .. } => (*session_timeout, true),
        Decision::Reject(_) => return Vec::new(),
    };
    let list = if walled { Some(policy.walled_list.clone()) } else { rules.address_list.clone() };
    let prefix = |prefix: super::Prefix| format!("{}/{}", prefix.address, prefix.length);
    let found = [
        ("rate", rate_limit(&line.rate(at))),
        ("timeout", Some(seconds.to_string())),
        ("interim", Some(policy.interim_seconds.to_string())),
        ("address", line.static_ip.map(|ip| ip.to_string())),
        ("pool", rules.pool_at(place.nas).or(place.pool).filter(|_| line.static_ip.is_none()).map(str::to_string)),
        ("list", list),
        ("prefix", rules.ipv6_prefix.map(prefix)),
        ("delegated", rules.delegated_prefix.map(prefix)),
    ];
    // What a line says of its own stands in the place of what its server says.
    let general = place.extra.iter().filter(|line| !rules.extra.iter().any(|own| own.name == line.name));
    let more = general.chain(&rules.extra).map(|line| Gift { key: "more", value: format!("{} = {}", line.name.name, line.value) });
    found.into_iter().filter_map(|(key, value)| Some(Gift { key, value: value? })).chain(more).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::tests::line;
    use crate::access::{MacRule, OnDuplicate, SuspendedAccess};
    use chrono::{DateTime, Utc};

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_000_000, 0).unwrap()
    }

    fn verdicts(attempted: &Attempted<'_>) -> (Vec<Verdict>, Decision) {
        let trace = trace(attempted);
        (trace.steps.into_iter().map(|step| step.verdict).collect(), trace.decision)
    }

    #[test]
    fn the_first_no_settles_it_and_the_wall_does_not() {
        use Verdict::{Bad, Good, Open};
        let policy =
            AccessPolicy { suspended_access: SuspendedAccess::Walled, walled_list: "wall".into(), interim_seconds: 300, closed_from: None };
        let (line, rules) = (line(), Rules::default());
        let at = Moment { now: now(), clock: now().time() };
        let one = |line| Attempted {
            line,
            rules: &rules,
            policy: &policy,
            at,
            listed: None,
            proven: Some(true),
            by_device: None,
            station: None,
            others: 0,
        };
        let accept = Decision::Accept { session_timeout: 7 * 86_400 };
        assert_eq!(verdicts(&one(Some(&line))), (vec![Good; 6], accept.clone()));
        assert_eq!(verdicts(&one(None)), (vec![Bad, Open, Open, Open, Open, Open], Decision::Reject(Reason::UnknownUser)));
        let wrong = Attempted { proven: Some(false), ..one(Some(&line)) };
        assert_eq!(verdicts(&wrong), (vec![Good, Good, Bad, Open, Open, Open], Decision::Reject(Reason::WrongPassword)));
        let blocked = Line { blocked: true, ..line.clone() };
        let (steps, decision) = verdicts(&one(Some(&blocked)));
        assert_eq!(steps, [Good, Good, Good, Bad, Good, Good]);
        assert!(matches!(decision, Decision::Walled { reason: Reason::Suspended, .. }));
        let strict = Rules { mac: MacRule::Fixed, macs: vec!["AA:BB:CC:00:11:22".into()], ..Rules::default() };
        let other = Attempted { rules: &strict, station: Some("AA:BB:CC:00:11:99"), ..one(Some(&line)) };
        assert_eq!(verdicts(&other).1, Decision::Reject(Reason::WrongDevice));
        let full = Rules { on_duplicate: OnDuplicate::RefuseNew, ..Rules::default() };
        let second = Attempted { rules: &full, others: 1, ..one(Some(&line)) };
        assert_eq!(verdicts(&second), (vec![Good, Good, Good, Good, Good, Bad], Decision::Reject(Reason::AlreadyOnline)));
        let device = |allowed| Attempted { proven: None, by_device: Some(allowed), ..one(Some(&line)) };
        assert_eq!(verdicts(&device(true)), (vec![Good; 6], accept));
        assert_eq!(verdicts(&device(false)), (vec![Bad, Open, Open, Open, Open, Open], Decision::Reject(Reason::MacNotAllowed)));
    }

    #[test]
    fn gifts_are_what_the_answer_says() {
        let policy =
            AccessPolicy { suspended_access: SuspendedAccess::Walled, walled_list: "wall".into(), interim_seconds: 300, closed_from: None };
        let at = Moment { now: now(), clock: now().time() };
        let given = |decision: &Decision| -> Vec<(&str, String)> {
            gifts(decision, &line(), &Rules::default(), &policy, at, Place::default())
                .into_iter()
                .map(|gift| (gift.key, gift.value))
                .collect()
        };
        let accepted = given(&Decision::Accept { session_timeout: 90 });
        assert!(accepted.contains(&("rate", "5M/10M".into())) && accepted.contains(&("timeout", "90".into())));
        assert!(accepted.iter().all(|(key, _)| *key != "list"));
        let walled = given(&Decision::Walled { session_timeout: 300, reason: Reason::CutOff });
        assert!(walled.contains(&("list", "wall".into())));
        assert!(given(&Decision::Reject(Reason::Expired)).is_empty());
    }
}
