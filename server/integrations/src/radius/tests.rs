//! The examples of the standards, and bytes that mean harm.

use super::*;
use proptest::prelude::*;

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn shared() -> Secret {
    Secret::new(b"xyzzy5461")
}

/// RFC 2865 section 7.1.
#[test]
fn nemo_telnets_in() {
    let request = bytes(
        "01 00 00 38 0f 40 3f 94 73 97 80 57 bd 83 d5 cb 98 f4 22 7a 01 06 6e 65 6d 6f 02 12 0d be 70 8d
         93 d4 13 ce 31 96 e4 3f 78 2a 0a ee 04 06 c0 a8 01 10 05 06 00 00 00 03",
    );
    let request = Packet::parse(&request).unwrap();
    assert_eq!((request.code(), request.id()), (Code::ACCESS_REQUEST, 0));
    assert_eq!(request.find(attribute::USER_NAME), Some(b"nemo".as_slice()));
    assert_eq!(request.number(attribute::NAS_PORT), Some(3));
    let hidden = request.find(attribute::USER_PASSWORD).unwrap();
    let mut room = [0; 128];
    let plain = reveal_password(hidden, &shared(), request.authenticator(), &mut room).unwrap();
    assert_eq!(plain, b"arctangent\0\0\0\0\0\0");
    assert_eq!(hide_password(b"arctangent", &shared(), request.authenticator()).unwrap(), hidden);

    let answer = bytes("02 00 00 26 86 fe 22 0e 76 24 ba 2a 10 05 f6 bf 9b 55 e0 b2 06 06 00 00 00 01 0f 06 00 00 00 00 0e 06 c0 a8 01 03");
    assert!(shared().response_authenticator_holds(&Packet::parse(&answer).unwrap(), request.authenticator()));
    let mut room = Vec::new();
    let mut writer = Writer::new(&mut room, Code::ACCESS_ACCEPT, 0);
    writer.number(attribute::SERVICE_TYPE, 1).number(15, 0).push(14, &[192, 168, 1, 3]);
    assert_eq!(writer.finish_answer(&shared(), request.authenticator()).unwrap(), answer);
}

/// RFC 2865 section 7.2: the challenge is the request's authenticator.
#[test]
fn flopsy_connects_with_chap() {
    let request = bytes(
        "01 01 00 47 2a ee 86 f0 8d 0d 55 96 9c a5 97 8e 0d 33 67 a2 01 08 66 6c 6f 70 73 79 03 13 16 e9
         75 57 c3 16 18 58 95 f2 93 ff 63 44 07 72 75 04 06 c0 a8 01 10 05 06 00 00 00 14 06 06 00 00 00
         02 07 06 00 00 00 01",
    );
    let request = Packet::parse(&request).unwrap();
    let [id, response @ ..] = request.find(attribute::CHAP_PASSWORD).unwrap() else { panic!("no CHAP-Password") };
    assert_eq!(chap_response(*id, b"arctangent", request.authenticator()), response);
}

/// RFC 5997 section 6.1, and RFC 2202 underneath.
#[test]
fn status_server() {
    let request =
        bytes("0c da 00 26 8a 54 f4 68 6f b3 94 c5 28 66 e3 02 18 5d 06 23 50 12 5a 66 5e 2e 1e 84 11 f3 e2 43 82 20 97 c8 4f a3");
    let request = Packet::parse(&request).unwrap();
    assert_eq!(request.code(), Code::STATUS_SERVER);
    assert_eq!(shared().message_authenticator_holds(&request, request.authenticator()), Some(true));
    assert_eq!(Secret::new(b"other").message_authenticator_holds(&request, request.authenticator()), Some(false));
    let mut room = Vec::new();
    let answer = Writer::new(&mut room, Code::ACCESS_ACCEPT, 218).finish_answer(&shared(), request.authenticator()).unwrap();
    assert_eq!(answer, bytes("02 da 00 14 ef 0d 55 2a 4b f2 d6 93 ec 2b 6f e8 b5 41 1d 66"));
}

#[test]
fn an_answer_proves_itself_and_leads_with_its_proof() {
    let mut room = Vec::new();
    let request = [7; 16];
    let mut writer = Writer::new(&mut room, Code::ACCESS_ACCEPT, 9);
    writer.message_authenticator().vendor(vendor_of_routers(), 8, b"5M/10M").push(attribute::CLASS, b"x");
    let answer = writer.finish_answer(&shared(), &request).unwrap().to_vec();
    let packet = Packet::parse(&answer).unwrap();
    assert_eq!(packet.attributes().next().map(|first| first.kind), Some(attribute::MESSAGE_AUTHENTICATOR));
    assert_eq!(packet.find_vendor(vendor_of_routers(), 8), Some(b"5M/10M".as_slice()));
    assert_eq!(shared().message_authenticator_holds(&packet, &request), Some(true));
    assert!(shared().response_authenticator_holds(&packet, &request));
    for at in 0..answer.len() {
        let mut damaged = answer.clone();
        damaged[at] ^= 1;
        let holds = Packet::parse(&damaged).is_ok_and(|packet| shared().response_authenticator_holds(&packet, &request));
        assert!(!holds, "octet {at}");
    }
}

