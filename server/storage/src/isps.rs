//! ISPs and the hosts they answer on: the platform's own tables.

use crate::db::currency;
use crate::db::sealed::Conn;
use crate::error::known;
use crate::settings::{self, Place, from_rows};
use crate::{Db, PlatformTx, Result};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::access::{AccessPolicy, SuspendedAccess};
use domain::people::PlatformCaller;
use domain::platform::{Decided, Standing, standing};
use domain::settings::{Change, Key, Level, Values};
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
    /// What holds here of the settings, from the platform down.
    pub settings: Values,
    /// What holds for its people, by its own state and its tenant's.
    pub standing: Standing,
    /// Work goes on for it: also while it is suspended, because its subscribers have paid.
    pub active: bool,
    pub version: i32,
}

struct Row {
    id: Uuid,
    tenant_id: Uuid,
    name: String,
    native_name: Option<String>,
    short_name: String,
    time_zone: String,
    currency: String,
    settings: Option<serde_json::Value>,
    status: String,
    suspended_at: Option<DateTime<Utc>>,
    suspended_why: String,
    version: i32,
    tenant_suspended_at: Option<DateTime<Utc>>,
    tenant_suspended_why: String,
    tenant_deleted_at: Option<DateTime<Utc>>,
}

impl Row {
    fn isp(self) -> Result<Isp> {
        let own = decided(self.suspended_at, self.suspended_why, self.status == "terminated");
        let standing = standing(&decided(self.tenant_suspended_at, self.tenant_suspended_why, self.tenant_deleted_at.is_some()), &own);
        let settings = Values::new(&self.time_zone, from_rows(self.settings)?);
        Ok(Isp {
            id: self.id.into(),
            tenant_id: self.tenant_id.into(),
            name: self.name,
            native_name: self.native_name,
            short_name: self.short_name,
            zone: known(self.time_zone.parse().ok(), "time zone", &self.time_zone)?,
            currency: currency(&self.currency)?,
            language: settings.text(Key::Language),
            policy: AccessPolicy::of(&settings, &standing),
            settings,
            active: standing != Standing::Closed,
            standing,
            version: self.version,
        })
    }
}

/// What was decided about one level alone.
pub(crate) fn decided(suspended_at: Option<DateTime<Utc>>, why: String, ended: bool) -> Decided {
    match (ended, suspended_at) {
        (true, _) => Decided::Ended,
        (false, Some(since)) => Decided::Suspended { since, why },
        (false, None) => Decided::Active,
    }
}

macro_rules! select_isp {
    ($tail:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            "select i.id, i.tenant_id, i.name, i.native_name, i.short_name, i.time_zone, i.currency, setting_rows(i.id, i.tenant_id) as settings, i.status, i.suspended_at, i.suspended_why, i.version,
               t.suspended_at as tenant_suspended_at, t.suspended_why as tenant_suspended_why, t.deleted_at as tenant_deleted_at
             from isp i join tenant t on t.id = i.tenant_id "
                + $tail
            $(, $argument)*
        )
    };
}

/// Every ISP, by name.
pub async fn list(tx: &mut PlatformTx) -> Result<Vec<Isp>> {
    let rows = select_isp!("order by i.name, i.id").fetch_all(tx.conn()).await?;
    rows.into_iter().map(Row::isp).collect()
}

pub async fn find(tx: &mut impl Conn, id: IspId) -> Result<Option<Isp>> {
    let row = select_isp!("where i.id = $1", id.0).fetch_optional(tx.conn()).await?;
    row.map(Row::isp).transpose()
}

/// The ISP that answers on a host name (lower case, without port).
pub async fn find_by_host(tx: &mut PlatformTx, host: &str) -> Result<Option<Isp>> {
    let row = select_isp!("where i.id = (select h.isp_id from isp_host h where h.host = $1)", host).fetch_optional(tx.conn()).await?;
    row.map(Row::isp).transpose()
}

