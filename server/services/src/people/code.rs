//! One-time codes by time (RFC 6238: HMAC-SHA-1, six digits, half a minute) and recovery codes. Functions of values: what
//! was taken before, and how often somebody guessed, is kept elsewhere.

use super::password::same;
use crate::{Error, Result};
use chrono::{DateTime, Utc};
use data_encoding::BASE32_NOPAD;
use domain::money::ascii_digits;
use hmac::{Hmac, KeyInit, Mac};
use rand::RngCore;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

const PERIOD: i64 = 30;
/// A clock may be one period off, either way.
const DRIFT: i64 = 1;
/// As long as the hash itself: what RFC 4226 asks for.
const SEED_BYTES: usize = 20;
pub(super) const RECOVERY_CODES: usize = 10;
/// Without letters and figures that are mistaken for each other.
const RECOVERY_LETTERS: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";

pub(super) fn new_seed() -> Zeroizing<Vec<u8>> {
    let mut seed = Zeroizing::new(vec![0; SEED_BYTES]);
    rand::rng().fill_bytes(&mut seed);
    seed
}

/// The code of a period.
fn code_at(seed: &[u8], step: i64) -> Result<u32> {
    let mut mac = Hmac::<Sha1>::new_from_slice(seed).map_err(|error| Error::Internal(error.to_string()))?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash[19] & 0x0f);
    let number = u32::from_be_bytes([hash[offset] & 0x7f, hash[offset + 1], hash[offset + 2], hash[offset + 3]]);
    Ok(number % 1_000_000)
}

/// The period whose code was typed, the newest that fits; `None`: it is the code of none.
pub(super) fn step_of(seed: &[u8], typed: &str, now: DateTime<Utc>) -> Result<Option<i64>> {
    let current = now.timestamp().div_euclid(PERIOD);
    let mut found = None;
    for step in current - DRIFT..=current + DRIFT {
        let code = format!("{:06}", code_at(seed, step)?);
        if same(code.as_bytes(), typed.as_bytes()) {
            found = Some(step);
        }
    }
    Ok(found)
}

/// Six digits, with or without blanks, in the figures of any keyboard.
pub(super) fn digits(typed: &str) -> Option<String> {
    let digits: String = ascii_digits(typed).chars().filter(|c| !c.is_whitespace()).collect();
    (digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// What an authenticator reads out of the square: name of the site, name of the account, seed.
pub(super) fn link(site: &str, account: &str, seed: &[u8]) -> String {
    let (site, account) = (percent(site), percent(account));
    format!("otpauth://totp/{site}:{account}?secret={}&issuer={site}&algorithm=SHA1&digits=6&period=30", base32(seed))
}

/// The seed for whoever types it instead of reading the square.
pub(super) fn base32(bytes: &[u8]) -> String {
    BASE32_NOPAD.encode(bytes)
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// Ten fresh codes of 79 bits, as they are shown: `abcd-efgh-jkmn-pqrs`.
pub(super) fn new_recovery_codes() -> Vec<String> {
    let letter = || char::from(RECOVERY_LETTERS[rand::random_range(0..RECOVERY_LETTERS.len())]);
    let group = || (0..4).map(|_| letter()).collect::<String>();
    (0..RECOVERY_CODES).map(|_| (0..4).map(|_| group()).collect::<Vec<_>>().join("-")).collect()
}

/// What is stored of a recovery code: too long to be guessed from its hash. Case, spaces and dashes do not count.
pub(super) fn recovery_hash(account: Uuid, typed: &str) -> Vec<u8> {
    let bare: String = typed.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_lowercase();
    let mut hash = Sha256::new();
    hash.update(account.as_bytes());
    hash.update(bare.as_bytes());
    hash.finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    /// RFC 6238, appendix B, SHA-1: the last six of its eight digits.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let vectors = [
            (59, 287_082),
            (1_111_111_109, 81_804),
            (1_111_111_111, 50_471),
            (1_234_567_890, 5_924),
            (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ];
        for (seconds, code) in vectors {
            assert_eq!(code_at(SEED, seconds / 30).unwrap(), code, "{seconds}");
        }
    }

    #[test]
    fn a_clock_may_be_one_period_off_and_no_more() {
        let code = format!("{:06}", code_at(SEED, 100).unwrap());
        for (seconds, wanted) in [(2969, None), (2970, Some(100)), (3000, Some(100)), (3029, Some(100)), (3059, Some(100)), (3060, None)] {
            assert_eq!(step_of(SEED, &code, at(seconds)).unwrap(), wanted, "{seconds}");
        }
    }

    #[test]
    fn the_seed_is_written_as_authenticators_read_it() {
        assert_eq!(base32(SEED), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(base32(b"f"), "MY");
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
        let link = link("Padma Net", "boss@padma.example", SEED);
        assert!(link.starts_with("otpauth://totp/Padma%20Net:boss%40padma.example?secret=GEZDGNBV"), "{link}");
    }

    #[test]
    fn digits_are_read_as_people_write_them() {
        assert_eq!(digits("287 082").as_deref(), Some("287082"));
        assert_eq!(digits("২৮৭০৮২").as_deref(), Some("287082"));
        assert_eq!(digits("28708"), None);
        assert_eq!(digits("abcd-efgh"), None);
    }

    #[test]
    fn recovery_codes_differ_and_do_not_depend_on_how_they_are_typed() {
        let codes = new_recovery_codes();
        assert_eq!(codes.iter().collect::<std::collections::BTreeSet<_>>().len(), RECOVERY_CODES);
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let typed = format!(" {} ", codes[0].to_uppercase().replace('-', " "));
        assert_eq!(recovery_hash(one, &codes[0]), recovery_hash(one, &typed));
        assert_ne!(recovery_hash(one, &codes[0]), recovery_hash(other, &codes[0]));
    }
}
