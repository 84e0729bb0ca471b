//! What a client and this server share, and everything that is proven with it: authenticators of requests and of
//! answers, and the Message-Authenticator.

use super::packet::{HEADER, Packet};
use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use std::fmt;

/// A shared secret, prepared so that proving costs no more than hashing the packet.
#[derive(Clone)]
pub struct Secret {
    bytes: Box<[u8]>,
    /// Has taken in the secret: User-Password blocks begin with it.
    password: Md5,
    hmac: Option<Hmac<Md5>>,
}

impl Secret {
    pub fn new(secret: &[u8]) -> Self {
        let password = Md5::new_with_prefix(secret);
        Self { bytes: secret.into(), password, hmac: Hmac::new_from_slice(secret).ok() }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// MD5(secret, block): the key of one User-Password block.
    pub(super) fn password_key(&self, block: &[u8]) -> [u8; 16] {
        self.password.clone().chain_update(block).finalize().into()
    }

    /// MD5(header, `authenticator`, attributes, secret): what an answer carries when `authenticator` is that of its
    /// request, and what an accounting request carries when it is zero.
    pub(super) fn digest(&self, bytes: &[u8], authenticator: &[u8; 16]) -> [u8; 16] {
        let (head, attributes) = bytes.split_at(HEADER);
        Md5::new_with_prefix(&head[..4]).chain_update(authenticator).chain_update(attributes).chain_update(&self.bytes).finalize().into()
    }

    /// HMAC-MD5 over the packet with `authenticator` in its head and zeros where the Message-Authenticator stands.
    pub(super) fn sign(&self, bytes: &[u8], authenticator: &[u8; 16], at: usize) -> Option<[u8; 16]> {
        let mut hmac = self.hmac.clone()?;
        hmac.update(&bytes[..4]);
        hmac.update(authenticator);
        hmac.update(&bytes[HEADER..at]);
        hmac.update(&[0; 16]);
        hmac.update(&bytes[at + 16..]);
        Some(hmac.finalize().into_bytes().into())
    }

    /// Is the Message-Authenticator right? `None` when the packet has none. `authenticator` is the packet's own for an
    /// Access-Request and Status-Server, zero for accounting, and the request's for an answer.
    pub fn message_authenticator_holds(&self, packet: &Packet<'_>, authenticator: &[u8; 16]) -> Option<bool> {
        let at = packet.message_authenticator_at()?;
        let signed = self.sign(packet.bytes(), authenticator, at);
        Some(signed.is_some_and(|signed| same(&signed, &packet.bytes()[at..at + 16])))
    }

    /// Is the authenticator of an accounting request right (RFC 2866 section 3)?
    pub fn accounting_authenticator_holds(&self, packet: &Packet<'_>) -> bool {
        same(&self.digest(packet.bytes(), &[0; 16]), packet.authenticator())
    }

    /// Is this the answer to the request with that authenticator (RFC 2865 section 3)?
    pub fn response_authenticator_holds(&self, packet: &Packet<'_>, request: &[u8; 16]) -> bool {
        same(&self.digest(packet.bytes(), request), packet.authenticator())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Compares without telling by the time it takes where the difference is.
pub fn same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && left.iter().zip(right).fold(0, |differs, (left, right)| differs | (left ^ right)) == 0
}
