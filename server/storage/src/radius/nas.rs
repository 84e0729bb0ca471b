//! Access servers: the addresses that may ask, and the sealed secret of each.

use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::NasId;
use domain::access::{ReplyLine, read_template};
use domain::radius::{AlertKind, NasAlert, NasDraft, NasRow, NasVendor};
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
    pub mac_auth: bool,
    /// `None`: it hears no changes.
    pub coa_port: Option<u16>,
    pub framed_pool: Option<String>,
    pub extra: Vec<ReplyLine>,
    /// It did what it was told not long ago.
    pub obeys: bool,
}

/// What is written of one.
pub struct NasRecord<'a> {
    pub id: NasId,
    pub draft: &'a NasDraft,
    /// `None` keeps the one it has.
    pub secret_sealed: Option<&'a [u8]>,
}

struct Sealed {
    id: Uuid,
    address: IpNetwork,
    vendor: String,
    secret_sealed: Vec<u8>,
    require_message_authenticator: bool,
    mac_auth: bool,
    coa_port: Option<i32>,
    framed_pool: Option<String>,
    reply_template: String,
    obeys: bool,
}

impl Sealed {
    fn read(self) -> Result<SealedNas> {
        Ok(SealedNas {
            id: self.id.into(),
            address: self.address.ip(),
            vendor: known(NasVendor::from_slug(&self.vendor), "vendor", &self.vendor)?,
            secret_sealed: self.secret_sealed,
            require_message_authenticator: self.require_message_authenticator,
            mac_auth: self.mac_auth,
            coa_port: self.coa_port.and_then(|port| u16::try_from(port).ok()),
            framed_pool: self.framed_pool,
            // It was checked when it was saved.
            extra: read_template("reply_template", &self.reply_template).unwrap_or_default(),
            obeys: self.obeys,
        })
    }
}

/// Those that may ask at `now`.
pub async fn active(tx: &mut IspTx, now: DateTime<Utc>) -> Result<Vec<SealedNas>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Sealed,
        r#"select id, address, vendor, secret_sealed, require_message_authenticator, mac_auth, coa_port, framed_pool, reply_template,
                  exists (select 1 from access_order o where o.isp_id = $1 and o.nas_id = nas.id and o.kind = 'change' and o.answer = 'ack'
                          and o.answered_at > $2::timestamptz - interval '14 days') as "obeys!"
           from nas where isp_id = $1 and status = 'active'"#,
        isp,
        now
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Sealed::read).collect()
}

/// One of them, in use or not.
pub async fn sealed(tx: &mut IspTx, id: NasId) -> Result<Option<SealedNas>> {
    let isp = tx.isp();
    let row = sqlx::query_as!(
        Sealed,
        r#"select id, address, vendor, secret_sealed, require_message_authenticator, mac_auth, coa_port, framed_pool, reply_template,
                  false as "obeys!"
           from nas where isp_id = $1 and id = $2"#,
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Sealed::read).transpose()
}

/// All of them by name, with what is wrong with each; alerts that are older than `since` are history.
pub async fn list(tx: &mut IspTx, since: DateTime<Utc>) -> Result<Vec<NasRow>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select n.id, n.name, n.address, n.vendor, n.require_message_authenticator, n.mac_auth, n.coa_port, n.framed_pool, n.reply_template,
                  n.status, n.version, s.at as "last_seen?",
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
            mac_auth: row.mac_auth,
            coa_port: row.coa_port.and_then(|port| u16::try_from(port).ok()),
            framed_pool: row.framed_pool,
            reply_template: row.reply_template,
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
        "select id, name, address, vendor, require_message_authenticator, mac_auth, coa_port, framed_pool, reply_template, status, version
         from nas where isp_id = $1 and id = $2 for update",
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
        mac_auth: row.mac_auth,
        coa_port: row.coa_port.and_then(|port| u16::try_from(port).ok()),
        framed_pool: row.framed_pool,
        reply_template: row.reply_template,
        active: row.status == "active",
        last_seen: None,
        online: 0,
        alerts: Vec::new(),
        version: row.version,
    }))
}

pub async fn create(tx: &mut IspTx, nas: &NasRecord<'_>) -> Result<()> {
    let (isp, draft) = (tx.isp(), nas.draft);
    sqlx::query!(
        "insert into nas (isp_id, id, name, address, vendor, secret_sealed, require_message_authenticator, mac_auth, coa_port, framed_pool, reply_template)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        isp,
        nas.id.0,
        draft.name,
        IpNetwork::from(draft.address),
        draft.vendor.slug(),
        nas.secret_sealed.unwrap_or_default(),
        draft.require_message_authenticator,
        draft.mac_auth,
        draft.coa_port.map(i32::from),
        draft.framed_pool,
        draft.reply_template
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn update(tx: &mut IspTx, nas: &NasRecord<'_>) -> Result<()> {
    let (isp, draft) = (tx.isp(), nas.draft);
    sqlx::query!(
        "update nas set name = $3, address = $4, vendor = $5, secret_sealed = coalesce($6, secret_sealed), require_message_authenticator = $7,
                mac_auth = $8, coa_port = $9, framed_pool = $10, reply_template = $11, version = version + 1
         where isp_id = $1 and id = $2",
        isp,
        nas.id.0,
        draft.name,
        IpNetwork::from(draft.address),
        draft.vendor.slug(),
        nas.secret_sealed,
        draft.require_message_authenticator,
        draft.mac_auth,
        draft.coa_port.map(i32::from),
        draft.framed_pool,
        draft.reply_template
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