fn vendor_of_routers() -> u32 {
    attribute::vendor::MIKROTIK
}

#[test]
fn what_does_not_fit_is_not_sent() {
    let mut room = Vec::new();
    let mut writer = Writer::new(&mut room, Code::ACCESS_ACCEPT, 9);
    writer.push(attribute::CLASS, &[0; 254]);
    assert!(writer.finish_answer(&shared(), &[0; 16]).is_none());
    let mut writer = Writer::new(&mut room, Code::ACCESS_ACCEPT, 9);
    for _ in 0..17 {
        writer.push(attribute::CLASS, &[0; 253]);
    }
    assert!(writer.finish_answer(&shared(), &[0; 16]).is_none());
    assert_eq!(hide_password(&[b'x'; 129], &shared(), &[0; 16]), None);
}

#[test]
fn lengths_that_lie() {
    for (hex, wrong) in [
        ("", Malformed::Short),
        ("01 00 00", Malformed::Short),
        ("01 00 00 13 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00", Malformed::Short),
        ("01 00 00 15 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00", Malformed::Short),
        ("01 00 10 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00", Malformed::Long),
        ("01 00 00 15 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01", Malformed::Attribute),
        ("01 00 00 16 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00", Malformed::Attribute),
        ("01 00 00 16 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 03", Malformed::Attribute),
        ("01 00 00 17 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 50 03 00", Malformed::MessageAuthenticator),
    ] {
        assert_eq!(Packet::parse(&bytes(hex)).unwrap_err(), wrong, "{hex}");
    }
    let mut many = bytes("01 00 02 16 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
    many.resize(0x216, 2);
    assert_eq!(Packet::parse(&many).unwrap_err(), Malformed::TooManyAttributes);
}

fn read_all(datagram: &[u8], secret: Option<&Secret>) -> usize {
    let Ok(packet) = Packet::parse(datagram) else { return 0 };
    if let Some(secret) = secret {
        secret.message_authenticator_holds(&packet, packet.authenticator());
        secret.accounting_authenticator_holds(&packet);
        let password = packet.find(attribute::USER_PASSWORD).unwrap_or_default();
        reveal_password(password, secret, packet.authenticator(), &mut [0; 128]);
    }
    packet.find_vendor(vendor_of_routers(), 8);
    packet.number(attribute::SESSION_TIMEOUT);
    packet.attributes().map(|attribute| attribute.value.len() + 2).sum()
}

/// A million packets that were right once, each damaged in its own way.
#[test]
fn a_million_damaged_packets() {
    let mut room = Vec::new();
    let mut writer = Writer::new(&mut room, Code::ACCESS_REQUEST, 1);
    writer.message_authenticator().push(attribute::USER_NAME, b"rahim").push(attribute::USER_PASSWORD, &[9; 32]);
    writer.vendor(vendor_of_routers(), 8, b"5M/10M").number(attribute::NAS_PORT, 7);
    let whole = writer.finish_access(&shared(), &[3; 16]).unwrap().to_vec();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let (mut read, secret, rounds) = (0, shared(), 1_000_000);
    for round in 0..rounds {
        let mut packet = whole.clone();
        for _ in 0..random() % 6 {
            let at = random() as usize % packet.len();
            packet[at] = random() as u8;
        }
        packet.truncate(packet.len() - (random() % 8 / 6 * (random() % 40)) as usize);
        // Hashing is slow without optimisation, so only some are hashed; all are read.
        let secret = Some(&secret).filter(|_| round % 16 == 0);
        read += usize::from(read_all(&packet, secret) > 0);
    }
    assert!(read > rounds / 20, "nearly nothing was readable: {read}");
}

proptest! {
    #[test]
    fn no_bytes_break_it(datagram in prop::collection::vec(any::<u8>(), 0..5000)) {
        read_all(&datagram, Some(&shared()));
    }

    #[test]
    fn what_was_hidden_is_revealed(password in prop::collection::vec(any::<u8>(), 0..=128), authenticator in any::<[u8; 16]>()) {
        let hidden = hide_password(&password, &shared(), &authenticator).unwrap();
        let mut room = [0; 128];
        let plain = reveal_password(&hidden, &shared(), &authenticator, &mut room).unwrap();
        prop_assert_eq!(&plain[..password.len()], &password[..]);
        prop_assert!(plain[password.len()..].iter().all(|octet| *octet == 0));
    }

    #[test]
    fn what_is_written_is_read(attributes in prop::collection::vec((1u8..80, prop::collection::vec(any::<u8>(), 0..=253)), 0..12)) {
        let mut room = Vec::new();
        let mut writer = Writer::new(&mut room, Code::ACCOUNTING_REQUEST, 4);
        for (kind, value) in &attributes {
            writer.push(*kind, value);
        }
        let written = writer.finish_accounting(&shared()).unwrap();
        let packet = Packet::parse(written).unwrap();
        prop_assert!(shared().accounting_authenticator_holds(&packet));
        let read: Vec<_> = packet.attributes().map(|attribute| (attribute.kind, attribute.value.to_vec())).collect();
        prop_assert_eq!(read, attributes);
    }
}
