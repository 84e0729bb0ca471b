//! MS-CHAP, versions 1 and 2 (RFC 2433, RFC 2759), as a server meets them, and the session keys that come of them
//! (RFC 2548, RFC 3079). DES, MD4 and all: what routers speak, not what anybody would choose.

use super::Secret;
use super::secret::same;
use des::Des;
use des::cipher::{BlockCipherEncrypt, KeyInit};
use md4::Md4;
use sha1::{Digest, Sha1};

/// Digests of a password, made once for an attempt. `None` from `new`: it is not text, so no router can have sent it.
pub struct NtPassword {
    hash: [u8; 16],
}

/// What an MS-CHAP-Response or MS-CHAP2-Response carries: both are 50 octets.
pub const RESPONSE: usize = 50;

/// The keys of a session after version 2, as the server of the link uses them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionKeys {
    pub send: [u8; 16],
    pub receive: [u8; 16],
}

impl NtPassword {
    pub fn new(password: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(password).ok()?;
        let mut md4 = Md4::new();
        text.encode_utf16().for_each(|unit| md4.update(unit.to_le_bytes()));
        Some(Self { hash: md4.finalize().into() })
    }

    fn hash_of_hash(&self) -> [u8; 16] {
        Md4::digest(self.hash).into()
    }

    /// RFC 2433 appendix A.4: the answer to a challenge of eight octets.
    fn challenge_response(&self, challenge: &[u8; 8]) -> [u8; 24] {
        let mut padded = [0; 21];
        padded[..16].copy_from_slice(&self.hash);
        let mut response = [0; 24];
        for (key, out) in padded.chunks_exact(7).zip(response.chunks_exact_mut(8)) {
            let mut block = (*challenge).into();
            if let Ok(des) = Des::new_from_slice(&spread(key)) {
                des.encrypt_block(&mut block);
            }
            out.copy_from_slice(&block);
        }
        response
    }

    /// Version 1: does the attribute MS-CHAP-Response hold? Only the NT response counts; who sends the LAN Manager
    /// one alone is refused, as RFC 2433 section 5 asks for.
    pub fn proves_version_1(&self, challenge: &[u8], response: &[u8]) -> bool {
        let (Ok(challenge), Some(response)) = (challenge.try_into(), response.get(..RESPONSE)) else { return false };
        let uses_nt = response[1] & 1 == 1;
        same(&self.challenge_response(challenge), &response[26..50]) & uses_nt
    }

    /// Version 2: does the attribute MS-CHAP2-Response hold? The user name is that of the request, without a domain.
    pub fn proves_version_2(&self, challenge: &[u8], response: &[u8], username: &[u8]) -> bool {
        let Some((peer, told)) = version_2(challenge, response) else { return false };
        let challenge = challenge_hash(peer, challenge, username);
        same(&self.challenge_response(&challenge), told)
    }

    /// What a client answers in version 1: the value of MS-CHAP-Response.
    pub fn answer_version_1(&self, id: u8, challenge: &[u8; 8]) -> [u8; RESPONSE] {
        let mut answer = [0; RESPONSE];
        (answer[0], answer[1]) = (id, 1);
        answer[26..].copy_from_slice(&self.challenge_response(challenge));
        answer
    }

    /// What a client answers in version 2: the value of MS-CHAP2-Response.
    pub fn answer_version_2(&self, id: u8, challenge: &[u8; 16], peer: &[u8; 16], username: &[u8]) -> [u8; RESPONSE] {
        let mut answer = [0; RESPONSE];
        answer[0] = id;
        answer[2..18].copy_from_slice(peer);
        answer[26..].copy_from_slice(&self.challenge_response(&challenge_hash(peer, challenge, username)));
        answer
    }

    /// The proof that this server knows the password too: `S=` and forty digits, for MS-CHAP2-Success.
    pub fn authenticator_response(&self, challenge: &[u8], response: &[u8], username: &[u8]) -> Option<String> {
        const SIGNING: &[u8] = b"Magic server to client signing constant";
        const PAD: &[u8] = b"Pad to make it do more than one iteration";
        let (peer, told) = version_2(challenge, response)?;
        let digest = Sha1::new_with_prefix(self.hash_of_hash()).chain_update(told).chain_update(SIGNING).finalize();
        let challenge = challenge_hash(peer, challenge, username);
        let digest = Sha1::new_with_prefix(digest).chain_update(challenge).chain_update(PAD).finalize();
        Some(digest.iter().fold("S=".to_string(), |text, octet| text + &format!("{octet:02X}")))
    }

