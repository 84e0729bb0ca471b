//! Asks an access server to end a session or to change it (RFC 5176): sends, sends again, and believes only an answer
//! that is proven with the secret. What is to be asked, and what follows from the answer, is decided elsewhere.

use super::attribute::{self as a, vendor};
use super::packet::{Code, MAX_PACKET, Packet};
use super::{Secret, Writer};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout_at};

/// How long the first, the second and the third try wait.
const TRIES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// The session as its server knows it. The session id goes back byte for byte as it came.
#[derive(Clone, Debug, Default)]
pub struct SessionName {
    pub username: String,
    pub acct_session_id: Vec<u8>,
    pub framed_ip: Option<IpAddr>,
    pub nas_ip: Option<IpAddr>,
}

/// What the server is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Disconnect,
    /// `Mikrotik-Rate-Limit`, from the router's side.
    MikrotikRate(String),
    /// Bits a second, up and down.
    HuaweiRate {
        up: Option<u32>,
        down: Option<u32>,
    },
    WisprRate {
        up: Option<u32>,
        down: Option<u32>,
    },
}

/// What the server said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeAnswer {
    Ack,
    /// With the cause (RFC 5176 section 3.5), when it tells one.
    Nak(Option<u32>),
    Timeout,
    /// Nobody listens there.
    Unreachable,
}

/// It does not know the session: it is over.
pub const SESSION_NOT_FOUND: u32 = 503;

/// Asks one server about one session; at most seven seconds.
pub async fn ask_for_change(
    source: IpAddr,
    server: SocketAddr,
    secret: &Secret,
    session: &SessionName,
    change: &Change,
    id: u8,
) -> io::Result<ChangeAnswer> {
    let request = write(secret, session, change, id).ok_or(io::ErrorKind::InvalidInput)?;
    let source = match (source, server) {
        (IpAddr::V4(_), SocketAddr::V4(_)) | (IpAddr::V6(_), SocketAddr::V6(_)) => source,
        (_, SocketAddr::V4(_)) => IpAddr::from([0; 4]),
        (_, SocketAddr::V6(_)) => IpAddr::from([0; 16]),
    };
    let socket = UdpSocket::bind((source, 0)).await?;
    socket.connect(server).await?;
    let mut unreachable = false;
    for wait in TRIES {
        // Sent again it is the same packet, so that the server knows it for the same wish.
        unreachable = match socket.send(&request).await {
            Ok(_) => false,
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => true,
            Err(error) => return Err(error),
        };
        match heard(&socket, secret, &request, Instant::now() + wait).await? {
            Heard::Answer(answer) => return Ok(answer),
            Heard::Nothing => {}
            Heard::Refused => unreachable = true,
        }
    }
    Ok(if unreachable { ChangeAnswer::Unreachable } else { ChangeAnswer::Timeout })
}

enum Heard {
    Answer(ChangeAnswer),
    Nothing,
    Refused,
}

/// Waits for a proven answer; what is not proven is not there.
async fn heard(socket: &UdpSocket, secret: &Secret, request: &[u8], until: Instant) -> io::Result<Heard> {
    let mut room = [0; MAX_PACKET];
    let mut refused = false;
    loop {
        match timeout_at(until, socket.recv(&mut room)).await {
            Err(_) => return Ok(if refused { Heard::Refused } else { Heard::Nothing }),
            Ok(Ok(length)) => {
                if let Some(answer) = room.get(..length).and_then(|bytes| read(bytes, secret, request)) {
                    return Ok(Heard::Answer(answer));
                }
            }
            // The server may be starting: the next try comes when this one's time is over.
            Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => refused = true,
            Ok(Err(error)) => return Err(error),
        }
    }
}

fn write(secret: &Secret, session: &SessionName, change: &Change, id: u8) -> Option<Vec<u8>> {
    let mut room = Vec::with_capacity(256);
    let code = if *change == Change::Disconnect { Code::DISCONNECT_REQUEST } else { Code::COA_REQUEST };
    let mut writer = Writer::new(&mut room, code, id);
    writer.message_authenticator();
    if !session.username.is_empty() {
        writer.push(a::USER_NAME, session.username.as_bytes());
    }
    writer.push(a::ACCT_SESSION_ID, &session.acct_session_id);
    if let Some(IpAddr::V4(address)) = session.nas_ip {
        writer.push(a::NAS_IP_ADDRESS, &address.octets());
    }
    if let Some(IpAddr::V4(address)) = session.framed_ip {
        writer.push(a::FRAMED_IP_ADDRESS, &address.octets());
    }
    match change {
        Change::Disconnect => {}
        Change::MikrotikRate(rate) => drop(writer.vendor(vendor::MIKROTIK, vendor::MIKROTIK_RATE_LIMIT, rate.as_bytes())),
        Change::HuaweiRate { up, down } => {
            numbers(&mut writer, vendor::HUAWEI, [(vendor::HUAWEI_INPUT_AVERAGE_RATE, *up), (vendor::HUAWEI_OUTPUT_AVERAGE_RATE, *down)]);
        }
        Change::WisprRate { up, down } => {
            numbers(&mut writer, vendor::WISPR, [(vendor::WISPR_BANDWIDTH_MAX_UP, *up), (vendor::WISPR_BANDWIDTH_MAX_DOWN, *down)]);
        }
    }
    writer.finish_accounting(secret).map(<[u8]>::to_vec)
}

