//! A decision in attributes. What a vendor does not understand it is not sent.

use crate::directory::Client;
use crate::prove_password::{Proof, ms_chap_id};
use domain::ServiceId;
use domain::access::{AccessPolicy, Decision, Grant, Line, Moment, Rate, Reason, ReplyFacts, ReplyLine, ReplyValue, Rules, rate_limit};
use domain::radius::NasVendor;
use integrations::radius::attribute::{self as a, vendor};
use integrations::radius::{Code, Packet, Writer, hide_password, hide_session_key};
use std::net::IpAddr;

/// What an answer is made from.
pub(crate) struct Grounds<'a> {
    pub client: &'a Client,
    pub policy: &'a AccessPolicy,
    pub line: Option<&'a Line>,
    pub rules: Option<&'a Rules>,
    pub username: &'a str,
    pub station: Option<&'a str>,
    pub realm_pool: Option<&'a str>,
    pub proof: &'a Proof,
    pub decision: &'a Decision,
    /// Whoever did not prove who he is hears nothing about the line.
    pub proven: bool,
    pub at: Moment,
}

/// Writes the answer to an Access-Request. `None` when it does not fit, which no answer of ours does without a client
/// that fills it with its own proxy states.
pub(crate) fn access<'a>(request: &Packet<'_>, grounds: &Grounds<'_>, room: &'a mut Vec<u8>) -> Option<&'a [u8]> {
    let code = match grounds.decision {
        Decision::Reject(_) => Code::ACCESS_REJECT,
        _ => Code::ACCESS_ACCEPT,
    };
    let mut writer = Writer::new(room, code, request.id());
    writer.message_authenticator();
    match (grounds.decision, grounds.line, grounds.rules) {
        (Decision::Reject(reason), ..) => reject(&mut writer, request, if grounds.proven { *reason } else { Reason::WrongPassword }),
        (Decision::Accept { session_timeout }, Some(line), Some(rules)) => {
            accept(&mut writer, request, grounds, line, rules, *session_timeout)
        }
        (Decision::Walled { session_timeout, .. }, Some(line), Some(rules)) => {
            accept(&mut writer, request, grounds, line, rules, *session_timeout);
            address_list(&mut writer, grounds.client.vendor, &grounds.policy.walled_list);
        }
        _ => return None,
    }
    proxy_states(&mut writer, request);
    writer.finish_answer(&grounds.client.secret, request.authenticator())
}

fn reject(writer: &mut Writer<'_>, request: &Packet<'_>, reason: Reason) {
    writer.push(a::REPLY_MESSAGE, message(reason).as_bytes());
    if let Some((id, version_2)) = ms_chap_id(request) {
        // 691: wrong name or password; R=0: asking again with the same will not help.
        let challenge = rand::random::<[u8; 16]>().iter().fold(String::new(), |text, octet| text + &format!("{octet:02X}"));
        let text = if version_2 { format!("E=691 R=0 C={challenge} V=3 M={}", message(reason)) } else { "E=691 R=0".into() };
        let error = [&[id], text.as_bytes()].concat();
        writer.vendor(vendor::MICROSOFT, vendor::MS_CHAP_ERROR, &error);
    }
}

fn accept(writer: &mut Writer<'_>, request: &Packet<'_>, grounds: &Grounds<'_>, line: &Line, rules: &Rules, session_timeout: u32) {
    for kind in [a::SERVICE_TYPE, a::FRAMED_PROTOCOL] {
        // A router that says how it connects wants it confirmed: framed, PPP.
        if let Some(asked) = request.find(kind).filter(|asked| asked.len() == 4) {
            writer.push(kind, asked);
        }
    }
    prove_back(writer, request, grounds);
    let walled = matches!(grounds.decision, Decision::Walled { .. });
    let extra = Extra::of(grounds.client, rules, walled);
    addresses(writer, grounds, line, rules, &extra);
    let rate = line.rate(grounds.at);
    rates(writer, grounds.client.vendor, &rate, &extra);
    if let (Some(list), false) = (&rules.address_list, walled) {
        address_list(writer, grounds.client.vendor, list);
    }
    writer.number(a::SESSION_TIMEOUT, session_timeout).number(a::ACCT_INTERIM_INTERVAL, grounds.policy.interim_seconds);
    let grant = Grant::of(grounds.decision, line, rules, grounds.at).map(|grant| grant.code()).unwrap_or_default();
    writer.push(a::CLASS, format!("lm1:{}:{grant}", line.service_id.0.simple()).as_bytes());
    let facts = ReplyFacts {
        username: grounds.username,
        ip: line.static_ip,
        mac: grounds.station,
        up_kbps: rate.up_kbps,
        down_kbps: rate.down_kbps,
    };
    extra.write(writer, &facts);
}

