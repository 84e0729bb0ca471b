//! What the RADIUS service noticed: which access servers spoke and how wrongly, and addresses that nobody registered.
//! Written in batches, as counts.

use crate::{IspTx, PlatformTx, Result};
use chrono::{DateTime, Utc};
use domain::NasId;
use domain::radius::{AlertKind, UnknownAddress};
use ipnetwork::IpNetwork;
use std::net::IpAddr;
use uuid::Uuid;

/// A flood of made-up addresses may not fill the database.
const MOST_UNKNOWN: i64 = 1_000;

/// When access servers were last heard.
pub async fn seen(tx: &mut IspTx, seen: &[(NasId, DateTime<Utc>)]) -> Result<()> {
    let isp = tx.isp();
    let (ids, at): (Vec<Uuid>, Vec<DateTime<Utc>>) = seen.iter().map(|(id, at)| (id.0, *at)).unzip();
    sqlx::query!(
        "insert into nas_seen as s (isp_id, nas_id, at)
         select $1, u.id, u.at from unnest($2::uuid[], $3::timestamptz[]) u (id, at) join nas n on n.isp_id = $1 and n.id = u.id order by u.id
         on conflict (isp_id, nas_id) do update set at = greatest(s.at, excluded.at)",
        isp,
        &ids,
        &at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Adds to what is known to be wrong.
pub async fn wrong(tx: &mut IspTx, at: DateTime<Utc>, counts: &[(NasId, AlertKind, u64)]) -> Result<()> {
    let isp = tx.isp();
    let ids: Vec<Uuid> = counts.iter().map(|(id, ..)| id.0).collect();
    let kinds: Vec<String> = counts.iter().map(|(_, kind, _)| kind.slug().to_string()).collect();
    let packets: Vec<i64> = counts.iter().map(|(.., packets)| i64::try_from(*packets).unwrap_or(i64::MAX)).collect();
    sqlx::query!(
        "insert into nas_alert as a (isp_id, nas_id, kind, first_at, last_at, packets)
         select $1, u.id, u.kind, $2, $2, u.packets from unnest($3::uuid[], $4::text[], $5::bigint[]) u (id, kind, packets)
         join nas n on n.isp_id = $1 and n.id = u.id order by u.id, u.kind
         on conflict (isp_id, nas_id, kind) do update set last_at = greatest(a.last_at, excluded.last_at), packets = a.packets + excluded.packets",
        isp,
        at,
        &ids,
        &kinds,
        &packets
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Adds to what is known of strangers; keeps the thousand that were heard last.
pub async fn unknown(tx: &mut PlatformTx, at: DateTime<Utc>, counts: &[(IpAddr, u64)]) -> Result<()> {
    let addresses: Vec<IpNetwork> = counts.iter().map(|(address, _)| IpNetwork::from(*address)).collect();
    let packets: Vec<i64> = counts.iter().map(|(_, packets)| i64::try_from(*packets).unwrap_or(i64::MAX)).collect();
    sqlx::query!(
        "insert into unknown_nas as n (address, first_at, last_at, packets)
         select u.address, $1, $1, u.packets from unnest($2::inet[], $3::bigint[]) u (address, packets) order by u.address
         on conflict (address) do update set last_at = greatest(n.last_at, excluded.last_at), packets = n.packets + excluded.packets",
        at,
        &addresses,
        &packets
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "delete from unknown_nas where address in (select address from unknown_nas order by last_at desc, address offset $1)",
        MOST_UNKNOWN
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Strangers, the last heard first, that are nobody's access server now.
pub async fn strangers(tx: &mut PlatformTx, since: DateTime<Utc>) -> Result<Vec<UnknownAddress>> {
    let rows = sqlx::query!(
        "select address, first_at, last_at, packets from unknown_nas where last_at >= $1 order by last_at desc, address",
        since
    )
    .fetch_all(tx.conn())
    .await?;
    let strangers = rows.into_iter().map(|row| UnknownAddress {
        address: row.address.ip(),
        first_at: row.first_at,
        last_at: row.last_at,
        packets: row.packets,
    });
    Ok(strangers.collect())
}
