//! Routers: where each answers, as whom, and which lines live on it. A password goes in sealed, and comes out sealed for the
//! one use case that connects.

pub mod backups;
pub mod watch;

use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::routers::{AuthMode, Router, RouterDoor, RouterDraft};
use domain::{CustomerId, NasId, RouterId, ServiceId};
use std::collections::HashMap;
use uuid::Uuid;

/// What connecting needs.
#[derive(Clone)]
pub struct SealedRouter {
    pub router: Router,
    pub password_sealed: Vec<u8>,
}

/// What is written of one.
pub struct RouterRecord<'a> {
    pub id: RouterId,
    pub draft: &'a RouterDraft,
    /// `None` keeps the one it has.
    pub password_sealed: Option<&'a [u8]>,
    /// The certificate that was confirmed.
    pub fingerprint: Option<&'a [u8]>,
}

struct Found {
    id: Uuid,
    name: String,
    host: String,
    port: i32,
    door: String,
    fingerprint: Option<Vec<u8>>,
    username: String,
    password_sealed: Vec<u8>,
    nas_id: Option<Uuid>,
    parent_id: Option<Uuid>,
    auth_mode: String,
    status: String,
    version: i32,
}

impl Found {
    fn read(self) -> Result<SealedRouter> {
        let hex = |octets: Vec<u8>| octets.iter().map(|octet| format!("{octet:02x}")).collect();
        let router = Router {
            id: RouterId(self.id),
            name: self.name,
            host: self.host,
            port: known(u16::try_from(self.port).ok(), "port", &self.port.to_string())?,
            door: known(RouterDoor::from_slug(&self.door), "door", &self.door)?,
            fingerprint: self.fingerprint.map(hex),
            username: self.username,
            nas_id: self.nas_id.map(NasId),
            parent_id: self.parent_id.map(RouterId),
            auth_mode: known(AuthMode::from_slug(&self.auth_mode), "auth_mode", &self.auth_mode)?,
            active: self.status == "active",
            version: self.version,
        };
        Ok(SealedRouter { router, password_sealed: self.password_sealed })
    }
}

/// All of them, those in use first, by name.
pub async fn list(tx: &mut IspTx) -> Result<Vec<Router>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Found,
        "select id, name, host, port, door, fingerprint, username, password_sealed, nas_id, parent_id, auth_mode, status, version
         from router where isp_id = $1 order by status, lower(name)",
        isp
    );
    rows.fetch_all(tx.conn()).await?.into_iter().map(|row| Ok(row.read()?.router)).collect()
}

/// Some of them, with what connecting to them needs.
pub async fn sealed(tx: &mut IspTx, ids: &[RouterId]) -> Result<Vec<SealedRouter>> {
    let isp = tx.isp();
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query_as!(
        Found,
        "select id, name, host, port, door, fingerprint, username, password_sealed, nas_id, parent_id, auth_mode, status, version
         from router where isp_id = $1 and id = any($2)",
        isp,
        &ids
    );
    rows.fetch_all(tx.conn()).await?.into_iter().map(Found::read).collect()
}

/// One of them.
pub async fn find(tx: &mut IspTx, id: RouterId) -> Result<Option<Router>> {
    Ok(sealed(tx, &[id]).await?.pop().map(|found| found.router))
}

/// One of them, locked for a change.
pub async fn lock(tx: &mut IspTx, id: RouterId) -> Result<Option<Router>> {
    let isp = tx.isp();
    sqlx::query!("select id from router where isp_id = $1 and id = $2 for update", isp, id.0).fetch_optional(tx.conn()).await?;
    find(tx, id).await
}

/// The router that is this RADIUS client.
pub async fn of_nas(tx: &mut IspTx, nas: NasId) -> Result<Option<RouterId>> {
    let isp = tx.isp();
    let id = sqlx::query_scalar!("select id from router where isp_id = $1 and nas_id = $2", isp, nas.0);
    Ok(id.fetch_optional(tx.conn()).await?.map(RouterId))
}

