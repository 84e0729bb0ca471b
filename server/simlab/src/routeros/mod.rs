//! A simulated MikroTik router: speaks the binary API on a real socket, holds a believable tree, keeps backups, and can be
//! old, slow, read-only, out of space or torn out of the wall. What it cannot do it refuses as a router would.

mod backup;
mod dial;
mod menus;
mod moving;
mod query;
mod rest;
mod schedule;
mod script;
mod session;
mod setup;
mod tree;

pub use dial::{Dialled, Subscriber};
pub use setup::{Clock, Manner, Setup};
pub use tree::{Item, Outcome, Refusal, Request, Tree, Values};

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, UdpSocket};
use tokio::sync::broadcast;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

/// A row was added, changed or taken out.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub path: String,
    pub row: Values,
    pub dead: bool,
}

pub(crate) struct Device {
    tree: Mutex<Tree>,
    manner: Mutex<Manner>,
    /// With the password that opens it again.
    backups: Mutex<BTreeMap<String, (Tree, String)>>,
    exports: Mutex<BTreeMap<String, String>>,
    login: String,
    password: String,
    started: Instant,
    changes: broadcast::Sender<Change>,
    /// Sessions that were ended, and why.
    ended: broadcast::Sender<(String, u32)>,
    tls: Option<TlsAcceptor>,
    source: IpAddr,
    clock: Option<Clock>,
}

/// A router that is switched on until it is dropped.
pub struct Router {
    device: Arc<Device>,
    address: SocketAddr,
    /// Bound and not listening: while the plug is out its port is given to nobody else.
    _port: TcpSocket,
    power: Mutex<Option<JoinHandle<()>>>,
    subscribers: Mutex<JoinSet<()>>,
    changes: u16,
    rest: Mutex<Option<(SocketAddr, JoinHandle<()>)>>,
}

impl Router {
    pub async fn start(setup: Setup) -> io::Result<Self> {
        let port = if setup.address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        port.set_reuseaddr(true)?;
        port.bind(setup.address)?;
        let address = port.local_addr()?;
        let listener = TcpListener::bind(address).await?;
        let mut tree = Tree::default();
        tree.write("/system/identity", |_| true, &[("name", setup.name)]);
        let device = Arc::new(Device {
            tree: Mutex::new(tree),
            manner: Mutex::new(setup.manner),
            backups: Mutex::default(),
            exports: Mutex::default(),
            login: setup.login,
            password: setup.password,
            started: Instant::now(),
            changes: broadcast::channel(1_024).0,
            ended: broadcast::channel(1_024).0,
            tls: setup.tls.map(TlsAcceptor::from),
            source: setup.source,
            clock: setup.clock,
        });
        let (socket, changes) = hearing(&device, setup.changes).await?;
        let power = Mutex::new(Some(tokio::spawn(on(listener, socket, device.clone()))));
        Ok(Self { device, address, _port: port, power, subscribers: Mutex::default(), changes, rest: Mutex::default() })
    }

    /// Switches its REST interface on as well, with TLS where the router has it; answers with where. Port 0 takes any free one.
    pub async fn serve_rest(&self, address: SocketAddr) -> io::Result<SocketAddr> {
        let listener = bind_again(address).await?;
        let address = listener.local_addr()?;
        let serving = tokio::spawn(listen(listener, self.device.clone(), Door::Rest));
        *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = Some((address, serving));
        Ok(address)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn manner(&self) -> Manner {
        *self.device.manner()
    }

    pub fn be(&self, manner: Manner) {
        *self.device.manner() = manner;
    }

    /// Everything it holds now.
    pub fn tree(&self) -> Tree {
        self.device.tree().clone()
    }

    /// Somebody at its console changes something.
    pub fn at_console<T>(&self, change: impl FnOnce(&mut Tree) -> T) -> T {
        change(&mut self.device.tree())
    }

    /// Its clock reaches the moment of an entry of its scheduler.
    pub fn strike(&self, entry: &str) {
        self.device.strike(entry);
    }

    /// Where CoA and Disconnect are heard.
    pub fn change_port(&self) -> u16 {
        self.changes
    }

    fn is_on(&self) -> bool {
        self.power.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Pulls the plug: connections break, nobody answers, sessions are gone without a word.
    pub fn unplug(&self) {
        if let Some(power) = self.power.lock().unwrap_or_else(PoisonError::into_inner).take() {
            power.abort();
        }
        if let Some((_, serving)) = &*self.rest.lock().unwrap_or_else(PoisonError::into_inner) {
            serving.abort();
        }
        self.subscribers.lock().unwrap_or_else(PoisonError::into_inner).abort_all();
        let mut tree = self.device.tree();
        for path in ["/ppp/active", "/ip/pool/used"] {
            tree.take(path, |_| true);
        }
        for path in ["/interface", "/queue/simple", "/ip/firewall/address-list"] {
            tree.take(path, Item::is_dynamic);
        }
    }

    /// Back on the same address, with what it held.
    pub async fn plug(&self) -> io::Result<()> {
        self.unplug();
        let listener = bind_again(self.address).await?;
        let (socket, _) = hearing(&self.device, self.changes).await?;
        *self.power.lock().unwrap_or_else(PoisonError::into_inner) = Some(tokio::spawn(on(listener, socket, self.device.clone())));
        let rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((address, _)) = rest {
            self.serve_rest(address).await?;
        }
        Ok(())
    }
}

impl Drop for Router {
    fn drop(&mut self) {
        self.unplug();
    }
}

/// The listener that was there takes a moment to go.
async fn bind_again(address: SocketAddr) -> io::Result<TcpListener> {
    for _ in 0..50 {
        match TcpListener::bind(address).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => tokio::time::sleep(Duration::from_millis(20)).await,
            bound => return bound,
        }
    }
    TcpListener::bind(address).await
}

async fn hearing(device: &Arc<Device>, port: u16) -> io::Result<(UdpSocket, u16)> {
    let socket = UdpSocket::bind((device.source, port)).await?;
    let port = socket.local_addr()?.port();
    device.tree().write("/radius/incoming", |_| true, &[("port", port.to_string())]);
    Ok((socket, port))
}

async fn on(listener: TcpListener, socket: UdpSocket, device: Arc<Device>) {
    tokio::join!(listen(listener, device.clone(), Door::Api), dial::hear_changes(device.clone(), socket), schedule::run(device));
}

#[derive(Clone, Copy)]
enum Door {
    Api,
    Rest,
}

impl Door {
    async fn serve<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(self, stream: S, device: &Arc<Device>) -> io::Result<()> {
        match self {
            Door::Api => session::serve(stream, device).await,
            Door::Rest => rest::serve(stream, device).await,
        }
    }
}

/// Is this the answer that is torn off?
fn torn(device: &Device) -> bool {
    let mut manner = device.manner();
    let torn = manner.tears_after == Some(0);
    manner.tears_after = manner.tears_after.and_then(|left| left.checked_sub(1));
    torn
}

async fn listen(listener: TcpListener, device: Arc<Device>, door: Door) {
    let mut sessions = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        while sessions.try_join_next().is_some() {}
        let device = device.clone();
        sessions.spawn(async move {
            // Answers go out as they are ready.
            let _ = stream.set_nodelay(true);
            // A session that fails is a connection that ended.
            let _ = match device.tls.clone() {
                None => door.serve(stream, &device).await,
                Some(acceptor) => match acceptor.accept(stream).await {
                    Ok(stream) => door.serve(stream, &device).await,
                    Err(error) => Err(error),
                },
            };
        });
    }
}

