//! Answers of the last seconds (RFC 5080 section 2.2.2): a client that asks again, because the answer was lost, gets
//! the same answer.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// An answer is kept at least this long, at most twice as long.
const KEPT: Duration = Duration::from_secs(5);
const PARTS: usize = 16;
/// Answers a part keeps at most, each for half the time: a flood may shorten their life, not take the memory.
const MOST: usize = 20_000;

/// What makes a request the same request.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct RequestKey {
    pub from: SocketAddr,
    pub code: u8,
    pub id: u8,
    pub authenticator: [u8; 16],
}

struct Part {
    newer: HashMap<RequestKey, Box<[u8]>>,
    older: HashMap<RequestKey, Box<[u8]>>,
    turned: Instant,
}

pub(crate) struct Duplicates {
    parts: Vec<Mutex<Part>>,
    hasher: RandomState,
}

impl Default for Duplicates {
    fn default() -> Self {
        let part = || Mutex::new(Part { newer: HashMap::new(), older: HashMap::new(), turned: Instant::now() });
        Self { parts: (0..PARTS).map(|_| part()).collect(), hasher: RandomState::new() }
    }
}

impl Duplicates {
    /// Writes the answer that was given into `room`, when there was one.
    pub fn find(&self, key: &RequestKey, room: &mut Vec<u8>) -> bool {
        self.with(key, |part| match part.newer.get(key).or_else(|| part.older.get(key)) {
            Some(answer) => {
                room.clear();
                room.extend_from_slice(answer);
                true
            }
            None => false,
        })
    }

    pub fn keep(&self, key: RequestKey, answer: &[u8]) {
        self.with(&key, |part| {
            part.newer.insert(key, answer.into());
        });
    }

    fn with<T>(&self, key: &RequestKey, then: impl FnOnce(&mut Part) -> T) -> T {
        let part = self.hasher.hash_one(key) as usize % PARTS;
        let mut part = self.parts[part].lock().unwrap_or_else(PoisonError::into_inner);
        if part.turned.elapsed() >= KEPT || part.newer.len() >= MOST {
            if part.turned.elapsed() >= 2 * KEPT {
                part.newer.clear();
            }
            let Part { newer, older, .. } = &mut *part;
            std::mem::swap(newer, older);
            newer.clear();
            part.turned = Instant::now();
        }
        then(&mut part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_request_and_no_other() {
        let cache = Duplicates::default();
        let key = RequestKey { from: "10.0.0.2:5000".parse().unwrap(), code: 1, id: 7, authenticator: [1; 16] };
        let mut room = Vec::new();
        assert!(!cache.find(&key, &mut room));
        cache.keep(key, b"answer");
        assert!(cache.find(&key, &mut room));
        assert_eq!(room, b"answer");
        assert!(!cache.find(&RequestKey { id: 8, ..key }, &mut room));
        assert!(!cache.find(&RequestKey { authenticator: [2; 16], ..key }, &mut room));
        assert!(!cache.find(&RequestKey { from: "10.0.0.2:5001".parse().unwrap(), ..key }, &mut room));
    }

    #[test]
    fn a_flood_does_not_take_the_memory() {
        let cache = Duplicates::default();
        for n in 0..1_000_000u32 {
            let mut authenticator = [0; 16];
            authenticator[..4].copy_from_slice(&n.to_be_bytes());
            cache.keep(RequestKey { from: "10.0.0.2:5000".parse().unwrap(), code: 1, id: 7, authenticator }, b"");
        }
        let kept = |part: &Mutex<Part>| part.lock().map(|part| part.newer.len() + part.older.len()).unwrap();
        let kept: usize = cache.parts.iter().map(kept).sum();
        assert!(kept <= 2 * PARTS * MOST, "{kept}");
    }
}
