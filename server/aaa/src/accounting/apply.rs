//! Writes events of one ISP in one transaction: reads the sessions they speak of, unless the writer remembers them, lets
//! the domain take in each report in the order of arrival, and writes back what changed.

use super::memory::{Lesson, Memory, Remembered, Trace};
use super::read::{Event, Heard};
use crate::directory::Client;
use chrono::{DateTime, Utc};
use domain::accounting::{Octets, Place, Report, Session, place};
use domain::fair_use::Used;
use domain::zones::Tz;
use domain::{ServiceId, SessionId};
use services::fair_use::{Moved as Counted, count};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use storage::IspTx;
use storage::radius::accounting::{self as sql, Details, RowVersion, SessionKey, StoredSession};
use uuid::Uuid;

/// A session in memory, and what has to be written of it.
struct Known {
    stored: StoredSession,
    write: Write,
    was_open: bool,
    /// Of one that was not read but remembered: all there is of its details, and no report of the batch tells others.
    trace: Option<Trace>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Write {
    Nothing,
    /// Only what reports count.
    Figures,
    Update,
    Insert,
    /// It is written already.
    Done,
}

/// What a batch changed about who is online.
pub(super) enum Moved {
    Opened {
        service: ServiceId,
        acct_session_id: String,
        mac: Option<String>,
    },
    Closed {
        service: ServiceId,
        acct_session_id: String,
    },
    /// The server restarted.
    Left,
}

/// With the server it is about.
pub(super) type Moves = Vec<(Arc<Client>, Moved)>;

/// What a batch did, once it is in the database.
#[derive(Default)]
pub(super) struct Applied {
    pub moves: Moves,
    pub lesson: Lesson,
}

/// A report or a restart, and the server that sent it.
type Told<'a> = (&'a Arc<Client>, &'a Event);

/// Durable when the transaction is committed.
pub(super) async fn apply(tx: &mut IspTx, now: DateTime<Utc>, events: &[Told<'_>], memory: &Memory) -> storage::Result<Applied> {
    let version = sql::begin(tx).await?;
    let mut applied = Applied::default();
    // A restart ends what was reported before it and nothing that is reported after it.
    for run in events.split_inclusive(|(_, event)| matches!(event, Event::Restarted { .. })) {
        if let Some(mut batch) = Batch::of(run, memory) {
            batch.take_in(tx).await?;
            batch.write(tx).await?;
            let counted: Vec<Counted> = batch.counted.iter().map(|(_, counted)| *counted).collect();
            count(tx, batch.zone, &counted, now).await?;
            batch.tell(version, &mut applied);
        }
        if let Some((client, Event::Restarted { at })) = run.last() {
            sql::nas_restarted(tx, client.nas_id, *at).await?;
            applied.lesson.forget_nas(client.nas_id);
            applied.moves.push(((*client).clone(), Moved::Left));
        }
    }
    Ok(applied)
}

/// Reports of one ISP with the sessions they speak of. Positions are those of the keys.
struct Batch<'a> {
    /// Sorted, each once.
    keys: Vec<&'a SessionKey>,
    reports: Vec<(usize, &'a Arc<Client>, &'a Heard)>,
    known: Vec<Vec<Known>>,
    /// Sessions that were not read but remembered, with the version that must still be there.
    remembered: BTreeMap<usize, RowVersion>,
    counted: Vec<(usize, Counted)>,
    /// Sessions that this batch ended without a report of their own.
    ended: HashSet<SessionId>,
    zone: Tz,
}

impl<'a> Batch<'a> {
    fn of(run: &[Told<'a>], memory: &Memory) -> Option<Self> {
        let mut keys: Vec<&SessionKey> = run.iter().filter_map(|(_, event)| key(event)).collect();
        keys.sort_unstable();
        keys.dedup();
        let positions: HashMap<&SessionKey, usize> = keys.iter().enumerate().map(|(position, key)| (*key, position)).collect();
        let reports: Vec<_> = run
            .iter()
            .filter_map(|(client, event)| match event {
                Event::Report(heard) => Some((positions.get(&heard.key).copied()?, *client, &**heard)),
                _ => None,
            })
            .collect();
        let (_, client, _) = reports.first()?;
        let zone = client.book.settings().zone;
        let mut found: Vec<Option<&Remembered>> = keys.iter().map(|key| memory.find(key)).collect();
        for (position, _, heard) in &reports {
            if let Some(found) = found.get_mut(*position) {
                *found = found.filter(|known| known.trace.agrees(&heard.details));
            }
        }
        let remembered = found.iter().enumerate().filter_map(|(position, found)| Some((position, found.as_ref()?.version))).collect();
        let known = found.into_iter().map(|found| found.map(Known::remembered).into_iter().collect()).collect();
        Some(Self { keys, reports, known, remembered, counted: Vec::new(), ended: HashSet::new(), zone })
    }

    /// Reads and locks what is not remembered, takes in the reports, and writes what is remembered: where the row is not
    /// what it was, it is read after all.
    async fn take_in(&mut self, tx: &mut IspTx) -> storage::Result<()> {
        let unknown: Vec<usize> = (0..self.keys.len()).filter(|position| !self.remembered.contains_key(position)).collect();
        self.lock(tx, &unknown).await?;
        self.hear(|_| true);
        let brief = |position: &usize| self.known.get(*position).and_then(|known| Some((known.first()?, known.len() == 1)));
        let sure = self.remembered.iter().filter_map(|(position, version)| match brief(position) {
            Some((known, true)) if known.write == Write::Figures => Some((*position, &known.stored, *version)),
            _ => None,
        });
        let sure: Vec<(usize, &StoredSession, RowVersion)> = sure.collect();
        let mut written = HashSet::new();
        if !sure.is_empty() {
            let rows: Vec<_> = sure.iter().map(|(_, stored, version)| (*stored, *version)).collect();
            let done = sql::update_known(tx, &rows).await?;
            written = sure.iter().filter(|(_, stored, _)| done.contains(&stored.id)).map(|(position, ..)| *position).collect();
        }
        let wrong: Vec<usize> = self.remembered.keys().copied().filter(|position| !written.contains(position)).collect();
        for position in written {
            if let Some(known) = self.known.get_mut(position).and_then(|known| known.first_mut()) {
                known.write = Write::Done;
            }
        }
        if !wrong.is_empty() {
            self.lock(tx, &wrong).await?;
            let wrong: HashSet<usize> = wrong.into_iter().collect();
            self.counted.retain(|(position, _)| !wrong.contains(position));
            self.hear(|position| wrong.contains(&position));
        }
        Ok(())
    }

    /// What the database knows of these keys takes the place of what was known.
    async fn lock(&mut self, tx: &mut IspTx, positions: &[usize]) -> storage::Result<()> {
        let keys: Vec<&SessionKey> = positions.iter().filter_map(|position| self.keys.get(*position).copied()).collect();
        positions.iter().for_each(|position| self.known.get_mut(*position).into_iter().for_each(Vec::clear));
        if keys.is_empty() {
            return Ok(());
        }
        for (index, stored) in sql::lock(tx, &keys).await? {
            if let Some(known) = positions.get(index).and_then(|position| self.known.get_mut(*position)) {
                known.push(Known::stored(stored));
            }
        }
        Ok(())
    }

    /// Takes in the reports of some of the keys.
    fn hear(&mut self, which: impl Fn(usize) -> bool) {
        for (position, _, heard) in self.reports.iter().filter(|(position, ..)| which(*position)) {
            if let Some(known) = self.known.get_mut(*position) {
                self.counted.extend(hear(known, &heard.report, &heard.details).map(|counted| (*position, counted)));
            }
        }
    }

    /// Updates before inserts: the old session under an id has to be closed before a new one may have it.
    async fn write(&mut self, tx: &mut IspTx) -> storage::Result<()> {
        let all = || self.keys.iter().zip(&self.known).flat_map(|(key, known)| known.iter().rev().map(move |known| (*key, known)));
        let changed = all().filter(|(_, known)| matches!(known.write, Write::Figures | Write::Update));
        let updates: Vec<&StoredSession> = changed.map(|(_, known)| &known.stored).collect();
        if !updates.is_empty() {
            sql::update(tx, &updates).await?;
        }
        let fresh = all().filter(|(_, known)| known.write == Write::Insert);
        let inserts: Vec<(&SessionKey, &StoredSession)> = fresh.map(|(key, known)| (key, &known.stored)).collect();
        if !inserts.is_empty() {
            sql::insert(tx, &inserts).await?;
        }
        let open = inserts.iter().filter(|(_, stored)| stored.session.stopped_at.is_none() && stored.details.mac.is_some());
        let began: Vec<(SessionId, &StoredSession)> = open.map(|(_, stored)| (stored.id, *stored)).collect();
        if !began.is_empty() {
            self.ended = sql::device_began_anew(tx, &began).await?;
        }
        Ok(())
    }

    /// Who is online by now, and what need not be read again: the only session under its key, open, and written here.
    fn tell(&self, version: RowVersion, applied: &mut Applied) {
        let clients: HashMap<usize, &Arc<Client>> = self.reports.iter().map(|(position, client, _)| (*position, *client)).collect();
        for (position, (key, known)) in self.keys.iter().zip(&self.known).enumerate() {
            if let Some(client) = clients.get(&position) {
                applied.moves.extend(known.iter().rev().filter_map(|known| known.moved(key)).map(|moved| ((*client).clone(), moved)));
            }
            applied.lesson.learn(
                key,
                match known.as_slice() {
                    [only] if only.write != Write::Nothing => {
                        let trace = only.trace.unwrap_or_else(|| Trace::of(&only.stored.details));
                        Remembered::of(&only.stored, trace, version)
                    }
                    _ => None,
                },
            );
        }
        if !self.ended.is_empty() {
            applied.lesson.forget(&self.ended);
        }
    }
}

fn key(event: &Event) -> Option<&SessionKey> {
    match event {
        Event::Report(heard) => Some(&heard.key),
        _ => None,
    }
}

/// Takes in one report; the newest session stands first. Answers with whose octets are new, how many, and since when.
fn hear(known: &mut Vec<Known>, report: &Report, details: &Details) -> Option<Counted> {
    let session = |position: usize| known.get(position).map(|known| &known.stored.session);
    let position = match place(report, session(0), session(1)) {
        Place::Newest => 0,
        Place::Before => 1,
        Place::Fresh => {
            known.iter_mut().for_each(|old| old.change(Session::replace));
            let (session, added) = Session::begin(report);
            let (from, to) = (session.started_at, session.updated_at);
            let stored = StoredSession { id: SessionId(Uuid::now_v7()), session, details: details.clone() };
            known.insert(0, Known { stored, write: Write::Insert, was_open: false, trace: None });
            return moved(details.service_id?, from, to, added);
        }
    };
    let spoken_of = known.get_mut(position)?;
    let from = spoken_of.stored.session.updated_at;
    let mut added = Octets::default();
    spoken_of.change(|session| {
        added = session.hear(report);
        if position > 0 {
            session.replace();
        }
    });
    spoken_of.learn(details);
    moved(spoken_of.stored.details.service_id?, from, spoken_of.stored.session.updated_at, added)
}

/// What came since a session was heard of last. Time alone counts, too: nothing moved is something that was told.
fn moved(service_id: ServiceId, from: DateTime<Utc>, to: DateTime<Utc>, added: Octets) -> Option<Counted> {
    let seconds = (to - from).num_seconds().max(0).unsigned_abs();
    let used = Used { up: added.input, down: added.output, seconds };
    (used != Used::default()).then_some(Counted { service_id, from, to, used })
}

impl Known {
    fn stored(stored: StoredSession) -> Self {
        let was_open = stored.session.stopped_at.is_none();
        Self { stored, write: Write::Nothing, was_open, trace: None }
    }

