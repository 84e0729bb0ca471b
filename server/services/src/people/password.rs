//! Password hashes: argon2id, never more at once than there are cores, so that a flood of sign-ins cannot take the
//! memory and the time of everything else.

use crate::{Error, Result};
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use std::sync::{LazyLock, OnceLock};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

static PLACES: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from)));

/// Who waits longer than this for a free core is asked to come again.
const PATIENCE: Duration = Duration::from_secs(10);

async fn place() -> Result<SemaphorePermit<'static>> {
    match tokio::time::timeout(PATIENCE, PLACES.acquire()).await {
        Ok(Ok(permit)) => Ok(permit),
        _ => Err(Error::Upstream("sign-in")),
    }
}

fn hash_now(password: &str) -> Result<String> {
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|error| Error::Internal(format!("password hash: {error}")))?;
    Ok(hash.to_string())
}

/// A password for somebody else, to be passed on once: letters and figures that nobody mistakes, in four groups, with
/// all four kinds in it.
pub fn generate_password() -> String {
    const SMALL: &[u8] = b"abcdefghjkmnpqrstuvwxyz";
    const LARGE: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    const FIGURES: &[u8] = b"23456789";
    let pick = |from: &[u8]| char::from(from[rand::random_range(0..from.len())]);
    let group = || [pick(LARGE), pick(SMALL), pick(SMALL), pick(FIGURES)].into_iter().collect::<String>();
    (0..4).map(|_| group()).collect::<Vec<_>>().join("-")
}

/// The PHC string of a password.
pub async fn hash_password(password: &str) -> Result<String> {
    let _place = place().await?;
    let password = password.to_string();
    tokio::task::spawn_blocking(move || hash_now(&password)).await.map_err(|error| Error::Internal(error.to_string()))?
}

/// Is this the password? With no hash to compare to, as much work is done and the answer is no: a wrong name costs the
/// same time as a wrong password.
pub(super) async fn verify(password: &str, hash: Option<&str>) -> Result<bool> {
    static NOBODY: OnceLock<String> = OnceLock::new();
    let _place = place().await?;
    let (password, hash) = (password.to_string(), hash.map(str::to_string));
    let checked = tokio::task::spawn_blocking(move || {
        let nobody = match NOBODY.get() {
            Some(nobody) => nobody,
            None => {
                let made = hash_now("nobody has this password")?;
                NOBODY.get_or_init(|| made)
            }
        };
        let known = hash.is_some();
        let stored = hash.as_deref().unwrap_or(nobody);
        let parsed = PasswordHash::new(stored).map_err(|error| Error::Internal(format!("stored password hash: {error}")))?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && known)
    });
    checked.await.map_err(|error| Error::Internal(error.to_string()))?
}

/// Equal, in a time that depends on the lengths alone.
pub(super) fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0u8, |different, (x, y)| different | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_password_is_one_that_the_rules_take() {
        let made: std::collections::BTreeSet<String> = (0..200).map(|_| generate_password()).collect();
        assert_eq!(made.len(), 200);
        for password in made {
            assert_eq!(domain::trust::check_password("p", &password, &["Rahim", "rahim@padma.example"]), [], "{password}");
        }
    }
}
