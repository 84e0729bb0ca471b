//! How a subscriber proves who he is: PAP, CHAP, MS-CHAP of both versions. Whoever does not exist takes the same steps
//! as one who does, so that time tells nothing.

use crate::directory::Client;
use integrations::radius::attribute::{self as a, vendor};
use integrations::radius::{NtPassword, Packet, SessionKeys, chap_response, reveal_password, same};

/// What a right password leaves behind for the answer.
#[derive(Default)]
pub(crate) enum Proof {
    #[default]
    Plain,
    MsChap1 {
        keys: [u8; 32],
    },
    MsChap2 {
        id: u8,
        success: String,
        keys: SessionKeys,
    },
}

/// Was the password that one? `None`: the request holds no proof that is understood.
pub(crate) fn prove(packet: &Packet<'_>, client: &Client, password: &[u8]) -> Option<(bool, Proof)> {
    if let Some(hidden) = packet.find(a::USER_PASSWORD) {
        let mut room = [0; 128];
        let plain = reveal_password(hidden, &client.secret, packet.authenticator(), &mut room)?;
        let right = plain
            .split_at_checked(password.len())
            .is_some_and(|(plain, padding)| same(plain, password) & padding.iter().all(|octet| *octet == 0));
        return Some((right, Proof::Plain));
    }
    if let Some([id, response @ ..]) = packet.find(a::CHAP_PASSWORD) {
        let challenge = packet.find(a::CHAP_CHALLENGE).unwrap_or(packet.authenticator());
        return (response.len() == 16).then(|| (same(&chap_response(*id, password, challenge), response), Proof::Plain));
    }
    let challenge = packet.find_vendor(vendor::MICROSOFT, vendor::MS_CHAP_CHALLENGE)?;
    // A password that is not text was never typed into a router.
    let nt = NtPassword::new(password).or_else(|| NtPassword::new(b""))?;
    if let Some(response) = packet.find_vendor(vendor::MICROSOFT, vendor::MS_CHAP2_RESPONSE) {
        let name = packet.find(a::USER_NAME).unwrap_or_default();
        let right = nt.proves_version_2(challenge, response, name);
        let success = nt.authenticator_response(challenge, response, name)?;
        let proof = Proof::MsChap2 { id: *response.first()?, success, keys: nt.session_keys(response)? };
        return Some((right, proof));
    }
    let response = packet.find_vendor(vendor::MICROSOFT, vendor::MS_CHAP_RESPONSE)?;
    Some((nt.proves_version_1(challenge, response), Proof::MsChap1 { keys: nt.version_1_keys() }))
}

/// The number of an MS-CHAP attempt, which its refusal has to name. `None`: it was none.
pub(crate) fn ms_chap_id(packet: &Packet<'_>) -> Option<(u8, bool)> {
    let response = |kind| packet.find_vendor(vendor::MICROSOFT, kind).and_then(|value| value.first().copied());
    match response(vendor::MS_CHAP2_RESPONSE) {
        Some(id) => Some((id, true)),
        None => response(vendor::MS_CHAP_RESPONSE).map(|id| (id, false)),
    }
}
