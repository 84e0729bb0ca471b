//! What was done, by whom, with what it was before and after. Append-only.

use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::trust::AuditRow;
use serde_json::Value;
use uuid::Uuid;

/// One change, as a use case reports it.
#[derive(Clone, Debug, Default)]
pub struct Change<'a> {
    /// `noun.verb`, a key of the locales with `audit-` before it.
    pub action: &'a str,
    pub object_kind: &'a str,
    pub object_id: Option<Uuid>,
    /// Puts it on this customer's timeline.
    pub customer_id: Option<Uuid>,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// Writes the entry in the transaction of the change itself.
pub async fn record(tx: &mut IspTx, at: DateTime<Utc>, change: Change<'_>) -> Result<()> {
    let (isp, caller) = (tx.isp(), tx.caller().clone());
    let behind = caller.bounds.impersonator.as_ref();
    sqlx::query!(
        "insert into audit_entry (isp_id, id, at, actor_id, actor_name, action, object_kind, object_id, customer_id, before, after, ip, request_id, impersonator_id, impersonator_name)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        isp,
        Uuid::now_v7(),
        at,
        caller.actor_id(),
        caller.actor_name(),
        change.action,
        change.object_kind,
        change.object_id,
        change.customer_id,
        change.before,
        change.after,
        caller.ip.map(ipnetwork::IpNetwork::from),
        caller.request_id,
        behind.map(|behind| behind.id.0),
        behind.map(|behind| behind.name.as_str()),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes the entries of many changes in one statement.
pub async fn record_many(tx: &mut IspTx, at: DateTime<Utc>, changes: &[Change<'_>]) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let (isp, caller) = (tx.isp(), tx.caller().clone());
    let behind = caller.bounds.impersonator.as_ref();
    macro_rules! column {
        ($f:expr) => {
            changes.iter().map($f).collect::<Vec<_>>()
        };
    }
    sqlx::query!(
        "insert into audit_entry (isp_id, id, at, actor_id, actor_name, action, object_kind, object_id, customer_id, before, after, ip, request_id,
           impersonator_id, impersonator_name)
         select $1, id, $2, $3, $4, action, kind, object_id, customer_id, before, after, $5, $6, $14, $15
         from unnest($7::uuid[], $8::text[], $9::text[], $10::uuid[], $11::uuid[], $12::jsonb[], $13::jsonb[])
           as v (id, action, kind, object_id, customer_id, before, after)",
        isp,
        at,
        caller.actor_id(),
        caller.actor_name(),
        caller.ip.map(ipnetwork::IpNetwork::from),
        caller.request_id,
        &column!(|_| Uuid::now_v7()),
        &column!(|c| c.action) as &[&str],
        &column!(|c| c.object_kind) as &[&str],
        &column!(|c| c.object_id) as &[Option<Uuid>],
        &column!(|c| c.customer_id) as &[Option<Uuid>],
        &column!(|c| c.before.clone()) as &[Option<Value>],
        &column!(|c| c.after.clone()) as &[Option<Value>],
        behind.map(|behind| behind.id.0),
        behind.map(|behind| behind.name.as_str())
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A link of the chain with what it covers, as it stands now.
#[derive(Clone, Debug)]
pub struct Link {
    pub seq: i64,
    pub entry_id: Uuid,
    pub hash: Vec<u8>,
    /// Everything that the entry says; `None`: it is gone.
    pub words: Option<String>,
}

/// The next links behind `after`.
pub async fn links(tx: &mut IspTx, after: i64, most: i64) -> Result<Vec<Link>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Link,
        r#"select l.seq, l.entry_id, l.hash, case when e.id is null then null else audit_words(e) end as words
           from audit_link l left join audit_entry e on e.isp_id = $1 and e.id = l.entry_id
           where l.isp_id = $1 and l.seq > $2 order by l.seq limit $3"#,
        isp,
        after,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// The oldest entry that no link covers: written past the chain.
pub async fn unlinked(tx: &mut IspTx) -> Result<Option<Uuid>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(
        "select e.id from audit_entry e where e.isp_id = $1 and not exists (select 1 from audit_link l where l.isp_id = $1 and l.entry_id = e.id)
         order by e.at, e.id limit 1",
        isp
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// When an entry was written, by whom and what for: to name it.
pub async fn named(tx: &mut IspTx, id: Uuid) -> Result<Option<(DateTime<Utc>, String, String)>> {
    let isp = tx.isp();
    let row = sqlx::query!("select at, actor_name, action from audit_entry where isp_id = $1 and id = $2", isp, id)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|row| (row.at, row.actor_name, row.action)))
}

/// Which entries are wanted, with days turned into instants.
#[derive(Clone, Debug, Default)]
pub struct EntryFilter {
    pub actor: Option<Uuid>,
    pub kind: Option<String>,
    pub subject: Option<Uuid>,
    pub from: Option<DateTime<Utc>>,
    pub before: Option<DateTime<Utc>>,
}

/// One page of the log, newest first, and how many entries there are.
pub async fn page(tx: &mut IspTx, filter: &EntryFilter, limit: i64, offset: i64) -> Result<(Vec<AuditRow>, i64)> {
    let isp = tx.isp();
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from audit_entry e where e.isp_id = $1 and ($2::uuid is null or e.actor_id = $2)
             and ($3::text is null or e.action like $3 || '.%') and ($4::uuid is null or e.object_id = $4 or e.customer_id = $4)
             and ($5::timestamptz is null or e.at >= $5) and ($6::timestamptz is null or e.at < $6)"#,
        isp,
        filter.actor,
        filter.kind,
        filter.subject,
        filter.from,
        filter.before
    )
    .fetch_one(tx.conn())
    .await?;
    let rows = sqlx::query_as!(
        AuditRow,
        r#"select e.id, l.seq as "seq?", e.at, e.actor_id, e.actor_name, e.action, e.object_kind, e.object_id, e.customer_id,
             c.name as "customer_name?", e.before::text as before, e.after::text as after, host(e.ip) as ip,
             e.impersonator_name
           from audit_entry e
           left join audit_link l on l.isp_id = $1 and l.entry_id = e.id
           left join customer c on c.isp_id = $1 and c.id = e.customer_id
           where e.isp_id = $1 and ($2::uuid is null or e.actor_id = $2)
             and ($3::text is null or e.action like $3 || '.%') and ($4::uuid is null or e.object_id = $4 or e.customer_id = $4)
             and ($5::timestamptz is null or e.at >= $5) and ($6::timestamptz is null or e.at < $6)
           order by e.at desc, e.id desc limit $7 offset $8"#,
        isp,
        filter.actor,
        filter.kind,
        filter.subject,
        filter.from,
        filter.before,
        limit,
        offset
    )
    .fetch_all(tx.conn())
    .await?;
    Ok((rows, total))
}

/// Entries behind `after` in the order in which they were written.
pub async fn behind(tx: &mut IspTx, filter: &EntryFilter, after: Uuid, limit: i64) -> Result<Vec<AuditRow>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        AuditRow,
        r#"select e.id, l.seq as "seq?", e.at, e.actor_id, e.actor_name, e.action, e.object_kind, e.object_id, e.customer_id,
             c.name as "customer_name?", e.before::text as before, e.after::text as after, host(e.ip) as ip,
             e.impersonator_name
           from audit_entry e
           left join audit_link l on l.isp_id = $1 and l.entry_id = e.id
           left join customer c on c.isp_id = $1 and c.id = e.customer_id
           where e.isp_id = $1 and e.id > $2 and ($3::uuid is null or e.actor_id = $3)
             and ($4::uuid is null or e.object_id = $4 or e.customer_id = $4)
             and ($5::timestamptz is null or e.at >= $5) and ($6::timestamptz is null or e.at < $6)
           order by e.id limit $7"#,
        isp,
        after,
        filter.actor,
        filter.subject,
        filter.from,
        filter.before,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

/// People who may stand in it: accounts of the ISP, by name.
pub async fn people(tx: &mut IspTx) -> Result<Vec<(Uuid, String)>> {
    let isp = tx.isp();
    let rows = sqlx::query!("select id, name from account where isp_id = $1 and role <> 'customer' order by lower(name) limit 500", isp)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}
