//! Sentences out of a stream of bytes: fed as they come, taken out whole. A sentence keeps its bytes as they arrived; the
//! words are places in them.

use super::word::{MAX_SENTENCE, MAX_WORDS, Malformed, read_length};
use bytes::{Buf, Bytes, BytesMut};
use std::ops::Range;

/// Words up to the empty one that ends them. Never empty itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    bytes: Bytes,
    words: Vec<Range<u32>>,
}

impl Sentence {
    pub(super) fn of(words: impl IntoIterator<Item = String>) -> Self {
        let mut bytes = BytesMut::new();
        let mut places = Vec::new();
        for word in words {
            let start = bytes.len() as u32;
            bytes.extend_from_slice(word.as_bytes());
            places.push(start..bytes.len() as u32);
        }
        Self { bytes: bytes.freeze(), words: places }
    }

    pub fn words(&self) -> impl Iterator<Item = &[u8]> {
        self.words.iter().filter_map(|word| self.bytes.get(word.start as usize..word.end as usize))
    }

    /// The word that says what the others are about.
    pub fn first(&self) -> &[u8] {
        self.words().next().unwrap_or_default()
    }

    /// The value of `=name=value`. A value may hold `=`.
    pub fn attribute(&self, name: &str) -> Option<&[u8]> {
        self.attributes().find(|(key, _)| *key == name.as_bytes()).map(|(_, value)| value)
    }

    /// Every `=name=value`, in the order they came.
    pub fn attributes(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.words().skip(1).filter_map(|word| split_pair(word.strip_prefix(b"=")?))
    }

    /// The value of `.tag=value`.
    pub fn tag(&self) -> Option<&[u8]> {
        self.words().skip(1).find_map(|word| word.strip_prefix(b".tag="))
    }
}

fn split_pair(pair: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = pair.iter().position(|octet| *octet == b'=')?;
    Some((&pair[..at], &pair[at + 1..]))
}

/// Takes sentences out of what was read. What was looked at once is not looked at again.
#[derive(Debug, Default)]
pub struct Decoder {
    buffer: BytesMut,
    /// Up to here the sentence that is being read was taken apart.
    scanned: usize,
    words: Vec<Range<u32>>,
}

impl Decoder {
    /// Where what was read belongs.
    pub fn buffer(&mut self) -> &mut BytesMut {
        &mut self.buffer
    }

    /// The next whole sentence; `None` until more was read. Empty sentences are passed over.
    pub fn next_sentence(&mut self) -> Result<Option<Sentence>, Malformed> {
        while let Some((head, length)) = read_length(self.buffer.get(self.scanned..).unwrap_or_default())? {
            let (start, end) = (self.scanned + head, self.scanned + head + length);
            if end > MAX_SENTENCE || self.words.len() >= MAX_WORDS {
                return Err(Malformed::LongSentence);
            }
            if self.buffer.len() < end {
                self.buffer.reserve(end - self.buffer.len());
                return Ok(None);
            }
            self.scanned = end;
            if length > 0 {
                // Both are below MAX_SENTENCE.
                self.words.push(start as u32..end as u32);
            } else if self.words.is_empty() {
                self.buffer.advance(end);
                self.scanned = 0;
            } else {
                let bytes = self.buffer.split_to(end).freeze();
                self.scanned = 0;
                let room = self.words.len();
                let words = std::mem::replace(&mut self.words, Vec::with_capacity(room));
                return Ok(Some(Sentence { bytes, words }));
            }
        }
        Ok(None)
    }
}