    /// RFC 3079 section 3: 128-bit keys after version 2.
    pub fn session_keys(&self, response: &[u8]) -> Option<SessionKeys> {
        const MASTER: &[u8] = b"This is the MPPE Master Key";
        let told = response.get(26..RESPONSE)?;
        let master = Sha1::new_with_prefix(self.hash_of_hash()).chain_update(told).chain_update(MASTER).finalize();
        let master: &[u8; 16] = master.first_chunk()?;
        Some(SessionKeys { send: start_key(master, FROM_SERVER), receive: start_key(master, TO_SERVER) })
    }

    /// The value of MS-CHAP-MPPE-Keys after version 1, not yet hidden (RFC 2548 section 2.4.1). The LAN Manager half
    /// stays empty: its hash is not kept.
    pub fn version_1_keys(&self) -> [u8; 32] {
        let mut keys = [0; 32];
        keys[8..24].copy_from_slice(&self.hash_of_hash());
        keys
    }
}

fn version_2<'a>(challenge: &[u8], response: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
    (challenge.len() == 16 && response.len() == RESPONSE).then(|| (&response[2..18], &response[26..50]))
}

/// RFC 2759 section 8.2.
fn challenge_hash(peer: &[u8], server: &[u8], username: &[u8]) -> [u8; 8] {
    let name = username.rsplit(|octet| *octet == b'\\').next().unwrap_or(username);
    let digest = Sha1::new_with_prefix(peer).chain_update(server).chain_update(name).finalize();
    std::array::from_fn(|at| digest[at])
}

const FROM_SERVER: &[u8] = b"On the client side, this is the receive key; on the server side, it is the send key.";
const TO_SERVER: &[u8] = b"On the client side, this is the send key; on the server side, it is the receive key.";

fn start_key(master: &[u8; 16], purpose: &[u8]) -> [u8; 16] {
    let digest = Sha1::new_with_prefix(master).chain_update([0; 40]).chain_update(purpose).chain_update([0xf2; 40]).finalize();
    std::array::from_fn(|at| digest[at])
}

/// Seven octets become a DES key of eight, each with a bit for parity at its end.
fn spread(seven: &[u8]) -> [u8; 8] {
    let bits = seven.iter().fold(0u64, |bits, octet| bits << 8 | u64::from(*octet));
    std::array::from_fn(|at| ((bits >> (49 - 7 * at)) as u8 & 0x7f) << 1)
}

