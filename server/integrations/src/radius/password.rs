//! How a password travels: hidden under the secret (PAP, RFC 2865 section 5.2) or as the answer to a challenge (CHAP,
//! section 5.3).

use super::Secret;
use md5::{Digest, Md5};

/// The longest password that can be hidden.
const LONGEST: usize = 128;
const BLOCK: usize = 16;

/// Hides a password of at most 128 octets. `None` when it is longer.
pub fn hide_password(password: &[u8], secret: &Secret, authenticator: &[u8; 16]) -> Option<Vec<u8>> {
    if password.len() > LONGEST {
        return None;
    }
    let mut hidden = password.to_vec();
    hidden.resize(password.len().div_ceil(BLOCK).max(1) * BLOCK, 0);
    let mut before = *authenticator;
    for block in hidden.chunks_exact_mut(BLOCK) {
        let key = secret.password_key(&before);
        for (octet, key) in block.iter_mut().zip(key) {
            *octet ^= key;
        }
        before.copy_from_slice(block);
    }
    Some(hidden)
}

/// What was hidden, with the zeros that fill its last block, in `room`. `None` when it is no hidden password.
pub fn reveal_password<'a>(hidden: &[u8], secret: &Secret, authenticator: &[u8; 16], room: &'a mut [u8; LONGEST]) -> Option<&'a [u8]> {
    if hidden.is_empty() || hidden.len() > LONGEST || !hidden.len().is_multiple_of(BLOCK) {
        return None;
    }
    let mut before: &[u8] = authenticator;
    for (block, plain) in hidden.chunks_exact(BLOCK).zip(room.chunks_exact_mut(BLOCK)) {
        let key = secret.password_key(before);
        for ((plain, octet), key) in plain.iter_mut().zip(block).zip(key) {
            *plain = octet ^ key;
        }
        before = block;
    }
    room.get(..hidden.len())
}

/// The answer to a CHAP challenge: MD5(id, password, challenge).
pub fn chap_response(id: u8, password: &[u8], challenge: &[u8]) -> [u8; 16] {
    Md5::new_with_prefix([id]).chain_update(password).chain_update(challenge).finalize().into()
}
