//! Subscribers dial in: the router finds them among its own secrets or asks the RADIUS server that was configured on it,
//! reports their sessions, obeys Session-Timeout, CoA and Disconnect, and lets their counters move. What is not configured
//! on the router does not happen.

use super::tree::Tree;
use super::{Change, Device, Router};
use crate::radius_client::{Accounting, Answer, Login, Method, RadiusClient, Status};
use integrations::radius::attribute::{self as a, vendor};
use integrations::radius::{Code, Packet, Secret, Writer};
use integrations::routeros::{parse_duration, parse_rate};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until};

/// Who dials in.
#[derive(Clone, Debug)]
pub struct Subscriber {
    pub username: String,
    pub password: String,
    pub mac: String,
}

/// How it ended, or that it did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialled {
    /// Found among the router's own secrets.
    Locally,
    ByRadius,
    Refused,
    /// No server for PPPoE is switched on.
    NobodyThere,
    /// The RADIUS server said nothing.
    Silence,
    /// The pool has no address left, or is not there.
    NoAddress,
}

/// What a session is given.
#[derive(Clone, Debug, Default)]
struct Grant {
    radius: bool,
    address: Option<Ipv4Addr>,
    pool: String,
    rate_limit: String,
    address_list: String,
    timeout: Option<Duration>,
    interim: Option<Duration>,
    class: Option<Vec<u8>>,
}

/// Terminate causes of RFC 2866 section 5.10.
mod cause {
    pub const LOST_CARRIER: u32 = 2;
    pub const SESSION_TIMEOUT: u32 = 5;
    pub const ADMIN_RESET: u32 = 6;
}

/// Counts from another place each time, as a router does after it was switched on.
static SESSIONS: LazyLock<AtomicU32> = LazyLock::new(|| AtomicU32::new(0x8000_0000 | rand::random::<u32>() >> 2));

impl Router {
    /// Dials in and, when let in, stays until something ends it: `hang_up`, a time limit, the router or its plug.
    pub async fn dial(&self, who: &Subscriber) -> Dialled {
        let device = &self.device;
        let enabled = |tree: &Tree| tree.rows("/interface/pppoe-server/server").iter().any(|row| row.get("disabled") == "false");
        if !self.is_on() || !enabled(&device.tree()) {
            return Dialled::NobodyThere;
        }
        let session = format!("{:08x}", SESSIONS.fetch_add(1, Ordering::Relaxed));
        let mut grant = match device.local_grant(who) {
            Some(Ok(grant)) => grant,
            Some(Err(())) => return Dialled::Refused,
            None => match device.ask_radius(who, &session).await {
                Ok(grant) => grant,
                Err(dialled) => return dialled,
            },
        };
        let dialled = if grant.radius { Dialled::ByRadius } else { Dialled::Locally };
        if !device.open_session(who, &session, &mut grant) {
            return Dialled::NoAddress;
        }
        let task = live(device.clone(), who.clone(), session, grant);
        self.subscribers.lock().unwrap_or_else(std::sync::PoisonError::into_inner).spawn(task);
        dialled
    }

    /// Is he on it now?
    pub fn is_online(&self, username: &str) -> bool {
        self.device.tree().rows("/ppp/active").iter().any(|row| row.get("name") == username)
    }

    /// The subscriber's own device goes off.
    pub fn hang_up(&self, username: &str) {
        self.device.drop_active(|row| row.get("name") == username, cause::LOST_CARRIER);
    }
}

impl Device {
    /// What the router itself knows: it asks RADIUS only about those it does not know.
    fn local_grant(&self, who: &Subscriber) -> Option<Result<Grant, ()>> {
        let tree = self.tree();
        let secret = tree.rows("/ppp/secret").iter().find(|row| {
            row.get("name") == who.username && row.get("disabled") == "false" && ["any", "pppoe"].contains(&row.get("service"))
        })?;
        if secret.get("password") != who.password {
            return Some(Err(()));
        }
        let profile = tree.rows("/ppp/profile").iter().find(|row| row.get("name") == secret.get("profile"));
        let of_profile = |name: &str| profile.map(|row| row.get(name).to_owned()).unwrap_or_default();
        let remote = Some(secret.get("remote-address").to_owned()).filter(|remote| !remote.is_empty());
        let remote = remote.unwrap_or_else(|| of_profile("remote-address"));
        Some(Ok(Grant {
            address: remote.parse().ok(),
            pool: remote,
            rate_limit: of_profile("rate-limit"),
            address_list: of_profile("address-list"),
            timeout: parse_duration(&of_profile("session-timeout")).filter(|timeout| !timeout.is_zero()),
            ..Grant::default()
        }))
    }