    fn remembered(known: &Remembered) -> Self {
        Self { trace: Some(known.trace), ..Self::stored(known.stored()) }
    }

    fn change(&mut self, change: impl FnOnce(&mut Session)) {
        let before = self.stored.session.clone();
        change(&mut self.stored.session);
        if before.started_at != self.stored.session.started_at {
            self.mark(Write::Update);
        } else if before != self.stored.session {
            self.mark(Write::Figures);
        }
    }

    /// Whose session it is stays; where it is may change.
    fn learn(&mut self, news: &Details) {
        if self.trace.is_some() {
            return;
        }
        let now = &mut self.stored.details;
        let before = now.clone();
        if now.service_id.is_none() {
            (now.service_id, now.customer_id) = (news.service_id, news.customer_id);
        }
        now.mac = news.mac.clone().or(now.mac.take());
        now.ip = news.ip.or(now.ip);
        if now.granted.is_none() {
            now.granted = news.granted.clone();
        }
        now.nas_port = news.nas_port.clone().or(now.nas_port.take());
        if before != *now {
            self.mark(Write::Update);
        }
    }

    fn moved(&self, key: &SessionKey) -> Option<Moved> {
        let (service, acct_session_id) = (self.stored.details.service_id?, key.acct_session_id.clone());
        match (self.was_open, self.stored.session.stopped_at.is_none()) {
            (false, true) => Some(Moved::Opened { service, acct_session_id, mac: self.stored.details.mac.clone() }),
            (true, false) => Some(Moved::Closed { service, acct_session_id }),
            _ => None,
        }
    }

    fn mark(&mut self, write: Write) {
        if matches!((self.write, write), (Write::Nothing, _) | (Write::Figures, Write::Update)) {
            self.write = write;
        }
    }
}
