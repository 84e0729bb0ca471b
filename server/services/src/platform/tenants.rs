//! Tenants: made with their super admin in one transaction, changed, suspended and lifted, deleted and brought back.
//! Suspending writes nothing below the tenant: what holds there follows from it, so lifting undoes exactly that.

use super::first::{First, keep, make};
use super::{in_scope, own, reason, require_platform, require_platform_proof};
use crate::{Error, Result, Services};
use domain::people::{PlatformCaller, Role};
use domain::platform::{Decided, Limited, TenantForm, TenantOrder, Use};
use domain::rights::Permission;
use domain::{AccountId, Problem, TenantId};
use serde_json::{Value, json};
use storage::platform_log::{self, Change};
use storage::tenants::{Head, NewTenant, Tenant};
use storage::{PlatformTx, accounts, isps, plans, slots, tenants as store};
use uuid::Uuid;

/// A tenant in a list, and how much of its plan it uses.
#[derive(Clone, Debug)]
pub struct TenantView {
    pub tenant: Tenant,
    pub usage: Vec<Use>,
}

/// A tenant and who runs it.
#[derive(Clone, Debug)]
pub struct TenantDetail {
    pub tenant: Tenant,
    pub heads: Vec<Head>,
    pub usage: Vec<Use>,
    /// Deleted: until when its data is kept.
    pub kept_until: Option<chrono::DateTime<chrono::Utc>>,
}

/// How much of its plan a tenant uses. Slots are what limits its ISPs.
pub(super) fn usage(tenant: &Tenant) -> Vec<Use> {
    Limited::ALL
        .into_iter()
        .map(|of| match of {
            Limited::Isps => Use { of, have: tenant.isps, most: Some(i64::from(tenant.slots)) },
            Limited::Users => Use { of, have: tenant.users, most: tenant.limits.of(of) },
            Limited::Customers => Use { of, have: tenant.customers, most: tenant.limits.of(of) },
            Limited::Routers => Use { of, have: tenant.routers, most: tenant.limits.of(of) },
        })
        .collect()
}

/// Every tenant; deleted ones on request.
pub async fn tenants(services: &Services, caller: &PlatformCaller, deleted: bool) -> Result<Vec<TenantView>> {
    require_platform(caller, Permission::PlatformView)?;
    let mut tx = services.db.platform(caller).await?;
    let found = store::list(&mut tx, own(caller), deleted).await?;
    Ok(found.into_iter().map(|tenant| TenantView { usage: usage(&tenant), tenant }).collect())
}

pub async fn tenant(services: &Services, caller: &PlatformCaller, id: TenantId) -> Result<TenantDetail> {
    require_platform(caller, Permission::PlatformView)?;
    in_scope(caller, id)?;
    let mut tx = services.db.platform(caller).await?;
    let tenant = store::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let heads = store::heads(&mut tx, id).await?;
    let kept_until = tenant.deleted_at.map(|at| at + domain::platform::KEPT);
    Ok(TenantDetail { usage: usage(&tenant), tenant, heads, kept_until })
}

/// A super admin's own tenant.
pub async fn own_tenant(services: &Services, caller: &PlatformCaller) -> Result<TenantDetail> {
    tenant(services, caller, caller.tenant_id.ok_or(Error::NotFound)?).await
}

fn facts(order: &TenantOrder, plan: &str) -> Value {
    json!({ "name": order.name, "domain": order.domain, "subdomain": order.subdomain, "plan": plan })
}

/// The plan's name and how many ISPs it allows; one that is gone or archived cannot be chosen anew.
async fn plan_of(tx: &mut PlatformTx, id: Option<Uuid>, keeps: Option<Uuid>) -> Result<(String, Option<i32>)> {
    let Some(id) = id else { return Ok((String::new(), None)) };
    let plan = plans::list(tx).await?.into_iter().find(|plan| plan.id == id && (!plan.archived || keeps == Some(id)));
    let plan = plan.ok_or_else(|| Error::Invalid(vec![Problem::new("plan", "problem-choice")]))?;
    Ok((plan.name, plan.limits.isps))
}

/// An address belongs to one: an ISP or a tenant.
async fn refuse_host_of_isp(tx: &mut PlatformTx, domain: Option<&str>) -> Result<()> {
    match domain {
        Some(domain) if isps::find_by_host(tx, domain).await?.is_some() => {
            Err(Error::Conflict(Problem::new("domain", "problem-host-taken")))
        }
        _ => Ok(()),
    }
}

/// Makes a tenant and its super admin; answers with both.
pub async fn create_tenant(services: &Services, caller: &PlatformCaller, form: &TenantForm) -> Result<(TenantId, AccountId)> {
    require_platform(caller, Permission::PlatformManage)?;
    let order = form.read(true).map_err(Error::Invalid)?;
    let first = make().await?;
    let mut tx = services.db.platform(caller).await?;
    let (plan, most) = plan_of(&mut tx, order.plan, None).await?;
    if most.is_some_and(|most| order.slots > most) {
        return Err(Error::PlanLimit(Problem::new("slots", "problem-plan-isps").with("most", most.unwrap_or_default())));
    }
    refuse_host_of_isp(&mut tx, order.domain.as_deref()).await?;
    let id = TenantId(Uuid::now_v7());
    store::create(&mut tx, &change_of(id, &order)).await?;
    if order.slots > 0 {
        let entry = slots::Change { tenant: id, kind: "assign", change: order.slots, other: None, reason: "" };
        slots::change(&mut tx, &entry, services.now()).await?;
    }
    let head = create_head(services, &mut tx, id, &order, &first).await?;
    let mut after = facts(&order, &plan);
    after["slots"] = json!(order.slots);
    after["admin"] = json!(order.admin.1);
    let change = Change { action: "tenant.create", tenant: Some(id), subject: &order.name, after: Some(after), ..Change::default() };
    platform_log::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok((id, head))
}

