//! An Access-Request as an access server writes it: for those who ask in its place, to see what it would be told.

use super::attribute::{self as a, vendor};
use super::{Code, NtPassword, Secret, Writer, chap_response, hide_password};

/// How a subscriber proves who he is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Pap,
    Chap,
    MsChap1,
    MsChap2,
}

/// A subscriber's wish to come in, as his router passes it on.
#[derive(Clone, Copy, Debug)]
pub struct Login<'a> {
    pub method: Method,
    pub username: &'a str,
    pub password: &'a str,
    pub mac: &'a str,
    /// Empty: not told.
    pub session_id: &'a str,
    /// Signs the request, as routers of today do.
    pub sign: bool,
    /// What the server calls itself.
    pub nas_identifier: &'a str,
}

impl<'a> Login<'a> {
    pub fn new(method: Method, username: &'a str, password: &'a str) -> Self {
        Self { method, username, password, mac: "AA:BB:CC:00:11:22", session_id: "", sign: true, nas_identifier: "simulated" }
    }

    /// The octets of the request. The authenticator is fresh for each.
    pub fn write(&self, id: u8, authenticator: &[u8; 16], secret: &Secret) -> Option<Vec<u8>> {
        let mut room = Vec::with_capacity(300);
        let mut writer = Writer::new(&mut room, Code::ACCESS_REQUEST, id);
        if self.sign {
            writer.message_authenticator();
        }
        writer.push(a::USER_NAME, self.username.as_bytes());
        self.prove(&mut writer, id, authenticator, secret)?;
        writer.number(a::SERVICE_TYPE, 2).number(a::FRAMED_PROTOCOL, 1).number(a::NAS_PORT_TYPE, 15);
        if !self.mac.is_empty() {
            writer.push(a::CALLING_STATION_ID, self.mac.as_bytes());
        }
        writer.push(a::NAS_IDENTIFIER, self.nas_identifier.as_bytes());
        if !self.session_id.is_empty() {
            writer.push(a::ACCT_SESSION_ID, self.session_id.as_bytes());
        }
        writer.finish_access(secret, authenticator).map(<[u8]>::to_vec)
    }

    fn prove(&self, writer: &mut Writer<'_>, id: u8, authenticator: &[u8; 16], secret: &Secret) -> Option<()> {
        let password = self.password.as_bytes();
        match self.method {
            Method::Pap => drop(writer.push(a::USER_PASSWORD, &hide_password(password, secret, authenticator)?)),
            Method::Chap => {
                let mut proof = vec![id];
                proof.extend_from_slice(&chap_response(id, password, authenticator));
                writer.push(a::CHAP_PASSWORD, &proof).push(a::CHAP_CHALLENGE, authenticator);
            }
            Method::MsChap1 => {
                let challenge = authenticator.first_chunk()?;
                let answer = NtPassword::new(password)?.answer_version_1(id, challenge);
                writer.vendor(vendor::MICROSOFT, vendor::MS_CHAP_CHALLENGE, challenge);
                writer.vendor(vendor::MICROSOFT, vendor::MS_CHAP_RESPONSE, &answer);
            }
            Method::MsChap2 => {
                // Whoever asks once may make one challenge of the other.
                let peer = authenticator.map(|octet| !octet);
                let answer = NtPassword::new(password)?.answer_version_2(id, authenticator, &peer, self.username.as_bytes());
                writer.vendor(vendor::MICROSOFT, vendor::MS_CHAP_CHALLENGE, authenticator);
                writer.vendor(vendor::MICROSOFT, vendor::MS_CHAP2_RESPONSE, &answer);
            }
        }
        Some(())
    }
}
