//! From a cookie to a person. The cookie holds 32 random bytes, the database their hash.

use crate::{Result, Services};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use domain::people::{Actor, Caller, PlatformCaller, Role};
use domain::{AccountId, CustomerId, IspId};
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use storage::sessions::Session;

/// Who somebody turned out to be.
#[derive(Clone, Debug)]
pub enum Who {
    Isp { caller: Caller, language: Option<String> },
    Platform { caller: PlatformCaller, language: Option<String> },
}

/// A session ends after this long without a request, and in any case after `LIFETIME`.
pub(super) const IDLE: TimeDelta = TimeDelta::hours(12);
pub(super) const LIFETIME: TimeDelta = TimeDelta::days(7);
/// The oldest session ends when one more is opened.
pub(super) const MOST: i64 = 5;

pub(super) fn hash_token(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

pub(super) fn new_token() -> String {
    let bytes: [u8; 32] = rand::random();
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The person a session token belongs to, if he may still be here: not expired, not idle too long, not disabled, and
/// on the site where he signed in (`isp`: the ISP of the host, `None` on the platform's own host).
pub async fn recognise(services: &Services, token: &str, isp: Option<IspId>, ip: Option<IpAddr>) -> Result<Option<Who>> {
    let now = services.now();
    let hash = hash_token(token);
    let mut tx = services.db.platform(&PlatformCaller::system("session")).await?;
    let Some(session) = storage::sessions::find(&mut tx, &hash).await? else { return Ok(None) };
    if session.expires_at <= now || session.seen_at + IDLE <= now || session.isp_id.map(IspId) != isp {
        return Ok(None);
    }
    if session.seen_at + TimeDelta::minutes(1) < now {
        storage::sessions::touch(&mut tx, &hash, now).await?;
    }
    let Some(isp_id) = isp else {
        let account = storage::accounts::find_platform(&mut tx, session.account_id.into()).await?.filter(|account| account.active);
        tx.commit().await?;
        return Ok(account.map(|account| Who::Platform {
            caller: PlatformCaller {
                actor: Actor::Account { id: account.id, name: account.name },
                role: account.role,
                tenant_id: account.tenant_id,
                ip,
            },
            language: account.language,
        }));
    };
    tx.commit().await?;
    in_isp(services, isp_id, &session, ip).await
}

async fn in_isp(services: &Services, isp_id: IspId, session: &Session, ip: Option<IpAddr>) -> Result<Option<Who>> {
    let mut tx = services.begin(&Caller::system(isp_id, "session")).await?;
    let request_id = Some(uuid::Uuid::now_v7());
    if let Some(customer) = session.customer_id.map(CustomerId) {
        let Some(name) = storage::customers::name(&mut tx, customer).await? else { return Ok(None) };
        let actor = Actor::Subscriber { id: customer, name };
        let caller = Caller {
            isp_id,
            actor,
            role: Role::Customer,
            grants: Vec::new(),
            owner_path: None,
            customer_id: Some(customer),
            ip,
            request_id,
        };
        return Ok(Some(Who::Isp { caller, language: None }));
    }
    let id = AccountId(session.account_id);
    let Some(account) = storage::accounts::find(&mut tx, id).await?.filter(|account| account.active) else { return Ok(None) };
    let grants = storage::accounts::grants(&mut tx, id).await?;
    let owner_path = matches!(account.role, Role::Reseller | Role::SubReseller).then_some(account.owner_path);
    let actor = Actor::Account { id, name: account.name };
    let caller = Caller { isp_id, actor, role: account.role, grants, owner_path, customer_id: account.customer_id, ip, request_id };
    Ok(Some(Who::Isp { caller, language: account.language }))
}

/// Ends a session. Ending one that is gone is no fault.
pub async fn sign_out(services: &Services, token: &str) -> Result<()> {
    let mut tx = services.db.platform(&PlatformCaller::system("sign out")).await?;
    storage::sessions::close(&mut tx, &hash_token(token)).await?;
    Ok(tx.commit().await?)
}
