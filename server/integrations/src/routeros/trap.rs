//! What a router's complaint means. RouterOS answers in sentences for people and often leaves the category out, so the
//! words decide; what they do not tell stays `Other` with the words themselves.

use super::sentence::Sentence;

/// A refused command, in the router's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trap {
    pub kind: TrapKind,
    pub message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TrapKind {
    NotFound,
    /// There is one already.
    Conflict,
    AuthFailed,
    /// The account may not.
    Forbidden,
    /// The path, the command or the property is not there in this version or without a package.
    Unsupported,
    /// It names something that is not there, such as a profile.
    BadReference,
    BadValue,
    /// Since 7.17: somebody has to press a button on the device. Trying again does not help.
    DeviceModeBlocked,
    Interrupted,
    Timeout,
    DiskFull,
    Other,
}

/// The first that is found in the message decides.
const BY_WORDS: [(&str, TrapKind); 19] = [
    ("device-mode", TrapKind::DeviceModeBlocked),
    ("no such item", TrapKind::NotFound),
    ("already have", TrapKind::Conflict),
    ("already exists", TrapKind::Conflict),
    ("with such name exists", TrapKind::Conflict),
    ("invalid user name or password", TrapKind::AuthFailed),
    ("cannot log in", TrapKind::AuthFailed),
    ("not enough permissions", TrapKind::Forbidden),
    ("no such command", TrapKind::Unsupported),
    ("unknown parameter", TrapKind::Unsupported),
    ("input does not match any value of", TrapKind::BadReference),
    ("no space left", TrapKind::DiskFull),
    ("not enough space", TrapKind::DiskFull),
    ("interrupted", TrapKind::Interrupted),
    ("timeout", TrapKind::Timeout),
    ("timed out", TrapKind::Timeout),
    ("invalid value", TrapKind::BadValue),
    ("value of", TrapKind::BadValue),
    ("ambiguous value", TrapKind::BadValue),
];

impl Trap {
    pub(super) fn read(sentence: &Sentence) -> Self {
        let message = sentence.attribute("message").map(|text| String::from_utf8_lossy(text).into_owned()).unwrap_or_default();
        Self::of(message, sentence.attribute("category"))
    }

    pub(super) fn of(message: String, category: Option<&[u8]>) -> Self {
        let lower = message.to_lowercase();
        let by_words = BY_WORDS.iter().find(|(words, _)| lower.contains(words)).map(|(_, kind)| *kind);
        let kind = by_words.unwrap_or(match category {
            Some(b"0") => TrapKind::NotFound,
            Some(b"1") => TrapKind::BadValue,
            Some(b"2") => TrapKind::Interrupted,
            _ => TrapKind::Other,
        });
        Self { kind, message }
    }
}