/// The value of MS-MPPE-Send-Key or MS-MPPE-Recv-Key (RFC 2548 section 2.4.2): hidden for the server that asked.
pub fn hide_session_key(key: &[u8; 16], salt: u16, secret: &Secret, authenticator: &[u8; 16]) -> Vec<u8> {
    let mut plain = [0; 32];
    plain[0] = 16;
    plain[1..17].copy_from_slice(key);
    // The first bit says that it is a salt.
    let salt = (salt | 0x8000).to_be_bytes();
    let mut hidden = salt.to_vec();
    let mut before = [authenticator.as_slice(), &salt].concat();
    for block in plain.chunks_exact(16) {
        let digest = secret.password_key(&before);
        before = block.iter().zip(digest).map(|(octet, key)| octet ^ key).collect();
        hidden.extend_from_slice(&before);
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
        digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
    }

    /// RFC 2433 appendix B.2 is about LAN Manager; this is the NT half of its example.
    #[test]
    fn version_1() {
        let password = NtPassword::new("MyPw".as_bytes()).unwrap();
        assert_eq!(password.hash.to_vec(), bytes("FC 15 6A F7 ED CD 6C 0E DD E3 33 7D 42 7F 4E AC"));
        let challenge = bytes("10 2D B5 DF 08 5D 30 41");
        let answer = password.challenge_response(&challenge.clone().try_into().unwrap());
        assert_eq!(answer.to_vec(), bytes("4E 9D 3C 8F 9C FD 38 5D 5B F4 D3 24 67 91 95 6C A4 C3 51 AB 40 9A 3D 61"));
        let mut response = [&[0, 1][..], &[0; 24], &answer].concat();
        assert_eq!(password.answer_version_1(0, &challenge.clone().try_into().unwrap()).to_vec(), response);
        assert!(password.proves_version_1(&challenge, &response));
        assert!(!NtPassword::new(b"mypw").unwrap().proves_version_1(&challenge, &response));
        response[1] = 0;
        assert!(!password.proves_version_1(&challenge, &response), "LAN Manager alone");
        assert!(!password.proves_version_1(&challenge[1..], &response) && !password.proves_version_1(&challenge, &response[..49]));
    }

    const NAME: &[u8] = b"User";

    fn rfc_2759() -> (NtPassword, Vec<u8>, Vec<u8>) {
        let challenge = bytes("5B 5D 7C 7D 7B 3F 2F 3E 3C 2C 60 21 32 26 26 28");
        let peer = bytes("21 40 23 24 25 5E 26 2A 28 29 5F 2B 3A 33 7C 7E");
        let answer = bytes("82 30 9E CD 8D 70 8B 5E A0 8F AA 39 81 CD 83 54 42 33 11 4A 3D 85 D6 DF");
        let response = [&[7, 0][..], &peer, &[0; 8], &answer].concat();
        (NtPassword::new(b"clientPass").unwrap(), challenge, response)
    }

    /// RFC 2759 section 9.2.
    #[test]
    fn version_2_hashes() {
        let (password, challenge, response) = rfc_2759();
        assert_eq!(password.hash.to_vec(), bytes("44 EB BA 8D 53 12 B8 D6 11 47 44 11 F5 69 89 AE"));
        assert_eq!(password.hash_of_hash().to_vec(), bytes("41 C0 0C 58 4B D2 D9 1C 40 17 A2 A1 2F A5 9F 3F"));
        assert_eq!(challenge_hash(&response[2..18], &challenge, NAME).to_vec(), bytes("D0 2E 43 86 BC E9 12 26"));
        assert!(password.proves_version_2(&challenge, &response, NAME));
        assert!(password.proves_version_2(&challenge, &response, b"DOMAIN\\User"));
        assert!(!password.proves_version_2(&challenge, &response, b"user"));
        assert!(!NtPassword::new(b"clientpass").unwrap().proves_version_2(&challenge, &response, NAME));
        let peer = response[2..18].try_into().unwrap();
        assert_eq!(password.answer_version_2(7, &challenge.clone().try_into().unwrap(), &peer, NAME).to_vec(), response);
        let proof = password.authenticator_response(&challenge, &response, NAME).unwrap();
        assert_eq!(proof, "S=407A5589115FD0D6209F510FE9C04566932CDA56");
        assert_eq!(password.authenticator_response(&challenge[..15], &response, NAME), None);
    }

    /// RFC 3079 section 3.5.3.
    #[test]
    fn version_2_keys() {
        let (password, _, response) = rfc_2759();
        let keys = password.session_keys(&response).unwrap();
        assert_eq!(keys.send.to_vec(), bytes("8B 7C DC 14 9B 99 3A 1B A1 18 CB 15 3F 56 DC CB"));
        assert_ne!(keys.send, keys.receive);
    }

    #[test]
    fn a_key_is_hidden_for_one_request() {
        let (key, secret, authenticator) = ([9; 16], Secret::new(b"xyzzy5461"), [3; 16]);
        let hidden = hide_session_key(&key, 1, &secret, &authenticator);
        assert_eq!((hidden.len(), hidden[0]), (34, 0x80));
        let mut before = [&authenticator[..], &hidden[..2]].concat();
        let mut plain = Vec::new();
        for block in hidden[2..].chunks(16) {
            plain.extend(block.iter().zip(secret.password_key(&before)).map(|(octet, key)| octet ^ key));
            before = block.to_vec();
        }
        assert_eq!((plain[0], &plain[1..17]), (16, &key[..]));
        assert_ne!(hidden, hide_session_key(&key, 2, &secret, &authenticator));
    }
}
