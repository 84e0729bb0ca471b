//! A word of the API: its length in one to five octets, then its bytes (MikroTik, "API", section API words). Refuses the
//! lengths that only a broken or hostile peer sends.

/// The longest word that is believed: a certificate or a script fits, a claim of 4 GiB does not.
pub const MAX_WORD: usize = 1 << 20;
/// The most bytes that one sentence may hold.
pub const MAX_SENTENCE: usize = 4 << 20;
/// No menu has as many properties.
pub const MAX_WORDS: usize = 1_024;

/// What is wrong with the bytes. The connection is of no further use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// 0xF8 to 0xFF are reserved for control.
    #[error("a control octet where a length should be")]
    Control,
    #[error("a word of {0} octets")]
    LongWord(u32),
    #[error("a sentence that does not end")]
    LongSentence,
    #[error("a reply that begins with no known word")]
    UnknownReply,
}

/// Appends a word: its length, then its bytes.
pub fn write_word(to: &mut Vec<u8>, word: &[u8]) {
    // A word is never longer than memory that a command was built in; what is longer than four octets can say is cut off
    // by the router, which closes the connection.
    let length = u32::try_from(word.len()).unwrap_or(u32::MAX);
    let octets = length.to_be_bytes();
    match length {
        0..0x80 => to.push(octets[3]),
        0x80..0x4000 => to.extend([octets[2] | 0x80, octets[3]]),
        0x4000..0x20_0000 => to.extend([octets[1] | 0xC0, octets[2], octets[3]]),
        0x20_0000..0x1000_0000 => to.extend([octets[0] | 0xE0, octets[1], octets[2], octets[3]]),
        _ => {
            to.push(0xF0);
            to.extend(octets);
        }
    }
    to.extend(word);
}

/// How many octets the length takes and what it says; `None` when more octets are needed.
pub(super) fn read_length(bytes: &[u8]) -> Result<Option<(usize, usize)>, Malformed> {
    let Some(&first) = bytes.first() else { return Ok(None) };
    let (more, high) = match first {
        0x00..0x80 => return Ok(Some((1, usize::from(first)))),
        0x80..0xC0 => (1, first & 0x3F),
        0xC0..0xE0 => (2, first & 0x1F),
        0xE0..0xF0 => (3, first & 0x0F),
        0xF0 => (4, 0),
        _ => return Err(Malformed::Control),
    };
    let Some(rest) = bytes.get(1..=more) else { return Ok(None) };
    let length = rest.iter().fold(u32::from(high), |length, octet| (length << 8) | u32::from(*octet));
    if length as usize > MAX_WORD {
        return Err(Malformed::LongWord(length));
    }
    Ok(Some((1 + more, length as usize)))
}
