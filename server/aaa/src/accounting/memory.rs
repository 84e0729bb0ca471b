//! What a writer knows of open sessions because it wrote them last: it need not read them again before it changes them.
//! A row's version proves it when it is written; nothing here is believed without that. Kept small: a server may have a
//! hundred thousand sessions open, and of what is told beside the figures only a trace is kept, enough to see that it is
//! still the same.

use chrono::{DateTime, TimeDelta, Utc};
use domain::accounting::{Counter, Session};
use domain::{NasId, ServiceId, SessionId};
use std::collections::hash_map::RandomState;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hash};
use std::sync::LazyLock;
use storage::radius::accounting::{Details, RowVersion, SessionKey, StoredSession};

/// As many sessions one writer remembers.
const MOST: usize = 65_536;
/// What was not heard of for so long makes room.
const QUIET: TimeDelta = TimeDelta::hours(1);

/// Details as they are in the row: whose session it is, and a hash of each thing that may change, zero for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Trace {
    pub service_id: Option<ServiceId>,
    mac: u32,
    ip: u32,
    nas_port: u32,
    granted: bool,
}

/// Nobody outside can choose two things that look the same.
static HASHER: LazyLock<RandomState> = LazyLock::new(RandomState::new);

fn hash<T: Hash>(thing: Option<&T>) -> u32 {
    thing.map_or(0, |thing| u32::try_from(HASHER.hash_one(thing) >> 32).unwrap_or(u32::MAX).max(1))
}

impl Trace {
    pub fn of(details: &Details) -> Self {
        Self {
            service_id: details.service_id,
            mac: hash(details.mac.as_ref()),
            ip: hash(details.ip.as_ref()),
            nas_port: hash(details.nas_port.as_ref()),
            granted: details.granted.is_some(),
        }
    }

    /// Would a report that tells this leave the row's details as they are?
    pub fn agrees(&self, news: &Details) -> bool {
        let new = Self::of(news);
        let same = |known: u32, new: u32| new == 0 || new == known;
        (self.service_id.is_some() || new.service_id.is_none())
            && same(self.mac, new.mac)
            && same(self.ip, new.ip)
            && same(self.nas_port, new.nas_port)
            && (self.granted || !new.granted)
    }
}

/// An open session.
#[derive(Clone)]
pub(super) struct Remembered {
    id: SessionId,
    pub version: RowVersion,
    pub trace: Trace,
    started_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    seconds: u64,
    input: Counter,
    output: Counter,
}

impl Remembered {
    /// `None`: it is over.
    pub fn of(stored: &StoredSession, trace: Trace, version: RowVersion) -> Option<Self> {
        let Session { started_at, updated_at, seconds, input, output, .. } = stored.session;
        stored.session.stopped_at.is_none().then_some(Self {
            id: stored.id,
            version,
            trace,
            started_at,
            updated_at,
            seconds,
            input,
            output,
        })
    }

    /// The session with its figures; of its details only whose it is.
    pub fn stored(&self) -> StoredSession {
        let Self { id, started_at, updated_at, seconds, input, output, .. } = *self;
        StoredSession {
            id,
            session: Session { started_at, updated_at, stopped_at: None, stop_cause: None, seconds, input, output },
            details: Details { service_id: self.trace.service_id, ..Details::default() },
        }
    }
}

/// A session's key in one piece.
#[derive(Clone, PartialEq, Eq, Hash)]
struct ShortKey(Box<[u8]>);

impl ShortKey {
    fn of(key: &SessionKey) -> Self {
        // What stands before the name cannot hold the octet that ends it: text of a database has no zero.
        Self([key.nas_id.0.as_bytes(), key.acct_session_id.as_bytes(), &[0], key.username.as_bytes()].concat().into())
    }
}

#[derive(Default)]
pub(super) struct Memory {
    sessions: HashMap<ShortKey, Remembered>,
}

/// What a batch would have remembered; it holds when the batch is in the database.
#[derive(Default)]
pub(super) struct Lesson {
    sessions: HashMap<ShortKey, Option<Remembered>>,
}

impl Lesson {
    /// `None`: it has to be read again.
    pub fn learn(&mut self, key: &SessionKey, session: Option<Remembered>) {
        self.sessions.insert(ShortKey::of(key), session);
    }

    /// The same batch ended these without a report of their own: the version would not tell.
    pub fn forget(&mut self, ended: &HashSet<SessionId>) {
        let ended = |known: &Remembered| ended.contains(&known.id);
        self.sessions.values_mut().filter(|known| known.as_ref().is_some_and(ended)).for_each(|known| *known = None);
    }

    /// The same batch ended whatever was open on this server.
    pub fn forget_nas(&mut self, nas: NasId) {
        self.sessions.iter_mut().filter(|(key, _)| key.0.starts_with(nas.0.as_bytes())).for_each(|(_, session)| *session = None);
    }
}

impl Memory {
    pub fn find(&self, key: &SessionKey) -> Option<&Remembered> {
        self.sessions.get(&ShortKey::of(key))
    }

    /// Takes in what a batch learned that is in the database by now.
    pub fn take(&mut self, lesson: Lesson, now: DateTime<Utc>) {
        if self.sessions.len() + lesson.sessions.len() > MOST {
            self.sessions.retain(|_, known| known.updated_at > now - QUIET);
        }
        for (key, session) in lesson.sessions {
            match session {
                Some(session) if self.sessions.len() < MOST || self.sessions.contains_key(&key) => drop(self.sessions.insert(key, session)),
                _ => drop(self.sessions.remove(&key)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn details() -> Details {
        Details {
            service_id: Some(ServiceId(Uuid::from_u128(1))),
            mac: Some("AA:BB:CC:00:11:22".into()),
            ip: Some([10, 0, 0, 7].into()),
            nas_port: Some("ether3".into()),
            ..Details::default()
        }
    }

    #[test]
    fn what_is_told_again_or_not_at_all_agrees() {
        let trace = Trace::of(&details());
        assert!(trace.agrees(&details()));
        assert!(trace.agrees(&Details::default()));
    }

    #[test]
    fn anything_new_does_not() {
        let trace = Trace::of(&details());
        for news in [
            Details { mac: Some("AA:BB:CC:00:11:23".into()), ..details() },
            Details { ip: Some([10, 0, 0, 8].into()), ..details() },
            Details { nas_port: Some("ether4".into()), ..details() },
            Details { granted: Some("5M/5M".into()), ..details() },
        ] {
            assert!(!trace.agrees(&news), "{news:?}");
        }
        assert!(!Trace::of(&Details::default()).agrees(&Details { service_id: details().service_id, ..Details::default() }));
    }
}
