//! Plans, what the ISPs have of what plans limit, and what tenants ask for. Platform tables; how much there is is kept by
//! triggers with each row that comes or goes, and only read here.

use crate::db::sealed::Conn;
use crate::{PlatformTx, Result};
use chrono::{DateTime, Utc};
use domain::platform::{Limited, Limits};
use domain::{IspId, TenantId};
use uuid::Uuid;

#[derive(Clone, Debug)]
pub struct Plan {
    pub id: Uuid,
    pub name: String,
    pub limits: Limits,
    pub archived: bool,
    pub version: i32,
    /// Tenants that have it.
    pub tenants: i64,
}

pub async fn list(tx: &mut PlatformTx) -> Result<Vec<Plan>> {
    let rows = sqlx::query!(
        r#"select p.id, p.name, p.max_isps, p.max_users, p.max_customers, p.max_routers, p.archived, p.version,
             (select count(*) from tenant t where t.plan_id = p.id and t.deleted_at is null) as "tenants!"
           from plan p order by p.archived, lower(p.name)"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Plan {
            id: row.id,
            name: row.name,
            limits: Limits { isps: row.max_isps, users: row.max_users, customers: row.max_customers, routers: row.max_routers },
            archived: row.archived,
            version: row.version,
            tenants: row.tenants,
        })
        .collect())
}

pub async fn create(tx: &mut PlatformTx, id: Uuid, name: &str, limits: &Limits) -> Result<()> {
    sqlx::query!(
        "insert into plan (id, name, max_isps, max_users, max_customers, max_routers) values ($1, $2, $3, $4, $5, $6)",
        id,
        name,
        limits.isps,
        limits.users,
        limits.customers,
        limits.routers
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Saves over the version that was read; `false`: somebody was faster.
pub async fn update(tx: &mut PlatformTx, id: Uuid, name: &str, limits: &Limits, archived: bool, version: i32) -> Result<bool> {
    let done = sqlx::query!(
        "update plan set name = $2, max_isps = $3, max_users = $4, max_customers = $5, max_routers = $6, archived = $7, version = version + 1
         where id = $1 and version = $8",
        id,
        name,
        limits.isps,
        limits.users,
        limits.customers,
        limits.routers,
        archived,
        version
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Tenants with this plan that have more slots than `most`.
pub async fn tenants_above(tx: &mut PlatformTx, plan: Uuid, most: i32) -> Result<Vec<TenantId>> {
    let rows =
        sqlx::query_scalar!("select id from tenant where plan_id = $1 and slots > $2 and deleted_at is null order by id", plan, most)
            .fetch_all(tx.conn())
            .await?;
    Ok(rows.into_iter().map(TenantId).collect())
}

/// What an ISP has, what all ISPs of its tenant have together, and what the plan allows them.
pub async fn usage(tx: &mut impl Conn, isp: IspId) -> Result<Vec<(Limited, i64, i64, Option<i32>)>> {
    let rows = sqlx::query!(
        r#"select w.what as "what!", coalesce(sum(c.n) filter (where c.isp_id = me.id), 0)::bigint as "own!", coalesce(sum(c.n), 0)::bigint as "all!",
             case w.what when 'users' then max(p.max_users) when 'customers' then max(p.max_customers) else max(p.max_routers) end as most
           from isp me join tenant t on t.id = me.tenant_id left join plan p on p.id = t.plan_id
           cross join (values ('users'), ('customers'), ('routers')) as w (what)
           left join isp i on i.tenant_id = t.id and i.status <> 'terminated'
           left join isp_count c on c.isp_id = i.id and c.what = w.what
           where me.id = $1 group by w.what"#,
        isp.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().filter_map(|row| Some((Limited::from_slug(&row.what)?, row.own, row.all, row.most))).collect())
}

/// What each ISP has: users, customers, routers.
pub async fn counts(tx: &mut PlatformTx) -> Result<Vec<(IspId, [i64; 3])>> {
    let rows = sqlx::query!(
        r#"select isp_id, coalesce(sum(n) filter (where what = 'users'), 0)::bigint as "users!",
             coalesce(sum(n) filter (where what = 'customers'), 0)::bigint as "customers!",
             coalesce(sum(n) filter (where what = 'routers'), 0)::bigint as "routers!"
           from isp_count group by isp_id"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.isp_id.into(), [row.users, row.customers, row.routers])).collect())
}

/// A tenant asks for more of something.
#[derive(Clone, Debug)]
pub struct Request {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub tenant_id: TenantId,
    pub tenant: String,
    pub what: String,
    pub words: String,
    pub actor: String,
    pub answered_at: Option<DateTime<Utc>>,
    pub answer: Option<String>,
}

/// Asks, once for each kind until it is answered.
pub async fn ask(tx: &mut PlatformTx, tenant: TenantId, what: Limited, words: &str, at: DateTime<Utc>) -> Result<()> {
    let by = tx.caller().actor_name().to_owned();
    sqlx::query!(
        "insert into plan_request (id, at, tenant_id, what, words, actor_name) values ($1, $2, $3, $4, $5, $6)",
        Uuid::now_v7(),
        at,
        tenant.0,
        what.slug(),
        words,
        by
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The newest requests, of one tenant or all; those that wait first.
pub async fn requests(tx: &mut PlatformTx, tenant: Option<TenantId>, open: bool, limit: i64) -> Result<Vec<Request>> {
    let rows = sqlx::query_as!(
        Request,
        r#"select r.id, r.at, r.tenant_id, t.name as tenant, r.what, r.words, r.actor_name as actor, r.answered_at, r.answer
           from plan_request r join tenant t on t.id = r.tenant_id
           where ($1::uuid is null or r.tenant_id = $1) and (r.answered_at is null or not $2)
           order by r.answered_at is not null, r.at desc limit $3"#,
        tenant.map(|id| id.0),
        open,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// Answers a request that waits; answers with whose it was.
pub async fn answer(tx: &mut PlatformTx, id: Uuid, words: &str, at: DateTime<Utc>) -> Result<Option<TenantId>> {
    let tenant = sqlx::query_scalar!(
        "update plan_request set answered_at = $2, answer = $3 where id = $1 and answered_at is null returning tenant_id",
        id,
        at,
        words
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(tenant.map(TenantId))
}
