//! Everything a decision needs, in memory: the access servers by address, and behind each the book of its ISP with
//! every line and its password. Readers never wait for the database.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::access::{AccessPolicy, Line};
use domain::radius::NasVendor;
use domain::{IspId, NasId, ServiceId};
use integrations::radius::Secret;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use storage::radius::directory::Held;

/// A line and its password.
pub(crate) struct Subscriber {
    /// Lower case.
    pub key: Box<str>,
    pub password: Box<[u8]>,
    line: Line,
    held: Held,
}

impl Subscriber {
    pub fn new(key: Box<str>, password: Box<[u8]>, line: Line, held: Held) -> Self {
        Self { key, password, line, held }
    }

    /// The line as it is at `now`.
    pub fn line(&self, now: DateTime<Utc>) -> Line {
        let blocked = match self.held {
            Held::No => false,
            Held::Open => true,
            Held::Until(until) => until > now,
        };
        Line { blocked, ..self.line.clone() }
    }

    pub fn service_id(&self) -> ServiceId {
        self.line.service_id
    }

    pub fn customer_id(&self) -> domain::CustomerId {
        self.line.customer_id
    }
}

/// What an ISP decided for all its lines.
#[derive(Clone)]
pub(crate) struct Settings {
    pub policy: AccessPolicy,
    pub zone: Tz,
}

/// The lines of one ISP.
pub(crate) struct Book {
    pub isp_id: IspId,
    settings: RwLock<Arc<Settings>>,
    lines: RwLock<Lines>,
}

#[derive(Default)]
pub(crate) struct Lines {
    by_name: HashMap<Box<str>, Arc<Subscriber>>,
    by_service: HashMap<ServiceId, Arc<Subscriber>>,
}

impl Lines {
    pub fn put(&mut self, subscriber: Subscriber) {
        let subscriber = Arc::new(subscriber);
        self.remove(subscriber.service_id());
        self.by_name.insert(subscriber.key.clone(), subscriber.clone());
        self.by_service.insert(subscriber.service_id(), subscriber);
    }

    pub fn remove(&mut self, service: ServiceId) {
        let Some(gone) = self.by_service.remove(&service) else { return };
        // Its name may belong to another line by now.
        if self.by_name.get(&gone.key).is_some_and(|named| named.service_id() == service) {
            self.by_name.remove(&gone.key);
        }
    }

    pub fn len(&self) -> usize {
        self.by_service.len()
    }
}

/// The longest user name that fits an attribute.
const LONGEST_NAME: usize = 253;

impl Book {
    pub fn new(isp_id: IspId, settings: Settings) -> Self {
        Self { isp_id, settings: RwLock::new(Arc::new(settings)), lines: RwLock::default() }
    }

    pub fn settings(&self) -> Arc<Settings> {
        read(&self.settings).clone()
    }

    pub fn set(&self, settings: Settings, lines: Lines) {
        *write(&self.settings) = Arc::new(settings);
        // The old lines are dropped after the lock is let go.
        let before = std::mem::replace(&mut *write(&self.lines), lines);
        drop(before);
    }

    /// Puts the lines of some services in the place of what was known of them.
    pub fn change(&self, services: &[ServiceId], found: Vec<Subscriber>) {
        let mut lines = write(&self.lines);
        services.iter().for_each(|service| lines.remove(*service));
        found.into_iter().for_each(|subscriber| lines.put(subscriber));
    }

    pub fn by_name(&self, name: &[u8]) -> Option<Arc<Subscriber>> {
        let mut room = [0; LONGEST_NAME];
        let key = room.get_mut(..name.len())?;
        key.copy_from_slice(name);
        key.make_ascii_lowercase();
        read(&self.lines).by_name.get(std::str::from_utf8(key).ok()?).cloned()
    }

    pub fn by_service(&self, service: ServiceId) -> Option<Arc<Subscriber>> {
        read(&self.lines).by_service.get(&service).cloned()
    }

    pub fn len(&self) -> usize {
        read(&self.lines).len()
    }
}

/// An access server that may ask.
pub(crate) struct Client {
    pub nas_id: NasId,
    pub vendor: NasVendor,
    pub secret: Secret,
    pub require_message_authenticator: bool,
    pub book: Arc<Book>,
    /// Milliseconds of Unix time; 0: not yet.
    heard: AtomicI64,
}

impl Client {
    pub fn new(nas_id: NasId, vendor: NasVendor, secret: Secret, require_message_authenticator: bool, book: Arc<Book>) -> Self {
        Self { nas_id, vendor, secret, require_message_authenticator, book, heard: AtomicI64::new(0) }
    }

    pub fn heard(&self, at: DateTime<Utc>) {
        self.heard.store(at.timestamp_millis(), Ordering::Relaxed);
    }

    /// When it was heard since this was asked last.
    pub fn take_heard(&self) -> Option<DateTime<Utc>> {
        match self.heard.swap(0, Ordering::Relaxed) {
            0 => None,
            at => DateTime::from_timestamp_millis(at),
        }
    }
}

type Clients = HashMap<IpAddr, Arc<[Arc<Client>]>>;

/// The books of all ISPs, and who may ask for which.
#[derive(Default)]
pub(crate) struct Directory {
    books: RwLock<HashMap<IspId, Arc<Book>>>,
    clients: RwLock<Arc<Clients>>,
}

impl Directory {
    /// The access servers at an address: nearly always one, several when ISPs use the same private address.
    pub fn clients_at(&self, address: IpAddr) -> Option<Arc<[Arc<Client>]>> {
        read(&self.clients).get(&address.to_canonical()).cloned()
    }

    pub fn all_clients(&self) -> Vec<Arc<Client>> {
        let clients = read(&self.clients).clone();
        clients.values().flat_map(|clients| clients.iter().cloned()).collect()
    }

    pub fn book(&self, isp: IspId) -> Option<Arc<Book>> {
        read(&self.books).get(&isp).cloned()
    }

    pub fn isps(&self) -> Vec<IspId> {
        read(&self.books).keys().copied().collect()
    }

    /// Takes in an ISP as it is now; its access servers with it.
    pub fn put(&self, book: Arc<Book>, clients: Vec<(IpAddr, Client)>) {
        let isp = book.isp_id;
        write(&self.books).insert(isp, book);
        self.replace_clients(isp, clients);
    }

    pub fn remove(&self, isp: IspId) {
        write(&self.books).remove(&isp);
        self.replace_clients(isp, Vec::new());
    }

    fn replace_clients(&self, isp: IspId, own: Vec<(IpAddr, Client)>) {
        let now = read(&self.clients).clone();
        let mut next: HashMap<IpAddr, Vec<Arc<Client>>> = HashMap::new();
        let others = now.iter().flat_map(|(address, clients)| clients.iter().map(move |client| (*address, client.clone())));
        let own = own.into_iter().map(|(address, client)| (address.to_canonical(), Arc::new(client)));
        for (address, client) in others.filter(|(_, client)| client.book.isp_id != isp).chain(own) {
            next.entry(address).or_default().push(client);
        }
        *write(&self.clients) = Arc::new(next.into_iter().map(|(address, clients)| (address, clients.into())).collect());
    }

    pub fn subscribers(&self) -> usize {
        read(&self.books).values().map(|book| book.len()).sum()
    }
}

fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}
