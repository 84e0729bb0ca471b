//! Who is online on which line, in memory, for lines that may only be used so many times at once. Between letting
//! somebody in and the first report of his session lies a moment; a reservation holds his seat until then, so that two
//! who come in the same moment do not both get the last one.

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::Rules;
use domain::{NasId, ServiceId};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use storage::radius::sessions::OpenSession;

/// A session whose first report has not come by then will not come.
const RESERVED: TimeDelta = TimeDelta::seconds(60);
const PARTS: usize = 16;

/// A seat on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seat {
    pub nas_id: NasId,
    /// Empty: the server did not tell it when it asked.
    pub acct_session_id: String,
    pub mac: Option<String>,
    /// Only held until then; `None`: a session.
    until: Option<DateTime<Utc>>,
}

impl From<OpenSession> for Seat {
    fn from(open: OpenSession) -> Self {
        Self::taken(open.nas_id, open.acct_session_id, open.mac)
    }
}

impl Seat {
    pub fn taken(nas_id: NasId, acct_session_id: String, mac: Option<String>) -> Self {
        Self { nas_id, acct_session_id, mac, until: None }
    }

    fn is_session(&self, nas_id: NasId, acct_session_id: &str) -> bool {
        self.nas_id == nas_id && !self.acct_session_id.is_empty() && self.acct_session_id == acct_session_id
    }

    /// One device has one seat: when it asks anew, its old session is over.
    fn is_device(&self, other: &Seat) -> bool {
        self.is_session(other.nas_id, &other.acct_session_id) || self.mac.is_some() && self.mac == other.mac
    }
}

type Part = HashMap<ServiceId, Vec<Seat>>;

pub(crate) struct Online {
    parts: Vec<Mutex<Part>>,
}

impl Default for Online {
    fn default() -> Self {
        Self { parts: (0..PARTS).map(|_| Mutex::default()).collect() }
    }
}

impl Online {
    fn part(&self, service: ServiceId) -> MutexGuard<'_, Part> {
        let part = service.0.as_u128() as usize % PARTS;
        self.parts[part].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Holds a seat for somebody who is about to be let in. `false`: there is none.
    pub fn reserve(&self, service: ServiceId, rules: &Rules, mut seat: Seat, now: DateTime<Utc>) -> bool {
        let mut part = self.part(service);
        let seats = part.entry(service).or_default();
        seats.retain(|seat| seat.until.is_none_or(|until| until > now));
        let others = seats.iter().filter(|other| !other.is_device(&seat)).count();
        let room = !rules.full(others);
        if room {
            seats.retain(|other| other.until.is_none() || !other.is_device(&seat));
            seat.until = Some(now + RESERVED);
            seats.push(seat);
        } else if seats.is_empty() {
            part.remove(&service);
        }
        room
    }

    /// A session has begun: it takes the seat that was held for it. Answers with how many are open now.
    pub fn opened(&self, service: ServiceId, seat: Seat) -> usize {
        let mut part = self.part(service);
        let seats = part.entry(service).or_default();
        seats.retain(|other| !other.is_device(&seat));
        seats.push(seat);
        seats.iter().filter(|seat| seat.until.is_none()).count()
    }

    pub fn closed(&self, service: ServiceId, nas_id: NasId, acct_session_id: &str) {
        let mut part = self.part(service);
        if let Some(seats) = part.get_mut(&service) {
            seats.retain(|seat| !seat.is_session(nas_id, acct_session_id));
            if seats.is_empty() {
                part.remove(&service);
            }
        }
    }

    /// A server restarted: nobody is online there.
    pub fn left(&self, nas_id: NasId) {
        for part in &self.parts {
            let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
            part.retain(|_, seats| {
                seats.retain(|seat| seat.nas_id != nas_id);
                !seats.is_empty()
            });
        }
    }

