//! Slots: how many ISPs a tenant may have. The number stands with the tenant, every change of it stays here. Whoever
//! changes it holds the tenant's lock.

use crate::{PlatformTx, Result};
use chrono::{DateTime, Utc};
use domain::TenantId;
use uuid::Uuid;

/// One change.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    pub tenant: TenantId,
    /// `assign`, `free`, `transfer` or `plan`.
    pub kind: &'a str,
    pub change: i32,
    pub other: Option<TenantId>,
    pub reason: &'a str,
}

/// Changes how many slots a tenant has and notes it; answers with how many it has now.
pub async fn change(tx: &mut PlatformTx, change: &Change<'_>, at: DateTime<Utc>) -> Result<i32> {
    let (id, name) = (tx.caller().actor_id(), tx.caller().actor_name().to_owned());
    let slots = sqlx::query_scalar!(
        "update tenant set slots = slots + $2, version = version + 1 where id = $1 returning slots",
        change.tenant.0,
        change.change
    )
    .fetch_one(tx.conn())
    .await?;
    sqlx::query!(
        "insert into slot_entry (id, at, tenant_id, kind, change, slots, other_tenant, reason, actor_id, actor_name)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        Uuid::now_v7(),
        at,
        change.tenant.0,
        change.kind,
        change.change,
        slots,
        change.other.map(|id| id.0),
        change.reason,
        id,
        name
    )
    .execute(tx.conn())
    .await?;
    Ok(slots)
}

/// What happened to slots.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub tenant: String,
    pub kind: String,
    pub change: i32,
    pub slots: i32,
    pub other: Option<String>,
    pub reason: String,
    pub actor: String,
}

/// One page of the history, newest first, and how many entries there are.
pub async fn history(tx: &mut PlatformTx, tenant: Option<TenantId>, limit: i64, offset: i64) -> Result<(Vec<Entry>, i64)> {
    let tenant = tenant.map(|id| id.0);
    let rows = sqlx::query_as!(
        Entry,
        r#"select e.id, e.at, t.name as tenant, e.kind, e.change, e.slots, o.name as "other?", e.reason, e.actor_name as actor
           from slot_entry e join tenant t on t.id = e.tenant_id left join tenant o on o.id = e.other_tenant
           where $1::uuid is null or e.tenant_id = $1 order by e.at desc, e.id desc limit $2 offset $3"#,
        tenant,
        limit,
        offset
    )
    .fetch_all(tx.conn())
    .await?;
    let total = sqlx::query_scalar!(r#"select count(*) as "n!" from slot_entry where $1::uuid is null or tenant_id = $1"#, tenant)
        .fetch_one(tx.conn())
        .await?;
    Ok((rows, total))
}