/// A static address or a pool; networks of the new protocol.
fn addresses(writer: &mut Writer<'_>, grounds: &Grounds<'_>, line: &Line, rules: &Rules, extra: &Extra<'_>) {
    match line.static_ip {
        Some(IpAddr::V4(address)) => drop(writer.push(a::FRAMED_IP_ADDRESS, &address.octets())),
        Some(IpAddr::V6(address)) => drop(writer.push(a::FRAMED_IPV6_ADDRESS, &address.octets())),
        None => {}
    }
    let pool = rules.pool_at(Some(grounds.client.nas_id)).or(grounds.realm_pool).or(grounds.client.framed_pool.as_deref());
    if let (Some(pool), false, false) = (pool, matches!(line.static_ip, Some(IpAddr::V4(_))), extra.says(0, a::FRAMED_POOL)) {
        writer.push(a::FRAMED_POOL, pool.as_bytes());
    }
    for (kind, network) in [(a::FRAMED_IPV6_PREFIX, rules.ipv6_prefix), (a::DELEGATED_IPV6_PREFIX, rules.delegated_prefix)] {
        if let Some(network) = network {
            // RFC 3162 section 2.3: a zero, the length, the address.
            let value = [&[0, network.length], network.address.octets().as_slice()].concat();
            writer.push(kind, &value);
        }
    }
}

fn rates(writer: &mut Writer<'_>, vendor: NasVendor, rate: &Rate, extra: &Extra<'_>) {
    let numbers = |writer: &mut Writer<'_>, vendor: u32, kinds: [u8; 2]| {
        for (kind, kbps) in kinds.into_iter().zip([rate.up_kbps, rate.down_kbps]) {
            if let (Some(kbps), false) = (kbps, extra.says(vendor, kind)) {
                writer.vendor_number(vendor, kind, kbps.saturating_mul(1_000));
            }
        }
    };
    match vendor {
        NasVendor::Mikrotik => {
            if let (Some(rate), false) = (rate_limit(rate), extra.says(vendor::MIKROTIK, vendor::MIKROTIK_RATE_LIMIT)) {
                writer.vendor(vendor::MIKROTIK, vendor::MIKROTIK_RATE_LIMIT, rate.as_bytes());
            }
        }
        NasVendor::Huawei => {
            numbers(writer, vendor::HUAWEI, [vendor::HUAWEI_INPUT_AVERAGE_RATE, vendor::HUAWEI_OUTPUT_AVERAGE_RATE]);
        }
        NasVendor::Generic => numbers(writer, vendor::WISPR, [vendor::WISPR_BANDWIDTH_MAX_UP, vendor::WISPR_BANDWIDTH_MAX_DOWN]),
    }
}

fn address_list(writer: &mut Writer<'_>, vendor: NasVendor, list: &str) {
    match vendor {
        NasVendor::Mikrotik => writer.vendor(vendor::MIKROTIK, vendor::MIKROTIK_ADDRESS_LIST, list.as_bytes()),
        NasVendor::Huawei | NasVendor::Generic => writer.push(a::FILTER_ID, list.as_bytes()),
    };
}

/// MS-CHAP wants the server to prove itself too, and gives both sides keys for what follows.
fn prove_back(writer: &mut Writer<'_>, request: &Packet<'_>, grounds: &Grounds<'_>) {
    // Encryption is allowed, not demanded; with 40 or 128 bits.
    const ALLOWED: u32 = 1;
    const TYPES: u32 = 6;
    let (secret, authenticator) = (&grounds.client.secret, request.authenticator());
    match grounds.proof {
        Proof::Plain => return,
        Proof::MsChap1 { keys } => {
            if let Some(hidden) = hide_password(keys, secret, authenticator) {
                writer.vendor(vendor::MICROSOFT, vendor::MS_CHAP_MPPE_KEYS, &hidden);
            }
        }
        Proof::MsChap2 { id, success, keys } => {
            writer.vendor(vendor::MICROSOFT, vendor::MS_CHAP2_SUCCESS, &[&[*id], success.as_bytes()].concat());
            // Each key of a packet has a salt of its own.
            let salt = rand::random::<u16>() & !1;
            for (kind, key, salt) in [(vendor::MS_MPPE_SEND_KEY, &keys.send, salt), (vendor::MS_MPPE_RECV_KEY, &keys.receive, salt | 1)] {
                writer.vendor(vendor::MICROSOFT, kind, &hide_session_key(key, salt, secret, authenticator));
            }
        }
    }
    writer.vendor_number(vendor::MICROSOFT, vendor::MS_MPPE_ENCRYPTION_POLICY, ALLOWED);
    writer.vendor_number(vendor::MICROSOFT, vendor::MS_MPPE_ENCRYPTION_TYPES, TYPES);
}