/// Locks one ISP of this tenant, if it is one.
pub async fn lock(tx: &mut PlatformTx, id: IspId) -> Result<Option<Isp>> {
    let row = select_isp!("where i.id = $1 for update of i", id.0).fetch_optional(tx.conn()).await?;
    row.map(Row::isp).transpose()
}

/// Suspends (`Some`) with a reason, or lifts it; another state than the wanted one is left alone.
pub async fn suspend(tx: &mut PlatformTx, id: IspId, since: Option<DateTime<Utc>>, why: &str) -> Result<bool> {
    let done = sqlx::query!(
        "update isp set status = case when $2::timestamptz is null then 'active' else 'suspended' end, suspended_at = $2, suspended_why = $3,
           version = version + 1
         where id = $1 and status = case when $2::timestamptz is null then 'suspended' else 'active' end",
        id.0,
        since,
        why
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Ends an ISP for good: its people are out, its slot is free, what it has stays stored.
pub async fn terminate(tx: &mut PlatformTx, id: IspId, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!(
        "update isp set status = 'terminated', suspended_at = null, suspended_why = '', terminated_at = $2, version = version + 1
         where id = $1 and status <> 'terminated'",
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("delete from session where isp_id = $1", id.0).execute(tx.conn()).await?;
    Ok(done.rows_affected() > 0)
}

/// Saves names over the version that was read, and where it answers; `false`: somebody was faster.
pub async fn update(tx: &mut PlatformTx, id: IspId, name: &str, native: Option<&str>, hosts: &[String], version: i32) -> Result<bool> {
    let done = sqlx::query!(
        "update isp set name = $2, native_name = $3, version = version + 1 where id = $1 and version = $4",
        id.0,
        name,
        native,
        version
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!("delete from isp_host where isp_id = $1 and host <> all ($2)", id.0, hosts).execute(tx.conn()).await?;
    // A host of somebody else hits the key.
    sqlx::query!(
        "insert into isp_host (host, isp_id) select h, $1 from unnest($2::text[]) as h
         where not exists (select 1 from isp_host o where o.host = h and o.isp_id = $1)",
        id.0,
        hosts
    )
    .execute(tx.conn())
    .await?;
    Ok(true)
}

/// How many ISPs of a tenant are there that are not terminated.
pub async fn standing_of(tx: &mut PlatformTx, tenant: TenantId) -> Result<i64> {
    let found = sqlx::query_scalar!(r#"select count(*) as "n!" from isp where tenant_id = $1 and status <> 'terminated'"#, tenant.0)
        .fetch_one(tx.conn())
        .await?;
    Ok(found)
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
    pub at: DateTime<Utc>,
}

pub async fn create(tx: &mut PlatformTx, isp: NewIsp<'_>) -> Result<()> {
    sqlx::query!(
        "insert into isp (id, tenant_id, name, native_name, short_name, time_zone, currency) values ($1, $2, $3, $4, $5, $6, $7)",
        isp.id.0,
        isp.tenant_id.0,
        isp.name,
        isp.native_name,
        isp.short_name,
        isp.zone.name(),
        isp.currency.code()
    )
    .execute(tx.conn())
    .await?;
    // What is the same above is not set: it follows there.
    let rows = sqlx::query_scalar!("select setting_rows($1, $2)", isp.id.0, isp.tenant_id.0).fetch_one(tx.conn()).await?;
    let above = Values::new(isp.zone.name(), from_rows(rows)?);
    let access = match isp.suspended_access {
        SuspendedAccess::Walled => "walled",
        SuspendedAccess::Reject => "reject",
    };
    let place = Place { isp: isp.id.0, level: Level::Isp, scope: isp.id.0 };
    for (key, value) in [(Key::Language, isp.language), (Key::SuspendedAccess, access)] {
        if value != above.text(key) {
            let change = Change { key, value: value.to_owned(), locked: false };
            settings::put(tx, place, &change, (None, "found"), isp.at).await?;
        }
    }
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
