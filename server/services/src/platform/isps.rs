//! ISPs from above: founded while a slot is free, named, suspended and lifted, terminated. The slot is looked for under
//! the tenant's lock, in the transaction that writes the ISP, its books and its first administrator.

use super::first::{keep, make};
use super::{in_scope, own, reason, require_platform, require_platform_proof};
use crate::isps::furnish;
use crate::{Error, Result, Services};
use domain::access::SuspendedAccess;
use domain::people::{Caller, PlatformCaller, Role};
use domain::platform::{IspEdit, IspForm, Limited, Standing};
use domain::rights::Permission;
use domain::{AccountId, IspId, Problem, TenantId};
use serde_json::json;
use storage::accounts::NewAccount;
use storage::isps::{Isp, NewIsp};
use storage::platform_log::{self, Change};
use storage::{PlatformTx, accounts, isps as store, plans, tenants};
use uuid::Uuid;

/// An ISP in a list, with what it has.
#[derive(Clone, Debug)]
pub struct IspView {
    pub isp: Isp,
    pub tenant: String,
    pub users: i64,
    pub customers: i64,
    pub routers: i64,
}

#[derive(Clone, Debug)]
pub struct IspDetail {
    pub view: IspView,
    pub hosts: Vec<String>,
    /// Its administrators: id, name, what they sign in with, active.
    pub admins: Vec<(Uuid, String, String, bool)>,
}

/// Every ISP of the platform, or of the super admin's own tenant; those of deleted tenants and terminated ones last.
pub async fn isps(services: &Services, caller: &PlatformCaller) -> Result<Vec<IspView>> {
    require_platform(caller, Permission::PlatformView)?;
    let mut tx = services.db.platform(caller).await?;
    let mut found = views(&mut tx, own(caller)).await?;
    found.sort_by_key(|view| !view.isp.active);
    Ok(found)
}

async fn views(tx: &mut PlatformTx, tenant: Option<TenantId>) -> Result<Vec<IspView>> {
    let names = tenants::list(tx, tenant, true).await?;
    let counts = plans::counts(tx).await?;
    let of = |isp: Isp| {
        let tenant = names.iter().find(|known| known.id == isp.tenant_id)?.name.clone();
        let [users, customers, routers] = counts.iter().find(|(id, _)| *id == isp.id).map_or([0; 3], |(_, counts)| *counts);
        Some(IspView { isp, tenant, users, customers, routers })
    };
    Ok(store::list(tx).await?.into_iter().filter_map(of).collect())
}

pub async fn isp(services: &Services, caller: &PlatformCaller, id: IspId) -> Result<IspDetail> {
    require_platform(caller, Permission::PlatformView)?;
    let mut tx = services.db.platform(caller).await?;
    let view = views(&mut tx, own(caller)).await?.into_iter().find(|view| view.isp.id == id).ok_or(Error::NotFound)?;
    let hosts = store::hosts(&mut tx).await?.into_iter().filter(|(_, of)| *of == id).map(|(host, _)| host).collect();
    let mut tx = tx.enter(&Caller::system(id, "platform")).await?;
    let admins = accounts::admins(&mut tx).await?;
    Ok(IspDetail { view, hosts, admins })
}

/// Founds an ISP of a tenant with its first administrator; answers with both.
pub async fn create_isp(services: &Services, caller: &PlatformCaller, form: &IspForm) -> Result<(IspId, AccountId)> {
    require_platform(caller, Permission::IspsManage)?;
    let tenant = match own(caller) {
        Some(own) => own,
        None => form.tenant.parse().map_err(|_| Error::Invalid(vec![Problem::new("tenant", "problem-choice")]))?,
    };
    let zone: Option<chrono_tz::Tz> = form.time_zone.trim().parse().ok();
    let (order, zone) = match (form.read(), zone) {
        (Ok(order), Some(zone)) => (order, zone),
        (read, zone) => {
            let mut problems = read.err().unwrap_or_default();
            problems.extend(zone.is_none().then(|| Problem::new("time_zone", "problem-time-zone")));
            return Err(Error::Invalid(problems));
        }
    };
    let first = make().await?;
    let mut tx = services.db.platform(caller).await?;
    take_slot(&mut tx, tenant).await?;
    if tenants::find_by_host(&mut tx, &order.host, None).await?.is_some() {
        return Err(Error::Conflict(Problem::new("host", "problem-host-taken")));
    }
    let (id, admin) = (IspId(Uuid::now_v7()), AccountId(Uuid::now_v7()));
    let new = NewIsp {
        id,
        tenant_id: tenant,
        name: &order.name,
        native_name: order.native_name.as_deref(),
        short_name: &order.short_name,
        zone,
        currency: order.currency,
        language: &order.language,
        suspended_access: if order.walled { SuspendedAccess::Walled } else { SuspendedAccess::Reject },
        hosts: &[&order.host],
        at: services.now(),
    };
    store::create(&mut tx, new).await?;
    keep(services, &mut tx, admin, &first).await?;
    let after = json!({ "name": order.name, "host": order.host, "admin": order.admin.1 });
    note(services, &mut tx, "isp.create", tenant, id, &order.name, (None, Some(after))).await?;
    let mut tx = tx.enter(&Caller::system(id, "found")).await?;
    furnish(services, &mut tx, &order.name).await?;
    let account = NewAccount {
        id: admin,
        role: Role::Admin,
        name: &order.admin.0,
        email: Some(&order.admin.1),
        username: None,
        mobile: None,
        password_hash: &first.hash,
        customer_id: None,
        grants: &[],
    };
    accounts::create(&mut tx, account).await?;
    accounts::must_change(&mut tx, admin).await?;
    tx.commit().await?;
    Ok((id, admin))
}

