//! Lines of customers with everything that a page about one shows, in the order in which they came.

use crate::db::currency;
use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::customers::{BlockReason, ServiceDetail, line_state};
use domain::{CustomerId, Money, ServiceId};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Which lines are wanted.
#[derive(Clone, Debug, Default)]
pub struct LineFilter {
    pub customer: Option<CustomerId>,
    pub service: Option<ServiceId>,
    pub username: Option<String>,
}

/// Lines behind `after` in the order of their ids, each with whose it is.
pub async fn lines_behind(
    tx: &mut IspTx,
    filter: &LineFilter,
    after: Uuid,
    limit: i64,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Vec<(CustomerId, ServiceDetail)>> {
    let isp = tx.isp();
    // One line, the lines of one customer or all: a plan for any of them would be a bad one.
    sqlx::query!("set local plan_cache_mode = force_custom_plan").execute(tx.conn()).await?;
    let rows = sqlx::query!(
        r#"select s.id, s.customer_id, s.username, s.package_id, p.name as package, p.up_kbps, p.down_kbps, o.price_minor as "price_minor!",
             array(select distinct a.kind from service_override a where a.isp_id = $1 and a.service_id = s.id and a.source = 'person'
               and coalesce(a.starts_on <= $3, a.starts_at <= $4) and coalesce(coalesce(a.ends_on > $3, a.ends_at > $4), true) order by a.kind) as "apart!",
             p.currency, s.status, s.mac::text as mac, s.static_ip, s.starts_on, s.billed_until, s.expires_at, s.cutoff_at, s.version,
             (select min(r.started_at) from radius_session r where r.isp_id = $1 and r.service_id = s.id
                and coalesce(r.stopped_at, 'infinity') = 'infinity') as online_since
           from service s join package p on p.isp_id = s.isp_id and p.id = s.package_id
           cross join lateral service_price_on(s.isp_id, s.id, $3) o
           where s.isp_id = $1 and ($2::uuid is null or s.customer_id = $2) and ($5::uuid is null or s.id = $5)
             and ($6::text is null or s.username_key = lower($6)) and s.id > $7
           order by s.id limit $8"#,
        isp,
        filter.customer.map(|id| id.0),
        today,
        now,
        filter.service.map(|id| id.0),
        filter.username,
        after,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut blocks: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in sqlx::query!(
        "select service_id, reason, since from service_block where isp_id = $1 and service_id = any($2) order by since, reason",
        isp,
        &ids
    )
    .fetch_all(tx.conn())
    .await?
    {
        let reason = known(BlockReason::from_slug(&row.reason), "block reason", &row.reason)?;
        blocks.entry(row.service_id).or_default().push((reason, row.since));
    }
    rows.into_iter()
        .map(|row| {
            let blocks = blocks.remove(&row.id).unwrap_or_default();
            let line = ServiceDetail {
                id: row.id.into(),
                username: row.username,
                package_id: row.package_id.into(),
                package: row.package,
                up_kbps: row.up_kbps.map(i32::unsigned_abs),
                down_kbps: row.down_kbps.map(i32::unsigned_abs),
                price: Money::new(row.price_minor, currency(&row.currency)?),
                apart: row.apart,
                state: line_state(&row.status, !blocks.is_empty(), row.expires_at, now),
                blocks,
                mac: row.mac,
                static_ip: row.static_ip.map(|ip| ip.ip().to_string()),
                starts_on: row.starts_on,
                billed_until: row.billed_until,
                expires_at: row.expires_at,
                cutoff_at: row.cutoff_at,
                online_since: row.online_since,
                version: row.version,
            };
            Ok((row.customer_id.into(), line))
        })
        .collect()
}