/// Attributes that people added: those of the server, and in the place of the same name those of package and line.
struct Extra<'a> {
    lines: Vec<&'a ReplyLine>,
}

/// Octets that they may take in all, so that what we have to say always fits.
const EXTRA_ROOM: usize = 3_000;

impl<'a> Extra<'a> {
    fn of(client: &'a Client, rules: &'a Rules, walled: bool) -> Self {
        let general = client.extra.iter().filter(|line| !rules.extra.iter().any(|own| own.name == line.name));
        let mut lines: Vec<&ReplyLine> = general.chain(&rules.extra).collect();
        if walled {
            // Nothing may lead out of the garden.
            let list = |line: &ReplyLine| (line.name.vendor, line.name.number);
            lines.retain(|line| ![(vendor::MIKROTIK, vendor::MIKROTIK_ADDRESS_LIST), (0, a::FILTER_ID)].contains(&list(line)));
        }
        Self { lines }
    }

    fn says(&self, vendor: u32, number: u8) -> bool {
        self.lines.iter().any(|line| (line.name.vendor, line.name.number) == (vendor, number))
    }

    fn write(&self, writer: &mut Writer<'_>, facts: &ReplyFacts<'_>) {
        let mut left = EXTRA_ROOM;
        for line in &self.lines {
            let value = match line.fill(facts) {
                Some(ReplyValue::Text(text)) => text.into_bytes(),
                Some(ReplyValue::Number(number)) => number.to_be_bytes().to_vec(),
                Some(ReplyValue::Ipv4(address)) => address.octets().to_vec(),
                None => continue,
            };
            let Some(rest) = left.checked_sub(value.len() + 8) else { return };
            left = rest;
            match line.name.vendor {
                0 => writer.push(line.name.number, &value),
                vendor => writer.vendor(vendor, line.name.number, &value),
            };
        }
    }
}

/// What a Class of ours says: it comes back with accounting and names the service, whatever the user name is by then,
/// and what the session was let in with. Letters and digits, because there are servers that end a Class at its first
/// zero.
pub(crate) fn read_class(class: &[u8]) -> Option<(ServiceId, Option<String>)> {
    let text = std::str::from_utf8(class).ok()?.strip_prefix("lm1:")?;
    let (service, grant) = text.split_once(':').map_or((text, None), |(service, grant)| (service, Some(grant)));
    let grant = grant.filter(|grant| Grant::read(grant).is_some()).map(str::to_string);
    Some((service.parse().ok()?, grant))
}

/// Shown by some routers to the subscriber. A wrong name and a wrong password are told the same.
fn message(reason: Reason) -> &'static str {
    match reason {
        Reason::UnknownUser | Reason::WrongPassword | Reason::NoPassword | Reason::MacNotAllowed | Reason::Ok => {
            "User name or password is wrong"
        }
        Reason::Suspended | Reason::ProviderSuspended => "This connection is suspended. Please contact your provider",
        Reason::Expired => "This connection has expired. Please renew it",
        Reason::CutOff => "This connection has an unpaid bill. Please pay to go online",
        Reason::NotActivated => "This connection is not activated yet",
        Reason::OutOfHours => "This connection may not be used at this hour",
        Reason::BlockListed => "This connection is blocked. Please contact your provider",
        Reason::WrongDevice => "This connection belongs to another device. Please contact your provider",
        Reason::AlreadyOnline => "This connection is in use already",
    }
}

/// What a proxy on the way needs back, untouched and in order (RFC 2865 section 5.33).
fn proxy_states(writer: &mut Writer<'_>, request: &Packet<'_>) {
    for state in request.attributes().filter(|attribute| attribute.kind == a::PROXY_STATE) {
        writer.push(a::PROXY_STATE, state.value);
    }
}

/// The answer to Status-Server (RFC 5997) and to accounting: that it is so, and its proof. Clients disagree on what a
/// Message-Authenticator in the answer to accounting is made from, so there it is left out; its own authenticator
/// proves it already.
pub(crate) fn plain<'a>(code: Code, request: &Packet<'_>, client: &Client, room: &'a mut Vec<u8>) -> Option<&'a [u8]> {
    let mut writer = Writer::new(room, code, request.id());
    if request.code() == Code::STATUS_SERVER {
        writer.message_authenticator();
    }
    proxy_states(&mut writer, request);
    writer.finish_answer(&client.secret, request.authenticator())
}

/// What the attempt log calls a decision.
pub(crate) fn outcome(decision: &Decision) -> (domain::radius::Outcome, Reason) {
    use domain::radius::Outcome;
    match decision {
        Decision::Accept { .. } => (Outcome::Accept, Reason::Ok),
        Decision::Walled { reason, .. } => (Outcome::Walled, *reason),
        Decision::Reject(reason) => (Outcome::Reject, *reason),
    }
}
