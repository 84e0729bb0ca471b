//! Settings above the ISPs: what a developer sets for everybody, and what holds for the ISPs of one tenant.

use super::below::follow;
use super::change::Desk;
use super::view::{Chain, SettingsPage};
use crate::platform::{in_scope, own, require_platform};
use crate::{Error, Result, Services};
use domain::TenantId;
use domain::people::{Caller, PlatformCaller};
use domain::rights::Permission;
use domain::settings::{Group, Key, Level, SettingsForm};
use serde_json::Value;
use storage::platform_log::{self, Change};
use storage::settings::{self as store, Place};
use storage::{PlatformTx, isps, tenants};
use uuid::Uuid;

const PLATFORM: Place = Place { isp: Uuid::nil(), level: Level::Platform, scope: Uuid::nil() };

/// What is set for everybody (no tenant; developers alone), or for one tenant. A super admin sees his own.
pub async fn above(services: &Services, caller: &PlatformCaller, tenant: Option<TenantId>) -> Result<SettingsPage> {
    let tenant = reach(caller, tenant, Permission::PlatformView)?;
    let mut tx = services.db.platform(caller).await?;
    let (chain, name) = chain(&mut tx, tenant).await?;
    let may_change = caller.allowed(right(tenant)) && !caller.read_only;
    let groups = Group::ALL.into_iter().filter_map(|group| chain.group(group, may_change)).collect();
    Ok(SettingsPage { level: chain.place.level, name, groups })
}

fn right(tenant: Option<TenantId>) -> Permission {
    if tenant.is_some() { Permission::IspsManage } else { Permission::PlatformManage }
}

/// Whose settings it is about, within reach.
fn reach(caller: &PlatformCaller, tenant: Option<TenantId>, permission: Permission) -> Result<Option<TenantId>> {
    let tenant = tenant.or_else(|| own(caller));
    require_platform(caller, permission)?;
    match tenant {
        Some(tenant) => in_scope(caller, tenant)?,
        None => require_platform(caller, Permission::PlatformManage)?,
    }
    Ok(tenant)
}

pub(super) async fn chain(tx: &mut PlatformTx, tenant: Option<TenantId>) -> Result<(Chain, String)> {
    let rows = store::all(tx, None, tenant.map(|id| id.0)).await?;
    let zone = "UTC".to_string();
    let Some(tenant) = tenant else { return Ok((Chain { place: PLATFORM, zone, above: Vec::new(), rows }, String::new())) };
    let name = tenants::find(tx, tenant).await?.ok_or(Error::NotFound)?.name;
    let place = Place { isp: Uuid::nil(), level: Level::Tenant, scope: tenant.0 };
    Ok((Chain { place, zone, above: vec![(PLATFORM, String::new())], rows }, name))
}

pub async fn save_above(
    services: &Services,
    caller: &PlatformCaller,
    tenant: Option<TenantId>,
    group: Group,
    form: &SettingsForm,
) -> Result<()> {
    let tenant = reach(caller, tenant, right(tenant.or_else(|| own(caller))))?;
    let tx = services.db.platform(caller).await?;
    let keys = Desk::above(services, tx, tenant).save(group, form).await?;
    tell(services, tenant, &keys).await
}

pub async fn reset_above(services: &Services, caller: &PlatformCaller, tenant: Option<TenantId>, key: Key) -> Result<()> {
    let tenant = reach(caller, tenant, right(tenant.or_else(|| own(caller))))?;
    let tx = services.db.platform(caller).await?;
    Desk::above(services, tx, tenant).reset(key).await?;
    tell(services, tenant, &[key]).await
}

pub(super) async fn note(
    tx: &mut PlatformTx,
    services: &Services,
    (tenant, name): (Option<TenantId>, &str),
    before: Value,
    after: Value,
) -> Result<()> {
    let change = Change { action: "setting.update", tenant, subject: name, before: Some(before), after: Some(after), ..Change::default() };
    Ok(platform_log::record(tx, services.now(), change).await?)
}

/// What hangs on a value in the ISPs below is found anew.
async fn tell(services: &Services, tenant: Option<TenantId>, keys: &[Key]) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let mut tx = services.db.platform(&PlatformCaller::system("settings")).await?;
    let below = isps::list(&mut tx).await?;
    drop(tx);
    for isp in below.into_iter().filter(|isp| isp.active && tenant.is_none_or(|tenant| isp.tenant_id == tenant)) {
        follow(services, &Caller::system(isp.id, "settings"), keys).await?;
    }
    Ok(())
}
