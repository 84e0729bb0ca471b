//! Answers Access-Requests: who asks, for whom, was the password right, may this device, is there room, and what does
//! the domain say. Everything comes from memory; what has to be written is handed to others.

use crate::answer::{self, Grounds};
use crate::counters::count;
use crate::directory::{Bound, Client, Settings, Subscriber, is_mac};
use crate::duplicates::{Duplicates, RequestKey};
use crate::errands::{Errand, Errands};
use crate::log::Log;
use crate::online::Seat;
use crate::prove::Prover;
use crate::prove_password::{Proof, prove};
use chrono::{DateTime, Utc};
use domain::access::{Decision, Device, Line, MacRule, Moment, OnDuplicate, Reason};
use domain::radius::station;
use integrations::radius::{Code, Packet, attribute as a};
use services::Services;
use std::net::SocketAddr;
use std::sync::Arc;
use storage::radius::attempts::Attempt;

pub(crate) struct Authenticator {
    pub services: Services,
    pub prover: Arc<Prover>,
    pub duplicates: Duplicates,
    pub log: Log,
    pub errands: Errands,
}

/// What a request is about.
struct Asked<'a> {
    packet: &'a Packet<'a>,
    client: &'a Client,
    settings: &'a Settings,
    name: String,
    station: Option<String>,
    now: DateTime<Utc>,
}

/// Whom it is about.
#[derive(Default)]
struct Found {
    subscriber: Option<Arc<Subscriber>>,
    realm_pool: Option<String>,
}

/// What came of looking at a request.
struct Checked {
    found: Found,
    proof: Result<Proof, Reason>,
    proven: bool,
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
        if self.prover.directory.is_blind(now) {
            count(&self.prover.counters.silent_blind);
            return false;
        }
        client.heard(now);
        let name = text(packet.find(a::USER_NAME).unwrap_or_default());
        let station = packet.find(a::CALLING_STATION_ID).map(|mac| station(&text(mac)));
        let settings = client.book.settings();
        let asked = Asked { packet, client, settings: &settings, name, station, now };
        let Checked { found, proof: checked, proven } = asked.check();
        let line = found.subscriber.as_ref().map(|subscriber| subscriber.line(now));
        // Where rates are changed in a session that goes on, nobody dials again for the night.
        let told = line.as_ref().filter(|_| client.obeys).map(Line::without_turns);
        let at = Moment { now, clock: now.with_timezone(&settings.zone).time() };
        let (mut decision, mut proof) = match (checked, &line) {
            (Ok(proof), Some(line)) => (domain::access::decide(told.as_ref().unwrap_or(line), &settings.policy, at), proof),
            (Ok(_), None) => (Decision::Reject(Reason::UnknownUser), Proof::Plain),
            (Err(reason), _) => (Decision::Reject(reason), Proof::Plain),
        };
        if let (Some(subscriber), false) = (&found.subscriber, matches!(decision, Decision::Reject(_)))
            && let Err(reason) = self.admit(&asked, subscriber)
        {
            (decision, proof) = (Decision::Reject(reason), Proof::Plain);
        }
        let grounds = Grounds {
            client,
            policy: &settings.policy,
            line: line.as_ref(),
            rules: found.subscriber.as_ref().map(|subscriber| &*subscriber.rules),
            username: found.subscriber.as_ref().map_or("", |subscriber| &subscriber.key),
            station: asked.station.as_deref(),
            realm_pool: found.realm_pool.as_deref(),
            proof: &proof,
            decision: &decision,
            proven,
            at,
        };
        let answered = answer::access(packet, &grounds, room).is_some();
        self.record(asked, found.subscriber.as_deref(), &decision);
        answered
    }

    fn record(&self, asked: Asked<'_>, subscriber: Option<&Subscriber>, decision: &Decision) {
        let counters = &self.prover.counters;
        count(match decision {
            Decision::Accept { .. } => &counters.accepted,
            Decision::Walled { .. } => &counters.walled,
            Decision::Reject(_) => &counters.rejected,
        });
        let (outcome, reason) = answer::outcome(decision);
        let attempt = Attempt {
            at: asked.now,
            nas_id: asked.client.nas_id,
            username: asked.name,
            service_id: subscriber.map(Subscriber::service_id),
            mac: asked.station,
            outcome,
            reason: reason.slug(),
        };
        self.log.record(asked.client.book.isp_id, attempt);
    }

    /// Somebody with the right password and a line that is up, or behind the wall: is it one of his devices, and is
    /// there a seat?
    fn admit(&self, asked: &Asked<'_>, subscriber: &Subscriber) -> Result<(), Reason> {
        let (book, service, rules) = (&asked.client.book, subscriber.service_id(), &subscriber.rules);
        // A line is bound to devices, not to whatever else a server may call the place it is asked from.
        let station = asked.station.as_deref().filter(|station| is_mac(station));
        let device = rules.device(station);
        if device == Device::Refused {
            return Err(Reason::WrongDevice);
        }
        if rules.on_duplicate == OnDuplicate::RefuseNew && rules.sessions > 0 {
            let session = asked.packet.find(a::ACCT_SESSION_ID).map(text).unwrap_or_default();
            let seat = Seat::taken(asked.client.nas_id, session, asked.station.clone());
            if !book.online.reserve(service, rules, seat, asked.now) {
                // Those who sit there may have gone without a word: the next try finds what the database knows by now.
                self.errands.run(Errand::LookAgain { isp: book.isp_id, service });
                return Err(Reason::AlreadyOnline);
            }
        }
        if let (Some(mac), false, MacRule::Learn { most, .. }) = (station, device == Device::Known, rules.mac) {
            match book.bind(service, mac) {
                Bound::Refused => return Err(Reason::WrongDevice),
                Bound::Already => {}
                Bound::New { instead_of } => {
                    let (isp, mac) = (book.isp_id, mac.to_string());
                    self.errands.run(Errand::Learn { isp, service, mac, instead_of, most });
                }
            }
        }
        Ok(())
    }
}

