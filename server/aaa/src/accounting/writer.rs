//! Writers: take reports, write many in one transaction, then answer them all. A few work side by side; those of one
//! access server go to the same one, so that they keep their order. While the database is away a writer puts reports on
//! this server's own disk, and puts everything behind them there too until they are in the database, in order.

use super::apply::{Applied, Moved, Moves, apply};
use super::memory::Memory;
use super::read::{self, Event};
use super::spool::{Record, Spool};
use crate::answer;
use crate::counters::{Counters, count, count_many};
use crate::directory::{Client, Directory};
use crate::duplicates::{Duplicates, RequestKey};
use crate::errands::{Errand, Errands};
use crate::load::{self, caller};
use crate::online::Seat;
use chrono::{DateTime, Utc};
use domain::{IspId, NasId};
use integrations::radius::{Code, Datagram, Packet, Socket};
use services::Services;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use storage::radius::accounting as sql;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};

const BATCH: usize = 1_000;
/// Reports that come within this are written together.
const LINGER: Duration = Duration::from_millis(2);
/// So long the database may take for a batch before reports go to the disk: access servers do not wait long.
const PATIENCE: Duration = Duration::from_secs(4);
/// After it was away, it is asked again this much later.
const REST: Duration = Duration::from_millis(500);
/// Batches that are read back from the disk before what came meanwhile is looked at.
const ROUNDS: usize = 5;

/// A report on its way to the disk, and what its answer needs.
pub(super) struct Job {
    pub client: Arc<Client>,
    pub event: Event,
    pub datagram: Datagram,
    pub request: Box<[u8]>,
    pub at: DateTime<Utc>,
}

/// What all writers share.
#[derive(Clone)]
pub(super) struct Shared {
    pub services: Services,
    pub directory: Arc<Directory>,
    pub socket: Arc<Socket>,
    pub duplicates: Arc<Duplicates>,
    pub counters: Arc<Counters>,
    pub errands: Errands,
    pub loaded: Arc<AtomicBool>,
}

pub(super) struct Writer {
    shared: Shared,
    /// `None`: there is no disk to put anything on.
    spool: Option<Spool>,
    /// Until then the database counts as away.
    away_until: Option<Instant>,
    memory: Memory,
}

/// How it went with the database.
enum Stored {
    Done(Box<Applied>),
    Away(storage::Error),
    Refused(storage::Error),
}

impl Writer {
    pub fn new(shared: Shared, spool: Option<Spool>) -> Self {
        Self { shared, spool, away_until: None, memory: Memory::default() }
    }

    /// Writes until everybody who hands it reports is gone.
    pub async fn run(mut self, mut receive: mpsc::Receiver<Job>) {
        let mut jobs: Vec<Job> = Vec::with_capacity(BATCH);
        loop {
            let taken = if self.lags() {
                timeout(REST, receive.recv_many(&mut jobs, BATCH)).await.ok()
            } else {
                Some(receive.recv_many(&mut jobs, BATCH).await)
            };
            if taken == Some(0) {
                return;
            }
            if !jobs.is_empty() && jobs.len() < BATCH && !receive.is_closed() {
                sleep(LINGER).await;
                while jobs.len() < BATCH
                    && let Ok(job) = receive.try_recv()
                {
                    jobs.push(job);
                }
            }
            if self.lags() && self.may_ask() {
                self.replay().await;
            }
            let all: Vec<&Job> = jobs.iter().collect();
            if self.lags() || !self.may_ask() {
                self.put_aside(&all).await;
            } else {
                for group in by_isp(&jobs) {
                    self.write(&group).await;
                }
            }
            jobs.clear();
        }
    }

    /// Is anything on the disk that has to be in the database before what comes now?
    fn lags(&self) -> bool {
        self.spool.as_ref().is_some_and(|spool| !spool.is_empty())
    }

    fn may_ask(&self) -> bool {
        self.away_until.is_none_or(|until| until <= Instant::now())
    }

    async fn write(&mut self, jobs: &[&Job]) {
        let events: Vec<_> = jobs.iter().map(|job| (&job.client, &job.event)).collect();
        let mut stored = if self.may_ask() { self.store(&events).await } else { Stored::Away(storage::Error::away()) };
        // Another server may have written the same session in this moment: now it is there to be found.
        if matches!(stored, Stored::Refused(_)) {
            stored = self.store(&events).await;
        }
        match stored {
            Stored::Done(applied) => {
                self.answer(jobs);
                count_many(&self.shared.counters.accounting_stored, jobs.len());
                self.done(*applied);
            }
            Stored::Away(error) => {
                if self.away_until.is_none_or(|until| until <= Instant::now()) {
                    tracing::warn!(%error, "the database is away; accounting goes to this server's disk, if it may");
                    self.away_until = Some(Instant::now() + REST);
                }
                self.put_aside(jobs).await;
            }
            Stored::Refused(error) if jobs.len() == 1 => {
                tracing::error!(%error, "an accounting report cannot be stored and is not acknowledged");
                count(&self.shared.counters.accounting_refused);
            }
            // One report that cannot be stored may not hold up the others.
            Stored::Refused(_) => {
                for job in jobs {
                    Box::pin(self.write(&[job])).await;
                }
            }
        }
    }

