//! Somebody makes, replaces and takes back his own keys. A key is seen once, by whoever made it; making one asks for a
//! fresh proof, taking one back never does.

use super::recognise::text_of;
use crate::people::{hash_secret, new_secret, require_proof};
use crate::{Error, Result, Services, require};
use chrono::TimeDelta;
use domain::keys::{KeyForm, KeyRow, MOST_KEYS, NewKey, OVERLAP, scopes};
use domain::people::{Actor, Caller};
use domain::rights::Permission;
use domain::{AccountId, Problem};
use serde_json::json;
use storage::IspTx;
use storage::api_keys::{self, NewKeyRow};
use storage::audit::{self, Change};
use uuid::Uuid;

/// So long a new key can be copied.
const SHOWN: TimeDelta = TimeDelta::minutes(10);

/// What the page shows.
#[derive(Clone, Debug)]
pub struct Keys {
    pub rows: Vec<KeyRow>,
    /// What a key of his can be given.
    pub scopes: Vec<Permission>,
    /// He may let a key ask more often.
    pub may_premium: bool,
}

/// Whose keys these are. A key does not make keys, and nobody makes them as somebody else.
fn owner(caller: &Caller) -> Result<AccountId> {
    require(caller, Permission::ApiKeys)?;
    match (&caller.actor, caller.session) {
        (Actor::Account { id, .. }, Some(_)) => Ok(*id),
        _ => Err(Error::Denied(Permission::ApiKeys)),
    }
}

pub async fn own_keys(services: &Services, caller: &Caller) -> Result<Keys> {
    let account = owner(caller)?;
    let mut tx = services.begin(caller).await?;
    let rows = api_keys::of_account(&mut tx, account).await?;
    let scopes = scopes().filter(|scope| caller.allowed(*scope)).collect();
    Ok(Keys { rows, scopes, may_premium: caller.allowed(Permission::PeopleManage) })
}

/// Makes a key; it can be copied for ten minutes.
pub async fn make_key(services: &Services, caller: &Caller, form: &KeyForm) -> Result<Uuid> {
    let account = owner(caller)?;
    require_proof(services, caller)?;
    let key = form.read().map_err(Error::Invalid)?;
    if let Some(more) = key.scopes.iter().find(|scope| !caller.allowed(**scope)) {
        return Err(Error::Denied(*more));
    }
    if key.premium {
        require(caller, Permission::PeopleManage)?;
    }
    let mut tx = services.begin(caller).await?;
    api_keys::lock(&mut tx, account).await?;
    let now = services.now();
    let live = api_keys::of_account(&mut tx, account).await?.iter().filter(|row| row.state(now).is_live()).count();
    if live >= MOST_KEYS {
        return Err(Error::Conflict(Problem::new("", "problem-keys-many").with("most", MOST_KEYS)));
    }
    let id = write(&mut tx, services, caller, account, &key, None).await?;
    tx.commit().await?;
    Ok(id)
}

/// A new key with the same scopes and networks. Both are good until the old one ends, a week from now at the latest.
pub async fn rotate_key(services: &Services, caller: &Caller, id: Uuid) -> Result<Uuid> {
    let account = owner(caller)?;
    require_proof(services, caller)?;
    let mut tx = services.begin(caller).await?;
    api_keys::lock(&mut tx, account).await?;
    let now = services.now();
    let rows = api_keys::of_account(&mut tx, account).await?;
    let old = rows.iter().find(|row| row.id == id).ok_or(Error::NotFound)?;
    if !old.state(now).is_live() {
        return Err(Error::Conflict(Problem::new("", "problem-key-over")));
    }
    let before = old.replaces.and_then(|id| rows.iter().find(|row| row.id == id));
    if old.replaced || before.is_some_and(|before| before.state(now).is_live()) {
        return Err(Error::Conflict(Problem::new("", "problem-key-two")));
    }
    // Rights may have been taken from him since.
    let scopes: std::collections::BTreeSet<Permission> = old.scopes.iter().copied().filter(|scope| caller.allowed(*scope)).collect();
    if scopes.is_empty() {
        return Err(Error::Conflict(Problem::new("", "problem-key-empty")));
    }
    let lasts = (old.expires_at - old.made_at).max(TimeDelta::days(30));
    let key = NewKey { name: old.name.clone(), scopes, lasts, networks: old.networks.clone(), premium: old.premium };
    let new = write(&mut tx, services, caller, account, &key, Some(id)).await?;
    api_keys::shorten(&mut tx, id, now + OVERLAP).await?;
    tx.commit().await?;
    Ok(new)
}

async fn write(
    tx: &mut IspTx,
    services: &Services,
    caller: &Caller,
    account: AccountId,
    key: &NewKey,
    replaces: Option<Uuid>,
) -> Result<Uuid> {
    let (id, secret, now) = (Uuid::now_v7(), new_secret(), services.now());
    let sealed = services.keys.seal_text(id, &text_of(caller.isp_id, id, &secret))?;
    let hash = hash_secret(&secret);
    let row = NewKeyRow { id, account_id: account, key, secret_hash: &hash, replaces, shown: &sealed, shown_until: now + SHOWN };
    api_keys::forget_shown(tx, account).await?;
    api_keys::create(tx, &row, now).await?;
    let networks: Vec<String> = key.networks.iter().map(ToString::to_string).collect();
    let after = json!({
        "name": key.name, "scopes": key.scopes.iter().map(|scope| scope.key()).collect::<Vec<_>>(), "networks": networks,
        "premium": key.premium, "expires_at": now + key.lasts, "replaces": replaces,
    });
    note(tx, services, "api_key.create", id, Some(after)).await?;
    Ok(id)
}

async fn note(tx: &mut IspTx, services: &Services, action: &str, id: Uuid, after: Option<serde_json::Value>) -> Result<()> {
    let change = Change { action, object_kind: "api_key", object_id: Some(id), after, ..Change::default() };
    Ok(audit::record(tx, services.now(), change).await?)
}

/// Takes a key back: the next request with it is refused. That goes on while the provider is suspended.
pub async fn revoke_key(services: &Services, caller: &Caller, id: Uuid) -> Result<()> {
    let account = owner(caller)?;
    let mut tx = services.begin(&Caller { read_only: false, ..caller.clone() }).await?;
    if !api_keys::revoke(&mut tx, account, id, services.now()).await? {
        return Err(Error::NotFound);
    }
    note(&mut tx, services, "api_key.withdraw", id, None).await?;
    Ok(tx.commit().await?)
}

/// The key that was just made, until it was copied: its name and the key itself.
pub async fn shown_key(services: &Services, caller: &Caller) -> Result<Option<(String, String)>> {
    let account = owner(caller)?;
    let mut tx = services.begin(caller).await?;
    match api_keys::shown(&mut tx, account, services.now()).await? {
        Some((id, name, sealed)) => Ok(Some((name, services.keys.open_text(id, &sealed)?))),
        None => Ok(None),
    }
}

/// He has it: nobody sees it again.
pub async fn forget_shown(services: &Services, caller: &Caller) -> Result<()> {
    let account = owner(caller)?;
    let mut tx = services.begin(&Caller { read_only: false, ..caller.clone() }).await?;
    api_keys::forget_shown(&mut tx, account).await?;
    Ok(tx.commit().await?)
}