fn numbers(writer: &mut Writer<'_>, vendor: u32, values: [(u8, Option<u32>); 2]) {
    for (kind, value) in values {
        if let Some(value) = value {
            writer.vendor_number(vendor, kind, value);
        }
    }
}

fn read(answer: &[u8], secret: &Secret, request: &[u8]) -> Option<ChangeAnswer> {
    let authenticator: &[u8; 16] = request.get(4..20)?.try_into().ok()?;
    let packet = Packet::parse(answer).ok().filter(|packet| Some(&packet.id()) == request.get(1))?;
    let signed = secret.message_authenticator_holds(&packet, authenticator) != Some(false);
    if !signed || !secret.response_authenticator_holds(&packet, authenticator) {
        return None;
    }
    let asked = request.first().copied()?;
    match packet.code().0.checked_sub(asked)? {
        1 => Some(ChangeAnswer::Ack),
        2 => Some(ChangeAnswer::Nak(packet.number(a::ERROR_CAUSE))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "a-secret-0123456789";

    fn session() -> SessionName {
        SessionName {
            username: "rahim".into(),
            acct_session_id: b"81a00001".to_vec(),
            framed_ip: Some([10, 1, 1, 9].into()),
            nas_ip: Some([10, 0, 0, 2].into()),
        }
    }

    #[test]
    fn a_request_proves_itself_and_names_the_session() {
        let secret = Secret::new(SECRET.as_bytes());
        let request = write(&secret, &session(), &Change::MikrotikRate("2M/2M".into()), 9).unwrap();
        let packet = Packet::parse(&request).unwrap();
        assert_eq!((packet.code(), packet.id()), (Code::COA_REQUEST, 9));
        assert!(secret.accounting_authenticator_holds(&packet));
        assert_eq!(secret.message_authenticator_holds(&packet, &[0; 16]), Some(true));
        assert_eq!(packet.attributes().next().map(|first| first.kind), Some(a::MESSAGE_AUTHENTICATOR));
        assert_eq!(packet.find(a::ACCT_SESSION_ID), Some(b"81a00001".as_slice()));
        assert_eq!(packet.find(a::FRAMED_IP_ADDRESS), Some([10, 1, 1, 9].as_slice()));
        assert_eq!(packet.find_vendor(vendor::MIKROTIK, vendor::MIKROTIK_RATE_LIMIT), Some(b"2M/2M".as_slice()));
        let request = write(&secret, &session(), &Change::Disconnect, 9).unwrap();
        assert_eq!(Packet::parse(&request).unwrap().code(), Code::DISCONNECT_REQUEST);
    }

    fn answer(code: u8, secret: &Secret, request: &[u8], cause: Option<u32>) -> Vec<u8> {
        let mut room = Vec::new();
        let mut writer = Writer::new(&mut room, Code(code), request[1]);
        if let Some(cause) = cause {
            writer.number(a::ERROR_CAUSE, cause);
        }
        writer.finish_answer(secret, request[4..20].try_into().unwrap()).unwrap().to_vec()
    }

    #[test]
    fn only_a_proven_answer_counts() {
        let secret = Secret::new(SECRET.as_bytes());
        let request = write(&secret, &session(), &Change::Disconnect, 9).unwrap();
        let read = |bytes: &[u8]| read(bytes, &secret, &request);
        assert_eq!(read(&answer(41, &secret, &request, None)), Some(ChangeAnswer::Ack));
        assert_eq!(read(&answer(42, &secret, &request, Some(503))), Some(ChangeAnswer::Nak(Some(503))));
        assert_eq!(read(&answer(44, &secret, &request, None)), None, "an answer to something else");
        assert_eq!(read(&answer(41, &Secret::new(b"another-secret-0123"), &request, None)), None);
        let mut other = answer(41, &secret, &request, None);
        other[1] ^= 1;
        assert_eq!(read(&other), None);
        assert_eq!(read(b"nonsense"), None);
    }

    #[tokio::test]
    async fn what_is_lost_is_sent_again_and_what_is_forged_is_not_heard() {
        let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let at = server.local_addr().unwrap();
        let serving = tokio::spawn(async move {
            let mut room = [0; MAX_PACKET];
            let (length, _) = server.recv_from(&mut room).await.unwrap();
            let first = room[..length].to_vec();
            let (length, from) = server.recv_from(&mut room).await.unwrap();
            assert_eq!(first, room[..length], "sent again, it is the same packet");
            server.send_to(&answer(41, &Secret::new(b"forged-secret-012345"), &first, None), from).await.unwrap();
            server.send_to(&answer(42, &Secret::new(SECRET.as_bytes()), &first, Some(503)), from).await.unwrap();
        });
        let secret = Secret::new(SECRET.as_bytes());
        let answer = ask_for_change([127, 0, 0, 1].into(), at, &secret, &session(), &Change::Disconnect, 3).await.unwrap();
        assert_eq!(answer, ChangeAnswer::Nak(Some(SESSION_NOT_FOUND)));
        serving.await.unwrap();
    }
}
