//! A router as RADIUS sees it: asks for its subscribers, reports their sessions, resends what stays unanswered and
//! checks the proof of every answer. It believes nothing that is not signed with its secret.

mod load;
mod obey;
mod request;
mod storm;

pub use integrations::radius::{Login, Method};
pub use load::{Figures, Load, Subscriber, accounting_load, authentication_load};
pub use obey::{Heard, Obedience, Obedient};
pub use request::{Accounting, Status};
pub use storm::storm;

use integrations::radius::attribute::{self as a, vendor};
use integrations::radius::{Code, Packet, Secret, proven};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::timeout;

/// A router with an address of its own. One request at a time.
pub struct RadiusClient {
    auth: UdpSocket,
    acct: UdpSocket,
    secret: Secret,
    next: AtomicU8,
    pub tries: u32,
    pub timeout: Duration,
    /// Signs Access-Requests, as routers of today do.
    pub sign: bool,
}

/// A signed answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    bytes: Vec<u8>,
}

impl RadiusClient {
    /// `source`: the router's own address, which tells the server who it is.
    pub async fn new(source: IpAddr, auth: SocketAddr, acct: SocketAddr, secret: &str) -> io::Result<Self> {
        let connect = async |to: SocketAddr| {
            let socket = UdpSocket::bind((source, 0)).await?;
            socket.connect(to).await.map(|()| socket)
        };
        let (auth, acct) = (connect(auth).await?, connect(acct).await?);
        let secret = Secret::new(secret.as_bytes());
        Ok(Self { auth, acct, secret, next: AtomicU8::new(0), tries: 3, timeout: Duration::from_secs(1), sign: true })
    }

    fn id(&self) -> u8 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Asks for a subscriber. `None`: silence.
    pub async fn login(&self, method: Method, username: &str, password: &str) -> io::Result<Option<Answer>> {
        self.ask_in(Login { sign: self.sign, ..Login::new(method, username, password) }).await
    }

    /// The same, with everything that a login may tell.
    pub async fn ask_in(&self, login: Login<'_>) -> io::Result<Option<Answer>> {
        self.ask(&self.auth, &self.request(login)?).await
    }

    /// The octets of a login, to be sent to more than one server.
    pub fn request(&self, login: Login<'_>) -> io::Result<Vec<u8>> {
        Ok(login.write(self.id(), &rand::random(), &self.secret).ok_or(io::ErrorKind::InvalidInput)?)
    }

    /// Reports a session. `false`: not acknowledged.
    pub async fn account(&self, report: &Accounting<'_>) -> io::Result<bool> {
        let request = report.write(self.id(), &self.secret).ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.ask(&self.acct, &request).await?.is_some_and(|answer| answer.code() == Code::ACCOUNTING_RESPONSE))
    }

    /// Sends any bytes to the authentication port.
    pub async fn send(&self, request: &[u8]) -> io::Result<Option<Answer>> {
        self.ask(&self.auth, request).await
    }

    /// Sends any bytes to the accounting port.
    pub async fn send_accounting(&self, request: &[u8]) -> io::Result<Option<Answer>> {
        self.ask(&self.acct, request).await
    }

    async fn ask(&self, socket: &UdpSocket, request: &[u8]) -> io::Result<Option<Answer>> {
        let mut room = [0; 4096];
        for _ in 0..self.tries {
            socket.send(request).await?;
            let answer = timeout(self.timeout, async {
                loop {
                    let length = socket.recv(&mut room).await?;
                    if let Some(answer) = self.proven(request, &room[..length]) {
                        return Ok::<_, io::Error>(answer);
                    }
                }
            });
            match answer.await {
                Ok(Ok(answer)) => return Ok(Some(answer)),
                // Nobody listens there: the same as no answer.
                Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => tokio::time::sleep(self.timeout).await,
                Ok(Err(error)) => return Err(error),
                Err(_) => {}
            }
        }
        Ok(None)
    }

    fn proven(&self, request: &[u8], answer: &[u8]) -> Option<Answer> {
        proven(&self.secret, request, answer).map(|packet| Answer { bytes: packet.bytes().to_vec() })
    }
}

impl Answer {
    /// Only proven bytes get here, so the packet is always there.
    pub fn packet(&self) -> Option<Packet<'_>> {
        Packet::parse(&self.bytes).ok()
    }

    pub fn code(&self) -> Code {
        Code(self.bytes.first().copied().unwrap_or_default())
    }

    pub fn accepted(&self) -> bool {
        self.code() == Code::ACCESS_ACCEPT
    }

    pub fn rejected(&self) -> bool {
        self.code() == Code::ACCESS_REJECT
    }

    pub fn number(&self, kind: u8) -> Option<u32> {
        self.packet()?.number(kind)
    }

    pub fn text(&self, kind: u8) -> Option<String> {
        Some(String::from_utf8_lossy(self.packet()?.find(kind)?).into_owned())
    }

    /// An attribute of a vendor, as octets.
    pub fn vendor(&self, vendor: u32, kind: u8) -> Option<Vec<u8>> {
        Some(self.packet()?.find_vendor(vendor, kind)?.to_vec())
    }

    fn mikrotik(&self, kind: u8) -> Option<String> {
        Some(String::from_utf8_lossy(self.packet()?.find_vendor(vendor::MIKROTIK, kind)?).into_owned())
    }

    pub fn rate_limit(&self) -> Option<String> {
        self.mikrotik(vendor::MIKROTIK_RATE_LIMIT)
    }

    /// The address list of the walled garden, for a subscriber who is in it.
    pub fn address_list(&self) -> Option<String> {
        self.mikrotik(vendor::MIKROTIK_ADDRESS_LIST)
    }

    pub fn session_timeout(&self) -> Option<u32> {
        self.number(a::SESSION_TIMEOUT)
    }

    /// Goes back with every report of the session.
    pub fn class(&self) -> Option<Vec<u8>> {
        Some(self.packet()?.find(a::CLASS)?.to_vec())
    }
}
