//! Sessions that are over for long: moved apart in steps, found by `sessions::history` as before, and let go when an ISP
//! says so. Nothing here touches usage, which is kept by day and month beside.

use crate::{IspTx, Result};
use chrono::{DateTime, Utc};

/// One step of a move: how many went, and where the next one begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub moved: u64,
    pub next: Option<DateTime<Utc>>,
}

/// Moves at most `most` sessions that ended before `before`, from those on that began at `from`. What somebody writes in
/// this moment, and what an order to a server still speaks of, stays for another night.
pub async fn step(tx: &mut IspTx, from: DateTime<Utc>, before: DateTime<Utc>, most: i64) -> Result<Step> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"with old as (
             select r.id, r.started_at from radius_session r
             where r.isp_id = $1 and r.started_at >= $2 and r.started_at < $3 and r.stopped_at < $3
               and not exists (select 1 from access_order o where o.isp_id = $1 and o.session_id = r.id)
             order by r.started_at limit $4 for update skip locked),
           gone as (delete from radius_session r using old where r.isp_id = $1 and r.id = old.id returning r.*),
           kept as (
             insert into radius_session_archive (isp_id, id, nas_id, acct_session_id, username, service_id, customer_id, mac, framed_ip, nas_port,
                                                 started_at, updated_at, stopped_at, stop_cause, input_octets, output_octets, session_seconds)
             select isp_id, id, nas_id, acct_session_id, username, service_id, customer_id, mac, framed_ip, nas_port,
                    started_at, updated_at, stopped_at, stop_cause, input_octets, output_octets, session_seconds from gone
             returning 1)
           select (select count(*) from kept) as "moved!", (select max(started_at) from old) as next"#,
        isp,
        from,
        before,
        most
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Step { moved: row.moved.unsigned_abs(), next: row.next })
}

/// Lets go of at most `most` sessions that ended before `before`, the oldest first.
pub async fn forget(tx: &mut IspTx, before: DateTime<Utc>, most: i64) -> Result<u64> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "delete from radius_session_archive where isp_id = $1 and id in (
           select id from radius_session_archive where isp_id = $1 and started_at < $2 and stopped_at < $2 order by started_at limit $3)",
        isp,
        before,
        most
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// For how many months sessions are kept; `None` for good.
pub async fn months(tx: &mut IspTx) -> Result<Option<u32>> {
    let isp = tx.isp();
    let months = sqlx::query_scalar!("select months from session_retention where isp_id = $1", isp).fetch_optional(tx.conn()).await?;
    Ok(months.map(i32::unsigned_abs))
}

pub async fn set_months(tx: &mut IspTx, months: Option<u32>) -> Result<()> {
    let isp = tx.isp();
    match months {
        None => sqlx::query!("delete from session_retention where isp_id = $1", isp).execute(tx.conn()).await?,
        Some(months) => {
            let months = i32::try_from(months).unwrap_or(i32::MAX);
            sqlx::query!(
                "insert into session_retention (isp_id, months) values ($1, $2) on conflict (isp_id) do update set months = excluded.months",
                isp,
                months
            )
            .execute(tx.conn())
            .await?
        }
    };
    Ok(())
}
