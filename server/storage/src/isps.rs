//! ISPs and the hosts they answer on: the platform's own tables.

use crate::db::currency;
use crate::error::known;
use crate::{Db, PlatformTx, Result};
use chrono_tz::Tz;
use domain::access::{AccessPolicy, SuspendedAccess};
use domain::people::PlatformCaller;
use domain::{Currency, IspId, TenantId};
use uuid::Uuid;

/// An ISP as the whole program needs it.
#[derive(Clone, Debug)]
pub struct Isp {
    pub id: IspId,
    pub tenant_id: TenantId,
    pub name: String,
    pub native_name: Option<String>,
    pub short_name: String,
    pub zone: Tz,
    pub currency: Currency,
    pub language: String,
    pub policy: AccessPolicy,
    pub active: bool,
}

struct Row {
    id: Uuid,
    tenant_id: Uuid,
    name: String,
    native_name: Option<String>,
    short_name: String,
    time_zone: String,
    currency: String,
    language: String,
    suspended_access: String,
    walled_list: String,
    interim_seconds: i32,
    status: String,
}

impl Row {
    fn isp(self) -> Result<Isp> {
        let suspended_access = match self.suspended_access.as_str() {
            "walled" => SuspendedAccess::Walled,
            _ => SuspendedAccess::Reject,
        };
        Ok(Isp {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            name: self.name,
            native_name: self.native_name,
            short_name: self.short_name,
            zone: known(self.time_zone.parse().ok(), "time zone", &self.time_zone)?,
            currency: currency(&self.currency)?,
            language: self.language,
            policy: AccessPolicy { suspended_access, walled_list: self.walled_list, interim_seconds: self.interim_seconds.unsigned_abs() },
            active: self.status == "active",
        })
    }
}

/// Every ISP, by name.
pub async fn list(tx: &mut PlatformTx) -> Result<Vec<Isp>> {
    let rows = sqlx::query_as!(
        Row,
        "select id, tenant_id, name, native_name, short_name, time_zone, currency, language, suspended_access, walled_list, interim_seconds, status
         from isp order by name, id"
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Row::isp).collect()
}

pub async fn find(tx: &mut PlatformTx, id: IspId) -> Result<Option<Isp>> {
    let row = sqlx::query_as!(
        Row,
        "select id, tenant_id, name, native_name, short_name, time_zone, currency, language, suspended_access, walled_list, interim_seconds, status
         from isp where id = $1",
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Row::isp).transpose()
}

/// The ISP that answers on a host name (lower case, without port).
pub async fn find_by_host(tx: &mut PlatformTx, host: &str) -> Result<Option<Isp>> {
    let row = sqlx::query_as!(
        Row,
        "select i.id, tenant_id, name, native_name, short_name, time_zone, currency, language, suspended_access, walled_list, interim_seconds, status
         from isp i join isp_host h on h.isp_id = i.id where h.host = $1",
        host
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Row::isp).transpose()
}

/// One ISP by id, in a transaction of its own: what a use case needs before it opens the ISP's.
pub async fn load(db: &Db, id: IspId) -> Result<Option<Isp>> {
    let mut tx = db.platform(&PlatformCaller::system("load")).await?;
    find(&mut tx, id).await
}

/// What is needed to found an ISP.
#[derive(Clone, Debug)]
pub struct NewIsp<'a> {
    pub id: IspId,
    pub tenant_id: TenantId,
    pub name: &'a str,
    pub native_name: Option<&'a str>,
    pub short_name: &'a str,
    pub zone: Tz,
    pub currency: Currency,
    pub language: &'a str,
    pub suspended_access: SuspendedAccess,
    pub hosts: &'a [&'a str],
}

pub async fn create_tenant(tx: &mut PlatformTx, id: TenantId, name: &str) -> Result<()> {
    sqlx::query!("insert into tenant (id, name) values ($1, $2)", id.0, name).execute(tx.conn()).await?;
    Ok(())
}

pub async fn create(tx: &mut PlatformTx, isp: NewIsp<'_>) -> Result<()> {
    let suspended_access = match isp.suspended_access {
        SuspendedAccess::Walled => "walled",
        SuspendedAccess::Reject => "reject",
    };
    sqlx::query!(
        "insert into isp (id, tenant_id, name, native_name, short_name, time_zone, currency, language, suspended_access)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        isp.id.0,
        isp.tenant_id.0,
        isp.name,
        isp.native_name,
        isp.short_name,
        isp.zone.name(),
        isp.currency.code(),
        isp.language,
        suspended_access
    )
    .execute(tx.conn())
    .await?;
    for host in isp.hosts {
        sqlx::query!("insert into isp_host (host, isp_id) values ($1, $2)", host.to_lowercase(), isp.id.0).execute(tx.conn()).await?;
    }
    Ok(())
}

/// The check value that this installation's key made: stored on the first start, answered on every later one.
pub async fn installation_key(tx: &mut PlatformTx, key_id: &str, check: &[u8]) -> Result<(String, Vec<u8>)> {
    sqlx::query!("insert into installation (key_id, key_check) values ($1, $2) on conflict do nothing", key_id, check)
        .execute(tx.conn())
        .await?;
    let row = sqlx::query!("select key_id, key_check from installation").fetch_one(tx.conn()).await?;
    Ok((row.key_id, row.key_check))
}

/// All host names and whose they are.
pub async fn hosts(tx: &mut PlatformTx) -> Result<Vec<(String, IspId)>> {
    let rows = sqlx::query!("select host, isp_id from isp_host order by host").fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.host, row.isp_id.into())).collect())
}
