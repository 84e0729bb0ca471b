//! Packets that mean harm: a list of those that broke somebody's server once or could, each with what becomes of it, and
//! any number of packets that are built wrong on purpose. None may panic, none may be believed.

use super::attribute as a;
use super::*;
use proptest::prelude::*;

fn secret() -> Secret {
    Secret::new(b"between-us-two")
}

/// A packet of these octets behind its head, with the length that it should have.
fn packet(code: u8, attributes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(20 + attributes.len()).unwrap();
    let [high, low] = length.to_be_bytes();
    [&[code, 7, high, low], [9; 16].as_slice(), attributes].concat()
}

/// Everything that anybody asks a packet, and what was read of it.
fn read_all(datagram: &[u8]) -> Option<usize> {
    let packet = Packet::parse(datagram).ok()?;
    let (secret, mut room) = (secret(), [0; 128]);
    for kind in [a::USER_PASSWORD, a::CHAP_PASSWORD, a::STATE, a::CLASS] {
        let value = packet.find(kind).unwrap_or_default();
        reveal_password(value, &secret, packet.authenticator(), &mut room);
    }
    for (vendor, kinds) in [(a::vendor::MICROSOFT, 1..=30), (a::vendor::MIKROTIK, 1..=30)] {
        for kind in kinds {
            packet.find_vendor(vendor, kind);
        }
    }
    for kind in 0..=255 {
        packet.number(kind);
    }
    secret.message_authenticator_holds(&packet, packet.authenticator());
    secret.accounting_authenticator_holds(&packet);
    proven(&secret, datagram, datagram);
    let said = describe(&packet);
    let shown: usize = said.iter().map(|one| one.name.len() + one.value.as_ref().map_or(0, String::len)).sum();
    // Octets become two digits each and names are short: what is said about a packet is bounded by the packet.
    assert!(shown <= 80 * 512 + 4 * MAX_PACKET, "{shown} for {}", datagram.len());
    let read = packet.attributes().map(|attribute| attribute.value.len() + 2).sum();
    assert_eq!(read, packet.bytes().len() - 20, "attributes fill the packet");
    Some(read)
}

#[test]
fn the_list_of_broken_packets() {
    let long = [&[a::STATE, 255][..], &[1; 253]].concat();
    let cases: Vec<(&str, Vec<u8>, bool)> = vec![
        ("nothing at all", vec![], false),
        ("one octet", vec![1], false),
        ("a head and nothing else", packet(1, &[]), true),
        ("an attribute of no length", packet(1, &[1, 0]), false),
        ("an attribute shorter than its own head", packet(1, &[1, 1]), false),
        ("an attribute that goes on behind the packet", packet(1, &[1, 9, b'a']), false),
        ("a kind without a length", packet(1, &[1, 3, b'a', 2]), false),
        ("an empty name", packet(1, &[a::USER_NAME, 2]), true),
        ("a name of zeros", packet(1, &[a::USER_NAME, 6, 0, 0, 0, 0]), true),
        ("a name that is no text", packet(1, &[a::USER_NAME, 5, 0xff, 0xfe, 0xc0]), true),
        ("a password that is no block", packet(1, &[a::USER_PASSWORD, 5, 1, 2, 3]), true),
        ("a password of nothing", packet(1, &[a::USER_PASSWORD, 2]), true),
        ("a password longer than any", packet(1, &[&[a::USER_PASSWORD, 242][..], &[7; 240]].concat()), true),
        ("a CHAP password of one octet", packet(1, &[a::CHAP_PASSWORD, 3, 1]), true),
        ("a vendor without a number", packet(1, &[a::VENDOR_SPECIFIC, 4, 0, 0]), true),
        ("a vendor and nothing of it", packet(1, &[a::VENDOR_SPECIFIC, 6, 0, 0, 1, 55]), true),
        ("a vendor's attribute of no length", packet(1, &[a::VENDOR_SPECIFIC, 8, 0, 0, 1, 55, 11, 0]), true),
        ("a vendor's attribute that is longer than it", packet(1, &[a::VENDOR_SPECIFIC, 9, 0, 0, 1, 55, 25, 200, 1]), true),
        ("MS-CHAPv2 without its response", packet(1, &[a::VENDOR_SPECIFIC, 10, 0, 0, 1, 55, 25, 4, 1, 0]), true),
        ("a signature of one octet", packet(1, &[a::MESSAGE_AUTHENTICATOR, 3, 1]), false),
        ("a signature too long", packet(1, &[&[a::MESSAGE_AUTHENTICATOR, 19][..], &[0; 17]].concat()), false),
        (
            "two signatures",
            packet(1, &[&[a::MESSAGE_AUTHENTICATOR, 18][..], &[0; 16], &[a::MESSAGE_AUTHENTICATOR, 18], &[0; 16]].concat()),
            false,
        ),
        ("a signature of zeros", packet(1, &[&[a::MESSAGE_AUTHENTICATOR, 18][..], &[0; 16]].concat()), true),
        ("a number of three octets", packet(4, &[a::ACCT_STATUS_TYPE, 5, 0, 0, 1]), true),
        ("a number of five octets", packet(4, &[a::ACCT_SESSION_TIME, 7, 0, 0, 0, 0, 1]), true),
        ("a prefix longer than an address", packet(2, &[&[a::DELEGATED_IPV6_PREFIX, 22][..], &[0, 200], &[1; 18]].concat()), true),
        ("as many states of a proxy as fit", packet(1, &[a::PROXY_STATE, 2].repeat(250)), true),
        ("more attributes than anybody sends", packet(1, &[a::PROXY_STATE, 2].repeat(257)), false),
        ("as long as a packet may be", packet(1, &long.repeat(15)), true),
        ("a code that nobody knows", packet(255, &[a::USER_NAME, 3, b'a']), true),
        ("padding behind it", [packet(1, &[a::USER_NAME, 3, b'a']), vec![0xff; 500]].concat(), true),
    ];
    for (name, datagram, readable) in cases {
        assert_eq!(read_all(&datagram).is_some(), readable, "{name}");
        if let Ok(packet) = Packet::parse(&datagram) {
            assert_ne!(secret().message_authenticator_holds(&packet, packet.authenticator()), Some(true), "{name} proves nothing");
            assert!(!secret().accounting_authenticator_holds(&packet), "{name} proves nothing");
        }
    }
}

