//! A packet in words, for people who look for what is wrong: names as dictionaries have them, values as one reads them.
//! What proves somebody, or would let anybody read his traffic, is only said to be there.

use super::attribute::{self as a, vendor as v};
use super::packet::{Attributes, Packet};
use std::fmt::Write;
use std::net::{Ipv4Addr, Ipv6Addr};

/// An attribute by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    pub name: String,
    /// `None`: it is there and is nobody's business.
    pub value: Option<String>,
}

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Number,
    Address,
    Address6,
    Prefix6,
    Octets,
    Hidden,
}

use Kind::{Address, Address6, Hidden, Number, Octets, Prefix6, Text};

const STANDARD: &[(u8, &str, Kind)] = &[
    (a::USER_NAME, "User-Name", Text),
    (a::USER_PASSWORD, "User-Password", Hidden),
    (a::CHAP_PASSWORD, "CHAP-Password", Hidden),
    (a::NAS_IP_ADDRESS, "NAS-IP-Address", Address),
    (a::NAS_PORT, "NAS-Port", Number),
    (a::SERVICE_TYPE, "Service-Type", Number),
    (a::FRAMED_PROTOCOL, "Framed-Protocol", Number),
    (a::FRAMED_IP_ADDRESS, "Framed-IP-Address", Address),
    (9, "Framed-IP-Netmask", Address),
    (a::FILTER_ID, "Filter-Id", Text),
    (12, "Framed-MTU", Number),
    (a::REPLY_MESSAGE, "Reply-Message", Text),
    (22, "Framed-Route", Text),
    (a::STATE, "State", Octets),
    (a::CLASS, "Class", Text),
    (a::SESSION_TIMEOUT, "Session-Timeout", Number),
    (28, "Idle-Timeout", Number),
    (a::CALLED_STATION_ID, "Called-Station-Id", Text),
    (a::CALLING_STATION_ID, "Calling-Station-Id", Text),
    (a::NAS_IDENTIFIER, "NAS-Identifier", Text),
    (a::PROXY_STATE, "Proxy-State", Octets),
    (a::ACCT_SESSION_ID, "Acct-Session-Id", Text),
    (a::CHAP_CHALLENGE, "CHAP-Challenge", Hidden),
    (a::NAS_PORT_TYPE, "NAS-Port-Type", Number),
    (62, "Port-Limit", Number),
    (a::EAP_MESSAGE, "EAP-Message", Hidden),
    (a::MESSAGE_AUTHENTICATOR, "Message-Authenticator", Hidden),
    (a::ACCT_INTERIM_INTERVAL, "Acct-Interim-Interval", Number),
    (a::NAS_PORT_ID, "NAS-Port-Id", Text),
    (a::FRAMED_POOL, "Framed-Pool", Text),
    (a::FRAMED_IPV6_PREFIX, "Framed-IPv6-Prefix", Prefix6),
    (99, "Framed-IPv6-Route", Text),
    (100, "Framed-IPv6-Pool", Text),
    (a::ERROR_CAUSE, "Error-Cause", Number),
    (a::DELEGATED_IPV6_PREFIX, "Delegated-IPv6-Prefix", Prefix6),
    (a::FRAMED_IPV6_ADDRESS, "Framed-IPv6-Address", Address6),
    (171, "Delegated-IPv6-Prefix-Pool", Text),
];

