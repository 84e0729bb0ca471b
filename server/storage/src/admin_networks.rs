//! The networks from which staff may come, of an ISP or of the platform. Platform table: read before anybody is known.

use crate::Result;
use crate::db::sealed::Conn;
use chrono::{DateTime, Utc};
use domain::trust::Network;
use ipnetwork::IpNetwork;
use uuid::Uuid;

/// One of the list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub network: Network,
    pub label: String,
    pub active: bool,
}

pub async fn of(tx: &mut impl Conn, isp: Option<Uuid>) -> Result<Vec<Listed>> {
    let rows = sqlx::query!("select network, label, active from admin_network where scope = $1 order by network", isp.unwrap_or_default())
        .fetch_all(tx.conn())
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(Listed { network: Network::new(row.network.ip(), row.network.prefix())?, label: row.label, active: row.active })
        })
        .collect())
}

/// Those that hold now.
pub async fn active(tx: &mut impl Conn, isp: Option<Uuid>) -> Result<Vec<Network>> {
    Ok(of(tx, isp).await?.into_iter().filter(|listed| listed.active).map(|listed| listed.network).collect())
}

/// Puts this list in place of the one there was.
pub async fn replace(tx: &mut impl Conn, isp: Option<Uuid>, list: &[(Network, String)], by: &str, now: DateTime<Utc>) -> Result<()> {
    let scope = isp.unwrap_or_default();
    sqlx::query!("delete from admin_network where scope = $1", scope).execute(tx.conn()).await?;
    let networks: Vec<IpNetwork> =
        list.iter().filter_map(|(network, _)| IpNetwork::new(network.address(), network.prefix()).ok()).collect();
    let labels: Vec<String> = list.iter().map(|(_, label)| label.clone()).collect();
    sqlx::query!(
        "insert into admin_network (scope, network, label, added_by, added_at)
         select $1, network, label, $4, $5 from unnest($2::cidr[], $3::text[]) as v (network, label)",
        scope,
        &networks,
        &labels,
        by,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Nobody is held any more: at one place (`None`: the platform). The list stays.
pub async fn switch_off(tx: &mut impl Conn, isp: Option<Uuid>) -> Result<u64> {
    let done = sqlx::query!("update admin_network set active = false where scope = $1 and active", isp.unwrap_or_default())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected())
}
