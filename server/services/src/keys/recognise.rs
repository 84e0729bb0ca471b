//! From a key to whoever it acts as. The key names its ISP and itself; the rest of it is 256 random bits, of which the
//! database holds the hash.

use crate::people::{as_account, hash_secret};
use crate::{Result, Services};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::IspId;
use domain::people::{Actor, Caller};
use domain::platform::Standing;
use domain::rights::Permission;
use domain::trust::may_come;
use std::net::IpAddr;
use storage::api_keys;
use uuid::Uuid;

const PREFIX: &str = "lm_";

/// Somebody's program.
#[derive(Clone, Debug)]
pub struct Held {
    pub caller: Caller,
    pub key: Uuid,
    pub premium: bool,
}

/// The key as it is copied: `lm_`, ISP and key, a dot, the secret.
pub(super) fn text_of(isp: IspId, id: Uuid, secret: &str) -> String {
    let named: Vec<u8> = isp.0.as_bytes().iter().chain(id.as_bytes()).copied().collect();
    format!("{PREFIX}{}.{secret}", URL_SAFE_NO_PAD.encode(named))
}

/// Which key of which ISP this says it is, and its secret.
fn read(text: &str) -> Option<(IspId, Uuid, &str)> {
    let (named, secret) = text.strip_prefix(PREFIX)?.split_once('.')?;
    let named = URL_SAFE_NO_PAD.decode(named).ok().filter(|named| named.len() == 32)?;
    let (isp, id) = named.split_at(16);
    Some((IspId(Uuid::from_slice(isp).ok()?), Uuid::from_slice(id).ok()?, secret))
}

/// Whoever a key acts as, if it is good now and from there. `site`: the ISP on whose host it is used; on the platform's
/// own host each key finds its ISP by itself.
pub async fn recognise_key(services: &Services, text: &str, site: Option<IspId>, ip: Option<IpAddr>) -> Result<Option<Held>> {
    let Some((isp_id, id, secret)) = read(text).filter(|(isp, ..)| site.is_none_or(|site| site == *isp)) else { return Ok(None) };
    let now = services.now();
    let mut tx = services.begin(&Caller::system(isp_id, "key")).await?;
    let Some(key) = api_keys::find(&mut tx, id).await?.filter(|key| key.secret_hash == hash_secret(secret)) else { return Ok(None) };
    if key.revoked || key.expires_at <= now || !may_come(&key.networks, ip) {
        return Ok(None);
    }
    let standing = storage::isps::find(&mut tx, isp_id).await?.map_or(Standing::Closed, |isp| isp.standing);
    if standing == Standing::Closed {
        return Ok(None);
    }
    let known = Caller { ip, request_id: Some(Uuid::now_v7()), ..Caller::system(isp_id, "key") };
    let Some((caller, _)) = as_account(&mut tx, now, &standing, key.account_id, known).await? else { return Ok(None) };
    // Who may have no keys any more has none.
    if !caller.allowed(Permission::ApiKeys) {
        return Ok(None);
    }
    if key.used_at.is_none_or(|at| at + chrono::TimeDelta::minutes(1) <= now) {
        api_keys::touch(&mut tx, id, ip, now).await?;
    }
    tx.commit().await?;
    Ok(Some(Held { caller: narrowed(caller, &key), key: id, premium: key.premium }))
}

/// The same person with no more than the key's scopes. The log says by which key he acted.
fn narrowed(caller: Caller, key: &api_keys::Held) -> Caller {
    let mut bounds = caller.bounds;
    bounds.closed.extend(Permission::ALL.iter().copied().filter(|permission| !key.scopes.contains(permission)));
    let actor = match caller.actor {
        Actor::Account { id, name } => Actor::Account { id, name: format!("{name} ({})", key.name) },
        other => other,
    };
    Caller { actor, bounds, ..caller }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_whose_it_is_and_nothing_else_is_taken_for_one() {
        let (isp, id) = (IspId(Uuid::from_u128(7)), Uuid::from_u128(9));
        let text = text_of(isp, id, "secret");
        assert_eq!(read(&text), Some((isp, id, "secret")));
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)), "{text}");
        for wrong in ["", "lm_", "lm_.", "lm_x.y", &text[3..], &text.replace('.', "")] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