pub async fn create(tx: &mut IspTx, router: &RouterRecord<'_>, now: DateTime<Utc>) -> Result<()> {
    let (isp, draft) = (tx.isp(), router.draft);
    sqlx::query!(
        "insert into router (isp_id, id, name, host, port, door, fingerprint, username, password_sealed, nas_id, parent_id, auth_mode, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        isp,
        router.id.0,
        draft.name,
        draft.host,
        i32::from(draft.port),
        draft.door.slug(),
        router.fingerprint,
        draft.username,
        router.password_sealed.unwrap_or_default(),
        draft.nas_id.map(|id| id.0),
        draft.parent_id.map(|id| id.0),
        draft.auth_mode.slug(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The next look is due at once: it may be another device now.
pub async fn update(tx: &mut IspTx, router: &RouterRecord<'_>, now: DateTime<Utc>) -> Result<()> {
    let (isp, draft) = (tx.isp(), router.draft);
    sqlx::query!(
        "update router set name = $3, host = $4, port = $5, door = $6, fingerprint = $7, username = $8,
                password_sealed = coalesce($9, password_sealed), nas_id = $10, parent_id = $11, auth_mode = $12, version = version + 1
         where isp_id = $1 and id = $2",
        isp,
        router.id.0,
        draft.name,
        draft.host,
        i32::from(draft.port),
        draft.door.slug(),
        router.fingerprint,
        draft.username,
        router.password_sealed,
        draft.nas_id.map(|id| id.0),
        draft.parent_id.map(|id| id.0),
        draft.auth_mode.slug()
    )
    .execute(tx.conn())
    .await?;
    look_now(tx, router.id, now).await
}

/// Keeps the certificate that a person confirmed.
pub async fn confirm(tx: &mut IspTx, id: RouterId, fingerprint: &[u8], now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update router set fingerprint = $3, version = version + 1 where isp_id = $1 and id = $2", isp, id.0, fingerprint)
        .execute(tx.conn())
        .await?;
    look_now(tx, id, now).await
}

async fn look_now(tx: &mut IspTx, id: RouterId, now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update router_state set poll_at = $3, interfaces_at = null, leased_by = null, leased_until = null where isp_id = $1 and router_id = $2",
        isp,
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn set_active(tx: &mut IspTx, id: RouterId, active: bool, now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    let status = if active { "active" } else { "disabled" };
    sqlx::query!("update router set status = $3, version = version + 1 where isp_id = $1 and id = $2", isp, id.0, status)
        .execute(tx.conn())
        .await?;
    look_now(tx, id, now).await
}

/// How it decides from now on who is let in.
pub async fn set_mode(tx: &mut IspTx, id: RouterId, mode: AuthMode) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update router set auth_mode = $3, version = version + 1 where isp_id = $1 and id = $2", isp, id.0, mode.slug())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Does `ancestor` stand above `id`, or is it the same?
pub async fn hangs_behind(tx: &mut IspTx, id: RouterId, ancestor: RouterId) -> Result<bool> {
    let isp = tx.isp();
    let found = sqlx::query_scalar!(
        r#"with recursive above (id) as (
             select $2::uuid
             union select r.parent_id from router r join above a on r.id = a.id where r.isp_id = $1 and r.parent_id is not null)
           select exists (select 1 from above where id = $3) as "found!""#,
        isp,
        id.0,
        ancestor.0
    );
    Ok(found.fetch_one(tx.conn()).await?)
}

/// The router on which a line lives, where somebody said so.
pub async fn of_service(tx: &mut IspTx, service: ServiceId) -> Result<Option<RouterId>> {
    let isp = tx.isp();
    let id = sqlx::query_scalar!("select router_id from service_router where isp_id = $1 and service_id = $2", isp, service.0);
    Ok(id.fetch_optional(tx.conn()).await?.map(RouterId))
}

/// The lines that live on a router.
pub async fn lines_on(tx: &mut IspTx, id: RouterId) -> Result<Vec<ServiceId>> {
    let isp = tx.isp();
    let lines = sqlx::query_scalar!("select service_id from service_router where isp_id = $1 and router_id = $2", isp, id.0);
    Ok(lines.fetch_all(tx.conn()).await?.into_iter().map(ServiceId).collect())
}

/// Says on which router lines live; `None`: on none that is known.
pub async fn place(tx: &mut IspTx, services: &[ServiceId], router: Option<RouterId>) -> Result<()> {
    let isp = tx.isp();
    let services: Vec<Uuid> = services.iter().map(|id| id.0).collect();
    match router {
        Some(router) => sqlx::query!(
            "insert into service_router (isp_id, service_id, router_id) select $1, s, $3 from unnest($2::uuid[]) s
             on conflict (isp_id, service_id) do update set router_id = excluded.router_id",
            isp,
            &services,
            router.0
        ),
        None => sqlx::query!("delete from service_router where isp_id = $1 and service_id = any($2)", isp, &services),
    }
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whose lines these names are, in lower case; those that whoever asks may see.
pub async fn lines_named(tx: &mut IspTx, names: &[String]) -> Result<Vec<(String, (CustomerId, String))>> {
    let isp = tx.isp();
    let names: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
    let rows = sqlx::query!(
        r#"select s.username_key as "username!", s.customer_id, c.name
           from service s join customer c on c.isp_id = s.isp_id and c.id = s.customer_id
           where s.isp_id = $1 and s.status <> 'terminated' and s.username_key = any($2)"#,
        isp,
        &names
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.username, (CustomerId(row.customer_id), row.name))).collect())
}

/// Which lines have these names, in lower case.
pub async fn lines_called(tx: &mut IspTx, names: &[String]) -> Result<HashMap<String, (ServiceId, CustomerId)>> {
    let isp = tx.isp();
    let names: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
    let rows = sqlx::query!(
        r#"select username_key as "username!", id, customer_id from service
           where isp_id = $1 and status <> 'terminated' and username_key = any($2)"#,
        isp,
        &names
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.username, (ServiceId(row.id), CustomerId(row.customer_id)))).collect())
}
