//! Notices to the people of ISPs: the platform writes to all tenants or to one, the head of a tenant to his own ISPs. Each
//! reader sees one until he says that he has read it, and that is kept.

use super::{own, require_platform};
use crate::{Error, Result, Services};
use chrono::{DateTime, TimeDelta, Utc};
use domain::people::{Caller, PlatformCaller, Role};
use domain::platform::NoticeForm;
use domain::rights::Permission;
use domain::{AccountId, Problem};
use serde_json::json;
use storage::notices::{self, NewNotice, Notice, Unread};
use storage::platform_log::{self, Change};
use storage::tenants;
use uuid::Uuid;

/// Publishes a notice.
pub async fn publish_notice(services: &Services, caller: &PlatformCaller, form: &NoticeForm) -> Result<Uuid> {
    require_platform(caller, Permission::IspsManage)?;
    let draft = form.read().map_err(Error::Invalid)?;
    let (id, now, own) = (Uuid::now_v7(), services.now(), own(caller));
    if own.is_some() && draft.tenant.is_some() {
        return Err(Error::Invalid(vec![Problem::new("tenant", "problem-choice")]));
    }
    let mut tx = services.db.platform(caller).await?;
    if let Some(tenant) = draft.tenant
        && tenants::lock(&mut tx, tenant).await?.is_none()
    {
        return Err(Error::Invalid(vec![Problem::new("tenant", "problem-choice")]));
    }
    let until = draft.days.map(|days| now + TimeDelta::days(days));
    let (title, words) = (draft.title.as_str(), draft.words.as_str());
    notices::create(&mut tx, NewNotice { id, kind: draft.kind, title, words, written_for: own, tenant: draft.tenant, until, at: now })
        .await?;
    let after = Some(json!({ "kind": draft.kind, "words": words, "until": until }));
    let change = Change { action: "notice.publish", tenant: own.or(draft.tenant), subject: title, after, ..Change::default() };
    platform_log::record(&mut tx, now, change).await?;
    tx.commit().await?;
    Ok(id)
}

/// Takes a notice down before its time.
pub async fn end_notice(services: &Services, caller: &PlatformCaller, id: Uuid) -> Result<()> {
    require_platform(caller, Permission::IspsManage)?;
    let mut tx = services.db.platform(caller).await?;
    let title = notices::end(&mut tx, id, own(caller), services.now()).await?.ok_or(Error::NotFound)?;
    let change = Change { action: "notice.end", tenant: own(caller), subject: &title, ..Change::default() };
    platform_log::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// Notices that were written, the newest first: all, or those of a tenant's head.
pub async fn notices(services: &Services, caller: &PlatformCaller) -> Result<Vec<Notice>> {
    require_platform(caller, Permission::IspsManage)?;
    let mut tx = services.db.platform(caller).await?;
    Ok(notices::list(&mut tx, own(caller)).await?)
}

/// One notice and who has read it: person, ISP, when.
pub async fn notice(services: &Services, caller: &PlatformCaller, id: Uuid) -> Result<(Notice, Vec<(String, String, DateTime<Utc>)>)> {
    let found = notices(services, caller).await?.into_iter().find(|notice| notice.id == id).ok_or(Error::NotFound)?;
    let mut tx = services.db.platform(caller).await?;
    Ok((found, notices::readers(&mut tx, id).await?))
}

/// What somebody of an ISP has still to read. Subscribers are not told what is the platform's business, and nobody reads in
/// the place of somebody else.
pub async fn unread_notices(services: &Services, caller: &Caller) -> Result<Vec<Unread>> {
    let Some(account) = reader(caller) else { return Ok(Vec::new()) };
    let mut tx = services.db.platform(&PlatformCaller::system("notices")).await?;
    Ok(notices::unread(&mut tx, caller.isp_id, account, services.now()).await?)
}

/// The caller has read a notice that he was shown.
pub async fn read_notice(services: &Services, caller: &Caller, id: Uuid) -> Result<()> {
    let account = reader(caller).ok_or(Error::NotFound)?;
    let mut tx = services.db.platform(&PlatformCaller::system("notices")).await?;
    if notices::unread(&mut tx, caller.isp_id, account, services.now()).await?.iter().all(|notice| notice.id != id) {
        return Ok(());
    }
    notices::read(&mut tx, id, caller.isp_id, account, caller.actor_name(), services.now()).await?;
    Ok(tx.commit().await?)
}

fn reader(caller: &Caller) -> Option<AccountId> {
    let reads = caller.role != Role::Customer && caller.bounds.impersonator.is_none();
    caller.actor_id().filter(|_| reads).map(AccountId)
}
