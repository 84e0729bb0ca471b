//! The attempt log: who tried to come in, and why he was or was not let in. There is no password in it, right or wrong.

use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::access::read_mac;
use domain::radius::{AttemptFilter, AttemptRow, Outcome};
use domain::{CustomerId, NasId, ServiceId};
use uuid::Uuid;

/// One attempt and its end.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub at: DateTime<Utc>,
    pub nas_id: NasId,
    pub username: String,
    pub service_id: Option<ServiceId>,
    pub mac: Option<String>,
    pub outcome: Outcome,
    /// Slug of the reason.
    pub reason: &'static str,
}

/// Writes many at once. A log may lose its last moment in a power cut, so nobody waits for the disk here.
pub async fn record(tx: &mut IspTx, attempts: &[Attempt]) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("set local synchronous_commit = off").execute(tx.conn()).await?;
    let ids: Vec<Uuid> = attempts.iter().map(|_| Uuid::now_v7()).collect();
    let at: Vec<DateTime<Utc>> = attempts.iter().map(|attempt| attempt.at).collect();
    let nas: Vec<Uuid> = attempts.iter().map(|attempt| attempt.nas_id.0).collect();
    let usernames: Vec<&str> = attempts.iter().map(|attempt| attempt.username.as_str()).collect();
    let services: Vec<Option<Uuid>> = attempts.iter().map(|attempt| attempt.service_id.map(|id| id.0)).collect();
    let macs: Vec<Option<&str>> = attempts.iter().map(|attempt| attempt.mac.as_deref()).collect();
    let outcomes: Vec<&str> = attempts.iter().map(|attempt| attempt.outcome.slug()).collect();
    let reasons: Vec<&str> = attempts.iter().map(|attempt| attempt.reason).collect();
    sqlx::query!(
        "insert into auth_attempt (isp_id, id, at, nas_id, username, service_id, mac, outcome, reason)
         select $1, u.* from unnest($2::uuid[], $3::timestamptz[], $4::uuid[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::text[]) u",
        isp,
        &ids,
        &at,
        &nas,
        &usernames as _,
        &services as _,
        &macs as _,
        &outcomes as _,
        &reasons as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets attempts that are older, so many at most. Answers with how many those were.
pub async fn forget(tx: &mut IspTx, before: DateTime<Utc>, most: i64) -> Result<u64> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "delete from auth_attempt where isp_id = $1 and id in (select id from auth_attempt where isp_id = $1 and at < $2 order by at limit $3)",
        isp,
        before,
        most
    );
    Ok(done.execute(tx.conn()).await?.rows_affected())
}

struct Row {
    at: DateTime<Utc>,
    username: String,
    service_id: Option<Uuid>,
    nas: Option<String>,
    mac: Option<String>,
    outcome: String,
    reason: String,
}

fn read(rows: Vec<Row>) -> Result<Vec<AttemptRow>> {
    let rows = rows.into_iter().map(|row| {
        Ok(AttemptRow {
            at: row.at,
            username: row.username,
            service_id: row.service_id.map(ServiceId),
            nas: row.nas.unwrap_or_default(),
            mac: row.mac,
            outcome: known(Outcome::from_slug(&row.outcome), "outcome", &row.outcome)?,
            reason: row.reason,
        })
    });
    rows.collect()
}

/// The last attempts with the user names that a customer holds. Nothing when the caller may not see the customer.
pub async fn of_customer(tx: &mut IspTx, customer: CustomerId, limit: i64) -> Result<Vec<AttemptRow>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Row,
        r#"select a.at, a.username, a.service_id, n.name as "nas?", a.mac, a.outcome, a.reason
           from (select distinct username_key from service where isp_id = $1 and customer_id = $2 and status <> 'terminated') s
           cross join lateral (select * from auth_attempt where isp_id = $1 and lower(username) = s.username_key order by at desc limit $3) a
           left join nas n on n.isp_id = $1 and n.id = a.nas_id
           order by a.at desc limit $3"#,
        isp,
        customer.0,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    read(rows)
}