impl Asked<'_> {
    /// Who it is, and whether he proved it.
    fn check(&self) -> Checked {
        let mut found = self.find();
        let listed = self.settings.lists_name(&self.name, self.now)
            || found.subscriber.as_ref().is_some_and(|one| one.is_listed(self.now) || self.settings.lists_name(&one.key, self.now))
            || self.station.as_ref().is_some_and(|mac| self.settings.lists_mac(mac, self.now));
        let password: &[u8] = found.subscriber.as_ref().map_or(b"", |subscriber| &subscriber.password);
        let tried = prove(self.packet, self.client, password);
        let proven = !password.is_empty() && matches!(tried, Some((true, _)));
        if listed {
            return Checked { found, proof: Err(Reason::BlockListed), proven };
        }
        let proof = match (tried, &found.subscriber) {
            // An empty password would let in whoever sends none.
            (Some((true, proof)), Some(_)) if proven => Ok(proof),
            _ if self.is_device_asking() => {
                let realm_allows = self.realm().is_none_or(|(_, realm)| realm.mac_auth);
                if self.client.mac_auth && realm_allows {
                    found.subscriber = self.station.as_deref().and_then(|mac| self.client.book.by_mac(mac));
                    found.subscriber.as_ref().map(|_| Proof::Plain).ok_or(Reason::UnknownUser)
                } else {
                    Err(Reason::MacNotAllowed)
                }
            }
            (None, _) => Err(Reason::NoPassword),
            (Some(_), None) => Err(Reason::UnknownUser),
            (Some(_), Some(_)) => Err(Reason::WrongPassword),
        };
        Checked { found, proven: proof.is_ok(), proof }
    }

    /// The line of that name, as it is or without a realm that the ISP has.
    fn find(&self) -> Found {
        let book = &self.client.book;
        let subscriber = book.by_name(self.name.as_bytes());
        match self.realm() {
            None => Found { subscriber, realm_pool: None },
            Some((name, realm)) => {
                let subscriber = subscriber.or_else(|| book.by_name(name.as_bytes()));
                Found { subscriber, realm_pool: realm.framed_pool.clone() }
            }
        }
    }

    fn realm(&self) -> Option<(&str, &crate::directory::Realm)> {
        if self.settings.realms.is_empty() {
            return None;
        }
        let (name, realm) = self.name.rsplit_once('@')?;
        self.settings.realms.get(&realm.to_ascii_lowercase()).map(|realm| (name, realm))
    }

    /// Does a device ask by its own address, with no password or its address for one? Then it proves nothing, and only
    /// a server that is allowed to may ask so.
    fn is_device_asking(&self) -> bool {
        let name = self.realm().map_or(self.name.as_str(), |(name, _)| name);
        let own = station(name);
        if !is_mac(&own) || self.station.as_deref() != Some(&own) {
            return false;
        }
        let proves = |password: &str| prove(self.packet, self.client, password.as_bytes()).is_some_and(|(right, _)| right);
        proves(name) || proves("")
    }
}

/// Octets of an attribute as text that PostgreSQL takes.
pub(crate) fn text(octets: &[u8]) -> String {
    let text = String::from_utf8_lossy(octets);
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text.into_owned() }
}
