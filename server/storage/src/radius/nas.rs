//! Access servers: the addresses that may ask, and the sealed secret of each.

use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::NasId;
use domain::radius::{AlertKind, NasAlert, NasRow, NasVendor};
use ipnetwork::IpNetwork;
use std::net::IpAddr;
use uuid::Uuid;

/// An access server with its secret, for those who have to prove packets with it.
pub struct SealedNas {
    pub id: NasId,
    pub address: IpAddr,
    pub vendor: NasVendor,
    pub secret_sealed: Vec<u8>,
    pub require_message_authenticator: bool,
}

/// What is written of one.
pub struct NasRecord<'a> {
    pub id: NasId,
    pub name: &'a str,
    pub address: IpAddr,
    pub vendor: NasVendor,
    /// `None` keeps the one it has.
    pub secret_sealed: Option<&'a [u8]>,
    pub require_message_authenticator: bool,
}

/// Those that may ask now.
pub async fn active(tx: &mut IspTx) -> Result<Vec<SealedNas>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select id, address, vendor, secret_sealed, require_message_authenticator from nas where isp_id = $1 and status = 'active'",
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    let nas = rows.into_iter().map(|row| {
        Ok(SealedNas {
            id: row.id.into(),
            address: row.address.ip(),
            vendor: known(NasVendor::from_slug(&row.vendor), "vendor", &row.vendor)?,
            secret_sealed: row.secret_sealed,
            require_message_authenticator: row.require_message_authenticator,
        })
    });
    nas.collect()
}

/// All of them by name, with what is wrong with each; alerts that are older than `since` are history.
pub async fn list(tx: &mut IspTx, since: DateTime<Utc>) -> Result<Vec<NasRow>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select n.id, n.name, n.address, n.vendor, n.require_message_authenticator, n.status, n.version, s.at as "last_seen?",
                  (select count(*) from radius_session r where r.isp_id = $1 and r.nas_id = n.id and r.stopped_at is null) as "online!"
           from nas n left join nas_seen s on s.isp_id = n.isp_id and s.nas_id = n.id
           where n.isp_id = $1 order by n.status, lower(n.name)"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    let mut alerts = alerts(tx, since).await?;
    let nas = rows.into_iter().map(|row| {
        let id = NasId(row.id);
        Ok(NasRow {
            id,
            name: row.name,
            address: row.address.ip(),
            vendor: known(NasVendor::from_slug(&row.vendor), "vendor", &row.vendor)?,
            require_message_authenticator: row.require_message_authenticator,
            active: row.status == "active",
            last_seen: row.last_seen,
            online: row.online,
            alerts: alerts.extract_if(.., |(nas, _)| *nas == id).map(|(_, alert)| alert).collect(),
            version: row.version,
        })
    });
    nas.collect()
}

async fn alerts(tx: &mut IspTx, since: DateTime<Utc>) -> Result<Vec<(NasId, NasAlert)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select nas_id, kind, first_at, last_at, packets from nas_alert where isp_id = $1 and last_at >= $2 order by nas_id, kind",
        isp,
        since
    )
    .fetch_all(tx.conn())
    .await?;
    let alerts = rows.into_iter().map(|row| {
        let kind = known(AlertKind::from_slug(&row.kind), "alert", &row.kind)?;
        Ok((NasId(row.nas_id), NasAlert { kind, first_at: row.first_at, last_at: row.last_at, packets: row.packets }))
    });
    alerts.collect()
}

/// One of them, locked for a change.
pub async fn lock(tx: &mut IspTx, id: NasId) -> Result<Option<NasRow>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select id, name, address, vendor, require_message_authenticator, status, version from nas where isp_id = $1 and id = $2 for update",
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(NasRow {
        id,
        name: row.name,
        address: row.address.ip(),
        vendor: known(NasVendor::from_slug(&row.vendor), "vendor", &row.vendor)?,
        require_message_authenticator: row.require_message_authenticator,
        active: row.status == "active",
        last_seen: None,
        online: 0,
        alerts: Vec::new(),
        version: row.version,
    }))
}

pub async fn create(tx: &mut IspTx, nas: &NasRecord<'_>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into nas (isp_id, id, name, address, vendor, secret_sealed, require_message_authenticator) values ($1, $2, $3, $4, $5, $6, $7)",
        isp,
        nas.id.0,
        nas.name,
        IpNetwork::from(nas.address),
        nas.vendor.slug(),
        nas.secret_sealed.unwrap_or_default(),
        nas.require_message_authenticator
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn update(tx: &mut IspTx, nas: &NasRecord<'_>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update nas set name = $3, address = $4, vendor = $5, secret_sealed = coalesce($6, secret_sealed), require_message_authenticator = $7,
                version = version + 1
         where isp_id = $1 and id = $2",
        isp,
        nas.id.0,
        nas.name,
        IpNetwork::from(nas.address),
        nas.vendor.slug(),
        nas.secret_sealed,
        nas.require_message_authenticator
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn set_active(tx: &mut IspTx, id: NasId, active: bool) -> Result<()> {
    let isp = tx.isp();
    let status = if active { "active" } else { "disabled" };
    sqlx::query!("update nas set status = $3, version = version + 1 where isp_id = $1 and id = $2", isp, id.0, status)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// What is wrong is forgotten, after somebody has seen to it.
pub async fn clear_alerts(tx: &mut IspTx, id: NasId) -> Result<()> {
    let (isp, id): (Uuid, Uuid) = (tx.isp(), id.0);
    sqlx::query!("delete from nas_alert where isp_id = $1 and nas_id = $2", isp, id).execute(tx.conn()).await?;
    Ok(())
}
