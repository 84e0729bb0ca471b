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
#[derive(Clone, Copy)]
pub(crate) struct RequestKey {
    pub from: SocketAddr,
    pub code: u8,
    pub id: u8,
    pub authenticator: [u8; 16],
}

/// A client that uses a number again has had the answer to what it asked with it before: one answer a place.
type Place = (SocketAddr, u8, u8);

impl RequestKey {
    fn place(&self) -> Place {
        (self.from, self.code, self.id)
    }
}

type Answers = HashMap<Place, ([u8; 16], Box<[u8]>)>;

struct Part {
    newer: Answers,
    older: Answers,
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
        let place = key.place();
        self.with(&place, |part| match part.newer.get(&place).or_else(|| part.older.get(&place)) {
            Some((authenticator, answer)) if *authenticator == key.authenticator => {
                room.clear();
                room.extend_from_slice(answer);
                true
            }
            _ => false,
        })
    }

    pub fn keep(&self, key: RequestKey, answer: &[u8]) {
        let place = key.place();
        self.with(&place, |part| {
            part.newer.insert(place, (key.authenticator, answer.into()));
        });
    }

    fn with<T>(&self, place: &Place, then: impl FnOnce(&mut Part) -> T) -> T {
        let part = self.hasher.hash_one(place) as usize % PARTS;
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
    fn a_number_that_is_used_again_has_the_newer_answer() {
        let cache = Duplicates::default();
        let key = RequestKey { from: "10.0.0.2:5000".parse().unwrap(), code: 1, id: 7, authenticator: [1; 16] };
        let again = RequestKey { authenticator: [2; 16], ..key };
        let mut room = Vec::new();
        cache.keep(key, b"first");
        cache.keep(again, b"second");
        assert!(!cache.find(&key, &mut room));
        assert!(cache.find(&again, &mut room));
        assert_eq!(room, b"second");
    }

    #[test]
    fn a_flood_does_not_take_the_memory() {
        let cache = Duplicates::default();
        for n in 0..1_000_000u32 {
            let from = std::net::SocketAddr::from(([10, 0, (n >> 16) as u8, 2], n as u16));
            cache.keep(RequestKey { from, code: 1, id: 7, authenticator: [0; 16] }, b"");
        }
        let kept = |part: &Mutex<Part>| part.lock().map(|part| part.newer.len() + part.older.len()).unwrap();
        let kept: usize = cache.parts.iter().map(kept).sum();
        assert!(kept > 0 && kept <= 2 * PARTS * MOST, "{kept}");
    }
}