/// Holds the tenant until the ISP is written: of many at once for one slot, one finds it free.
async fn take_slot(tx: &mut PlatformTx, id: TenantId) -> Result<()> {
    let tenant = tenants::lock(tx, id).await?.filter(|tenant| tenant.deleted_at.is_none()).ok_or(Error::NotFound)?;
    if let Some(most) = tenant.limits.of(Limited::Isps).filter(|most| tenant.isps >= *most) {
        return Err(Error::PlanLimit(Problem::new("", "problem-plan-isps").with("most", most)));
    }
    if tenant.isps >= i64::from(tenant.slots) {
        return Err(Error::Conflict(Problem::new("", "problem-slots-exhausted").with("slots", tenant.slots)));
    }
    Ok(())
}

async fn note(
    services: &Services,
    tx: &mut PlatformTx,
    action: &'static str,
    tenant: TenantId,
    isp: IspId,
    name: &str,
    (before, after): (Option<serde_json::Value>, Option<serde_json::Value>),
) -> Result<()> {
    let change = Change { action, tenant: Some(tenant), isp: Some(isp), subject: name, before, after };
    Ok(platform_log::record(tx, services.now(), change).await?)
}

/// Locks an ISP within reach.
async fn reach(tx: &mut PlatformTx, caller: &PlatformCaller, id: IspId) -> Result<Isp> {
    let isp = store::lock(tx, id).await?.ok_or(Error::NotFound)?;
    in_scope(caller, isp.tenant_id)?;
    Ok(isp)
}

/// Saves names, and the hosts where it answers.
pub async fn save_isp(services: &Services, caller: &PlatformCaller, id: IspId, version: i32, form: &IspEdit) -> Result<()> {
    require_platform(caller, Permission::IspsManage)?;
    let (name, native, hosts) = form.read().map_err(Error::Invalid)?;
    let mut tx = services.db.platform(caller).await?;
    let was = reach(&mut tx, caller, id).await?;
    for host in &hosts {
        if tenants::find_by_host(&mut tx, host, None).await?.is_some() {
            return Err(Error::Conflict(Problem::new("hosts", "problem-host-taken")));
        }
    }
    let before: Vec<String> = store::hosts(&mut tx).await?.into_iter().filter(|(_, of)| *of == id).map(|(host, _)| host).collect();
    let saved = store::update(&mut tx, id, &name, native.as_deref(), &hosts, version).await;
    match saved {
        Err(error) if error.is_constraint("isp_host_pkey") => return Err(Error::Conflict(Problem::new("hosts", "problem-host-taken"))),
        Err(error) => return Err(error.into()),
        Ok(false) => return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile"))),
        Ok(true) => {}
    }
    let before = json!({ "name": was.name, "native_name": was.native_name, "hosts": before.join(" ") });
    let after = json!({ "name": name, "native_name": native, "hosts": hosts.join(" ") });
    note(services, &mut tx, "isp.update", was.tenant_id, id, &name, (Some(before), Some(after))).await?;
    Ok(tx.commit().await?)
}

/// Suspends one ISP: its staff read and change nothing, its lines keep running.
pub async fn suspend_isp(services: &Services, caller: &PlatformCaller, id: IspId, why: &str) -> Result<()> {
    require_platform(caller, Permission::IspsManage)?;
    require_platform_proof(services, caller)?;
    let why = reason(why)?;
    decide(services, caller, id, "isp.suspend", &why).await
}

pub async fn lift_isp(services: &Services, caller: &PlatformCaller, id: IspId) -> Result<()> {
    require_platform(caller, Permission::IspsManage)?;
    decide(services, caller, id, "isp.lift", "").await
}

/// Ends an ISP and frees its slot. What it has stays stored; nobody comes in, and its lines are not served any more.
pub async fn terminate_isp(services: &Services, caller: &PlatformCaller, id: IspId, why: &str) -> Result<()> {
    require_platform(caller, Permission::IspsManage)?;
    require_platform_proof(services, caller)?;
    let why = reason(why)?;
    decide(services, caller, id, "isp.terminate", &why).await
}

async fn decide(services: &Services, caller: &PlatformCaller, id: IspId, action: &'static str, why: &str) -> Result<()> {
    let now = services.now();
    let mut tx = services.db.platform(caller).await?;
    let was = reach(&mut tx, caller, id).await?;
    let done = match action {
        "isp.suspend" => store::suspend(&mut tx, id, Some(now), why).await?,
        "isp.lift" => store::suspend(&mut tx, id, None, "").await?,
        _ => store::terminate(&mut tx, id, now).await?,
    };
    if !done {
        return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
    }
    let state = |standing: &Standing| match standing {
        Standing::Open => "active",
        Standing::Suspended(_) => "suspended",
        Standing::Closed => "terminated",
    };
    let is = store::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let before = json!({ "status": state(&was.standing) });
    let after = json!({ "status": state(&is.standing), "reason": why });
    note(services, &mut tx, action, was.tenant_id, id, &was.name, (Some(before), Some(after))).await?;
    Ok(tx.commit().await?)
}
