//! Answers Access-Requests: who asks, for whom, was the password right, what does the domain say.

use crate::answer::{self, Grounds};
use crate::counters::count;
use crate::directory::{Client, Subscriber};
use crate::duplicates::{Duplicates, RequestKey};
use crate::log::Log;
use crate::prove::Prover;
use domain::access::{Decision, Moment, Reason};
use domain::radius::station;
use integrations::radius::{Code, Packet, attribute as a, chap_response, reveal_password, same};
use services::Services;
use std::net::SocketAddr;
use std::sync::Arc;
use storage::radius::attempts::Attempt;

pub(crate) struct Authenticator {
    pub services: Services,
    pub prover: Arc<Prover>,
    pub duplicates: Duplicates,
    pub log: Log,
}

impl Authenticator {
    /// Writes the answer to a datagram into `room`. `false`: silence.
    pub fn handle(&self, datagram: &[u8], from: SocketAddr, room: &mut Vec<u8>) -> bool {
        let Some(clients) = self.prover.clients_at(from.ip()) else { return false };
        let Some(packet) = self.prover.read(&clients, datagram) else { return false };
        if !matches!(packet.code(), Code::ACCESS_REQUEST | Code::STATUS_SERVER) {
            self.prover.refuse_malformed(&clients);
            return false;
        }
        let key = RequestKey { from, code: packet.code().0, id: packet.id(), authenticator: *packet.authenticator() };
        if self.duplicates.find(&key, room) {
            count(&self.prover.counters.repeated);
            return true;
        }
        let Some(client) = self.prover.access(&clients, &packet) else { return false };
        let answered = match packet.code() {
            Code::STATUS_SERVER => answer::plain(Code::ACCESS_ACCEPT, &packet, &client, room).is_some(),
            _ => self.authenticate(&packet, &client, room),
        };
        if answered {
            self.duplicates.keep(key, room);
        }
        answered
    }

    fn authenticate(&self, packet: &Packet<'_>, client: &Client, room: &mut Vec<u8>) -> bool {
        let now = self.services.now();
        client.heard(now);
        let name = packet.find(a::USER_NAME).unwrap_or_default();
        let subscriber = client.book.by_name(name);
        let settings = client.book.settings();
        let line = subscriber.as_ref().map(|subscriber| subscriber.line(now));
        let checked = check_password(packet, client, subscriber.as_deref());
        let found = match (checked, &line) {
            (Ok(()), Some(line)) => Ok(line),
            (Ok(()), None) => Err(Reason::UnknownUser),
            (Err(reason), _) => Err(reason),
        };
        let at = Moment { now, clock: now.with_timezone(&settings.zone).time() };
        let decision = answer::decide(found, &settings.policy, at);
        let grounds = Grounds { client, policy: &settings.policy, line: line.as_ref(), decision: &decision, at };
        let answered = answer::access(packet, &grounds, room).is_some();
        let counters = &self.prover.counters;
        count(match decision {
            Decision::Accept { .. } => &counters.accepted,
            Decision::Walled { .. } => &counters.walled,
            Decision::Reject(_) => &counters.rejected,
        });
        let (outcome, reason) = answer::outcome(&decision);
        let attempt = Attempt {
            at: now,
            nas_id: client.nas_id,
            username: text(name),
            service_id: subscriber.map(|subscriber| subscriber.service_id()),
            mac: packet.find(a::CALLING_STATION_ID).map(|mac| station(&text(mac))),
            outcome,
            reason: reason.slug(),
        };
        self.log.record(client.book.isp_id, attempt);
        answered
    }
}

/// Was the password that of the subscriber? Whoever does not exist takes the same steps.
fn check_password(packet: &Packet<'_>, client: &Client, subscriber: Option<&Subscriber>) -> Result<(), Reason> {
    let password: &[u8] = subscriber.map_or(b"", |subscriber| &subscriber.password);
    let right = match (packet.find(a::USER_PASSWORD), packet.find(a::CHAP_PASSWORD)) {
        (Some(hidden), None) => {
            let mut room = [0; 128];
            let plain = reveal_password(hidden, &client.secret, packet.authenticator(), &mut room).ok_or(Reason::NoPassword)?;
            plain
                .split_at_checked(password.len())
                .is_some_and(|(plain, padding)| same(plain, password) & padding.iter().all(|octet| *octet == 0))
        }
        (None, Some([id, response @ ..])) if response.len() == 16 => {
            let challenge = packet.find(a::CHAP_CHALLENGE).unwrap_or(packet.authenticator());
            same(&chap_response(*id, password, challenge), response)
        }
        _ => return Err(Reason::NoPassword),
    };
    match subscriber {
        None => Err(Reason::UnknownUser),
        // An empty password would let in whoever sends none.
        Some(_) if !right || password.is_empty() => Err(Reason::WrongPassword),
        Some(_) => Ok(()),
    }
}

/// Octets of an attribute as text that PostgreSQL takes.
pub(crate) fn text(octets: &[u8]) -> String {
    let text = String::from_utf8_lossy(octets);
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text.into_owned() }
}
