//! What each server of ours did since it started, for whoever runs the platform.

use crate::{Error, Result, Services};
use chrono::{DateTime, Utc};
use domain::people::PlatformCaller;
use domain::rights::Permission;
use uuid::Uuid;

/// One server and its counters, by name.
#[derive(Clone, Debug)]
pub struct Node {
    pub node: Uuid,
    pub started_at: DateTime<Utc>,
    pub at: DateTime<Utc>,
    pub subscribers: i64,
    pub figures: Vec<(String, i64)>,
}

/// All servers that were heard within a day.
pub async fn nodes(services: &Services, caller: &PlatformCaller) -> Result<Vec<Node>> {
    if !caller.allowed(Permission::PlatformManage) {
        return Err(Error::Denied(Permission::PlatformManage));
    }
    let mut tx = services.db.platform(caller).await?;
    let rows = storage::radius::nodes::all(&mut tx).await?;
    let nodes = rows.into_iter().map(|row| {
        let figures = row
            .figures
            .as_object()
            .map(|figures| figures.iter().filter_map(|(name, value)| Some((name.clone(), value.as_i64()?))).collect::<Vec<_>>());
        Node { node: row.node, started_at: row.started_at, at: row.at, subscribers: row.subscribers, figures: figures.unwrap_or_default() }
    });
    Ok(nodes.collect())
}