const VENDORS: &[(u32, u8, &str, Kind)] = &[
    (v::MIKROTIK, 1, "Mikrotik-Recv-Limit", Number),
    (v::MIKROTIK, 2, "Mikrotik-Xmit-Limit", Number),
    (v::MIKROTIK, 3, "Mikrotik-Group", Text),
    (v::MIKROTIK, v::MIKROTIK_RATE_LIMIT, "Mikrotik-Rate-Limit", Text),
    (v::MIKROTIK, 11, "Mikrotik-Mark-Id", Text),
    (v::MIKROTIK, 14, "Mikrotik-Recv-Limit-Gigawords", Number),
    (v::MIKROTIK, 15, "Mikrotik-Xmit-Limit-Gigawords", Number),
    (v::MIKROTIK, 17, "Mikrotik-Total-Limit", Number),
    (v::MIKROTIK, 18, "Mikrotik-Total-Limit-Gigawords", Number),
    (v::MIKROTIK, v::MIKROTIK_ADDRESS_LIST, "Mikrotik-Address-List", Text),
    (v::MIKROTIK, 22, "Mikrotik-Delegated-IPv6-Pool", Text),
    (v::MICROSOFT, v::MS_CHAP_RESPONSE, "MS-CHAP-Response", Hidden),
    (v::MICROSOFT, v::MS_CHAP_ERROR, "MS-CHAP-Error", Octets),
    (v::MICROSOFT, v::MS_MPPE_ENCRYPTION_POLICY, "MS-MPPE-Encryption-Policy", Number),
    (v::MICROSOFT, v::MS_MPPE_ENCRYPTION_TYPES, "MS-MPPE-Encryption-Types", Number),
    (v::MICROSOFT, v::MS_CHAP_CHALLENGE, "MS-CHAP-Challenge", Hidden),
    (v::MICROSOFT, v::MS_CHAP_MPPE_KEYS, "MS-CHAP-MPPE-Keys", Hidden),
    (v::MICROSOFT, v::MS_MPPE_SEND_KEY, "MS-MPPE-Send-Key", Hidden),
    (v::MICROSOFT, v::MS_MPPE_RECV_KEY, "MS-MPPE-Recv-Key", Hidden),
    (v::MICROSOFT, v::MS_CHAP2_RESPONSE, "MS-CHAP2-Response", Hidden),
    (v::MICROSOFT, v::MS_CHAP2_SUCCESS, "MS-CHAP2-Success", Hidden),
    (v::HUAWEI, v::HUAWEI_INPUT_AVERAGE_RATE, "Huawei-Input-Average-Rate", Number),
    (v::HUAWEI, v::HUAWEI_OUTPUT_AVERAGE_RATE, "Huawei-Output-Average-Rate", Number),
    (v::WISPR, 4, "WISPr-Redirection-URL", Text),
    (v::WISPR, v::WISPR_BANDWIDTH_MAX_UP, "WISPr-Bandwidth-Max-Up", Number),
    (v::WISPR, v::WISPR_BANDWIDTH_MAX_DOWN, "WISPr-Bandwidth-Max-Down", Number),
    (9, 1, "Cisco-AVPair", Text),
];

/// All attributes in their order.
pub fn describe(packet: &Packet<'_>) -> Vec<Described> {
    let mut said = Vec::new();
    for attribute in packet.attributes() {
        match attribute.value.split_first_chunk::<4>() {
            Some((vendor, rest)) if attribute.kind == a::VENDOR_SPECIFIC => {
                let vendor = u32::from_be_bytes(*vendor);
                said.extend(Attributes::over(rest).map(|inner| of_vendor(vendor, inner.kind, inner.value)));
            }
            _ => said.push(standard(attribute.kind, attribute.value)),
        }
    }
    said
}

fn standard(kind: u8, value: &[u8]) -> Described {
    match STANDARD.iter().find(|(known, ..)| *known == kind) {
        Some((_, name, shape)) => Described { name: (*name).into(), value: words(*shape, value) },
        None => Described { name: format!("Attribute {kind}"), value: words(Octets, value) },
    }
}

fn of_vendor(vendor: u32, kind: u8, value: &[u8]) -> Described {
    match VENDORS.iter().find(|(known, number, ..)| (*known, *number) == (vendor, kind)) {
        Some((.., name, shape)) => Described { name: (*name).into(), value: words(*shape, value) },
        None => Described { name: format!("Vendor {vendor}, attribute {kind}"), value: words(Octets, value) },
    }
}

