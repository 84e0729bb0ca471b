//! The other half of a router: it is told to end or to change sessions (RFC 5176), and does, refuses or says nothing, as
//! a test wants it. What is not signed with its secret it does not hear.

use integrations::radius::attribute::{self as a, vendor};
use integrations::radius::{Code, Packet, Secret, Writer};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

/// What it does with what it hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obedience {
    Obeys,
    /// Refuses everything with this error cause.
    Refuses(u32),
    /// Ends sessions, but changes none.
    OnlyEnds,
    Silent,
}

/// One thing that it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    pub disconnect: bool,
    pub username: String,
    pub session_id: String,
    pub rate_limit: Option<String>,
    pub framed_ip: Option<Vec<u8>>,
}

/// Listens until it is dropped.
pub struct Obedient {
    address: SocketAddr,
    obedience: Arc<Mutex<Obedience>>,
    heard: Arc<Mutex<Vec<Heard>>>,
    task: JoinHandle<()>,
}

impl Obedient {
    /// Port 0 takes any free one.
    pub async fn listen(address: SocketAddr, secret: &str, obedience: Obedience) -> io::Result<Self> {
        let socket = UdpSocket::bind(address).await?;
        let address = socket.local_addr()?;
        let (obedience, heard) = (Arc::new(Mutex::new(obedience)), Arc::<Mutex<Vec<Heard>>>::default());
        let task = tokio::spawn(serve(socket, Secret::new(secret.as_bytes()), obedience.clone(), heard.clone()));
        Ok(Self { address, obedience, heard, task })
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn be(&self, obedience: Obedience) {
        *self.obedience.lock().unwrap_or_else(PoisonError::into_inner) = obedience;
    }

    /// Everything it was told so far; what was sent again counts again.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What it was told since this was asked last.
    pub fn take_heard(&self) -> Vec<Heard> {
        std::mem::take(&mut self.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Obedient {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(socket: UdpSocket, secret: Secret, obedience: Arc<Mutex<Obedience>>, heard: Arc<Mutex<Vec<Heard>>>) {
    let mut room = [0; 4096];
    while let Ok((length, from)) = socket.recv_from(&mut room).await {
        let Some(packet) = room.get(..length).and_then(|bytes| Packet::parse(bytes).ok()) else { continue };
        let signed = secret.message_authenticator_holds(&packet, &[0; 16]) == Some(true);
        if !signed || !secret.accounting_authenticator_holds(&packet) {
            continue;
        }
        let disconnect = packet.code() == Code::DISCONNECT_REQUEST;
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        heard.lock().unwrap_or_else(PoisonError::into_inner).push(Heard {
            disconnect,
            username: packet.find(a::USER_NAME).map(text).unwrap_or_default(),
            session_id: packet.find(a::ACCT_SESSION_ID).map(text).unwrap_or_default(),
            rate_limit: packet.find_vendor(vendor::MIKROTIK, vendor::MIKROTIK_RATE_LIMIT).map(text),
            framed_ip: packet.find(a::FRAMED_IP_ADDRESS).map(<[u8]>::to_vec),
        });
        let obedience = *obedience.lock().unwrap_or_else(PoisonError::into_inner);
        let cause = match obedience {
            Obedience::Obeys => None,
            Obedience::OnlyEnds if disconnect => None,
            // RFC 5176 section 3.5: the request is not supported.
            Obedience::OnlyEnds => Some(406),
            Obedience::Refuses(cause) => Some(cause),
            Obedience::Silent => continue,
        };
        let mut answer = Vec::new();
        let code = Code(packet.code().0 + if cause.is_some() { 2 } else { 1 });
        let mut writer = Writer::new(&mut answer, code, packet.id());
        writer.message_authenticator();
        if let Some(cause) = cause {
            writer.number(a::ERROR_CAUSE, cause);
        }
        if let Some(answer) = writer.finish_answer(&secret, packet.authenticator())
            && socket.send_to(answer, from).await.is_err()
        {
            return;
        }
    }
}
