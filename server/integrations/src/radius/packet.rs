//! A packet as it came in: checked once for its lengths, then read in place. Nothing is copied and no bytes, whatever
//! they are, make it panic or allocate.

use super::attribute as a;

/// RFC 2865 section 3: no longer, header included.
pub const MAX_PACKET: usize = 4096;
pub(super) const HEADER: usize = 20;
/// More than any client sends and few enough that a hostile packet costs little.
const MAX_ATTRIBUTES: usize = 256;

/// Packet codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code(pub u8);

impl Code {
    pub const ACCESS_REQUEST: Code = Code(1);
    pub const ACCESS_ACCEPT: Code = Code(2);
    pub const ACCESS_REJECT: Code = Code(3);
    pub const ACCOUNTING_REQUEST: Code = Code(4);
    pub const ACCOUNTING_RESPONSE: Code = Code(5);
    pub const STATUS_SERVER: Code = Code(12);
    pub const DISCONNECT_REQUEST: Code = Code(40);
    pub const DISCONNECT_ACK: Code = Code(41);
    pub const DISCONNECT_NAK: Code = Code(42);
    pub const COA_REQUEST: Code = Code(43);
    pub const COA_ACK: Code = Code(44);
    pub const COA_NAK: Code = Code(45);
}

/// What is wrong with the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("shorter than a header or than its own length field")]
    Short,
    #[error("longer than 4096 octets")]
    Long,
    #[error("an attribute does not end where it says")]
    Attribute,
    #[error("more attributes than any client sends")]
    TooManyAttributes,
    #[error("a Message-Authenticator of a wrong length, or two of them")]
    MessageAuthenticator,
}

/// A packet whose lengths are right. What its attributes say is not judged here.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    /// Exactly as long as its length field says.
    bytes: &'a [u8],
    authenticator: &'a [u8; 16],
    /// Where the value of its Message-Authenticator begins.
    message_authenticator: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    pub kind: u8,
    pub value: &'a [u8],
}

impl<'a> Packet<'a> {
    /// Reads a datagram. Octets after the length that the packet gives are padding (RFC 2865 section 3).
    pub fn parse(datagram: &'a [u8]) -> Result<Self, Malformed> {
        let length = match datagram {
            [_, _, high, low, ..] => usize::from(u16::from_be_bytes([*high, *low])),
            _ => return Err(Malformed::Short),
        };
        if length > MAX_PACKET {
            return Err(Malformed::Long);
        }
        let bytes = datagram.get(..length).ok_or(Malformed::Short)?;
        let authenticator = bytes.get(4..HEADER).and_then(|bytes| bytes.try_into().ok()).ok_or(Malformed::Short)?;
        let message_authenticator = check_attributes(bytes)?;
        Ok(Self { bytes, authenticator, message_authenticator })
    }

    pub fn code(&self) -> Code {
        Code(self.bytes[0])
    }

    pub fn id(&self) -> u8 {
        self.bytes[1]
    }

    pub fn authenticator(&self) -> &'a [u8; 16] {
        self.authenticator
    }

    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    pub fn attributes(&self) -> Attributes<'a> {
        Attributes { rest: self.bytes.get(HEADER..).unwrap_or_default() }
    }

    /// The first attribute of a kind.
    pub fn find(&self, kind: u8) -> Option<&'a [u8]> {
        self.attributes().find(|attribute| attribute.kind == kind).map(|attribute| attribute.value)
    }

    /// The first attribute of a kind, as a 32-bit number.
    pub fn number(&self, kind: u8) -> Option<u32> {
        Some(u32::from_be_bytes(self.find(kind)?.try_into().ok()?))
    }

    /// The first attribute of a vendor's kind.
    pub fn find_vendor(&self, vendor: u32, kind: u8) -> Option<&'a [u8]> {
        self.attributes().filter(|attribute| attribute.kind == a::VENDOR_SPECIFIC).find_map(|attribute| {
            let (number, rest) = attribute.value.split_first_chunk::<4>()?;
            if u32::from_be_bytes(*number) != vendor {
                return None;
            }
            Attributes { rest }.find(|inner| inner.kind == kind).map(|inner| inner.value)
        })
    }

    /// Where the value of the Message-Authenticator begins, when there is one.
    pub(super) fn message_authenticator_at(&self) -> Option<usize> {
        self.message_authenticator
    }

    pub fn has_message_authenticator(&self) -> bool {
        self.message_authenticator.is_some()
    }
}

fn check_attributes(bytes: &[u8]) -> Result<Option<usize>, Malformed> {
    let (mut at, mut count, mut found) = (HEADER, 0, None);
    while at < bytes.len() {
        let length = usize::from(*bytes.get(at + 1).ok_or(Malformed::Attribute)?);
        if length < 2 || at + length > bytes.len() {
            return Err(Malformed::Attribute);
        }
        count += 1;
        if count > MAX_ATTRIBUTES {
            return Err(Malformed::TooManyAttributes);
        }
        if bytes[at] == a::MESSAGE_AUTHENTICATOR {
            if length != 18 || found.is_some() {
                return Err(Malformed::MessageAuthenticator);
            }
            found = Some(at + 2);
        }
        at += length;
    }
    Ok(found)
}

/// Walks attributes, and stops at the first whose length is wrong.
#[derive(Clone, Copy, Debug)]
pub struct Attributes<'a> {
    rest: &'a [u8],
}

impl<'a> Attributes<'a> {
    /// What lies inside an attribute of a vendor.
    pub(super) fn over(rest: &'a [u8]) -> Self {
        Self { rest }
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    fn next(&mut self) -> Option<Attribute<'a>> {
        let [kind, length, ..] = *self.rest else { return None };
        let value = self.rest.get(2..usize::from(length))?;
        self.rest = &self.rest[usize::from(length)..];
        Some(Attribute { kind, value })
    }
}
