//! First passwords: made here, sealed, and shown for some minutes to whoever made them, until the account's owner has
//! chosen one of his own.

use super::{in_scope, require_platform, require_platform_proof};
use crate::people::{generate_password, hash_password};
use crate::{Error, Result, Services};
use chrono::TimeDelta;
use domain::people::PlatformCaller;
use domain::rights::Permission;
use domain::{AccountId, Problem, TenantId};
use storage::PlatformTx;
use storage::platform_log::{self, Change};
use storage::{accounts, first_passwords};

/// How long it may be passed on.
const SHOWN: TimeDelta = TimeDelta::minutes(30);

/// A password that nobody chose, and its hash.
pub(super) struct First {
    pub plain: String,
    pub hash: String,
}

pub(super) async fn make() -> Result<First> {
    let plain = generate_password();
    let hash = hash_password(&plain).await?;
    Ok(First { plain, hash })
}

/// Keeps it for whoever made it.
pub(super) async fn keep(services: &Services, tx: &mut PlatformTx, account: AccountId, first: &First) -> Result<()> {
    let sealed = services.keys.seal_text(account.0, &first.plain)?;
    let by = tx.caller().actor_id();
    Ok(first_passwords::keep(tx, account.0, &sealed, by, services.now(), SHOWN).await?)
}

/// The password that this caller has just made for somebody, while it may still be seen.
pub async fn shown_password(services: &Services, caller: &PlatformCaller, account: AccountId) -> Result<Option<String>> {
    require_platform(caller, Permission::IspsManage)?;
    let Some(by) = caller.actor_id() else { return Ok(None) };
    let mut tx = services.db.platform(caller).await?;
    let sealed = first_passwords::shown(&mut tx, account.0, by, services.now()).await?;
    Ok(match sealed {
        None => None,
        Some(sealed) => Some(services.keys.open_text(account.0, &sealed)?),
    })
}

/// Gives a super admin who has lost his password a new one, which he must change. All of his sessions end.
pub async fn new_password(services: &Services, caller: &PlatformCaller, account: AccountId) -> Result<TenantId> {
    require_platform(caller, Permission::PlatformManage)?;
    require_platform_proof(services, caller)?;
    let first = make().await?;
    let mut tx = services.db.platform(caller).await?;
    let found = accounts::find_platform(&mut tx, account).await?.ok_or(Error::NotFound)?;
    let Some(tenant) = found.tenant_id else {
        return Err(Error::Conflict(Problem::new("", "problem-only-super-admins")));
    };
    in_scope(caller, tenant)?;
    accounts::reset_platform(&mut tx, account, &first.hash, services.now()).await?;
    keep(services, &mut tx, account, &first).await?;
    let change = Change { action: "head.password", tenant: Some(tenant), subject: &found.name, ..Change::default() };
    platform_log::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(tenant)
}
