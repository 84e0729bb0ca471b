//! Asks a server as an access server does, once or a few times, and believes only an answer that the secret proves.

use super::Secret;
use super::packet::{MAX_PACKET, Packet};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout_at};

/// The answer to a request, if it is one and is proven.
pub fn proven<'a>(secret: &Secret, request: &[u8], answer: &'a [u8]) -> Option<Packet<'a>> {
    let authenticator: &[u8; 16] = request.get(4..20)?.try_into().ok()?;
    let packet = Packet::parse(answer).ok().filter(|packet| Some(&packet.id()) == request.get(1))?;
    let signed = secret.message_authenticator_holds(&packet, authenticator) != Some(false);
    (signed && secret.response_authenticator_holds(&packet, authenticator)).then_some(packet)
}

/// Sends a request from `source`, again after each of the waits, and answers with what came back. `None`: silence.
pub async fn ask_for_access(
    source: IpAddr,
    server: SocketAddr,
    secret: &Secret,
    request: &[u8],
    waits: &[Duration],
) -> io::Result<Option<Vec<u8>>> {
    let socket = UdpSocket::bind((source, 0)).await?;
    socket.connect(server).await?;
    let mut room = [0; MAX_PACKET];
    for wait in waits {
        let until = Instant::now() + *wait;
        match socket.send(request).await {
            Err(error) if error.kind() != io::ErrorKind::ConnectionRefused => return Err(error),
            _ => {}
        }
        // Whatever else comes is not there; that nobody listens is silence too.
        while let Ok(Ok(length)) = timeout_at(until, socket.recv(&mut room)).await {
            if let Some(packet) = room.get(..length).and_then(|bytes| proven(secret, request, bytes)) {
                return Ok(Some(packet.bytes().to_vec()));
            }
        }
    }
    Ok(None)
}
