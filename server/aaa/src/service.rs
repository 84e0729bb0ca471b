//! The service as the server starts it: two sockets with threads of their own, so that nothing else the process does
//! keeps a subscriber waiting, and the tasks behind them.

use crate::accounting::{self, Accountant, Means};
use crate::authenticate::Authenticator;
use crate::change::Changes;
use crate::counters::{Counters, Figures};
use crate::directory::Directory;
use crate::duplicates::Duplicates;
use crate::errands::{self, Errands};
use crate::log::{self, Log};
use crate::notices::{self, Notices};
use crate::prove::Prover;
use crate::sync::{self, Others};
use integrations::radius::{Datagram, MAX_PACKET, Socket};
use services::Services;
use std::io;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle as Thread};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle as Task;
use uuid::Uuid;

/// Where it listens; port 0 takes any free one.
#[derive(Clone, Debug)]
pub struct RadiusConfig {
    pub auth_addr: SocketAddr,
    pub acct_addr: SocketAddr,
    /// A folder of this server alone, where accounting is kept while the database is away. Without one, accounting is
    /// not acknowledged then.
    pub spool: Option<PathBuf>,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("RADIUS cannot listen on {address}: {}", describe(source))]
    Bind {
        address: SocketAddr,
        #[source]
        source: io::Error,
    },
    #[error("RADIUS cannot keep accounting in {}", .folder.display())]
    Spool {
        folder: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("RADIUS cannot start a thread")]
    Thread(#[source] io::Error),
}

fn describe(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => "another program (FreeRADIUS, or a second Lastmile) already listens there".into(),
        io::ErrorKind::PermissionDenied => "ports below 1024 need root".into(),
        io::ErrorKind::AddrNotAvailable => "this machine does not have that address".into(),
        _ => error.to_string(),
    }
}

/// The running service. Dropped without `shutdown`, it stops without waiting.
pub struct Radius {
    auth_addr: SocketAddr,
    acct_addr: SocketAddr,
    counters: Arc<Counters>,
    directory: Arc<Directory>,
    ready: watch::Receiver<bool>,
    stop: watch::Sender<bool>,
    stop_threads: Arc<AtomicBool>,
    threads: Vec<Thread<()>>,
    /// Write what is still on the way, once the threads are gone.
    writers: Vec<Task<()>>,
    tasks: Vec<Task<()>>,
}

impl Radius {
    /// Binds both ports and begins to read the directory; until it has, it is silent.
    pub async fn start(services: Services, config: RadiusConfig) -> Result<Self, Error> {
        let (auth, auth_addr) = bind(config.auth_addr)?;
        let (acct, acct_addr) = bind(config.acct_addr)?;
        let (counters, directory, notices) = (Arc::<Counters>::default(), Arc::<Directory>::default(), Arc::<Notices>::default());
        let (ready_tx, ready) = watch::channel(false);
        let (stop, stopped) = watch::channel(false);
        let loaded = Arc::new(AtomicBool::new(false));
        let (log, attempts) = Log::new(counters.clone());
        let prover =
            Arc::new(Prover { directory: directory.clone(), notices: notices.clone(), counters: counters.clone(), loaded: loaded.clone() });
        let node = Uuid::now_v7();
        let (errands, to_do) = Errands::new();
        let (tell_changes, hear_changes) = mpsc::channel(1_000);
        let changes =
            Changes { services: services.clone(), directory: directory.clone(), counters: counters.clone(), source: config.auth_addr.ip() };
        let means = Means { services: services.clone(), socket: acct.clone(), errands: errands.clone(), spool: config.spool.as_deref() };
        let (accountant, mut writers) = accounting::start(prover.clone(), means)
            .map_err(|source| Error::Spool { folder: config.spool.clone().unwrap_or_default(), source })?;
        writers.push(tokio::spawn(log::run(services.clone(), attempts, counters.clone())));
        let mut was_loaded = ready.clone();
        let this = notices::Node { id: node, started_at: services.now(), counters: counters.clone() };
        let others = Others { node, changes: tell_changes };
        let tasks = vec![
            tokio::spawn(sync::run(services.clone(), directory.clone(), others, ready_tx, stopped.clone())),
            tokio::spawn(errands::run(services.clone(), directory.clone(), node, to_do)),
            tokio::spawn(Arc::new(changes).run(hear_changes, stopped.clone())),
            tokio::spawn(notices::run(services.clone(), directory.clone(), notices, this, stopped)),
            tokio::spawn(async move {
                if was_loaded.wait_for(|ready| *ready).await.is_ok() {
                    loaded.store(true, Ordering::Relaxed);
                }
            }),
        ];
        let authenticator = Authenticator { services, prover, duplicates: Duplicates::default(), log, errands };
        let stop_threads = Arc::new(AtomicBool::new(false));
        let mut threads = authentication_threads(&auth, authenticator, &stop_threads)?;
        threads.push(accounting_thread(acct, accountant, &stop_threads)?);
        tracing::info!(auth = %auth_addr, acct = %acct_addr, "RADIUS listens");
        Ok(Self { auth_addr, acct_addr, counters, directory, ready, stop, stop_threads, threads, writers, tasks })
    }