async fn create_head(services: &Services, tx: &mut PlatformTx, id: TenantId, order: &TenantOrder, first: &First) -> Result<AccountId> {
    let head = AccountId(Uuid::now_v7());
    accounts::create_platform(tx, head, Role::SuperAdmin, Some(id), (&order.admin.0, &order.admin.1), &first.hash).await?;
    keep(services, tx, head, first).await?;
    Ok(head)
}

fn change_of(id: TenantId, order: &TenantOrder) -> NewTenant<'_> {
    NewTenant { id, name: &order.name, domain: order.domain.as_deref(), subdomain: order.subdomain.as_deref(), plan: order.plan }
}

/// Saves a tenant. A plan that allows fewer ISPs than there are is refused with their names; slots above it are given back.
pub async fn save_tenant(services: &Services, caller: &PlatformCaller, id: TenantId, version: i32, form: &TenantForm) -> Result<()> {
    require_platform(caller, Permission::PlatformManage)?;
    let order = form.read(false).map_err(Error::Invalid)?;
    let mut tx = services.db.platform(caller).await?;
    let was = store::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if was.version != version {
        return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
    }
    let (plan, most) = plan_of(&mut tx, order.plan, was.plan.as_ref().map(|(id, _)| *id)).await?;
    refuse_host_of_isp(&mut tx, order.domain.as_deref()).await?;
    if let Some(most) = most {
        fit_slots(services, &mut tx, &was, most).await?;
    }
    store::update(&mut tx, &change_of(id, &order)).await?;
    let before = json!({ "name": was.name, "domain": was.domain, "subdomain": was.subdomain, "plan": was.plan.map(|(_, name)| name) });
    let change = Change {
        action: "tenant.update",
        tenant: Some(id),
        subject: &order.name,
        before: Some(before),
        after: Some(facts(&order, &plan)),
        ..Change::default()
    };
    platform_log::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// Takes back the slots above `most`, or refuses with the ISPs that would be without one. The tenant is locked.
pub(super) async fn fit_slots(services: &Services, tx: &mut PlatformTx, tenant: &Tenant, most: i32) -> Result<()> {
    if tenant.isps > i64::from(most) {
        return Err(below_use(tx, tenant.id, most).await?);
    }
    if tenant.slots > most {
        let entry = slots::Change { tenant: tenant.id, kind: "plan", change: most - tenant.slots, other: None, reason: "" };
        slots::change(tx, &entry, services.now()).await?;
    }
    Ok(())
}

/// The refusal that names what has to go first.
pub(super) async fn below_use(tx: &mut PlatformTx, tenant: TenantId, most: i32) -> Result<Error> {
    let names: Vec<String> =
        isps::list(tx).await?.into_iter().filter(|isp| isp.tenant_id == tenant && isp.active).map(|isp| isp.name).collect();
    let over = names.len().saturating_sub(usize::try_from(most).unwrap_or_default());
    Ok(Error::Conflict(Problem::new("", "problem-slots-below-use").with("over", over).with("isps", names.join(", "))))
}

/// Suspends a tenant and with it, for as long as it lasts, everything below.
pub async fn suspend_tenant(services: &Services, caller: &PlatformCaller, id: TenantId, why: &str) -> Result<()> {
    require_platform(caller, Permission::PlatformManage)?;
    require_platform_proof(services, caller)?;
    let why = reason(why)?;
    decide(services, caller, id, "tenant.suspend", &why).await
}

pub async fn lift_tenant(services: &Services, caller: &PlatformCaller, id: TenantId) -> Result<()> {
    require_platform(caller, Permission::PlatformManage)?;
    decide(services, caller, id, "tenant.lift", "").await
}

/// Marks a tenant as deleted: nobody comes in any more and its hosts answer nobody; its data is kept.
pub async fn delete_tenant(services: &Services, caller: &PlatformCaller, id: TenantId, why: &str) -> Result<()> {
    require_platform(caller, Permission::PlatformManage)?;
    require_platform_proof(services, caller)?;
    let why = reason(why)?;
    decide(services, caller, id, "tenant.delete", &why).await
}

pub async fn restore_tenant(services: &Services, caller: &PlatformCaller, id: TenantId) -> Result<()> {
    require_platform(caller, Permission::PlatformManage)?;
    decide(services, caller, id, "tenant.restore", "").await
}

async fn decide(services: &Services, caller: &PlatformCaller, id: TenantId, action: &'static str, why: &str) -> Result<()> {
    let now = services.now();
    let mut tx = services.db.platform(caller).await?;
    let was = store::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let done = match action {
        "tenant.suspend" => store::suspend(&mut tx, id, Some(now), why).await?,
        "tenant.lift" => store::suspend(&mut tx, id, None, "").await?,
        "tenant.delete" => store::mark_deleted(&mut tx, id, Some(now)).await?,
        _ => store::mark_deleted(&mut tx, id, None).await?,
    };
    if !done {
        return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
    }
    let state = |decided: &Decided| match decided {
        Decided::Active => "active",
        Decided::Suspended { .. } => "suspended",
        Decided::Ended => "deleted",
    };
    let is = store::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let change = Change {
        action,
        tenant: Some(id),
        subject: &was.name,
        before: Some(json!({ "status": state(&was.decided) })),
        after: Some(json!({ "status": state(&is.decided), "reason": why })),
        ..Change::default()
    };
    platform_log::record(&mut tx, now, change).await?;
    Ok(tx.commit().await?)
}
