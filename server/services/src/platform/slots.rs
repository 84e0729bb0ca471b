//! Slots: given to a tenant, taken back, moved to another. Never fewer than its ISPs need, never more than its plan allows.

use super::tenants::below_use;
use super::{own, reason, require_platform};
use crate::{Error, Result, Services};
use domain::customers::{Page, Paging};
use domain::people::PlatformCaller;
use domain::platform::Limited;
use domain::rights::Permission;
use domain::{Problem, TenantId};
use serde_json::json;
use storage::platform_log::{self, Change};
use storage::slots::{self as store, Entry};
use storage::{PlatformTx, tenants};

fn count(text: &str) -> Result<i32> {
    let read = text.trim().parse().ok().filter(|count| (1..=10_000).contains(count));
    read.ok_or_else(|| Error::Invalid(vec![Problem::new("count", "problem-number-range").with("least", 1).with("most", 10_000)]))
}

/// Gives a tenant slots, or takes free ones back.
pub async fn change_slots(services: &Services, caller: &PlatformCaller, id: TenantId, more: bool, number: &str, why: &str) -> Result<()> {
    require_platform(caller, Permission::PlatformManage)?;
    let (number, why) = (count(number)?, reason(why)?);
    let change = if more { number } else { -number };
    let mut tx = services.db.platform(caller).await?;
    let kind = if more { "assign" } else { "free" };
    apply(services, &mut tx, &store::Change { tenant: id, kind, change, other: None, reason: &why }).await?;
    Ok(tx.commit().await?)
}

/// Moves free slots from one tenant to another.
pub async fn transfer_slots(
    services: &Services,
    caller: &PlatformCaller,
    from: TenantId,
    to: TenantId,
    number: &str,
    why: &str,
) -> Result<()> {
    require_platform(caller, Permission::PlatformManage)?;
    let (number, why) = (count(number)?, reason(why)?);
    if from == to {
        return Err(Error::Invalid(vec![Problem::new("to", "problem-choice")]));
    }
    let mut tx = services.db.platform(caller).await?;
    let give = store::Change { tenant: from, kind: "transfer", change: -number, other: Some(to), reason: &why };
    let take = store::Change { tenant: to, kind: "transfer", change: number, other: Some(from), reason: &why };
    // Always in the same order, so that two moves against each other wait instead of blocking.
    let [one, two] = if from < to { [give, take] } else { [take, give] };
    apply(services, &mut tx, &one).await?;
    apply(services, &mut tx, &two).await?;
    Ok(tx.commit().await?)
}

async fn apply(services: &Services, tx: &mut PlatformTx, change: &store::Change<'_>) -> Result<()> {
    let tenant = tenants::lock(tx, change.tenant).await?.filter(|tenant| tenant.deleted_at.is_none()).ok_or(Error::NotFound)?;
    let after = tenant.slots + change.change;
    if change.change < 0 && (i64::from(after) < tenant.isps || after < 0) {
        return Err(below_use(tx, tenant.id, after.max(0)).await?);
    }
    if let Some(most) = tenant.limits.of(Limited::Isps).filter(|most| change.change > 0 && i64::from(after) > *most) {
        return Err(Error::PlanLimit(Problem::new("count", "problem-plan-isps").with("most", most)));
    }
    store::change(tx, change, services.now()).await?;
    let entry = Change {
        action: "slots.change",
        tenant: Some(tenant.id),
        subject: &tenant.name,
        before: Some(json!({ "slots": tenant.slots })),
        after: Some(json!({ "slots": after, "reason": change.reason })),
        ..Change::default()
    };
    Ok(platform_log::record(tx, services.now(), entry).await?)
}

/// Every change of slots: a super admin's own tenant's.
pub async fn slot_history(services: &Services, caller: &PlatformCaller, paging: Paging) -> Result<Page<Entry>> {
    require_platform(caller, Permission::PlatformView)?;
    let mut tx = services.db.platform(caller).await?;
    let (rows, total) = store::history(&mut tx, own(caller), paging.size, paging.offset()).await?;
    Ok(Page { rows, total, page: paging.page, size: paging.size })
}