/// Attempts that a filter wants, the newest first, also of names that nobody has. A caller who sees only a branch sees
/// only names of that branch.
pub async fn search(tx: &mut IspTx, filter: &AttemptFilter, limit: i64) -> Result<Vec<AttemptRow>> {
    let isp = tx.isp();
    let caller = tx.caller();
    let whole = caller.sees_whole_isp();
    let words = filter.search.trim();
    let mac = read_mac(words);
    let username = Some(words).filter(|words| !words.is_empty() && mac.is_none());
    // A plan for any filter at all would read the log from its end until it has found enough.
    sqlx::query!("set local plan_cache_mode = force_custom_plan").execute(tx.conn()).await?;
    let rows = sqlx::query_as!(
        Row,
        r#"select a.at, a.username, a.service_id, n.name as "nas?", a.mac, a.outcome, a.reason
           from auth_attempt a left join nas n on n.isp_id = $1 and n.id = a.nas_id
           where a.isp_id = $1
             and ($2::text is null or lower(a.username) = lower($2))
             and ($3::text is null or a.mac = $3)
             and ($4::uuid is null or a.nas_id = $4)
             and ($5::text is null or a.outcome = $5)
             and ($6::timestamptz is null or a.at >= $6)
             and ($7::timestamptz is null or a.at < $7)
             and ($10::text is null or a.reason = $10)
             and ($8 or exists (select 1 from service s where s.isp_id = $1 and s.username_key = lower(a.username) and s.status <> 'terminated'))
           order by a.at desc, a.id desc limit $9"#,
        isp,
        username,
        mac,
        filter.nas_id.map(|id| id.0),
        filter.outcome.map(Outcome::slug),
        filter.from,
        filter.before,
        whole,
        limit,
        filter.reason
    )
    .fetch_all(tx.conn())
    .await?;
    read(rows)
}

/// A name that does not come in.
#[derive(Clone, Debug)]
pub struct RefusedName {
    pub username: String,
    pub customer_id: Option<CustomerId>,
    pub customer: Option<String>,
    /// When it tried last, and how often it did since.
    pub at: DateTime<Utc>,
    pub times: i64,
    /// A word of ours, `radius-reason-…` in the locales.
    pub reason: String,
}

/// As much of the log as is read for it: after a power cut an hour holds everybody.
const NEWEST: i64 = 10_000;

/// Names whose last attempt since then was refused, the newest first. Who sees only a part sees only names of that part.
pub async fn refused(tx: &mut IspTx, since: DateTime<Utc>, limit: i64) -> Result<Vec<RefusedName>> {
    let isp = tx.isp();
    let caller = tx.caller();
    let whole = caller.sees_whole_isp();
    let rows = sqlx::query!(
        r#"select r.username as "username!", r.at as "at!", r.times as "times!", r.reason as "reason!",
                  s.customer_id as "customer_id?", s.name as "customer?"
           from (select min(a.username) as username, lower(a.username) as key, max(a.at) as at, count(*) as times,
                        (array_agg(a.reason order by a.at desc))[1] as reason
                 from (select username, at, outcome, reason from auth_attempt where isp_id = $1 and at >= $2 order by at desc limit $5) a
                 group by lower(a.username) having (array_agg(a.outcome order by a.at desc))[1] = 'reject') r
           left join lateral (
             select v.customer_id, c.name from service v join customer c on c.isp_id = $1 and c.id = v.customer_id
             where v.isp_id = $1 and v.username_key = r.key and v.status <> 'terminated' limit 1) s on true
           where $3 or s.customer_id is not null
           order by r.at desc limit $4"#,
        isp,
        since,
        whole,
        limit,
        NEWEST
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(|row| RefusedName {
        username: row.username,
        customer_id: row.customer_id.map(CustomerId),
        customer: row.customer,
        at: row.at,
        times: row.times,
        reason: row.reason,
    });
    Ok(rows.collect())
}

/// Attempts behind `after` in the order of their ids. A caller who sees only a branch sees only names of that branch.
pub async fn behind(tx: &mut IspTx, username: Option<&str>, after: Uuid, limit: i64) -> Result<Vec<(Uuid, AttemptRow)>> {
    let isp = tx.isp();
    let caller = tx.caller();
    let whole = caller.sees_whole_isp();
    sqlx::query!("set local plan_cache_mode = force_custom_plan").execute(tx.conn()).await?;
    let rows = sqlx::query!(
        r#"select a.id, a.at, a.username, a.service_id, n.name as "nas?", a.mac, a.outcome, a.reason
           from auth_attempt a left join nas n on n.isp_id = $1 and n.id = a.nas_id
           where a.isp_id = $1 and a.id > $2 and ($3::text is null or lower(a.username) = lower($3))
             and ($4 or exists (select 1 from service s where s.isp_id = $1 and s.username_key = lower(a.username) and s.status <> 'terminated'))
           order by a.id limit $5"#,
        isp,
        after,
        username,
        whole,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let rows = rows.into_iter().map(|row| Row {
        at: row.at,
        username: row.username,
        service_id: row.service_id,
        nas: row.nas,
        mac: row.mac,
        outcome: row.outcome,
        reason: row.reason,
    });
    Ok(ids.into_iter().zip(read(rows.collect())?).collect())
}
