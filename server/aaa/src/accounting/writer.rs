//! Takes reports, writes many in one transaction, then answers them all. A few writers work side by side; those of one
//! access server go to the same one, so that they keep their order.

use super::apply::apply;
use super::read::{self, Event};
use crate::answer;
use crate::counters::{Counters, count, count_many};
use crate::directory::Client;
use crate::duplicates::{Duplicates, RequestKey};
use crate::prove::Prover;
use domain::IspId;
use integrations::radius::{Code, Datagram, Packet, Socket};
use services::Services;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::sleep;

const WRITERS: usize = 4;
/// Reports that wait for one writer; what comes on top is not taken and comes again.
const WAITING: usize = 16_384;
const BATCH: usize = 1_000;
/// Reports that come within this are written together.
const LINGER: Duration = Duration::from_millis(2);

/// A report on its way to the disk, and what its answer needs.
struct Job {
    client: Arc<Client>,
    event: Event,
    datagram: Datagram,
    request: Box<[u8]>,
}

/// Reads accounting requests and hands them to writers.
pub(crate) struct Accountant {
    pub services: Services,
    pub prover: Arc<Prover>,
    duplicates: Arc<Duplicates>,
    writers: Vec<mpsc::Sender<Job>>,
}

/// Starts the writers; they end when the accountant is gone and everything is written.
pub(crate) fn start(services: Services, prover: Arc<Prover>, socket: Arc<Socket>) -> (Accountant, Vec<JoinHandle<()>>) {
    let duplicates = Arc::new(Duplicates::default());
    let (mut writers, mut tasks) = (Vec::new(), Vec::new());
    for _ in 0..WRITERS {
        let (send, receive) = mpsc::channel(WAITING);
        let writer = Writer {
            services: services.clone(),
            socket: socket.clone(),
            duplicates: duplicates.clone(),
            counters: prover.counters.clone(),
        };
        writers.push(send);
        tasks.push(tokio::spawn(writer.run(receive)));
    }
    (Accountant { services, prover, duplicates, writers }, tasks)
}

impl Accountant {
    /// Takes a datagram. `true`: the answer stands in `room` already; otherwise it comes later or never.
    pub fn handle(&self, bytes: &[u8], datagram: &Datagram, room: &mut Vec<u8>) -> bool {
        let Some(clients) = self.prover.clients_at(datagram.from.ip()) else { return false };
        let Some(packet) = self.prover.read(&clients, bytes) else { return false };
        if self.duplicates.find(&request_key(&packet, datagram), room) {
            count(&self.prover.counters.repeated);
            return true;
        }
        let client = match packet.code() {
            Code::ACCOUNTING_REQUEST => self.prover.accounting(&clients, &packet),
            Code::STATUS_SERVER => {
                let Some(client) = self.prover.access(&clients, &packet) else { return false };
                return answer::plain(Code::ACCOUNTING_RESPONSE, &packet, &client, room).is_some();
            }
            _ => {
                self.prover.refuse_malformed(&clients);
                return false;
            }
        };
        let Some(client) = client else { return false };
        let now = self.services.now();
        client.heard(now);
        match read::event(&packet, &client, now) {
            None => {
                self.prover.refuse_malformed(std::slice::from_ref(&client));
                false
            }
            Some(Event::Nothing) => answer::plain(Code::ACCOUNTING_RESPONSE, &packet, &client, room).is_some(),
            Some(event) => {
                let job = Job { client, event, datagram: *datagram, request: packet.bytes().into() };
                let writer = job.client.nas_id.0.as_u128() as usize % self.writers.len();
                if self.writers[writer].try_send(job).is_err() {
                    count(&self.prover.counters.accounting_refused);
                }
                false
            }
        }
    }
}

fn request_key(packet: &Packet<'_>, datagram: &Datagram) -> RequestKey {
    RequestKey { from: datagram.from, code: packet.code().0, id: packet.id(), authenticator: *packet.authenticator() }
}

struct Writer {
    services: Services,
    socket: Arc<Socket>,
    duplicates: Arc<Duplicates>,
    counters: Arc<Counters>,
}

impl Writer {
    async fn run(self, mut receive: mpsc::Receiver<Job>) {
        let mut jobs: Vec<Job> = Vec::with_capacity(BATCH);
        while receive.recv_many(&mut jobs, BATCH).await > 0 {
            if jobs.len() < BATCH && !receive.is_closed() {
                sleep(LINGER).await;
                while jobs.len() < BATCH
                    && let Ok(job) = receive.try_recv()
                {
                    jobs.push(job);
                }
            }
            for group in by_isp(&jobs) {
                self.write(&group).await;
            }
            jobs.clear();
        }
    }

    async fn write(&self, jobs: &[&Job]) {
        let events: Vec<_> = jobs.iter().map(|job| (&job.client, &job.event)).collect();
        let mut result = apply(&self.services, &events).await;
        // Another server may have written the same session in this moment: now it is there to be found.
        if result.as_ref().is_err_and(|error| !error.is_away()) {
            result = apply(&self.services, &events).await;
        }
        match result {
            Ok(()) => self.answer(jobs),
            Err(error) if error.is_away() => {
                tracing::warn!(%error, reports = jobs.len(), "accounting is not acknowledged, because the database is away");
                count_many(&self.counters.accounting_refused, jobs.len());
            }
            Err(error) if jobs.len() == 1 => {
                tracing::error!(%error, "an accounting report cannot be stored and is not acknowledged");
                count(&self.counters.accounting_refused);
            }
            // One report that cannot be stored may not hold up the others.
            Err(_) => {
                for job in jobs {
                    Box::pin(self.write(&[job])).await;
                }
            }
        }
    }

    fn answer(&self, jobs: &[&Job]) {
        let mut room = Vec::new();
        for job in jobs {
            let Ok(request) = Packet::parse(&job.request) else { continue };
            let Some(answer) = answer::plain(Code::ACCOUNTING_RESPONSE, &request, &job.client, &mut room) else { continue };
            self.duplicates.keep(request_key(&request, &job.datagram), answer);
            if let Err(error) = self.socket.answer(&job.datagram, answer) {
                tracing::debug!(%error, "an accounting response could not be sent");
            }
        }
        count_many(&self.counters.accounting_stored, jobs.len());
    }
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