    /// Address, ports and secret of the first RADIUS server for subscribers on PPP, when it is used at all.
    fn radius_server(&self) -> Option<(SocketAddr, SocketAddr, String)> {
        let tree = self.tree();
        if tree.rows("/ppp/aaa").first()?.get("use-radius") != "true" {
            return None;
        }
        let server = tree
            .rows("/radius")
            .iter()
            .find(|row| row.get("disabled") == "false" && row.get("service").split(',').any(|service| service == "ppp"))?;
        let address: IpAddr = server.get("address").parse().ok()?;
        let port = |name: &str| server.get(name).parse::<u16>().ok();
        let (auth, acct) = (port("authentication-port")?, port("accounting-port")?);
        Some(((address, auth).into(), (address, acct).into(), server.get("secret").to_owned()))
    }

    async fn radius_client(&self) -> Option<RadiusClient> {
        let (auth, acct, secret) = self.radius_server()?;
        RadiusClient::new(self.source, auth, acct, &secret).await.ok()
    }

    async fn ask_radius(&self, who: &Subscriber, session: &str) -> Result<Grant, Dialled> {
        let client = self.radius_client().await.ok_or(Dialled::Refused)?;
        let login = Login { mac: &who.mac, session_id: session, ..Login::new(Method::Chap, &who.username, &who.password) };
        let answer = client.ask_in(login).await.ok().flatten().ok_or(Dialled::Silence)?;
        if !answer.accepted() {
            return Err(Dialled::Refused);
        }
        let grant = granted(&answer);
        let pool = if grant.pool.is_empty() { self.pool_of_server() } else { grant.pool };
        Ok(Grant { pool, ..grant })
    }

    /// Where addresses come from when RADIUS names neither an address nor a pool.
    fn pool_of_server(&self) -> String {
        let tree = self.tree();
        let server = tree.rows("/interface/pppoe-server/server").iter().find(|row| row.get("disabled") == "false");
        let profile =
            server.and_then(|server| tree.rows("/ppp/profile").iter().find(|row| row.get("name") == server.get("default-profile")));
        profile.map(|row| row.get("remote-address").to_owned()).unwrap_or_default()
    }

    fn open_session(&self, who: &Subscriber, session: &str, grant: &mut Grant) -> bool {
        let mut tree = self.tree();
        let Some(address) = grant.address.or_else(|| free_address(&tree, &grant.pool)) else { return false };
        grant.address = Some(address);
        let (address, interface) = (address.to_string(), format!("<pppoe-{}>", who.username));
        let radius = if grant.radius { "true" } else { "false" };
        let active = [
            ("name", who.username.as_str()),
            ("service", "pppoe"),
            ("caller-id", &who.mac),
            ("address", &address),
            ("uptime", "0s"),
            ("session-id", &format!("0x{session}")),
            ("radius", radius),
        ];
        tree.put("/ppp/active", &active, false);
        tree.put(
            "/interface",
            &[("name", &interface), ("type", "pppoe-in"), ("running", "true"), ("rx-byte", "0"), ("tx-byte", "0")],
            false,
        );
        tree.put(
            "/ip/pool/used",
            &[("pool", grant.pool.as_str()), ("address", &address), ("owner", "PPP"), ("info", &who.username)],
            false,
        );
        shape(&mut tree, &interface, &grant.rate_limit);
        enlist(&mut tree, &address, &grant.address_list);
        drop(tree);
        self.tell_active(&who.username, false);
        true
    }

    /// Whoever listens to who is on hears of it.
    fn tell_active(&self, username: &str, dead: bool) {
        let row = vec![("name".to_owned(), username.to_owned())];
        let _ = self.changes.send(Change { path: "/ppp/active".into(), row, dead });
    }

    /// What was made for a session goes with it.
    fn close_session(&self, username: &str, address: &str) {
        let interface = format!("<pppoe-{username}>");
        let mut tree = self.tree();
        tree.take("/interface", |row| row.get("name") == interface);
        tree.take("/queue/simple", |row| row.get("name") == interface);
        tree.take("/ip/pool/used", |row| row.get("address") == address);
        tree.take("/ip/firewall/address-list", |row| row.is_dynamic() && row.get("address") == address);
        tree.take("/ppp/active", |row| row.get("address") == address);
        drop(tree);
        self.tell_active(username, true);
    }

    pub(super) fn drop_active(&self, chosen: impl Fn(&super::Item) -> bool, cause: u32) -> usize {
        let gone = self.tree().take("/ppp/active", chosen);
        for row in &gone {
            let _ = self.ended.send((row.get("session-id").to_owned(), cause));
        }
        gone.len()
    }
}

