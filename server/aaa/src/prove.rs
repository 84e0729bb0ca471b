//! Which access server sent a packet. An address alone proves nothing: what the packet proves with the secret decides,
//! also between ISPs that use the same private address. Whoever proves nothing is met with silence.

use crate::counters::{Counters, count};
use crate::directory::{Client, Directory};
use crate::notices::Notices;
use domain::radius::AlertKind;
use integrations::radius::{Code, Malformed, Packet, attribute as a};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Knows the clients and tells what is wrong with them.
pub(crate) struct Prover {
    pub directory: Arc<Directory>,
    pub notices: Arc<Notices>,
    pub counters: Arc<Counters>,
    /// Everything was read once; before that, silence.
    pub loaded: Arc<AtomicBool>,
}

impl Prover {
    /// The clients at an address. `None`: silence.
    pub fn clients_at(&self, address: IpAddr) -> Option<Arc<[Arc<Client>]>> {
        if !self.loaded.load(Ordering::Relaxed) {
            count(&self.counters.silent_not_loaded);
            return None;
        }
        let clients = self.directory.clients_at(address);
        if clients.is_none() {
            count(&self.counters.unknown_client);
            self.notices.stranger(address.to_canonical());
        }
        clients
    }

    /// Reads the packet of a known address.
    pub fn read<'a>(&self, clients: &[Arc<Client>], datagram: &'a [u8]) -> Option<Packet<'a>> {
        match Packet::parse(datagram) {
            Ok(packet) => Some(packet),
            Err(error) => {
                self.malformed(clients, error);
                None
            }
        }
    }

    fn malformed(&self, clients: &[Arc<Client>], error: Malformed) {
        tracing::debug!(%error, "malformed RADIUS packet");
        self.refuse_malformed(clients);
    }

    /// Lengths are right, but something that must be there is not.
    pub fn refuse_malformed(&self, clients: &[Arc<Client>]) {
        count(&self.counters.malformed);
        self.notices.wrong(clients, AlertKind::Malformed);
    }

    /// Who sent this Access-Request or Status-Server?
    pub fn access(&self, clients: &[Arc<Client>], packet: &Packet<'_>) -> Option<Arc<Client>> {
        if packet.has_message_authenticator() {
            let holds = |client: &Client| client.secret.message_authenticator_holds(packet, packet.authenticator()) == Some(true);
            return self.only(clients, holds);
        }
        // Without it anybody on the way may have changed the packet. A proxy's state is where such an attack hides its
        // bytes (CVE-2024-3596), EAP demands it (RFC 3579), Status-Server too (RFC 5997).
        let must = packet.code() != Code::ACCESS_REQUEST || packet.find(a::PROXY_STATE).is_some() || packet.find(a::EAP_MESSAGE).is_some();
        match clients {
            [client] if !must && !client.require_message_authenticator => Some(client.clone()),
            _ => self.silence(clients, AlertKind::MissingAuthenticator),
        }
    }

    /// Who sent this accounting request?
    pub fn accounting(&self, clients: &[Arc<Client>], packet: &Packet<'_>) -> Option<Arc<Client>> {
        self.only(clients, |client| {
            let signed = client.secret.message_authenticator_holds(packet, &[0; 16]);
            client.secret.accounting_authenticator_holds(packet) && signed != Some(false)
        })
    }

    fn only(&self, clients: &[Arc<Client>], holds: impl Fn(&Client) -> bool) -> Option<Arc<Client>> {
        let mut proven = clients.iter().filter(|client| holds(client));
        match (proven.next(), proven.next()) {
            (Some(client), None) => Some(client.clone()),
            (None, _) => self.silence(clients, AlertKind::BadAuthenticator),
            (Some(_), Some(_)) => self.silence(clients, AlertKind::Ambiguous),
        }
    }

    fn silence(&self, clients: &[Arc<Client>], kind: AlertKind) -> Option<Arc<Client>> {
        count(&self.counters.unproven);
        self.notices.wrong(clients, kind);
        None
    }
}