    /// Durable when this is done. A connection that hangs is let go: repeated later, the same reports count nothing.
    async fn store(&self, events: &[(&Arc<Client>, &Event)]) -> Stored {
        let Some((client, _)) = events.first() else { return Stored::Done(Box::default()) };
        let isp = client.book.isp_id;
        stored(
            timeout(PATIENCE, async {
                let mut tx = self.shared.services.db.isp(&caller(isp)).await?;
                let applied = apply(&mut tx, self.shared.services.now(), events, &self.memory).await?;
                tx.commit().await?;
                Ok(applied)
            })
            .await,
        )
    }

    /// Puts reports on the disk and acknowledges them; where there is none, they stay unanswered and come again.
    async fn put_aside(&mut self, jobs: &[&Job]) {
        if jobs.is_empty() {
            return;
        }
        let records: Vec<_> = jobs.iter().map(|job| (job.at, job.client.book.isp_id, job.client.nas_id, job.request.clone())).collect();
        match self.on_disk(move |spool| spool.append(records.into_iter())).await {
            Some(Ok(())) => {
                self.answer(jobs);
                count_many(&self.shared.counters.accounting_spooled, jobs.len());
            }
            failed => {
                if let Some(Err(error)) = failed {
                    tracing::error!(%error, "accounting can be written neither to the database nor to the disk and is not acknowledged");
                }
                count_many(&self.shared.counters.accounting_refused, jobs.len());
            }
        }
    }

