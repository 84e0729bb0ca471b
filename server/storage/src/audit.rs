//! What was done, by whom, with what it was before and after. Append-only.

use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

/// One change, as a use case reports it.
#[derive(Clone, Debug, Default)]
pub struct Change<'a> {
    /// `noun.verb`, a key of the locales with `audit-` before it.
    pub action: &'a str,
    pub object_kind: &'a str,
    pub object_id: Option<Uuid>,
    /// Puts it on this customer's timeline.
    pub customer_id: Option<Uuid>,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// Writes the entry in the transaction of the change itself.
pub async fn record(tx: &mut IspTx, at: DateTime<Utc>, change: Change<'_>) -> Result<()> {
    let (isp, caller) = (tx.isp(), tx.caller().clone());
    sqlx::query!(
        "insert into audit_entry (isp_id, id, at, actor_id, actor_name, action, object_kind, object_id, customer_id, before, after, ip, request_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        isp,
        Uuid::now_v7(),
        at,
        caller.actor_id(),
        caller.actor_name(),
        change.action,
        change.object_kind,
        change.object_id,
        change.customer_id,
        change.before,
        change.after,
        caller.ip.map(ipnetwork::IpNetwork::from),
        caller.request_id,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
