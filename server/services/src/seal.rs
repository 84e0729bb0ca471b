//! Secrets at rest: AES-256-GCM under a named key (SEC-12). What is sealed says what it belongs to, so that a sealed
//! value moved to another row does not open.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use rand::RngCore;
use sha2::{Digest, Sha256};

/// The key of this installation. Never printed, never written to the database.
#[derive(Clone)]
pub struct Keyring {
    id: String,
    cipher: Aes256Gcm,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SealError {
    #[error("a sealing key is 32 bytes, this one has {0}")]
    KeyLength(usize),
    /// Another key, another owner, or damaged bytes.
    #[error("a sealed value does not open with this key")]
    Unopened,
    #[error("a value could not be sealed")]
    Unsealed,
}

const VERSION: u8 = 1;
const NONCE: usize = 12;

impl Keyring {
    /// `key`: 32 random bytes. Its id is derived from it, so that two keys never share a name.
    pub fn new(key: &[u8]) -> Result<Self, SealError> {
        if key.len() != 32 {
            return Err(SealError::KeyLength(key.len()));
        }
        let digest = Sha256::digest([b"lastmile key id".as_slice(), key].concat());
        let id = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        let key = Key::<Aes256Gcm>::try_from(key).map_err(|_| SealError::KeyLength(key.len()))?;
        Ok(Self { id, cipher: Aes256Gcm::new(&key) })
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    /// Seals `secret` for `owner` (a row's id): version, nonce, ciphertext with tag.
    pub fn seal(&self, owner: &[u8], secret: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0u8; NONCE];
        rand::rng().fill_bytes(&mut nonce);
        let sealed = self.cipher.encrypt(&Nonce::from(nonce), Payload { msg: secret, aad: owner }).map_err(|_| SealError::Unsealed)?;
        let mut whole = Vec::with_capacity(1 + NONCE + sealed.len());
        whole.push(VERSION);
        whole.extend_from_slice(&nonce);
        whole.extend_from_slice(&sealed);
        Ok(whole)
    }

    /// Opens what `seal` made for the same owner.
    pub fn open(&self, owner: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (head, rest) = sealed.split_first().ok_or(SealError::Unopened)?;
        if *head != VERSION || rest.len() < NONCE {
            return Err(SealError::Unopened);
        }
        let (nonce, body) = rest.split_at(NONCE);
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| SealError::Unopened)?;
        self.cipher.decrypt(&Nonce::from(nonce), Payload { msg: body, aad: owner }).map_err(|_| SealError::Unopened)
    }

    /// Seals a text.
    pub fn seal_text(&self, owner: uuid::Uuid, secret: &str) -> Result<Vec<u8>, SealError> {
        self.seal(owner.as_bytes(), secret.as_bytes())
    }

    /// Opens a text.
    pub fn open_text(&self, owner: uuid::Uuid, sealed: &[u8]) -> Result<String, SealError> {
        String::from_utf8(self.open(owner.as_bytes(), sealed)?).map_err(|_| SealError::Unopened)
    }
}

impl From<SealError> for crate::Error {
    fn from(error: SealError) -> Self {
        crate::Error::Internal(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_secret_opens_for_its_owner_and_key_only() {
        let keys = Keyring::new(&[7; 32]).unwrap();
        let (owner, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = keys.seal_text(owner, "pppoe-password").unwrap();
        assert_eq!(keys.open_text(owner, &sealed).unwrap(), "pppoe-password");
        assert_eq!(keys.open_text(other, &sealed), Err(SealError::Unopened));
        assert_eq!(Keyring::new(&[8; 32]).unwrap().open_text(owner, &sealed), Err(SealError::Unopened));
        assert!(!sealed.windows(5).any(|window| window == b"pppoe"));
        for cut in 0..sealed.len() {
            assert_eq!(keys.open_text(owner, &sealed[..cut]), Err(SealError::Unopened));
        }
        assert_ne!(sealed, keys.seal_text(owner, "pppoe-password").unwrap());
    }
}