fn granted(answer: &Answer) -> Grant {
    let seconds = |kind| answer.number(kind).map(|seconds| Duration::from_secs(seconds.into()));
    let address =
        answer.packet().and_then(|packet| packet.find(a::FRAMED_IP_ADDRESS)?.first_chunk::<4>().map(|octets| Ipv4Addr::from(*octets)));
    Grant {
        radius: true,
        address,
        pool: answer.text(a::FRAMED_POOL).unwrap_or_default(),
        rate_limit: answer.rate_limit().unwrap_or_default(),
        address_list: answer.address_list().unwrap_or_default(),
        timeout: answer.session_timeout().map(|seconds| Duration::from_secs(seconds.into())),
        interim: seconds(a::ACCT_INTERIM_INTERVAL),
        class: answer.class(),
    }
}

/// The lowest address of the pool that nobody has.
fn free_address(tree: &Tree, pool: &str) -> Option<Ipv4Addr> {
    let pool = tree.rows("/ip/pool").iter().find(|row| row.get("name") == pool)?;
    let used: Vec<Ipv4Addr> = tree.rows("/ip/pool/used").iter().filter_map(|row| row.get("address").parse().ok()).collect();
    pool.get("ranges").split(',').find_map(|range| {
        let (first, last) = ends(range)?;
        (first..=last).map(Ipv4Addr::from).find(|address| !used.contains(address))
    })
}

/// First and last address of `a-b`, `a/n` (without its network and broadcast address) or `a`.
fn ends(range: &str) -> Option<(u32, u32)> {
    let number = |text: &str| text.parse::<Ipv4Addr>().ok().map(u32::from);
    if let Some((first, last)) = range.split_once('-') {
        return Some((number(first)?, number(last)?));
    }
    let Some((network, bits)) = range.split_once('/') else { return Some((number(range)?, number(range)?)) };
    let host = u32::MAX.checked_shr(bits.parse().ok()?).unwrap_or(0);
    let network = number(network)? & !host;
    Some((network + 1, (network | host).saturating_sub(1)))
}

/// The queue that RouterOS makes for a session with a rate.
fn shape(tree: &mut Tree, interface: &str, rate_limit: &str) {
    let limit = rate_limit.split_whitespace().next().unwrap_or_default();
    let known = tree.rows("/queue/simple").iter().any(|row| row.get("name") == interface);
    if limit.is_empty() {
        return;
    }
    let (up, down) = limit.split_once('/').unwrap_or((limit, limit));
    let limit = format!("{}/{}", parse_rate(up).unwrap_or(0), parse_rate(down).unwrap_or(0));
    if known {
        tree.write("/queue/simple", |row| row.get("name") == interface, &[("max-limit", limit)]);
    } else {
        tree.put("/queue/simple", &[("name", interface), ("target", interface), ("max-limit", &limit)], false);
    }
}

fn enlist(tree: &mut Tree, address: &str, list: &str) {
    tree.take("/ip/firewall/address-list", |row| row.is_dynamic() && row.get("address") == address);
    if !list.is_empty() {
        tree.put("/ip/firewall/address-list", &[("list", list), ("address", address)], false);
    }
}

/// A session from its Start to its Stop.
async fn live(device: Arc<Device>, who: Subscriber, session: String, grant: Grant) {
    let mut ended = device.ended.subscribe();
    let address = grant.address.unwrap_or(Ipv4Addr::UNSPECIFIED);
    let client = if grant.radius { device.radius_client().await } else { None };
    let began = Instant::now();
    let report = async |status, cause| {
        let Some(client) = &client else { return };
        let seconds = u32::try_from(began.elapsed().as_secs()).unwrap_or(u32::MAX);
        let (input, output) = counters(&device, &who.username);
        let report = Accounting {
            mac: &who.mac,
            ip: Some(address.octets()),
            class: grant.class.as_deref(),
            cause,
            ..Accounting::new(status, &session, &who.username)
        };
        // What stays unanswered is lost, as on a router.
        let _ = client.account(&report.after(seconds, input, output)).await;
    };
    report(Status::Start, 0).await;
    let end = grant.timeout.map(|timeout| began + timeout);
    let mut next = grant.interim.map(|interim| began + interim);
    let named = format!("0x{session}");
    let cause = loop {
        let tick = Instant::now() + Duration::from_secs(1);
        tokio::select! {
            () = sleep_until(end.unwrap_or(tick)), if end.is_some() => break cause::SESSION_TIMEOUT,
            told = ended.recv() => match told {
                Ok((which, cause)) if which == named => break cause,
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => break cause::LOST_CARRIER,
            },
            () = sleep_until(tick) => {
                if !device.tree().rows("/ppp/active").iter().any(|row| row.get("session-id") == named) {
                    break cause::ADMIN_RESET;
                }
                count(&device, &who.username, began.elapsed());
            }
        }
        if let (Some(at), Some(interim)) = (next, grant.interim)
            && Instant::now() >= at
        {
            next = Some(at + interim);
            report(Status::Interim, 0).await;
        }
    };
    report(Status::Stop, cause).await;
    device.close_session(&who.username, &address.to_string());
}

