//! What waits for which router and why, as people read it. Reads only.

use super::{kind_of, state_of};
use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::customers::{Page, Paging};
use domain::wanted::{Depth, Waiting, WantFilter, WantRow};
use domain::{CustomerId, RouterId, ServiceId};
use uuid::Uuid;

/// A page of what is not on its router yet, the longest waiting first.
pub async fn page(tx: &mut IspTx, filter: &WantFilter, paging: Paging) -> Result<Page<WantRow>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select w.router_id, r.name as router, w.kind, w.name, w.wanted is null as "removal!", w.state, w.tries, w.waiting_since, w.next_at,
                  w.problem, coalesce(w.reason, w.said) as said, s.customer_id as "customer_id?", c.name as "customer?", count(*) over () as "total!"
           from router_want w
           join router r on r.isp_id = $1 and r.id = w.router_id
           left join service s on s.isp_id = $1 and s.id = w.service_id
           left join customer c on c.isp_id = $1 and c.id = s.customer_id
           where w.isp_id = $1 and w.state <> 'done' and ($2::uuid is null or w.router_id = $2) and ($3::text is null or w.state = $3)
             and ($4 = '' or strpos(lower(w.name), lower($4)) > 0 or strpos(lower(coalesce(c.name, '')), lower($4)) > 0)
           order by w.state = 'left', w.waiting_since, r.name, w.kind, w.name limit $5 offset $6"#,
        isp,
        filter.router.map(|id| id.0),
        filter.state.map(|state| state.slug()),
        filter.search.trim(),
        paging.size,
        paging.offset()
    )
    .fetch_all(tx.conn())
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let rows = rows.into_iter().map(|row| {
        Ok(WantRow {
            router_id: row.router_id.into(),
            router: row.router,
            kind: kind_of(&row.kind)?,
            name: row.name,
            removal: row.removal,
            customer: row.customer_id.map(CustomerId).zip(row.customer),
            state: state_of(&row.state)?,
            tries: row.tries,
            since: row.waiting_since,
            next_at: row.next_at,
            problem: row.problem,
            said: row.said,
        })
    });
    Ok(Page { rows: rows.collect::<Result<_>>()?, total, page: paging.page, size: paging.size })
}

/// Each router that something waits for.
pub async fn depths(tx: &mut IspTx, only: Option<RouterId>) -> Result<Vec<Depth>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select r.id, r.name, count(*) filter (where w.state = 'waiting') as "waiting!", count(*) filter (where w.state = 'stuck') as "stuck!",
                  min(w.waiting_since) as since, e.problem as "problem?", e.said as "said?", nullif(e.next_at, '-infinity') as "next_at?"
           from router_want w
           join router r on r.isp_id = $1 and r.id = w.router_id
           left join router_errand e on e.isp_id = $1 and e.router_id = w.router_id
           where w.isp_id = $1 and w.state in ('waiting', 'stuck') and ($2::uuid is null or w.router_id = $2)
           group by r.id, r.name, e.problem, e.said, e.next_at order by count(*) desc, r.name"#,
        isp,
        only.map(|id| id.0)
    )
    .fetch_all(tx.conn())
    .await?;
    let depths = rows.into_iter().map(|row| Depth {
        router_id: row.id.into(),
        router: row.name,
        waiting: row.waiting,
        stuck: row.stuck,
        since: row.since,
        problem: row.problem,
        said: row.said,
        next_at: row.next_at,
    });
    Ok(depths.collect())
}

/// What of these lines their routers have not been told since `before`; a line is named once.
pub async fn of_lines(tx: &mut IspTx, services: &[ServiceId], before: DateTime<Utc>) -> Result<Vec<Waiting>> {
    let isp = tx.isp();
    let services: Vec<Uuid> = services.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select w.service_id as "service_id!", min(r.name) as "router!", min(w.waiting_since) as "since!: DateTime<Utc>", bool_or(w.state = 'stuck') as "stuck!"
           from router_want w join router r on r.isp_id = $1 and r.id = w.router_id
           where w.isp_id = $1 and w.service_id = any($2) and w.state in ('waiting', 'stuck') and w.waiting_since <= $3
           group by w.service_id"#,
        isp,
        &services,
        before
    )
    .fetch_all(tx.conn())
    .await?;
    let row =
        rows.into_iter().map(|row| Waiting { service_id: row.service_id.into(), router: row.router, since: row.since, stuck: row.stuck });
    Ok(row.collect())
}