    /// What the database knows of a line; seats that are only held stay.
    pub fn replace(&self, service: ServiceId, open: Vec<Seat>) {
        let mut part = self.part(service);
        let mut seats = part.remove(&service).unwrap_or_default();
        seats.retain(|seat| seat.until.is_some() && !open.iter().any(|open| open.is_device(seat)));
        seats.extend(open);
        if !seats.is_empty() {
            part.insert(service, seats);
        }
    }

    /// What the database knows of all lines.
    pub fn replace_all(&self, open: impl Iterator<Item = (ServiceId, Seat)>) {
        let mut found: Vec<Part> = (0..PARTS).map(|_| Part::new()).collect();
        for (service, seat) in open {
            found[service.0.as_u128() as usize % PARTS].entry(service).or_default().push(seat);
        }
        for (part, mut found) in self.parts.iter().zip(found) {
            let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
            for (service, seats) in part.drain() {
                let held = seats.into_iter().filter(|seat| seat.until.is_some());
                let known = found.entry(service).or_default();
                let held: Vec<Seat> = held.filter(|seat| !known.iter().any(|open| open.is_device(seat))).collect();
                known.extend(held);
            }
            found.retain(|_, seats| !seats.is_empty());
            *part = found;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::OnDuplicate;
    use uuid::Uuid;

    const LINE: ServiceId = ServiceId(Uuid::from_u128(1));
    const NAS: NasId = NasId(Uuid::from_u128(2));

    fn strict(sessions: u16) -> Rules {
        Rules { sessions, on_duplicate: OnDuplicate::RefuseNew, ..Rules::default() }
    }

    fn seat(session: &str, mac: &str) -> Seat {
        Seat::taken(NAS, session.into(), Some(mac.into()))
    }

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_000_000, 0).unwrap()
    }

    #[test]
    fn two_in_one_moment_get_one_seat() {
        let online = std::sync::Arc::new(Online::default());
        let tries = (0..64).map(|number| {
            let online = online.clone();
            std::thread::spawn(move || online.reserve(LINE, &strict(1), seat(&format!("s{number}"), &format!("m{number}")), now()))
        });
        let tries: Vec<_> = tries.collect();
        let let_in = tries.into_iter().map(|thread| thread.join().unwrap()).filter(|in_| *in_).count();
        assert_eq!(let_in, 1);
    }

    #[test]
    fn a_reservation_becomes_a_session_or_ends() {
        let online = Online::default();
        assert!(online.reserve(LINE, &strict(1), seat("a", "m1"), now()));
        assert!(online.reserve(LINE, &strict(1), seat("a", "m1"), now()), "who asks again has his seat");
        assert!(!online.reserve(LINE, &strict(1), seat("b", "m2"), now()));
        assert_eq!(online.opened(LINE, seat("a", "m1")), 1);
        assert!(!online.reserve(LINE, &strict(1), seat("b", "m2"), now() + RESERVED));
        assert!(online.reserve(LINE, &strict(1), seat("c", "m1"), now()), "the same device, after its line broke");
        online.closed(LINE, NAS, "a");
        assert!(!online.reserve(LINE, &strict(1), seat("b", "m2"), now()), "held for the device that came back");
        assert!(online.reserve(LINE, &strict(1), seat("b", "m2"), now() + RESERVED), "which never reported");
    }

    #[test]
    fn what_the_database_knows_counts() {
        let online = Online::default();
        online.replace_all([(LINE, seat("a", "m1")), (LINE, seat("b", "m2"))].into_iter());
        assert!(!online.reserve(LINE, &strict(2), seat("c", "m3"), now()));
        online.replace(LINE, vec![seat("b", "m2")]);
        assert!(online.reserve(LINE, &strict(2), seat("c", "m3"), now()));
        online.replace(LINE, vec![]);
        assert!(!online.reserve(LINE, &strict(1), seat("d", "m4"), now()), "a seat that is held stays held");
        online.left(NAS);
        assert!(online.reserve(LINE, &strict(1), seat("d", "m4"), now()));
    }
}
