//! Sessions and usage, as lists show them, and the end of those that nobody ended.

use super::accounting::tell_everybody;
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::read_mac;
use domain::customers::{Page, Paging};
use domain::radius::{HistoryFilter, SessionFilter, SessionRow, UsageDay};
use domain::{CustomerId, NasId, ServiceId, accounting};
use ipnetwork::IpNetwork;
use std::net::IpAddr;
use uuid::Uuid;

struct Row {
    id: Uuid,
    username: String,
    service_id: Option<Uuid>,
    customer_id: Option<Uuid>,
    customer_number: Option<String>,
    customer_name: Option<String>,
    nas_id: Uuid,
    nas: String,
    mac: Option<String>,
    framed_ip: Option<IpNetwork>,
    started_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    stopped_at: Option<DateTime<Utc>>,
    stop_cause: Option<String>,
    session_seconds: i64,
    input_octets: i64,
    output_octets: i64,
    total: i64,
}

fn page(rows: Vec<Row>, paging: Paging) -> Page<SessionRow> {
    let total = rows.first().map_or(0, |row| row.total);
    let rows = rows.into_iter().map(|row| SessionRow {
        id: row.id.into(),
        username: row.username,
        service_id: row.service_id.map(ServiceId),
        customer_id: row.customer_id.map(CustomerId),
        customer_number: row.customer_number,
        customer_name: row.customer_name,
        nas_id: NasId(row.nas_id),
        nas: row.nas,
        mac: row.mac,
        ip: row.framed_ip.map(|network| network.ip()),
        started_at: row.started_at,
        updated_at: row.updated_at,
        stopped_at: row.stopped_at,
        stop_cause: row.stop_cause,
        seconds: row.session_seconds,
        input_octets: row.input_octets,
        output_octets: row.output_octets,
    });
    Page { rows: rows.collect(), total, page: paging.page, size: paging.size }
}

/// Who is online, the newest first.
pub async fn online(tx: &mut IspTx, filter: &SessionFilter, paging: Paging) -> Result<Page<SessionRow>> {
    let isp = tx.isp();
    let words = filter.search.trim().to_lowercase();
    let pattern = (!words.is_empty()).then(|| crate::words::containing(&words));
    let rows = sqlx::query_as!(
        Row,
        r#"select r.id, r.username, r.service_id, r.customer_id, c.number as "customer_number?", c.name as "customer_name?", r.nas_id, n.name as "nas!",
                  r.mac, r.framed_ip, r.started_at, r.updated_at, r.stopped_at, r.stop_cause, r.session_seconds, r.input_octets, r.output_octets,
                  count(*) over () as "total!"
           from radius_session r
           join session_place n on n.isp_id = $1 and n.id = r.nas_id
           left join customer c on c.isp_id = $1 and c.id = r.customer_id
           where r.isp_id = $1 and r.stopped_at is null and ($3::uuid is null or r.nas_id = $3)
             and ($2::text is null or lower(r.username) like $2 or c.search_text like $2 or lower(r.mac) like $2 or host(r.framed_ip) like $2)
           order by r.started_at desc, r.id desc limit $4 offset $5"#,
        isp,
        pattern,
        filter.nas_id.map(|id| id.0),
        paging.size,
        paging.offset()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(page(rows, paging))
}

/// The sessions of one customer, the newest first, however long ago.
pub async fn of_customer(tx: &mut IspTx, customer: CustomerId, paging: Paging) -> Result<Page<SessionRow>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Row,
        r#"select r.id as "id!", r.username as "username!", r.service_id, r.customer_id, c.number as "customer_number?", c.name as "customer_name?", r.nas_id as "nas_id!", n.name as "nas!",
                  r.mac, r.framed_ip, r.started_at as "started_at!", r.updated_at as "updated_at!", r.stopped_at, r.stop_cause,
                  r.session_seconds as "session_seconds!", r.input_octets as "input_octets!", r.output_octets as "output_octets!",
                  count(*) over () as "total!"
           from radius_session_ever r
           join session_place n on n.isp_id = $1 and n.id = r.nas_id
           join customer c on c.isp_id = $1 and c.id = r.customer_id
           where r.isp_id = $1 and r.customer_id = $2
           order by r.started_at desc, r.id desc limit $3 offset $4"#,
        isp,
        customer.0,
        paging.size,
        paging.offset()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(page(rows, paging))
}

