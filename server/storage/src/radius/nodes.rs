//! What each server of ours did since it started, as it says itself every few seconds.

use crate::{PlatformTx, Result};
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

/// One server.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeRow {
    pub node: Uuid,
    pub started_at: DateTime<Utc>,
    pub at: DateTime<Utc>,
    /// Lines that it knows.
    pub subscribers: i64,
    /// Names of counters and how far each is.
    pub figures: Value,
}

/// Says it; who was not heard for a day is gone.
pub async fn say(tx: &mut PlatformTx, row: &NodeRow) -> Result<()> {
    sqlx::query!(
        "insert into radius_node (node, started_at, at, subscribers, figures) values ($1, $2, $3, $4, $5)
         on conflict (node) do update set at = excluded.at, subscribers = excluded.subscribers, figures = excluded.figures",
        row.node,
        row.started_at,
        row.at,
        row.subscribers,
        row.figures
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("delete from radius_node where at < $1::timestamptz - interval '1 day'", row.at).execute(tx.conn()).await?;
    Ok(())
}

/// All of them, the one that was heard last first.
pub async fn all(tx: &mut PlatformTx) -> Result<Vec<NodeRow>> {
    let rows = sqlx::query_as!(NodeRow, "select node, started_at, at, subscribers, figures from radius_node order by at desc, node");
    Ok(rows.fetch_all(tx.conn()).await?)
}