impl Device {
    pub fn tree(&self) -> MutexGuard<'_, Tree> {
        self.tree.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn manner(&self) -> MutexGuard<'_, Manner> {
        self.manner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refusal(&self, request: &Request) -> Option<Refusal> {
        let manner = *self.manner();
        let looks = ["print", "getall", "listen", "monitor-traffic", "monitor", "ping"].contains(&request.verb.as_str());
        if manner.read_only && !looks {
            return Some(Refusal::new("not enough permissions (9)"));
        }
        let guarded = ["/ip/hotspot", "/system/scheduler"].contains(&request.path.as_str());
        if manner.device_mode_blocks && guarded && ["add", "set", "enable"].contains(&request.verb.as_str()) {
            return Some(Refusal::new("failure: not allowed by device-mode"));
        }
        None
    }

    /// One command that ends with its answer.
    pub fn run(&self, request: &Request) -> Result<Outcome, Refusal> {
        if let Some(refusal) = self.refusal(request) {
            return Err(refusal);
        }
        match request.whole().as_str() {
            "/system/backup/save" => self.save_backup(request),
            "/system/backup/load" => self.load_backup(request),
            "/export" => self.export(request),
            "/file/read" => self.read_file(request),
            "/interface/monitor-traffic" => self.traffic(request),
            "/ping" => self.ping(request),
            _ => {
                self.refresh(&request.path);
                let (outcome, changes) = {
                    let mut tree = self.tree();
                    let before = tree.rows(&request.path).to_vec();
                    let outcome = tree.run(request)?;
                    (outcome, changed(&request.path, &before, tree.rows(&request.path)))
                };
                for change in changes {
                    // Nobody may be listening.
                    let _ = self.changes.send(change);
                }
                Ok(self.seen(outcome))
            }
        }
    }

    /// Who may not see passwords does not.
    fn seen(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::Rows(mut rows) if self.manner().read_only => {
                let hidden = ["password", "secret", "mac-auth-password"];
                rows.iter_mut().for_each(|row| row.retain(|(name, _)| !hidden.contains(&name.as_str())));
                Outcome::Rows(rows)
            }
            outcome => outcome,
        }
    }
}

fn by_number(items: &[Item]) -> HashMap<u32, &Item> {
    items.iter().map(|item| (item.number(), item)).collect()
}

fn changed(path: &str, before: &[Item], after: &[Item]) -> Vec<Change> {
    if before == after {
        return Vec::new();
    }
    let row = |item: &Item| {
        let id = (".id".to_owned(), item.id());
        std::iter::once(id).chain(item.pairs().filter(|(_, value)| !value.is_empty())).collect::<Values>()
    };
    let (old, left) = (by_number(before), by_number(after));
    let new = after.iter().filter(|item| old.get(&item.number()) != Some(item));
    let new = new.map(|item| Change { path: path.into(), row: row(item), dead: false });
    let gone = before.iter().filter(|item| !left.contains_key(&item.number()));
    new.chain(gone.map(|item| Change { path: path.into(), row: row(item), dead: true })).collect()
}
