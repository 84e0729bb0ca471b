//! What was done above the ISPs, by whom, with what it was before and after. Append-only.

use crate::{PlatformTx, Result};
use chrono::{DateTime, Utc};
use domain::{IspId, TenantId};
use ipnetwork::IpNetwork;
use serde_json::Value;
use uuid::Uuid;

/// One change, as a use case reports it.
#[derive(Clone, Debug, Default)]
pub struct Change<'a> {
    /// `noun.verb`, a key of the locales with `platform-did-` before it.
    pub action: &'a str,
    pub tenant: Option<TenantId>,
    pub isp: Option<IspId>,
    /// The name of what was changed.
    pub subject: &'a str,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// Writes the entry in the transaction of the change itself.
pub async fn record(tx: &mut PlatformTx, at: DateTime<Utc>, change: Change<'_>) -> Result<()> {
    let caller = tx.caller().clone();
    sqlx::query!(
        "insert into platform_entry (id, at, actor_id, actor_name, action, tenant_id, isp_id, subject, before, after, ip)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        Uuid::now_v7(),
        at,
        caller.actor_id(),
        caller.actor_name(),
        change.action,
        change.tenant.map(|id| id.0),
        change.isp.map(|id| id.0),
        change.subject,
        change.before,
        change.after,
        caller.ip.map(IpNetwork::from)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What somebody did.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub action: String,
    pub subject: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
    pub ip: Option<IpNetwork>,
}

/// One page of the log, newest first, of one tenant or all, and how many entries there are.
pub async fn entries(tx: &mut PlatformTx, tenant: Option<TenantId>, limit: i64, offset: i64) -> Result<(Vec<Entry>, i64)> {
    let tenant = tenant.map(|id| id.0);
    let rows = sqlx::query_as!(
        Entry,
        "select id, at, actor_name as actor, action, subject, before, after, ip from platform_entry
         where $1::uuid is null or tenant_id = $1 order by at desc, id desc limit $2 offset $3",
        tenant,
        limit,
        offset
    )
    .fetch_all(tx.conn())
    .await?;
    let total = sqlx::query_scalar!(r#"select count(*) as "n!" from platform_entry where $1::uuid is null or tenant_id = $1"#, tenant)
        .fetch_one(tx.conn())
        .await?;
    Ok((rows, total))
}
