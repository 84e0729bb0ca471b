//! Tenants: groups of ISPs under one super admin. Platform tables. Deleting one only marks it.

use crate::db::sealed::Conn;
use crate::isps::decided;
use crate::{PlatformTx, Result};
use chrono::{DateTime, Utc};
use domain::TenantId;
use domain::platform::{Decided, Limits};
use uuid::Uuid;

/// A tenant with its plan, and how much of it is used.
#[derive(Clone, Debug)]
pub struct Tenant {
    pub id: TenantId,
    pub name: String,
    pub domain: Option<String>,
    pub subdomain: Option<String>,
    pub plan: Option<(Uuid, String)>,
    pub limits: Limits,
    pub slots: i32,
    pub decided: Decided,
    pub deleted_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub version: i32,
    /// ISPs that are not terminated, and what they have.
    pub isps: i64,
    pub users: i64,
    pub customers: i64,
    pub routers: i64,
}

struct Row {
    id: Uuid,
    name: String,
    domain: Option<String>,
    subdomain: Option<String>,
    plan_id: Option<Uuid>,
    plan_name: Option<String>,
    max_isps: Option<i32>,
    max_users: Option<i32>,
    max_customers: Option<i32>,
    max_routers: Option<i32>,
    slots: i32,
    suspended_at: Option<DateTime<Utc>>,
    suspended_why: String,
    deleted_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    version: i32,
    isps: i64,
    users: i64,
    customers: i64,
    routers: i64,
}

impl Row {
    fn tenant(self) -> Tenant {
        Tenant {
            id: self.id.into(),
            name: self.name,
            domain: self.domain,
            subdomain: self.subdomain,
            plan: self.plan_id.zip(self.plan_name),
            limits: Limits { isps: self.max_isps, users: self.max_users, customers: self.max_customers, routers: self.max_routers },
            slots: self.slots,
            decided: decided(self.suspended_at, self.suspended_why, self.deleted_at.is_some()),
            deleted_at: self.deleted_at,
            created_at: self.created_at,
            version: self.version,
            isps: self.isps,
            users: self.users,
            customers: self.customers,
            routers: self.routers,
        }
    }
}

/// Tenants by name: one, or all; deleted ones on request.
pub async fn list(tx: &mut PlatformTx, only: Option<TenantId>, deleted: bool) -> Result<Vec<Tenant>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select t.id, t.name, t.domain, t.subdomain, t.plan_id, p.name as "plan_name?", p.max_isps as "max_isps?", p.max_users as "max_users?",
             p.max_customers as "max_customers?", p.max_routers as "max_routers?", t.slots, t.suspended_at, t.suspended_why, t.deleted_at,
             t.created_at, t.version,
             (select count(*) from isp i where i.tenant_id = t.id and i.status <> 'terminated') as "isps!",
             coalesce(u.users, 0) as "users!", coalesce(u.customers, 0) as "customers!", coalesce(u.routers, 0) as "routers!"
           from tenant t left join plan p on p.id = t.plan_id
           left join lateral (
             select (sum(c.n) filter (where c.what = 'users'))::bigint as users, (sum(c.n) filter (where c.what = 'customers'))::bigint as customers,
               (sum(c.n) filter (where c.what = 'routers'))::bigint as routers
             from isp i join isp_count c on c.isp_id = i.id where i.tenant_id = t.id and i.status <> 'terminated') u on true
           where ($1::uuid is null or t.id = $1) and (t.deleted_at is null or $2)
           order by lower(t.name), t.id"#,
        only.map(|id| id.0),
        deleted
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Row::tenant).collect())
}

pub async fn find(tx: &mut PlatformTx, id: TenantId) -> Result<Option<Tenant>> {
    Ok(list(tx, Some(id), true).await?.pop())
}

/// Locks a tenant: whoever founds an ISP, moves slots or changes a plan waits here.
pub async fn lock(tx: &mut PlatformTx, id: TenantId) -> Result<Option<Tenant>> {
    let there = sqlx::query_scalar!("select id from tenant where id = $1 for update", id.0).fetch_optional(tx.conn()).await?;
    if there.is_none() { Ok(None) } else { find(tx, id).await }
}