fn words(shape: Kind, value: &[u8]) -> Option<String> {
    let fits = match shape {
        Hidden => return None,
        Text => std::str::from_utf8(value).ok().filter(|text| !text.chars().any(char::is_control)).map(str::to_string),
        Number => value.try_into().ok().map(|octets| u32::from_be_bytes(octets).to_string()),
        Address => value.first_chunk::<4>().filter(|_| value.len() == 4).map(|octets| Ipv4Addr::from(*octets).to_string()),
        Address6 => value.first_chunk::<16>().filter(|_| value.len() == 16).map(|octets| Ipv6Addr::from(*octets).to_string()),
        Prefix6 => prefix(value),
        Octets => None,
    };
    // What is not what it should be is shown octet by octet.
    Some(fits.unwrap_or_else(|| {
        value.iter().fold(String::from("0x"), |mut text, octet| {
            let _ = write!(text, "{octet:02x}");
            text
        })
    }))
}

/// RFC 3162 section 2.3: a zero, the length, as many octets of the address as it takes.
fn prefix(value: &[u8]) -> Option<String> {
    let [_, length, address @ ..] = value else { return None };
    let mut octets = [0; 16];
    octets.get_mut(..address.len())?.copy_from_slice(address);
    Some(format!("{}/{length}", Ipv6Addr::from(octets)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::radius::{Code, Login, Method, Secret, Writer};

    #[test]
    fn what_is_secret_is_said_to_be_there_and_no_more() {
        let secret = Secret::new(b"between-us-two");
        for method in [Method::Pap, Method::Chap, Method::MsChap1, Method::MsChap2] {
            let login = Login { nas_identifier: "Mirpur", ..Login::new(method, "rahim", "pass-word") };
            let bytes = login.write(7, &[9; 16], &secret).unwrap();
            let said = describe(&Packet::parse(&bytes).unwrap());
            let shown: Vec<_> = said.iter().filter_map(|one| Some((one.name.as_str(), one.value.as_deref()?))).collect();
            assert!(shown.contains(&("User-Name", "rahim")) && shown.contains(&("NAS-Identifier", "Mirpur")), "{shown:?}");
            let kept = said.iter().filter(|one| one.value.is_none()).count();
            assert!(kept >= 2, "{method:?}: the proof and the signature are kept back: {said:?}");
        }
    }

    #[test]
    fn values_read_as_one_writes_them_and_broken_ones_as_octets() {
        let mut room = Vec::new();
        let mut writer = Writer::new(&mut room, Code::ACCESS_ACCEPT, 1);
        writer.push(a::FRAMED_IP_ADDRESS, &[10, 0, 0, 7]).push(a::FRAMED_IP_ADDRESS, &[10]).number(a::SESSION_TIMEOUT, 300);
        writer.push(a::DELEGATED_IPV6_PREFIX, &[0, 56, 0x20, 0x01, 0x0d, 0xb8]).push(200, b"\x01\x02");
        writer.vendor(v::MIKROTIK, v::MIKROTIK_RATE_LIMIT, b"5M/10M").vendor(4_242, 3, b"\xff").push(a::REPLY_MESSAGE, b"a\nb");
        let bytes = writer.finish_answer(&Secret::new(b"s"), &[0; 16]).unwrap();
        let said = describe(&Packet::parse(bytes).unwrap());
        let said: Vec<_> = said.iter().map(|one| (one.name.as_str(), one.value.as_deref().unwrap())).collect();
        assert_eq!(
            said,
            [
                ("Framed-IP-Address", "10.0.0.7"),
                ("Framed-IP-Address", "0x0a"),
                ("Session-Timeout", "300"),
                ("Delegated-IPv6-Prefix", "2001:db8::/56"),
                ("Attribute 200", "0x0102"),
                ("Mikrotik-Rate-Limit", "5M/10M"),
                ("Vendor 4242, attribute 3", "0xff"),
                ("Reply-Message", "0x610a62"),
            ]
        );
    }
}
