//! Which lines have to be looked at, and where they live: noted by triggers when something changed, due because an instant
//! came, or simply all of them.

use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::routers::AuthMode;
use domain::wanted::Mapped;
use domain::{RouterId, ServiceId};
use uuid::Uuid;

/// One transaction at a time works out what an ISP's lines want, so that nothing is taken back that another one needs.
pub async fn lock(tx: &mut IspTx) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 220))::text as taken", isp.to_string()).fetch_one(tx.conn()).await?;
    Ok(())
}

/// Is there anything to look at? Cheap: asked every few seconds.
pub async fn any(tx: &mut IspTx, now: DateTime<Utc>) -> Result<bool> {
    let isp = tx.isp();
    let any = sqlx::query_scalar!(
        r#"select exists (select 1 from router_nudge where isp_id = $1)
               or exists (select 1 from router_turn where isp_id = $1 and turns_at <= $2) as "any!""#,
        isp,
        now
    );
    Ok(any.fetch_one(tx.conn()).await?)
}

/// Takes lines that changed or whose instant has come; they are gone when this transaction commits.
pub async fn take(tx: &mut IspTx, now: DateTime<Utc>, most: i64) -> Result<Vec<ServiceId>> {
    let isp = tx.isp();
    let nudged = sqlx::query_scalar!(
        "delete from router_nudge where isp_id = $1 and service_id in (
           select service_id from router_nudge where isp_id = $1 order by at limit $2 for update skip locked)
         returning service_id",
        isp,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let turned = sqlx::query_scalar!(
        "delete from router_turn where isp_id = $1 and service_id in (
           select service_id from router_turn where isp_id = $1 and turns_at <= $2 order by turns_at limit $3 for update skip locked)
         returning service_id",
        isp,
        now,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let mut all: Vec<ServiceId> = nudged.into_iter().chain(turned).map(ServiceId).collect();
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// A batch of all lines that live on a router which decides by itself, or that want something of one.
pub async fn some(tx: &mut IspTx, after: Option<ServiceId>, most: i64) -> Result<Vec<ServiceId>> {
    let isp = tx.isp();
    let ids = sqlx::query_scalar!(
        r#"select id as "id!" from (
             select l.service_id as id from service_router l join router r on r.isp_id = $1 and r.id = l.router_id
             where l.isp_id = $1 and r.auth_mode <> 'radius'
             union
             select w.service_id from router_want w where w.isp_id = $1 and w.service_id is not null and w.wanted is not null) as u
           where $2::uuid is null or id > $2 order by id limit $3"#,
        isp,
        after.map(|id| id.0),
        most
    );
    Ok(ids.fetch_all(tx.conn()).await?.into_iter().map(ServiceId).collect())
}

/// Where a line lives.
#[derive(Clone, Debug)]
pub struct Place {
    pub service: ServiceId,
    pub kind: String,
    pub router: RouterId,
    pub mode: AuthMode,
    /// What its package is called there.
    pub mapped: Mapped,
}

/// Where these lines live; who lives nowhere is missing. A line whose secret sleeps because it is being moved to RADIUS
/// wants nothing of its router already.
pub async fn places(tx: &mut IspTx, services: &[ServiceId]) -> Result<Vec<Place>> {
    let isp = tx.isp();
    let services: Vec<Uuid> = services.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select s.id, s.kind, l.router_id,
             case when exists (select 1 from router_move_secret q join router_move v on v.isp_id = $1 and v.id = q.move_id
                 where q.isp_id = $1 and q.service_id = s.id and q.state in ('writing', 'off', 'back') and v.router_id = l.router_id
                   and v.state not in ('done', 'returned', 'cleared', 'refused'))
               then 'radius' else r.auth_mode end as "auth_mode!", m.profile as "profile?", m.pool as "pool?" from service s
           join service_router l on l.isp_id = $1 and l.service_id = s.id
           join router r on r.isp_id = $1 and r.id = l.router_id
           left join package_router m on m.isp_id = $1 and m.package_id = s.package_id and m.router_id = l.router_id
           where s.isp_id = $1 and s.id = any($2)"#,
        isp,
        &services
    )
    .fetch_all(tx.conn())
    .await?;
    let places = rows.into_iter().map(|row| {
        Ok(Place {
            service: row.id.into(),
            kind: row.kind,
            router: row.router_id.into(),
            mapped: Mapped { profile: row.profile, pool: row.pool },
            mode: crate::error::known(AuthMode::from_slug(&row.auth_mode), "way of deciding", &row.auth_mode)?,
        })
    });
    places.collect()
}

/// Notes when lines have to be looked at next; those without an instant have none.
pub async fn turn(tx: &mut IspTx, services: &[ServiceId], turns: &[(ServiceId, DateTime<Utc>)]) -> Result<()> {
    let isp = tx.isp();
    let all: Vec<Uuid> = services.iter().map(|id| id.0).collect();
    sqlx::query!("delete from router_turn where isp_id = $1 and service_id = any($2)", isp, &all).execute(tx.conn()).await?;
    let ids: Vec<Uuid> = turns.iter().map(|(id, _)| id.0).collect();
    let at: Vec<DateTime<Utc>> = turns.iter().map(|(_, at)| *at).collect();
    sqlx::query!(
        "insert into router_turn (isp_id, service_id, turns_at) select $1, u.id, u.at from unnest($2::uuid[], $3::timestamptz[]) as u (id, at)
         on conflict (isp_id, service_id) do update set turns_at = excluded.turns_at",
        isp,
        &ids,
        &at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
