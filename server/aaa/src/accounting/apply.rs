//! Writes events of one ISP in one transaction: reads the sessions they speak of, lets the domain take in each report
//! in the order of arrival, and writes back what changed.

use super::read::Event;
use crate::directory::Client;
use chrono::{DateTime, Utc};
use domain::accounting::{Octets, Place, Report, Session, place};
use domain::fair_use::Used;
use domain::{ServiceId, SessionId};
use services::fair_use::{Moved as Counted, count};
use std::collections::HashMap;
use std::sync::Arc;
use storage::IspTx;
use storage::radius::accounting::{self as sql, Details, SessionKey, StoredSession};
use uuid::Uuid;

/// A session in memory, and what has to be written of it.
struct Known {
    stored: StoredSession,
    write: Write,
    was_open: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Write {
    Nothing,
    Update,
    Insert,
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

/// Durable when the transaction is committed.
pub(super) async fn apply(tx: &mut IspTx, now: DateTime<Utc>, events: &[(&Arc<Client>, &Event)]) -> storage::Result<Moves> {
    tx.look_up_only().await?;
    let mut moves = Moves::new();
    // A restart ends what was reported before it and nothing that is reported after it.
    for run in events.split_inclusive(|(_, event)| matches!(event, Event::Restarted { .. })) {
        reports(tx, run, now, &mut moves).await?;
        if let Some((client, Event::Restarted { at })) = run.last() {
            sql::nas_restarted(tx, client.nas_id, *at).await?;
            moves.push(((*client).clone(), Moved::Left));
        }
    }
    Ok(moves)
}

async fn reports(tx: &mut IspTx, events: &[(&Arc<Client>, &Event)], now: DateTime<Utc>, moves: &mut Moves) -> storage::Result<()> {
    let mut keys: Vec<&SessionKey> = events.iter().filter_map(|(_, event)| key(event)).collect();
    if keys.is_empty() {
        return Ok(());
    }
    keys.sort_unstable();
    keys.dedup();
    let mut known: Vec<Vec<Known>> = keys.iter().map(|_| Vec::new()).collect();
    for (position, stored) in sql::lock(tx, &keys).await? {
        if let Some(known) = known.get_mut(position) {
            let was_open = stored.session.stopped_at.is_none();
            known.push(Known { stored, write: Write::Nothing, was_open });
        }
    }
    let positions: HashMap<&SessionKey, usize> = keys.iter().enumerate().map(|(position, key)| (*key, position)).collect();
    let mut clients: HashMap<usize, &Arc<Client>> = HashMap::new();
    let mut counted: Vec<Counted> = Vec::new();
    let mut clock = None;
    for (client, event) in events {
        if let Event::Report(heard) = event
            && let Some(position) = positions.get(&heard.key).copied()
            && let Some(known) = known.get_mut(position)
        {
            clients.insert(position, client);
            clock.get_or_insert_with(|| client.book.settings().zone);
            counted.extend(hear(known, &heard.report, &heard.details));
        }
    }
    for (position, client) in clients {
        let (Some(key), Some(known)) = (keys.get(position), known.get(position)) else { continue };
        moves.extend(known.iter().rev().filter_map(|known| known.moved(key)).map(|moved| (client.clone(), moved)));
    }
    write(tx, &keys, &known).await?;
    match clock {
        Some(zone) => count(tx, zone, &counted, now).await,
        None => Ok(()),
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
            known.insert(0, Known { stored, write: Write::Insert, was_open: false });
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
    fn change(&mut self, change: impl FnOnce(&mut Session)) {
        let before = self.stored.session.clone();
        change(&mut self.stored.session);
        self.mark(before != self.stored.session);
    }

    /// Whose session it is stays; where it is may change.
    fn learn(&mut self, news: &Details) {
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
        let changed = before != *now;
        self.mark(changed);
    }

    fn moved(&self, key: &SessionKey) -> Option<Moved> {
        let (service, acct_session_id) = (self.stored.details.service_id?, key.acct_session_id.clone());
        match (self.was_open, self.stored.session.stopped_at.is_none()) {
            (false, true) => Some(Moved::Opened { service, acct_session_id, mac: self.stored.details.mac.clone() }),
            (true, false) => Some(Moved::Closed { service, acct_session_id }),
            _ => None,
        }
    }

    fn mark(&mut self, changed: bool) {
        if changed && self.write == Write::Nothing {
            self.write = Write::Update;
        }
    }
}

/// Updates before inserts: the old session under an id has to be closed before a new one may have it.
async fn write(tx: &mut IspTx, keys: &[&SessionKey], known: &[Vec<Known>]) -> storage::Result<()> {
    let all = || keys.iter().zip(known).flat_map(|(key, known)| known.iter().rev().map(move |known| (*key, known)));
    let of = |write: Write| all().filter(move |(_, known)| known.write == write).map(|(key, known)| (key, &known.stored));
    let updates: Vec<&StoredSession> = of(Write::Update).map(|(_, stored)| stored).collect();
    if !updates.is_empty() {
        sql::update(tx, &updates).await?;
    }
    let inserts: Vec<(&SessionKey, &StoredSession)> = of(Write::Insert).collect();
    if !inserts.is_empty() {
        sql::insert(tx, &inserts).await?;
    }
    let open = inserts.iter().filter(|(_, stored)| stored.session.stopped_at.is_none() && stored.details.mac.is_some());
    let began: Vec<(SessionId, &StoredSession)> = open.map(|(_, stored)| (stored.id, *stored)).collect();
    if !began.is_empty() {
        sql::device_began_anew(tx, &began).await?;
    }
    Ok(())
}
