//! A decision in attributes. What a vendor does not understand it is not sent.

use crate::directory::Client;
use domain::ServiceId;
use domain::access::{AccessPolicy, Decision, Line, Moment, Reason, rate_limit};
use domain::radius::NasVendor;
use integrations::radius::attribute::{self as a, vendor};
use integrations::radius::{Code, Packet, Writer};
use std::net::IpAddr;

/// What an answer is made from.
pub(crate) struct Grounds<'a> {
    pub client: &'a Client,
    pub policy: &'a AccessPolicy,
    pub line: Option<&'a Line>,
    pub decision: &'a Decision,
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
    match (grounds.decision, grounds.line) {
        (Decision::Reject(reason), _) => drop(writer.push(a::REPLY_MESSAGE, message(*reason).as_bytes())),
        (Decision::Accept { session_timeout }, Some(line)) => accept(&mut writer, request, grounds, line, *session_timeout),
        (Decision::Walled { session_timeout, .. }, Some(line)) => {
            accept(&mut writer, request, grounds, line, *session_timeout);
            let list = grounds.policy.walled_list.as_bytes();
            match grounds.client.vendor {
                NasVendor::Mikrotik => writer.vendor(vendor::MIKROTIK, vendor::MIKROTIK_ADDRESS_LIST, list),
                NasVendor::Generic => writer.push(a::FILTER_ID, list),
            };
        }
        (_, None) => return None,
    }
    proxy_states(&mut writer, request);
    writer.finish_answer(&grounds.client.secret, request.authenticator())
}

fn accept(writer: &mut Writer<'_>, request: &Packet<'_>, grounds: &Grounds<'_>, line: &Line, session_timeout: u32) {
    for kind in [a::SERVICE_TYPE, a::FRAMED_PROTOCOL] {
        // A router that says how it connects wants it confirmed: framed, PPP.
        if let Some(asked) = request.find(kind).filter(|asked| asked.len() == 4) {
            writer.push(kind, asked);
        }
    }
    match line.static_ip {
        Some(IpAddr::V4(address)) => drop(writer.push(a::FRAMED_IP_ADDRESS, &address.octets())),
        Some(IpAddr::V6(address)) => drop(writer.push(a::FRAMED_IPV6_ADDRESS, &address.octets())),
        None => {}
    }
    let rate = line.rate(grounds.at);
    match grounds.client.vendor {
        NasVendor::Mikrotik => {
            if let Some(rate) = rate_limit(&rate) {
                writer.vendor(vendor::MIKROTIK, vendor::MIKROTIK_RATE_LIMIT, rate.as_bytes());
            }
        }
        NasVendor::Generic => {
            for (kind, kbps) in [(vendor::WISPR_BANDWIDTH_MAX_UP, rate.up_kbps), (vendor::WISPR_BANDWIDTH_MAX_DOWN, rate.down_kbps)] {
                if let Some(kbps) = kbps {
                    writer.vendor_number(vendor::WISPR, kind, kbps.saturating_mul(1_000));
                }
            }
        }
    }
    writer.number(a::SESSION_TIMEOUT, session_timeout).number(a::ACCT_INTERIM_INTERVAL, grounds.policy.interim_seconds);
    writer.push(a::CLASS, class(line.service_id).as_bytes());
}

/// Comes back with accounting and names the service, whatever the user name is by then. Letters and digits, because
/// there are servers that end a Class at its first zero.
fn class(service: ServiceId) -> String {
    format!("lm1:{}", service.0.simple())
}

/// The service that a Class of ours names.
pub(crate) fn read_class(class: &[u8]) -> Option<ServiceId> {
    std::str::from_utf8(class).ok()?.strip_prefix("lm1:")?.parse().ok()
}

/// Shown by some routers to the subscriber. A wrong name and a wrong password are told the same.
fn message(reason: Reason) -> &'static str {
    match reason {
        Reason::UnknownUser | Reason::WrongPassword | Reason::NoPassword | Reason::Ok => "User name or password is wrong",
        Reason::Suspended => "This connection is suspended. Please contact your provider",
        Reason::Expired => "This connection has expired. Please renew it",
        Reason::CutOff => "This connection has an unpaid bill. Please pay to go online",
        Reason::NotActivated => "This connection is not activated yet",
        Reason::OutOfHours => "This connection may not be used at this hour",
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

/// The decision for a line at a moment, or why there is no line to decide for.
pub(crate) fn decide(found: Result<&Line, Reason>, policy: &AccessPolicy, at: Moment) -> Decision {
    match found {
        Ok(line) => domain::access::decide(line, policy, at),
        Err(reason) => Decision::Reject(reason),
    }
}