    pub fn auth_addr(&self) -> SocketAddr {
        self.auth_addr
    }

    pub fn acct_addr(&self) -> SocketAddr {
        self.acct_addr
    }

    /// Has it read every subscriber, so that it answers?
    pub fn ready(&self) -> bool {
        *self.ready.borrow()
    }

    pub async fn wait_ready(&self) {
        // An error means that the service ends; then there is nothing to wait for.
        let _ = self.ready.clone().wait_for(|ready| *ready).await;
    }

    pub fn figures(&self) -> Figures {
        self.counters.figures()
    }

    /// Subscribers in memory.
    pub fn subscribers(&self) -> usize {
        self.directory.subscribers()
    }

    /// Takes nothing more, writes and answers what it has taken, and ends.
    pub async fn shutdown(mut self) {
        self.stop_threads.store(true, Ordering::Relaxed);
        let threads = std::mem::take(&mut self.threads);
        let joined = tokio::task::spawn_blocking(move || threads.into_iter().for_each(|thread| drop(thread.join())));
        if joined.await.is_err() {
            tracing::warn!("RADIUS threads did not end in order");
        }
        self.stop.send_replace(true);
        let rest = std::mem::take(&mut self.writers).into_iter().chain(std::mem::take(&mut self.tasks));
        for task in rest {
            // The database may be away: what is not acknowledged comes again.
            if tokio::time::timeout(Duration::from_secs(15), task).await.is_err() {
                tracing::warn!("RADIUS ends with work undone");
            }
        }
    }
}

impl Drop for Radius {
    fn drop(&mut self) {
        self.stop_threads.store(true, Ordering::Relaxed);
        self.stop.send_replace(true);
    }
}

fn bind(address: SocketAddr) -> Result<(Arc<Socket>, SocketAddr), Error> {
    let bound = Socket::bind(address).and_then(|socket| Ok((socket.local_addr()?, socket)));
    let (local, socket) = bound.map_err(|source| Error::Bind { address, source })?;
    Ok((Arc::new(socket), local))
}

fn authentication_threads(socket: &Arc<Socket>, authenticator: Authenticator, stop: &Arc<AtomicBool>) -> Result<Vec<Thread<()>>, Error> {
    let authenticator = Arc::new(authenticator);
    let count = thread::available_parallelism().map_or(2, usize::from).clamp(2, 8);
    let threads = (0..count).map(|number| {
        let (authenticator, socket, stop) = (authenticator.clone(), socket.clone(), stop.clone());
        spawn(format!("radius-auth-{number}"), move || {
            receive(&socket, &stop, |bytes, datagram, room| authenticator.handle(bytes, datagram.from, room));
        })
    });
    threads.collect()
}

fn accounting_thread(socket: Arc<Socket>, accountant: Accountant, stop: &Arc<AtomicBool>) -> Result<Thread<()>, Error> {
    let stop = stop.clone();
    spawn("radius-acct".into(), move || receive(&socket, &stop, |bytes, datagram, room| accountant.handle(bytes, datagram, room)))
}

fn spawn(name: String, work: impl FnOnce() + Send + 'static) -> Result<Thread<()>, Error> {
    thread::Builder::new().name(name).spawn(work).map_err(Error::Thread)
}

/// Receives until `stop` and sends what `handle` writes.
fn receive(socket: &Socket, stop: &AtomicBool, handle: impl Fn(&[u8], &Datagram, &mut Vec<u8>) -> bool) {
    let (mut buffer, mut room) = (vec![0; MAX_PACKET + 1], Vec::with_capacity(MAX_PACKET));
    while !stop.load(Ordering::Relaxed) {
        let datagram = match socket.receive(&mut buffer) {
            Ok(Some(datagram)) => datagram,
            Ok(None) => continue,
            Err(error) => {
                tracing::error!(%error, "RADIUS cannot receive");
                thread::sleep(Duration::from_millis(200));
                continue;
            }
        };
        let Some(bytes) = buffer.get(..datagram.length) else { continue };
        // One packet that meets a fault of ours may not end the thread that all others depend on.
        let answered = catch_unwind(AssertUnwindSafe(|| handle(bytes, &datagram, &mut room)));
        if answered.unwrap_or(false)
            && let Err(error) = socket.answer(&datagram, &room)
        {
            tracing::debug!(%error, "a RADIUS answer could not be sent");
        }
    }
}
