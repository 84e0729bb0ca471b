//! Writes a packet into a buffer that is used again and again. An attribute that does not fit spoils the packet, so
//! that nothing half said is ever sent.

use super::Secret;
use super::attribute as a;
use super::packet::{Code, HEADER, MAX_PACKET};

/// A packet being written. `finish_…` gives it its length and its proof.
pub struct Writer<'a> {
    buffer: &'a mut Vec<u8>,
    message_authenticator: Option<usize>,
    spoiled: bool,
}

impl<'a> Writer<'a> {
    pub fn new(buffer: &'a mut Vec<u8>, code: Code, id: u8) -> Self {
        buffer.clear();
        buffer.extend_from_slice(&[code.0, id]);
        buffer.resize(HEADER, 0);
        Self { buffer, message_authenticator: None, spoiled: false }
    }

    /// Keeps the place of the Message-Authenticator. In answers it stands first, so that nothing an attacker chose
    /// comes before it (CVE-2024-3596).
    pub fn message_authenticator(&mut self) -> &mut Self {
        self.message_authenticator = Some(self.buffer.len() + 2);
        self.push(a::MESSAGE_AUTHENTICATOR, &[0; 16])
    }

    pub fn push(&mut self, kind: u8, value: &[u8]) -> &mut Self {
        match u8::try_from(value.len() + 2) {
            Ok(length) if self.buffer.len() + usize::from(length) <= MAX_PACKET => {
                self.buffer.extend_from_slice(&[kind, length]);
                self.buffer.extend_from_slice(value);
            }
            _ => self.spoiled = true,
        }
        self
    }

    pub fn number(&mut self, kind: u8, value: u32) -> &mut Self {
        self.push(kind, &value.to_be_bytes())
    }

    pub fn vendor(&mut self, vendor: u32, kind: u8, value: &[u8]) -> &mut Self {
        match u8::try_from(value.len() + 8) {
            Ok(length) if self.buffer.len() + usize::from(length) <= MAX_PACKET => {
                self.buffer.extend_from_slice(&[a::VENDOR_SPECIFIC, length]);
                self.buffer.extend_from_slice(&vendor.to_be_bytes());
                self.buffer.extend_from_slice(&[kind, length - 6]);
                self.buffer.extend_from_slice(value);
            }
            _ => self.spoiled = true,
        }
        self
    }

    pub fn vendor_number(&mut self, vendor: u32, kind: u8, value: u32) -> &mut Self {
        self.vendor(vendor, kind, &value.to_be_bytes())
    }

    /// An answer to the request with that authenticator. `None`: something did not fit.
    pub fn finish_answer(self, secret: &Secret, request: &[u8; 16]) -> Option<&'a [u8]> {
        let written = self.close(secret, request)?;
        let digest = secret.digest(written, request);
        written[4..HEADER].copy_from_slice(&digest);
        Some(written)
    }

    /// An Access-Request or Status-Server with a random authenticator.
    pub fn finish_access(self, secret: &Secret, authenticator: &[u8; 16]) -> Option<&'a [u8]> {
        let written = self.close(secret, authenticator)?;
        written[4..HEADER].copy_from_slice(authenticator);
        Some(written)
    }

    /// An Accounting-Request, whose authenticator proves it.
    pub fn finish_accounting(self, secret: &Secret) -> Option<&'a [u8]> {
        let written = self.close(secret, &[0; 16])?;
        let digest = secret.digest(written, &[0; 16]);
        written[4..HEADER].copy_from_slice(&digest);
        Some(written)
    }

    fn close(self, secret: &Secret, authenticator: &[u8; 16]) -> Option<&'a mut [u8]> {
        let length = u16::try_from(self.buffer.len()).ok().filter(|_| !self.spoiled)?;
        let written = self.buffer.as_mut_slice();
        written[2..4].copy_from_slice(&length.to_be_bytes());
        if let Some(at) = self.message_authenticator {
            let signed = secret.sign(written, authenticator, at)?;
            written[at..at + 16].copy_from_slice(&signed);
        }
        Some(written)
    }
}