    /// Works on the spool where waiting for a disk keeps nobody else.
    async fn on_disk<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Spool) -> io::Result<T> + Send + 'static,
    ) -> Option<io::Result<T>> {
        let mut spool = self.spool.take()?;
        let done = tokio::task::spawn_blocking(move || {
            let result = work(&mut spool);
            (spool, result)
        });
        match done.await {
            Ok((spool, result)) => {
                self.spool = Some(spool);
                Some(result)
            }
            Err(error) => Some(Err(io::Error::other(error))),
        }
    }

    /// Brings what is on the disk into the database, in order, each report once.
    async fn replay(&mut self) {
        // Whose reports those are is only known when everything was read.
        if !self.shared.loaded.load(Ordering::Relaxed) {
            self.away_until = Some(Instant::now() + REST);
            return;
        }
        for _ in 0..ROUNDS {
            let (records, after) = match self.on_disk(|spool| spool.read(BATCH)).await {
                Some(Ok(read)) => read,
                Some(Err(error)) => {
                    tracing::error!(%error, "accounting on the disk cannot be read");
                    self.away_until = Some(Instant::now() + REST);
                    return;
                }
                None => return,
            };
            if records.is_empty() {
                return;
            }
            if let Err(error) = self.replay_batch(&records).await {
                tracing::debug!(%error, "the database is still away");
                self.away_until = Some(Instant::now() + REST);
                return;
            }
            self.away_until = None;
            count_many(&self.shared.counters.accounting_replayed, records.len());
            if let Some(Err(error)) = self.on_disk(move |spool| spool.done(after)).await {
                tracing::error!(%error, "the disk does not take note of what is in the database by now");
            }
        }
    }

    /// The error is that the database is away.
    async fn replay_batch(&mut self, records: &[Record]) -> Result<(), storage::Error> {
        for group in records.chunk_by(|one, next| one.isp == next.isp) {
            match self.replay_group(group).await {
                Stored::Done(applied) => self.done(*applied),
                Stored::Away(error) => return Err(error),
                Stored::Refused(_) => {
                    for record in group {
                        match self.replay_group(std::slice::from_ref(record)).await {
                            Stored::Done(applied) => self.done(*applied),
                            Stored::Away(error) => return Err(error),
                            Stored::Refused(error) => self.set_apart(record, &error).await,
                        }
                    }
                }
            }
        }
        Ok(())
    }

    async fn set_apart(&mut self, record: &Record, error: &storage::Error) {
        tracing::error!(%error, nas = %record.nas, at = %record.at, "a report that was acknowledged cannot be stored; it is kept beside the spool");
        let record = record.clone();
        if let Some(Err(error)) = self.on_disk(move |spool| spool.set_apart(&record)).await {
            tracing::error!(%error, "and the disk does not take it either");
        }
    }

    /// Reports of one ISP in one transaction, which also notes how far the spool has been read.
    async fn replay_group(&self, group: &[Record]) -> Stored {
        let (Some(first), Some(last), Some(spool)) = (group.first(), group.last(), &self.spool) else {
            return Stored::Done(Box::default());
        };
        let (isp, spool) = (first.isp, spool.id());
        stored(
            timeout(PATIENCE * 4, async {
                let mut tx = self.shared.services.db.isp(&caller(isp)).await?;
                let done = sql::spool_done(&mut tx, spool).await?;
                let mut jobs = Vec::with_capacity(group.len());
                for record in group.iter().filter(|record| record.number > done) {
                    let client = self.client(isp, record.nas).await?;
                    let event = client.as_ref().and_then(|client| Some((client.clone(), read_again(record, client)?)));
                    match event {
                        Some(event) => jobs.push(event),
                        None => tracing::error!(nas = %record.nas, "a report on the disk belongs to no server any more"),
                    }
                }
                let events: Vec<_> = jobs.iter().map(|(client, event)| (client, event)).collect();
                let applied = apply(&mut tx, self.shared.services.now(), &events, &self.memory).await?;
                sql::set_spool_done(&mut tx, spool, last.number).await?;
                tx.commit().await?;
                Ok(applied)
            })
            .await,
        )
    }

    /// Also one that is out of use by now: what it reported before counts.
    async fn client(&self, isp: IspId, nas: NasId) -> storage::Result<Option<Arc<Client>>> {
        match (self.shared.directory.client(isp, nas), self.shared.directory.book(isp)) {
            (Some(client), _) => Ok(Some(client)),
            (None, Some(book)) => load::retired(&self.shared.services, &book, nas).await,
            (None, None) => Ok(None),
        }
    }

    fn done(&mut self, applied: Applied) {
        self.seat(applied.moves);
        self.memory.take(applied.lesson, self.shared.services.now());
    }

    /// Keeps in memory who is online, and has looked at lines where more are than may be.
    fn seat(&self, moves: Moves) {
        for (client, moved) in moves {
            let book = &client.book;
            match moved {
                Moved::Left => book.online.left(client.nas_id),
                Moved::Closed { service, acct_session_id } => {
                    book.online.closed(service, client.nas_id, &acct_session_id);
                    self.shared.errands.run(Errand::TellSeats { isp: book.isp_id, service });
                }
                Moved::Opened { service, acct_session_id, mac } => {
                    let open = book.online.opened(service, Seat::taken(client.nas_id, acct_session_id, mac));
                    self.shared.errands.run(Errand::TellSeats { isp: book.isp_id, service });
                    if book.by_service(service).is_some_and(|line| line.rules.surplus(open) > 0) {
                        self.shared.errands.run(Errand::TooMany { isp: book.isp_id, service });
                    }
                }
            }
        }
    }

    fn answer(&self, jobs: &[&Job]) {
        let mut room = Vec::new();
        for job in jobs {
            let Ok(request) = Packet::parse(&job.request) else { continue };
            let Some(answer) = answer::plain(Code::ACCOUNTING_RESPONSE, &request, &job.client, &mut room) else { continue };
            self.shared.duplicates.keep(request_key(&request, &job.datagram), answer);
            if let Err(error) = self.shared.socket.answer(&job.datagram, answer) {
                tracing::debug!(%error, "an accounting response could not be sent");
            }
        }
    }
}

fn stored(result: Result<storage::Result<Applied>, tokio::time::error::Elapsed>) -> Stored {
    match result {
        Ok(Ok(applied)) => Stored::Done(Box::new(applied)),
        Ok(Err(error)) if error.is_away() => Stored::Away(error),
        Ok(Err(error)) => Stored::Refused(error),
        Err(_) => Stored::Away(storage::Error::away()),
    }
}

fn read_again(record: &Record, client: &Client) -> Option<Event> {
    read::event(&Packet::parse(&record.packet).ok()?, client, record.at)
}

pub(super) fn request_key(packet: &Packet<'_>, datagram: &Datagram) -> RequestKey {
    RequestKey { from: datagram.from, code: packet.code().0, id: packet.id(), authenticator: *packet.authenticator() }
}

/// Jobs of each ISP in the order they came.
fn by_isp(jobs: &[Job]) -> Vec<Vec<&Job>> {
    let mut groups: Vec<(IspId, Vec<&Job>)> = Vec::new();
    for job in jobs {
        let isp = job.client.book.isp_id;
        match groups.iter_mut().find(|(id, _)| *id == isp) {
            Some((_, group)) => group.push(job),
            None => groups.push((isp, vec![job])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}
