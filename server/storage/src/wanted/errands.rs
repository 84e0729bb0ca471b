//! Which server talks to which router: by lease, so that two never talk to the same one and a dead one's routers are taken
//! over; and how long a router that does not answer is left alone.

use super::most;
use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::RouterId;
use uuid::Uuid;

/// Takes up to `limit` routers that have something to hear and that nobody talks to. Answers with how often each failed
/// in a row.
pub async fn claim(tx: &mut IspTx, node: Uuid, now: DateTime<Utc>, until: DateTime<Utc>, limit: usize) -> Result<Vec<(RouterId, i32)>> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into router_errand (isp_id, router_id)
         select distinct w.isp_id, w.router_id from router_want w
         where w.isp_id = $1 and w.state = 'waiting' and w.next_at <= $2
           and not exists (select 1 from router_errand e where e.isp_id = $1 and e.router_id = w.router_id)
         on conflict do nothing",
        isp,
        now
    )
    .execute(tx.conn())
    .await?;
    let rows = sqlx::query!(
        "update router_errand e set node = $2, lease_until = $4
         where e.isp_id = $1 and e.router_id in (
           select e.router_id from router_errand e join router r on r.isp_id = $1 and r.id = e.router_id and r.status = 'active'
           where e.isp_id = $1 and e.next_at <= $3 and (e.node is null or e.lease_until <= $3)
             and exists (select 1 from router_want w where w.isp_id = $1 and w.router_id = e.router_id and w.state = 'waiting' and w.next_at <= $3)
           order by e.next_at limit $5 for update of e skip locked)
         returning e.router_id, e.failures",
        isp,
        node,
        now,
        until,
        most(limit)
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.router_id.into(), row.failures)).collect())
}

/// Takes one router that nobody talks to, for work that is no errand. `false`: somebody does.
pub async fn take(tx: &mut IspTx, router: RouterId, node: Uuid, now: DateTime<Utc>, until: DateTime<Utc>) -> Result<bool> {
    let isp = tx.isp();
    let taken = sqlx::query!(
        "insert into router_errand as e (isp_id, router_id, node, lease_until) values ($1, $2, $3, $5)
         on conflict (isp_id, router_id) do update set node = excluded.node, lease_until = excluded.lease_until
         where e.node is null or e.lease_until <= $4",
        isp,
        router.0,
        node,
        now,
        until
    );
    Ok(taken.execute(tx.conn()).await?.rows_affected() == 1)
}

/// Lets go of one that was taken; what was known of errands to it stays.
pub async fn let_go(tx: &mut IspTx, router: RouterId, node: Uuid) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update router_errand set node = null, lease_until = null where isp_id = $1 and router_id = $2 and node = $3",
        isp,
        router.0,
        node
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Goes on holding a router. `false`: another server has it by now.
pub async fn hold(tx: &mut IspTx, router: RouterId, node: Uuid, until: DateTime<Utc>) -> Result<bool> {
    let isp = tx.isp();
    let held = sqlx::query!(
        "update router_errand set lease_until = $4 where isp_id = $1 and router_id = $2 and node = $3",
        isp,
        router.0,
        node,
        until
    );
    Ok(held.execute(tx.conn()).await?.rows_affected() == 1)
}

/// Why a router as a whole could not be told anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub problem: &'static str,
    pub said: Option<String>,
    pub next_at: DateTime<Utc>,
}

/// Lets a router go; with what was wrong with it, or that nothing was.
pub async fn release(tx: &mut IspTx, router: RouterId, node: Uuid, trouble: Option<&Trouble>, now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update router_errand set node = null, lease_until = null, worked_at = $4,
           failures = case when $5::text is null then 0 else failures + 1 end,
           next_at = coalesce($6::timestamptz, '-infinity'), problem = $5, said = $7
         where isp_id = $1 and router_id = $2 and node = $3",
        isp,
        router.0,
        node,
        now,
        trouble.map(|trouble| trouble.problem),
        trouble.map(|trouble| trouble.next_at),
        trouble.and_then(|trouble| trouble.said.as_deref())
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The next look for work may talk to it at once.
pub async fn hurry(tx: &mut IspTx, router: RouterId) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update router_errand set next_at = '-infinity', failures = 0 where isp_id = $1 and router_id = $2", isp, router.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Routers to be compared with what is wanted: those that serve anybody by themselves, or hold anything of ours.
pub async fn to_audit(tx: &mut IspTx) -> Result<Vec<RouterId>> {
    let isp = tx.isp();
    let ids = sqlx::query_scalar!(
        "select r.id from router r where r.isp_id = $1 and r.status = 'active'
           and (r.auth_mode <> 'radius' or exists (select 1 from router_want w where w.isp_id = $1 and w.router_id = r.id)) order by r.id",
        isp
    );
    Ok(ids.fetch_all(tx.conn()).await?.into_iter().map(RouterId).collect())
}
