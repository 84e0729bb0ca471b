//! What a writer knows of open sessions because it wrote them last: it need not read them again before it changes them.
//! A row's version proves it when it is written; nothing here is believed without that.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{NasId, SessionId};
use std::collections::{HashMap, HashSet};
use storage::radius::accounting::{RowVersion, SessionKey, StoredSession};

/// As many sessions one writer remembers.
const MOST: usize = 65_536;
/// What was not heard of for so long makes room.
const QUIET: TimeDelta = TimeDelta::hours(1);

#[derive(Clone)]
pub(super) struct Remembered {
    pub stored: StoredSession,
    pub version: RowVersion,
}

#[derive(Default)]
pub(super) struct Memory {
    sessions: HashMap<SessionKey, Remembered>,
}

/// What a batch would have remembered; it holds when the batch is in the database.
#[derive(Default)]
pub(super) struct Lesson {
    sessions: HashMap<SessionKey, Option<Remembered>>,
}

impl Lesson {
    /// `None`: it has to be read again.
    pub fn learn(&mut self, key: &SessionKey, session: Option<Remembered>) {
        self.sessions.insert(key.clone(), session);
    }

    /// The same batch ended these without a report of their own: the version would not tell.
    pub fn forget(&mut self, ended: &HashSet<SessionId>) {
        let ended = |known: &Remembered| ended.contains(&known.stored.id);
        self.sessions.values_mut().filter(|known| known.as_ref().is_some_and(ended)).for_each(|known| *known = None);
    }

    /// The same batch ended whatever was open on this server.
    pub fn forget_nas(&mut self, nas: NasId) {
        self.sessions.iter_mut().filter(|(key, _)| key.nas_id == nas).for_each(|(_, session)| *session = None);
    }
}

impl Memory {
    pub fn find(&self, key: &SessionKey) -> Option<&Remembered> {
        self.sessions.get(key)
    }

    /// Takes in what a batch learned that is in the database by now.
    pub fn take(&mut self, lesson: Lesson, now: DateTime<Utc>) {
        if self.sessions.len() + lesson.sessions.len() > MOST {
            self.sessions.retain(|_, known| known.stored.session.updated_at > now - QUIET);
        }
        for (key, session) in lesson.sessions {
            match session {
                Some(session) if self.sessions.len() < MOST || self.sessions.contains_key(&key) => drop(self.sessions.insert(key, session)),
                _ => drop(self.sessions.remove(&key)),
            }
        }
    }
}