/// Sessions that a filter wants, the newest first, whoever had them.
pub async fn history(tx: &mut IspTx, filter: &HistoryFilter, limit: i64) -> Result<Vec<SessionRow>> {
    let isp = tx.isp();
    let words = filter.search.trim();
    let mac = read_mac(words);
    let ip: Option<IpNetwork> = words.parse::<IpAddr>().ok().map(IpNetwork::from);
    let username = Some(words).filter(|words| !words.is_empty() && mac.is_none() && ip.is_none());
    // A plan for any filter at all would read everything from its end until it has found enough.
    sqlx::query!("set local plan_cache_mode = force_custom_plan").execute(tx.conn()).await?;
    let rows = sqlx::query_as!(
        Row,
        r#"select r.id as "id!", r.username as "username!", r.service_id, r.customer_id, c.number as "customer_number?", c.name as "customer_name?", r.nas_id as "nas_id!", n.name as "nas!",
                  r.mac, r.framed_ip, r.started_at as "started_at!", r.updated_at as "updated_at!", r.stopped_at, r.stop_cause,
                  r.session_seconds as "session_seconds!", r.input_octets as "input_octets!", r.output_octets as "output_octets!",
                  0::bigint as "total!"
           from radius_session_ever r
           join session_place n on n.isp_id = $1 and n.id = r.nas_id
           left join customer c on c.isp_id = $1 and c.id = r.customer_id
           where r.isp_id = $1
             and ($2::text is null or r.customer_id in (select s.customer_id from service s where s.isp_id = $1 and s.username_key = lower($2))
                  and lower(r.username) = lower($2))
             and ($3::text is null or r.mac = $3)
             and ($4::inet is null or r.framed_ip = $4)
             and ($5::uuid is null or r.nas_id = $5)
             and ($6::timestamptz is null or r.started_at <= $6 and coalesce(r.stopped_at, r.updated_at + interval '15 minutes') >= $6)
             and ($7::timestamptz is null or r.started_at < $7)
           order by r.started_at desc, r.id desc limit $8"#,
        isp,
        username,
        mac,
        ip,
        filter.nas_id.map(|id| id.0),
        filter.at,
        filter.before,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(page(rows, Paging::new(1, 200)).rows)
}

/// Sessions behind `after` in the order of their ids, of one line or customer where one is named: those that are open, or
/// all that were ever kept.
pub async fn behind(
    tx: &mut IspTx,
    online: bool,
    service: Option<ServiceId>,
    customer: Option<CustomerId>,
    after: Uuid,
    limit: i64,
) -> Result<Vec<SessionRow>> {
    let isp = tx.isp();
    sqlx::query!("set local plan_cache_mode = force_custom_plan").execute(tx.conn()).await?;
    let rows = sqlx::query_as!(
        Row,
        r#"select r.id as "id!", r.username as "username!", r.service_id, r.customer_id, c.number as "customer_number?", c.name as "customer_name?", r.nas_id as "nas_id!", n.name as "nas!",
                  r.mac, r.framed_ip, r.started_at as "started_at!", r.updated_at as "updated_at!", r.stopped_at, r.stop_cause,
                  r.session_seconds as "session_seconds!", r.input_octets as "input_octets!", r.output_octets as "output_octets!",
                  0::bigint as "total!"
           from radius_session_ever r
           join session_place n on n.isp_id = $1 and n.id = r.nas_id
           left join customer c on c.isp_id = $1 and c.id = r.customer_id
           where r.isp_id = $1 and r.id > $2 and (not $3 or r.stopped_at is null) and ($4::uuid is null or r.service_id = $4)
             and ($5::uuid is null or r.customer_id = $5)
           order by r.id limit $6"#,
        isp,
        after,
        online,
        service.map(|id| id.0),
        customer.map(|id| id.0),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(page(rows, Paging::new(1, 200)).rows)
}

/// What a service moved from a day to a day, both included; days without traffic are missing.
pub async fn usage(tx: &mut IspTx, service: ServiceId, from: NaiveDate, to: NaiveDate) -> Result<Vec<UsageDay>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select u.day, u.input_octets, u.output_octets
         from usage_day u join service s on s.isp_id = $1 and s.id = u.service_id
         where u.isp_id = $1 and u.service_id = $2 and u.day between $3 and $4 order by u.day",
        isp,
        service.0,
        from,
        to
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| UsageDay { day: row.day, input_octets: row.input_octets, output_octets: row.output_octets }).collect())
}

/// Ends the sessions that were last heard of before `quiet_since`, at that last moment. One that is being written in
/// this moment is not quiet. Servers are told whose seats are free.
pub async fn close_stale(tx: &mut IspTx, quiet_since: DateTime<Utc>) -> Result<u64> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "update radius_session set stopped_at = updated_at, stop_cause = $3
         where isp_id = $1 and id in (
           select id from radius_session where isp_id = $1 and stopped_at is null and updated_at < $2 for update skip locked)
         returning service_id",
        isp,
        quiet_since,
        accounting::STALE
    )
    .fetch_all(tx.conn())
    .await?;
    let closed = rows.len();
    tell_everybody(tx, rows.into_iter().filter_map(|row| row.service_id)).await?;
    Ok(u64::try_from(closed).unwrap_or(u64::MAX))
}

/// A session that is open, as far as it takes up room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenSession {
    pub id: domain::SessionId,
    pub nas_id: NasId,
    pub acct_session_id: String,
    pub mac: Option<String>,
}

/// Open sessions of lines, the longest online first; of some lines when they are named.
pub async fn seats(tx: &mut IspTx, only: Option<&[ServiceId]>) -> Result<Vec<(ServiceId, OpenSession)>> {
    let isp = tx.isp();
    let only: Option<Vec<Uuid>> = only.map(|services| services.iter().map(|id| id.0).collect());
    let rows = sqlx::query!(
        r#"select id, service_id as "service_id!", nas_id, acct_session_id, mac from radius_session
           where isp_id = $1 and coalesce(stopped_at, 'infinity') = 'infinity' and service_id is not null and ($2::uuid[] is null or service_id = any($2))
           order by started_at, id"#,
        isp,
        only as _
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(|row| {
        let open = OpenSession { id: row.id.into(), nas_id: row.nas_id.into(), acct_session_id: row.acct_session_id, mac: row.mac };
        (ServiceId(row.service_id), open)
    });
    Ok(rows.collect())
}
