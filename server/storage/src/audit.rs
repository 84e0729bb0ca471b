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

/// Writes the entries of many changes in one statement.
pub async fn record_many(tx: &mut IspTx, at: DateTime<Utc>, changes: &[Change<'_>]) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let (isp, caller) = (tx.isp(), tx.caller().clone());
    macro_rules! column {
        ($f:expr) => {
            changes.iter().map($f).collect::<Vec<_>>()
        };
    }
    sqlx::query!(
        "insert into audit_entry (isp_id, id, at, actor_id, actor_name, action, object_kind, object_id, customer_id, before, after, ip, request_id)
         select $1, id, $2, $3, $4, action, kind, object_id, customer_id, before, after, $5, $6
         from unnest($7::uuid[], $8::text[], $9::text[], $10::uuid[], $11::uuid[], $12::jsonb[], $13::jsonb[])
           as v (id, action, kind, object_id, customer_id, before, after)",
        isp,
        at,
        caller.actor_id(),
        caller.actor_name(),
        caller.ip.map(ipnetwork::IpNetwork::from),
        caller.request_id,
        &column!(|_| Uuid::now_v7()),
        &column!(|c| c.action) as &[&str],
        &column!(|c| c.object_kind) as &[&str],
        &column!(|c| c.object_id) as &[Option<Uuid>],
        &column!(|c| c.customer_id) as &[Option<Uuid>],
        &column!(|c| c.before.clone()) as &[Option<Value>],
        &column!(|c| c.after.clone()) as &[Option<Value>]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