/// What was decided about a tenant: for whoever signs in on its behalf.
pub async fn decided_of(tx: &mut impl Conn, id: TenantId) -> Result<Option<Decided>> {
    let row =
        sqlx::query!("select suspended_at, suspended_why, deleted_at from tenant where id = $1", id.0).fetch_optional(tx.conn()).await?;
    Ok(row.map(|row| decided(row.suspended_at, row.suspended_why, row.deleted_at.is_some())))
}

/// The tenant whose own address this is, or whose name stands before one of the platform's.
pub async fn find_by_host(tx: &mut PlatformTx, host: &str, subdomain: Option<&str>) -> Result<Option<TenantId>> {
    let found = sqlx::query_scalar!(
        "select id from tenant where deleted_at is null and (domain = $1 or subdomain = $2) order by domain = $1 desc nulls last limit 1",
        host,
        subdomain
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.map(TenantId))
}

/// A tenant with nothing but a name and room for a few ISPs.
pub async fn create_bare(tx: &mut PlatformTx, id: TenantId, name: &str) -> Result<()> {
    create(tx, &NewTenant { id, name, domain: None, subdomain: None, plan: None }).await
}

#[derive(Clone, Debug)]
pub struct NewTenant<'a> {
    pub id: TenantId,
    pub name: &'a str,
    pub domain: Option<&'a str>,
    pub subdomain: Option<&'a str>,
    pub plan: Option<Uuid>,
}

pub async fn create(tx: &mut PlatformTx, new: &NewTenant<'_>) -> Result<()> {
    sqlx::query!(
        "insert into tenant (id, name, domain, subdomain, plan_id) values ($1, $2, $3, $4, $5)",
        new.id.0,
        new.name,
        new.domain,
        new.subdomain,
        new.plan
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Saves what may be edited; the caller holds the lock.
pub async fn update(tx: &mut PlatformTx, change: &NewTenant<'_>) -> Result<()> {
    sqlx::query!(
        "update tenant set name = $2, domain = $3, subdomain = $4, plan_id = $5, version = version + 1 where id = $1",
        change.id.0,
        change.name,
        change.domain,
        change.subdomain,
        change.plan
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Suspends (`Some`) or lifts. Nothing below is touched.
pub async fn suspend(tx: &mut PlatformTx, id: TenantId, since: Option<DateTime<Utc>>, why: &str) -> Result<bool> {
    let done = sqlx::query!(
        "update tenant set status = case when $2::timestamptz is null then 'active' else 'suspended' end, suspended_at = $2, suspended_why = $3,
           version = version + 1
         where id = $1 and deleted_at is null and (suspended_at is null) = ($2::timestamptz is not null)",
        id.0,
        since,
        why
    )
    .execute(tx.conn())
    .await?;
    tell_isps(tx, id).await?;
    Ok(done.rows_affected() > 0)
}

/// Nothing changes here but that every RADIUS service hears of it and looks again.
async fn tell_isps(tx: &mut PlatformTx, id: TenantId) -> Result<()> {
    sqlx::query!("update isp set version = version where tenant_id = $1", id.0).execute(tx.conn()).await?;
    Ok(())
}

/// Marks a tenant as deleted (`Some`), or takes the mark off. All of its people are out.
pub async fn mark_deleted(tx: &mut PlatformTx, id: TenantId, at: Option<DateTime<Utc>>) -> Result<bool> {
    let done = sqlx::query!(
        "update tenant set deleted_at = $2, version = version + 1 where id = $1 and (deleted_at is null) = ($2::timestamptz is not null)",
        id.0,
        at
    )
    .execute(tx.conn())
    .await?;
    tell_isps(tx, id).await?;
    sqlx::query!(
        "delete from session where isp_id in (select id from isp where tenant_id = $1) or account_id in (select id from platform_account where tenant_id = $1)",
        id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Somebody who runs a tenant.
#[derive(Clone, Debug)]
pub struct Head {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub active: bool,
    pub last_seen: Option<DateTime<Utc>>,
}

pub async fn heads(tx: &mut PlatformTx, id: TenantId) -> Result<Vec<Head>> {
    let rows = sqlx::query!(
        r#"select a.id, a.name, a.email, a.status, (select max(s.seen_at) from session s where s.account_id = a.id) as last_seen
           from platform_account a where a.tenant_id = $1 order by lower(a.name), a.id"#,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Head { id: row.id, name: row.name, email: row.email, active: row.status == "active", last_seen: row.last_seen })
        .collect())
}
