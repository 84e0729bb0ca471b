use super::word::read_length;
use super::*;
use proptest::prelude::*;
use std::time::Duration;

fn encoded(words: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    words.iter().for_each(|word| write_word(&mut bytes, word));
    write_word(&mut bytes, b"");
    bytes
}

fn decoded(bytes: &[u8]) -> Result<Vec<Vec<Vec<u8>>>, Malformed> {
    let mut decoder = Decoder::default();
    decoder.buffer().extend_from_slice(bytes);
    let mut sentences = Vec::new();
    while let Some(sentence) = decoder.next_sentence()? {
        sentences.push(sentence.words().map(<[u8]>::to_vec).collect());
    }
    Ok(sentences)
}

/// The table of MikroTik's "API" page.
#[test]
fn lengths_take_one_to_five_octets() {
    let head = |length: usize| {
        let mut bytes = Vec::new();
        write_word(&mut bytes, &vec![b'a'; length]);
        bytes.truncate(bytes.len() - length);
        bytes
    };
    assert_eq!(head(0x7F), [0x7F]);
    assert_eq!(head(0x80), [0x80, 0x80]);
    assert_eq!(head(0x3FFF), [0xBF, 0xFF]);
    assert_eq!(head(0x4000), [0xC0, 0x40, 0x00]);
    assert_eq!(head(0x1F_FFFF), [0xDF, 0xFF, 0xFF]);
    assert_eq!(head(0x20_0000), [0xE0, 0x20, 0x00, 0x00]);
    assert_eq!(head(0x1000_0000), [0xF0, 0x10, 0x00, 0x00, 0x00]);
    for length in [0, 1, 0x7F, 0x80, 0x3FFF, 0x4000, MAX_WORD] {
        let head = head(length);
        assert_eq!(read_length(&head), Ok(Some((head.len(), length))));
    }
}

#[test]
fn a_claim_of_four_gigabytes_and_a_control_octet_end_the_connection() {
    assert_eq!(decoded(&[0xF0, 0xFF, 0xFF, 0xFF, 0xFF]), Err(Malformed::LongWord(u32::MAX)));
    assert_eq!(decoded(&[0xE0, 0x20, 0x00, 0x00]), Err(Malformed::LongWord(0x20_0000)));
    assert_eq!(decoded(&[0xF8]), Err(Malformed::Control));
    assert_eq!(decoded(&[1, b'a'].repeat(MAX_WORDS + 1)), Err(Malformed::LongSentence));
}

/// What librouteros 4.2.2 answered to this challenge.
#[test]
fn the_challenge_of_old_routers_is_answered() {
    let response = challenge_response("pw", "00112233445566778899aabbccddeeff");
    assert_eq!(response.as_deref(), Some("008e656b13eedbb868d58fddcb551be7bd"));
    assert_eq!(challenge_response("pw", "not hexadecimal"), None);
}

#[test]
fn a_row_is_read_by_property_and_odd_text_costs_nothing() {
    let bytes = encoded(&[b"!re", b".tag=7", b"=.id=*1A", b"=comment=a=b=c", b"=name=caf\xe9", b"=disabled=true", b"=rx-byte=42"]);
    let mut decoder = Decoder::default();
    decoder.buffer().extend_from_slice(&bytes);
    let reply = Reply::read(decoder.next_sentence().unwrap().unwrap()).unwrap();
    let Said::Row(row) = reply.said else { panic!("a row") };
    assert_eq!(reply.tag, Some(7));
    assert_eq!((row.id(), row.text("comment"), row.number("rx-byte")), ("*1A".into(), "a=b=c".into(), Some(42)));
    assert_eq!(row.text("name"), "caf\u{fffd}");
    assert!(row.flag("disabled"));
    assert_eq!(row.get("nothing"), None);
}