/// An attribute that is right, one that lies about its length, one of a vendor whose insides lie, or one that hides.
fn attribute() -> impl Strategy<Value = Vec<u8>> {
    let octets = |most: usize| prop::collection::vec(any::<u8>(), 0..=most);
    let right = (any::<u8>(), octets(253)).prop_map(|(kind, value)| [&[kind, value.len() as u8 + 2][..], &value].concat());
    let lies = (any::<u8>(), any::<u8>(), octets(40)).prop_map(|(kind, length, value)| [&[kind, length][..], &value].concat());
    let vendor = prop_oneof![Just(a::vendor::MICROSOFT), Just(a::vendor::MIKROTIK), any::<u32>()];
    let of_vendor = (vendor, any::<u8>(), any::<u8>(), octets(60)).prop_map(|(vendor, kind, length, value)| {
        let inner = [&vendor.to_be_bytes()[..], &[kind, length], &value].concat();
        [&[a::VENDOR_SPECIFIC, inner.len() as u8 + 2][..], &inner].concat()
    });
    let hides = (prop_oneof![Just(a::USER_PASSWORD), Just(a::CHAP_PASSWORD), Just(a::MESSAGE_AUTHENTICATOR)], octets(140))
        .prop_map(|(kind, value)| [&[kind, value.len() as u8 + 2][..], &value].concat());
    prop_oneof![4 => right, 1 => lies, 3 => of_vendor, 2 => hides]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn packets_that_are_built_wrong(
        code in any::<u8>(),
        attributes in prop::collection::vec(attribute(), 0..14),
        length in prop::option::weighted(0.2, any::<u16>()),
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()),
    ) {
        let attributes = attributes.concat();
        let mut datagram = packet(code, &attributes[..attributes.len().min(4_076)]);
        if let Some(length) = length {
            datagram[2..4].copy_from_slice(&length.to_be_bytes());
        }
        if let Some(cut) = cut {
            datagram.truncate(cut.index(datagram.len() + 1));
        }
        read_all(&datagram);
    }

    /// Whatever is changed in an answer, even one octet, it is not believed.
    #[test]
    fn an_answer_with_one_octet_changed_is_none(
        values in prop::collection::vec((1u8..80, prop::collection::vec(any::<u8>(), 0..40)), 0..8),
        at in any::<prop::sample::Index>(),
        by in 1u8..,
    ) {
        let request = packet(1, &[a::USER_NAME, 3, b'a']);
        let mut room = Vec::new();
        let mut writer = Writer::new(&mut room, Code::ACCESS_ACCEPT, 7);
        writer.message_authenticator();
        for (kind, value) in &values {
            writer.push(*kind, value);
        }
        let mut answer = writer.finish_answer(&secret(), &[9; 16]).unwrap().to_vec();
        prop_assert!(proven(&secret(), &request, &answer).is_some());
        let at = at.index(answer.len());
        answer[at] ^= by;
        prop_assert!(proven(&secret(), &request, &answer).is_none());
    }
}
