//! Reads accounting requests, proves them, and hands them to writers. What is not taken here is not answered.

use super::read::{self, Event};
use super::spool::Spool;
use super::writer::{Job, Shared, Writer, request_key};
use crate::answer;
use crate::counters::count;
use crate::duplicates::Duplicates;
use crate::errands::Errands;
use crate::prove::Prover;
use domain::NasId;
use integrations::radius::{Code, Datagram, Socket};
use services::Services;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

const WRITERS: usize = 8;
/// Reports that wait for one writer; what comes on top is not taken and comes again.
const WAITING: usize = 16_384;

pub(crate) struct Accountant {
    services: Services,
    prover: Arc<Prover>,
    duplicates: Arc<Duplicates>,
    writers: Vec<mpsc::Sender<Job>>,
    /// Which writer an access server's reports go to, in turn as servers are heard of.
    turns: Mutex<HashMap<NasId, usize>>,
}

/// What writers need beside the prover.
pub(crate) struct Means<'a> {
    pub services: Services,
    pub socket: Arc<Socket>,
    pub errands: Errands,
    /// Where reports go while the database is away.
    pub spool: Option<&'a Path>,
}

/// Starts the writers; they end when the accountant is gone and everything is written.
pub(crate) fn start(prover: Arc<Prover>, means: Means<'_>) -> std::io::Result<(Accountant, Vec<JoinHandle<()>>)> {
    let duplicates = Arc::new(Duplicates::default());
    let shared = Shared {
        services: means.services.clone(),
        directory: prover.directory.clone(),
        socket: means.socket,
        duplicates: duplicates.clone(),
        counters: prover.counters.clone(),
        errands: means.errands,
        loaded: prover.loaded.clone(),
    };
    let (mut writers, mut tasks) = (Vec::new(), Vec::new());
    for number in 0..WRITERS {
        let spool = means.spool.map(|folder| Spool::open(&folder.join(format!("writer-{number}.spool")))).transpose()?;
        let (send, receive) = mpsc::channel(WAITING);
        writers.push(send);
        tasks.push(tokio::spawn(Writer::new(shared.clone(), spool).run(receive)));
    }
    Ok((Accountant { services: means.services, prover, duplicates, writers, turns: Mutex::default() }, tasks))
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
                let job = Job { client, event, datagram: *datagram, request: packet.bytes().into(), at: now };
                if self.writer(job.client.nas_id).is_none_or(|writer| writer.try_send(job).is_err()) {
                    count(&self.prover.counters.accounting_refused);
                }
                false
            }
        }
    }

    fn writer(&self, nas: NasId) -> Option<&mpsc::Sender<Job>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let next = turns.len() % self.writers.len();
        self.writers.get(*turns.entry(nas).or_insert(next))
    }
}