#[test]
fn complaints_are_told_apart_by_their_words() {
    let kind = |message: &str| {
        let mut decoder = Decoder::default();
        decoder.buffer().extend_from_slice(&encoded(&[b"!trap", format!("=message={message}").as_bytes()]));
        match Reply::read(decoder.next_sentence().unwrap().unwrap()).unwrap().said {
            Said::Trap(trap) => trap.kind,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(kind("no such item (4)"), TrapKind::NotFound);
    assert_eq!(kind("failure: already have such entry"), TrapKind::Conflict);
    assert_eq!(kind("failure: secret with the same name already exists"), TrapKind::Conflict);
    assert_eq!(kind("failure: pool with such name exists"), TrapKind::Conflict);
    assert_eq!(kind("invalid user name or password (6)"), TrapKind::AuthFailed);
    assert_eq!(kind("not enough permissions (9)"), TrapKind::Forbidden);
    assert_eq!(kind("no such command prefix"), TrapKind::Unsupported);
    assert_eq!(kind("unknown parameter foo"), TrapKind::Unsupported);
    assert_eq!(kind("input does not match any value of profile"), TrapKind::BadReference);
    assert_eq!(kind("failure: not allowed by device-mode"), TrapKind::DeviceModeBlocked);
    assert_eq!(kind("failure: no space left on device"), TrapKind::DiskFull);
    assert_eq!(kind("something new"), TrapKind::Other);
}

#[test]
fn versions_are_read_and_compared() {
    assert_eq!(Version::parse("7.16.2 (stable)"), Some(Version::new(7, 16, 2)));
    assert_eq!(Version::parse("6.49.10 (long-term)"), Some(Version::new(6, 49, 10)));
    assert_eq!(Version::parse("7.18beta2"), Some(Version::new(7, 18, 0)));
    assert_eq!(Version::parse("RouterOS"), None);
    assert!(Version::new(7, 18, 0).says_empty() && !Version::new(7, 17, 9).says_empty());
    assert!(!Version::new(6, 42, 12).has_new_login());
}

#[test]
fn rates_and_flags_are_read() {
    assert_eq!(parse_rate("10M"), Some(10_000_000));
    assert_eq!(parse_rate("512k"), Some(512_000));
    assert_eq!(parse_rate(""), None);
    assert_eq!(parse_rate("€"), None);
    assert_eq!((parse_flag("yes"), parse_flag("false"), parse_flag("maybe")), (Some(true), Some(false), None));
}

#[test]
fn durations_are_read_in_every_way_that_routers_write_them() {
    let seconds = |text| parse_duration(text).map(|duration| duration.as_secs());
    assert_eq!(seconds("1w2d3h4m5s"), Some(788_645));
    assert_eq!(seconds("00:05:00"), Some(300));
    assert_eq!(seconds("1d02:00:00"), Some(93_600));
    assert_eq!(seconds("90"), Some(90));
    assert_eq!(parse_duration("300ms"), Some(Duration::from_millis(300)));
    assert_eq!((seconds(""), seconds("5x"), seconds("99999999999999999999w")), (None, None, None));
}

proptest! {
    #[test]
    fn what_is_written_is_read(sentences in prop::collection::vec(prop::collection::vec(prop::collection::vec(any::<u8>(), 1..300), 1..12), 0..6), cut in 1usize..40) {
        let bytes: Vec<u8> = sentences.iter().flat_map(|words| encoded(&words.iter().map(Vec::as_slice).collect::<Vec<_>>())).collect();
        prop_assert_eq!(decoded(&bytes), Ok(sentences.clone()));
        let mut decoder = Decoder::default();
        let mut read = Vec::new();
        for piece in bytes.chunks(cut) {
            decoder.buffer().extend_from_slice(piece);
            while let Some(sentence) = decoder.next_sentence().unwrap() {
                read.push(sentence.words().map(<[u8]>::to_vec).collect::<Vec<_>>());
            }
        }
        prop_assert_eq!(read, sentences);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut decoder = Decoder::default();
        decoder.buffer().extend_from_slice(&bytes);
        while let Ok(Some(sentence)) = decoder.next_sentence() {
            if let Ok(Reply { said: Said::Row(row), .. }) = Reply::read(sentence) {
                row.pairs().for_each(drop);
            }
        }
        prop_assert!(decoder.buffer().capacity() <= 2 * MAX_SENTENCE);
    }

    /// True sentences with some octets changed, taken out or put in, in pieces of any size: read or refused, and never more
    /// held than was sent and the limits allow.
    #[test]
    fn what_was_damaged_on_the_way_is_read_or_refused(
        words in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..200), 1..20),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..3), 1..8),
        cuts in prop::collection::vec(1usize..64, 1..12),
    ) {
        let mut bytes = encoded(&words.iter().map(Vec::as_slice).collect::<Vec<_>>()).repeat(3);
        for (at, octet, how) in damage {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = octet,
                1 => bytes.insert(at, octet),
                _ => drop(bytes.remove(at)),
            }
            if bytes.is_empty() {
                break;
            }
        }
        let mut decoder = Decoder::default();
        let (mut rest, mut cuts) = (bytes.as_slice(), cuts.iter().cycle());
        'reading: while !rest.is_empty() {
            let (piece, later) = rest.split_at((*cuts.next().unwrap()).min(rest.len()));
            decoder.buffer().extend_from_slice(piece);
            rest = later;
            loop {
                match decoder.next_sentence() {
                    Ok(Some(sentence)) => {
                        prop_assert!(sentence.words().all(|word| !word.is_empty() && word.len() <= MAX_WORD));
                        drop(Reply::read(sentence));
                    }
                    Ok(None) => break,
                    Err(_) => break 'reading,
                }
            }
            prop_assert!(decoder.buffer().capacity() <= MAX_SENTENCE + MAX_WORD);
        }
    }

    /// However it was cut, the same bytes are the same sentences and the same refusal.
    #[test]
    fn where_it_was_cut_changes_nothing(bytes in prop::collection::vec(0u8..40, 0..300), cut in 1usize..20) {
        let read = |size: usize| {
            let (mut decoder, mut sentences) = (Decoder::default(), Vec::new());
            for piece in bytes.chunks(size) {
                decoder.buffer().extend_from_slice(piece);
                loop {
                    match decoder.next_sentence() {
                        Ok(Some(sentence)) => sentences.push(sentence.words().map(<[u8]>::to_vec).collect::<Vec<_>>()),
                        Ok(None) => break,
                        Err(malformed) => return (sentences, Some(malformed)),
                    }
                }
            }
            (sentences, None)
        };
        prop_assert_eq!(read(cut), read(bytes.len().max(1)));
    }

    #[test]
    fn durations_come_back(seconds in 0u64..100_000_000) {
        prop_assert_eq!(parse_duration(&duration(Duration::from_secs(seconds))), Some(Duration::from_secs(seconds)));
    }

    #[test]
    fn any_text_is_a_duration_or_none(text in ".{0,20}") {
        let _ = (parse_duration(&text), parse_rate(&text), Version::parse(&text));
    }
}
