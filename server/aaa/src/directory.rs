//! Everything a decision needs, in memory: the access servers by address, and behind each the book of its ISP with
//! every line and its password. Readers never wait for the database.

use crate::online::Online;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::access::{AccessPolicy, Device, Line, ReplyLine, Rules};
use domain::radius::{NasVendor, front_address, station};
use domain::{IspId, NasId, ServiceId};
use integrations::radius::Secret;
use std::borrow::Borrow;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use storage::radius::directory::Held;
use storage::radius::nas::SealedNas;

/// A line and its password.
pub(crate) struct Subscriber {
    /// Lower case.
    pub key: Box<str>,
    pub password: Box<[u8]>,
    pub rules: Arc<Rules>,
    line: Line,
    held: Held,
    /// Is his mobile on the block list?
    listed: Held,
}

impl Subscriber {
    pub fn new(key: Box<str>, password: Box<[u8]>, line: Line, held: Held, rules: Arc<Rules>, listed: Held) -> Self {
        Self { key, password, rules, line, held, listed }
    }

    /// The line as it is at `now`.
    pub fn line(&self, now: DateTime<Utc>) -> Line {
        Line { blocked: self.held.holds(now), ..self.line.clone() }
    }

    /// May he not come in whatever else is right?
    pub fn is_listed(&self, now: DateTime<Utc>) -> bool {
        self.listed.holds(now)
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
    pub realms: HashMap<String, Realm>,
    /// Devices and names of the block list.
    pub listed_macs: HashMap<String, Held>,
    pub listed_names: HashMap<String, Held>,
}

/// A realm that may stand behind a name.
#[derive(Clone)]
pub(crate) struct Realm {
    pub framed_pool: Option<String>,
    pub mac_auth: bool,
}

impl Settings {
    pub fn lists_mac(&self, mac: &str, now: DateTime<Utc>) -> bool {
        self.listed_macs.get(mac).is_some_and(|held| held.holds(now))
    }

    pub fn lists_name(&self, name: &str, now: DateTime<Utc>) -> bool {
        !self.listed_names.is_empty() && self.listed_names.get(&name.to_ascii_lowercase()).is_some_and(|held| held.holds(now))
    }
}

/// The lines of one ISP.
pub(crate) struct Book {
    pub isp_id: IspId,
    settings: RwLock<Arc<Settings>>,
    lines: RwLock<Lines>,
    pub online: Online,
}

#[derive(Default)]
pub(crate) struct Lines {
    by_name: HashSet<ByName>,
    by_service: HashSet<ByService>,
    /// Lines that a device may open by its address: bound to it, or named like it.
    by_mac: HashMap<Box<str>, ServiceId>,
}

/// A line that is found by its name, which is kept once.
struct ByName(Arc<Subscriber>);

impl Borrow<str> for ByName {
    fn borrow(&self) -> &str {
        &self.0.key
    }
}

impl Hash for ByName {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.0.key.hash(hasher);
    }
}

impl PartialEq for ByName {
    fn eq(&self, other: &Self) -> bool {
        self.0.key == other.0.key
    }
}

impl Eq for ByName {}

/// A line that is found by its service.
struct ByService(Arc<Subscriber>);

impl Borrow<ServiceId> for ByService {
    fn borrow(&self) -> &ServiceId {
        &self.0.line.service_id
    }
}

impl Hash for ByService {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.0.line.service_id.hash(hasher);
    }
}

impl PartialEq for ByService {
    fn eq(&self, other: &Self) -> bool {
        self.0.line.service_id == other.0.line.service_id
    }
}

impl Eq for ByService {}

/// Is it a MAC, in the one way that we write them?
pub(crate) fn is_mac(text: &str) -> bool {
    text.len() == 17 && text.split(':').count() == 6 && text.bytes().all(|octet| octet == b':' || octet.is_ascii_hexdigit())
}

impl Lines {
    pub fn put(&mut self, subscriber: Subscriber) {
        let subscriber = Arc::new(subscriber);
        self.remove(subscriber.service_id());
        for mac in macs(&subscriber) {
            self.by_mac.insert(mac.into_boxed_str(), subscriber.service_id());
        }
        self.by_name.replace(ByName(subscriber.clone()));
        self.by_service.replace(ByService(subscriber));
    }

    pub fn remove(&mut self, service: ServiceId) {
        let Some(ByService(gone)) = self.by_service.take(&service) else { return };
        for mac in macs(&gone) {
            if self.by_mac.get(mac.as_str()) == Some(&service) {
                self.by_mac.remove(mac.as_str());
            }
        }
        // Its name may belong to another line by now.
        if self.by_name.get(&*gone.key).is_some_and(|named| named.0.service_id() == service) {
            self.by_name.remove(&*gone.key);
        }
    }

    pub fn len(&self) -> usize {
        self.by_service.len()
    }
}

/// The devices that may open a line by their address.
fn macs(subscriber: &Subscriber) -> Vec<String> {
    let named = Some(station(&subscriber.key)).filter(|name| is_mac(name));
    named.into_iter().chain(subscriber.rules.macs.iter().cloned()).collect()
}

/// The longest user name that fits an attribute.
const LONGEST_NAME: usize = 253;

