//! An accounting request in our words.

use crate::answer::read_class;
use crate::authenticate::text;
use crate::directory::{Client, Subscriber};
use chrono::{DateTime, TimeDelta, Utc};
use domain::accounting::{Report, ReportKind, session_id_text};
use domain::radius::station;
use integrations::radius::Packet;
use integrations::radius::attribute::{self as a, acct_status};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use storage::radius::accounting::{Details, SessionKey};

/// What a request wants recorded.
pub(crate) enum Event {
    Report(Box<Heard>),
    /// The server began or ended: nobody is online there.
    Restarted {
        at: DateTime<Utc>,
    },
    /// Of a kind that is not about sessions; there is nothing to record.
    Nothing,
}

/// A report, the session it is about, and what it tells beside the figures.
pub(crate) struct Heard {
    pub key: SessionKey,
    pub report: Report,
    pub details: Details,
}

/// No server holds a report back for longer; what claims to is wrong.
const LONGEST_DELAY: u32 = 86_400;

/// `None`: something that must be there is not.
pub(crate) fn event(packet: &Packet<'_>, client: &Client, now: DateTime<Utc>) -> Option<Event> {
    let delay = packet.number(a::ACCT_DELAY_TIME).filter(|delay| *delay <= LONGEST_DELAY).unwrap_or(0);
    // PostgreSQL keeps microseconds; what is compared later must be what was stored.
    let at = DateTime::from_timestamp_micros((now - TimeDelta::seconds(i64::from(delay))).timestamp_micros())?;
    let kind = match packet.number(a::ACCT_STATUS_TYPE)? {
        acct_status::START => ReportKind::Start,
        acct_status::INTERIM_UPDATE => ReportKind::Interim,
        acct_status::STOP => ReportKind::Stop,
        acct_status::ACCOUNTING_ON | acct_status::ACCOUNTING_OFF => return Some(Event::Restarted { at }),
        _ => return Some(Event::Nothing),
    };
    let acct_session_id = session_id_text(packet.find(a::ACCT_SESSION_ID).filter(|id| !id.is_empty())?);
    let name = packet.find(a::USER_NAME).unwrap_or_default();
    let key = SessionKey { nas_id: client.nas_id, acct_session_id, username: text(name) };
    let report = Report {
        kind,
        at,
        seconds: packet.number(a::ACCT_SESSION_TIME).filter(|seconds| *seconds > 0),
        input: octets(packet, a::ACCT_INPUT_OCTETS, a::ACCT_INPUT_GIGAWORDS),
        output: octets(packet, a::ACCT_OUTPUT_OCTETS, a::ACCT_OUTPUT_GIGAWORDS),
        narrow: packet.find(a::ACCT_INPUT_GIGAWORDS).is_none() && packet.find(a::ACCT_OUTPUT_GIGAWORDS).is_none(),
        cause: packet.number(a::ACCT_TERMINATE_CAUSE).map(cause),
    };
    let (subscriber, granted) = subscriber(packet, client, name);
    let details = Details {
        service_id: subscriber.as_ref().map(|subscriber| subscriber.service_id()),
        customer_id: subscriber.as_ref().map(|subscriber| subscriber.customer_id()),
        mac: packet.find(a::CALLING_STATION_ID).map(|mac| station(&text(mac))),
        ip: address(packet),
        nas_port: packet.find(a::NAS_PORT_ID).map(text).or_else(|| packet.number(a::NAS_PORT).map(|port| port.to_string())),
        granted,
    };
    Some(Event::Report(Box::new(Heard { key, report, details })))
}

/// The subscriber, by the Class that we gave, else by name; and what the Class says that he was given.
fn subscriber(packet: &Packet<'_>, client: &Client, name: &[u8]) -> (Option<Arc<Subscriber>>, Option<String>) {
    let classes = packet.attributes().filter(|attribute| attribute.kind == a::CLASS);
    let class = classes.filter_map(|class| read_class(class.value)).next();
    let named = class.as_ref().and_then(|(service, _)| client.book.by_service(*service));
    (named.or_else(|| client.book.by_name(name)), class.and_then(|(_, grant)| grant))
}

fn octets(packet: &Packet<'_>, low: u8, high: u8) -> Option<u64> {
    let low = u64::from(packet.number(low)?);
    Some(u64::from(packet.number(high).unwrap_or(0)) << 32 | low)
}

fn address(packet: &Packet<'_>) -> Option<IpAddr> {
    let v4 = packet.find(a::FRAMED_IP_ADDRESS).and_then(|value| <[u8; 4]>::try_from(value).ok()).map(|value| Ipv4Addr::from(value).into());
    v4.or_else(|| {
        packet.find(a::FRAMED_IPV6_ADDRESS).and_then(|value| <[u8; 16]>::try_from(value).ok()).map(|value| Ipv6Addr::from(value).into())
    })
}

/// RFC 2866 section 5.10, in our words.
fn cause(number: u32) -> &'static str {
    match number {
        1 => "user_request",
        2 => "lost_carrier",
        3 => "lost_service",
        4 => "idle_timeout",
        5 => "session_timeout",
        6 => "admin_reset",
        7 => "admin_reboot",
        8 => "port_error",
        9 => "nas_error",
        10 => "nas_request",
        11 => "nas_reboot",
        12 => "port_unneeded",
        13 => "port_preempted",
        14 => "port_suspended",
        15 => "service_unavailable",
        16 => "callback",
        17 => "user_error",
        18 => "host_request",
        _ => "unknown",
    }
}