/// From the subscriber and to him, since he is online.
fn counters(device: &Device, username: &str) -> (u64, u64) {
    let interface = format!("<pppoe-{username}>");
    let tree = device.tree();
    let row = tree.rows("/interface").iter().find(|row| row.get("name") == interface);
    let number = |name: &str| row.and_then(|row| row.get(name).parse().ok()).unwrap_or(0);
    (number("rx-byte"), number("tx-byte"))
}

/// A second goes by.
fn count(device: &Device, username: &str, online: Duration) {
    let interface = format!("<pppoe-{username}>");
    let (more_up, more_down) = super::moving::speed(&interface);
    let (up, down) = counters(device, username);
    let mut tree = device.tree();
    let moved = [("rx-byte", (up + more_up).to_string()), ("tx-byte", (down + more_down).to_string())];
    tree.write("/interface", |row| row.get("name") == interface, &moved);
    let uptime = integrations::routeros::duration(online);
    tree.write("/ppp/active", |row| row.get("name") == username, &[("uptime", uptime)]);
}

/// Hears CoA and Disconnect on the port of `/radius incoming`, from whom it knows as a RADIUS server alone.
pub(super) async fn hear_changes(device: Arc<Device>, socket: UdpSocket) {
    let mut room = [0; 4_096];
    while let Ok((length, from)) = socket.recv_from(&mut room).await {
        let accepts = device.tree().rows("/radius/incoming").first().is_some_and(|row| row.get("accept") == "true");
        let Some((auth, _, secret)) = device.radius_server().filter(|_| accepts) else { continue };
        let Some(packet) = room.get(..length).and_then(|bytes| Packet::parse(bytes).ok()) else { continue };
        let secret = Secret::new(secret.as_bytes());
        let proven = secret.message_authenticator_holds(&packet, &[0; 16]) != Some(false) && secret.accounting_authenticator_holds(&packet);
        if !proven || from.ip() != auth.ip() {
            continue;
        }
        let cause = obey(&device, &packet);
        let code = Code(packet.code().0 + if cause.is_some() { 2 } else { 1 });
        let mut bytes = Vec::new();
        let mut writer = Writer::new(&mut bytes, code, packet.id());
        writer.message_authenticator();
        if let Some(cause) = cause {
            writer.number(a::ERROR_CAUSE, cause);
        }
        if let Some(answer) = writer.finish_answer(&secret, packet.authenticator()) {
            let _ = socket.send_to(answer, from).await;
        }
    }
}

/// The error cause of RFC 5176 section 3.5 when it does not.
fn obey(device: &Device, packet: &Packet<'_>) -> Option<u32> {
    let text = |kind| packet.find(kind).map(|value| String::from_utf8_lossy(value).into_owned());
    let (username, session) = (text(a::USER_NAME), text(a::ACCT_SESSION_ID).map(|session| format!("0x{session}")));
    if username.is_none() && session.is_none() {
        return Some(402);
    }
    let meant = |row: &super::Item| {
        username.as_deref().is_none_or(|username| row.get("name") == username)
            && session.as_deref().is_none_or(|session| row.get("session-id") == session)
    };
    if packet.code() == Code::DISCONNECT_REQUEST {
        return (device.drop_active(meant, cause::ADMIN_RESET) == 0).then_some(503);
    }
    let mut tree = device.tree();
    let Some((name, address)) =
        tree.rows("/ppp/active").iter().find(|row| meant(row)).map(|row| (row.get("name").to_owned(), row.get("address").to_owned()))
    else {
        return Some(503);
    };
    let ours = |kind| packet.find_vendor(vendor::MIKROTIK, kind).map(|value| String::from_utf8_lossy(value).into_owned());
    if let Some(rate) = ours(vendor::MIKROTIK_RATE_LIMIT) {
        shape(&mut tree, &format!("<pppoe-{name}>"), &rate);
    }
    if let Some(list) = ours(vendor::MIKROTIK_ADDRESS_LIST) {
        enlist(&mut tree, &address, &list);
    }
    None
}