impl Book {
    pub fn new(isp_id: IspId, settings: Settings) -> Self {
        Self { isp_id, settings: RwLock::new(Arc::new(settings)), lines: RwLock::default(), online: Online::default() }
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
        read(&self.lines).by_name.get(std::str::from_utf8(key).ok()?).map(|named| named.0.clone())
    }

    pub fn by_mac(&self, mac: &str) -> Option<Arc<Subscriber>> {
        let lines = read(&self.lines);
        lines.by_mac.get(mac).and_then(|service| lines.by_service.get(service)).map(|found| found.0.clone())
    }

    /// Binds a device to a line while its rules still let it: of two that come in the same moment, the first.
    pub fn bind(&self, service: ServiceId, mac: &str) -> Bound {
        let mut lines = write(&self.lines);
        let Some(subscriber) = lines.by_service.get(&service).map(|found| found.0.clone()) else { return Bound::Refused };
        let instead_of = match subscriber.rules.device(Some(mac)) {
            Device::Known => return Bound::Already,
            Device::Refused => return Bound::Refused,
            Device::Learn => None,
            Device::LearnInsteadOf(old) => Some(old.to_string()),
        };
        let mut rules = Rules::clone(&subscriber.rules);
        rules.macs.retain(|bound| Some(bound) != instead_of.as_ref());
        rules.macs.push(mac.to_string());
        let (key, password) = (subscriber.key.clone(), subscriber.password.clone());
        lines.put(Subscriber::new(key, password, subscriber.line.clone(), subscriber.held, Arc::new(rules), subscriber.listed));
        Bound::New { instead_of }
    }

    pub fn by_service(&self, service: ServiceId) -> Option<Arc<Subscriber>> {
        read(&self.lines).by_service.get(&service).map(|found| found.0.clone())
    }

    pub fn len(&self) -> usize {
        read(&self.lines).len()
    }
}

/// How binding a device to a line went.
pub(crate) enum Bound {
    New { instead_of: Option<String> },
    Already,
    Refused,
}

/// An access server that may ask.
pub(crate) struct Client {
    pub nas_id: NasId,
    pub vendor: NasVendor,
    pub secret: Secret,
    pub require_message_authenticator: bool,
    pub address: IpAddr,
    pub mac_auth: bool,
    /// `None`: it hears no changes.
    pub coa_port: Option<u16>,
    pub framed_pool: Option<String>,
    pub extra: Vec<ReplyLine>,
    /// It changes rates when it is told, so that no session has to end for another one.
    pub obeys: bool,
    pub book: Arc<Book>,
    /// Milliseconds of Unix time; 0: not yet.
    heard: AtomicI64,
}

impl Client {
    pub fn new(nas: SealedNas, secret: Secret, book: Arc<Book>) -> Self {
        Self {
            nas_id: nas.id,
            vendor: nas.vendor,
            secret,
            require_message_authenticator: nas.require_message_authenticator,
            address: nas.address,
            mac_auth: nas.mac_auth,
            coa_port: nas.coa_port,
            framed_pool: nas.framed_pool,
            extra: nas.extra,
            obeys: nas.obeys,
            book,
            heard: AtomicI64::new(0),
        }
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
    /// Since when the database is away, milliseconds of Unix time; 0: it is there.
    away_since: AtomicI64,
}

/// So long decisions go on without a database.
const LONGEST_BLIND: TimeDelta = TimeDelta::hours(24);

impl Directory {
    /// The database did not answer.
    pub fn lost_sight(&self, at: DateTime<Utc>) {
        // The first time counts; whoever was earlier with it is right.
        let _ = self.away_since.compare_exchange(0, at.timestamp_millis().max(1), Ordering::Relaxed, Ordering::Relaxed);
    }

    /// The database answered.
    pub fn sees(&self) {
        self.away_since.store(0, Ordering::Relaxed);
    }

    /// Has the database been away for so long that nobody can say any more who may come in?
    pub fn is_blind(&self, now: DateTime<Utc>) -> bool {
        let since = self.away_since.load(Ordering::Relaxed);
        since != 0 && now.timestamp_millis() - since > LONGEST_BLIND.num_milliseconds()
    }

    /// The access servers at an address: nearly always one, several when ISPs use the same private address.
    pub fn clients_at(&self, address: IpAddr) -> Option<Arc<[Arc<Client>]>> {
        read(&self.clients).get(&address.to_canonical()).cloned()
    }

    pub fn all_clients(&self) -> Vec<Arc<Client>> {
        let clients = read(&self.clients).clone();
        clients.values().flat_map(|clients| clients.iter().cloned()).collect()
    }

    /// An access server by its identity.
    pub fn client(&self, isp: IspId, nas: NasId) -> Option<Arc<Client>> {
        let clients = read(&self.clients).clone();
        clients.values().flat_map(|clients| clients.iter()).find(|client| client.nas_id == nas && client.book.isp_id == isp).cloned()
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
        // What another RADIUS server passes on for it comes from its own loopback address.
        let own = own.into_iter().flat_map(|(address, client)| {
            let (front, client) = (IpAddr::from(front_address(client.nas_id)), Arc::new(client));
            [(address.to_canonical(), client.clone()), (front, client)]
        });
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
