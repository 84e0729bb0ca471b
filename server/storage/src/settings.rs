//! Values of settings by level. Rows of the levels above an ISP are read inside it, and never written there.

use crate::db::sealed::Conn;
use crate::error::known;
use crate::{Error, IspTx, Result};
use chrono::{DateTime, Utc};
use domain::CustomerId;
use domain::settings::{Change, Key, Layer, Level};
use std::collections::HashMap;
use uuid::Uuid;

/// Where a value is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Zeros: above the ISPs.
    pub isp: Uuid,
    pub level: Level,
    /// The tenant, ISP, branch or account; zeros for the platform.
    pub scope: Uuid,
}

/// A value with who set it.
#[derive(Clone, Debug)]
pub struct Row {
    pub place: Place,
    pub layer: Layer,
    pub by: String,
    pub at: DateTime<Utc>,
}

/// Layers from the text that `setting_rows` makes. Keys that the program no longer knows are passed over.
pub(crate) fn from_rows(rows: Option<serde_json::Value>) -> Result<Vec<Layer>> {
    let Some(rows) = rows else { return Ok(Vec::new()) };
    let rows: Vec<(String, String, String, bool)> = serde_json::from_value(rows).map_err(|error| Error::Corrupt(error.to_string()))?;
    let layer = |(level, key, value, locked): (String, String, String, bool)| layer(&level, &key, value, locked).transpose();
    rows.into_iter().filter_map(layer).collect()
}

fn layer(level: &str, key: &str, value: String, locked: bool) -> Result<Option<Layer>> {
    let level = known(Level::from_slug(level), "level", level)?;
    Ok(Key::from_slug(key).map(|key| Layer { level, key, value, locked }))
}

/// Every value above an ISP and in it; without an ISP those of the platform and of one tenant.
pub async fn all(tx: &mut impl Conn, isp: Option<Uuid>, tenant: Option<Uuid>) -> Result<Vec<Row>> {
    let rows = sqlx::query!(
        "select isp_id, level, scope, key, value, locked, changed_name, changed_at from setting
         where isp_id = $1 or (isp_id = $2 and (level = 'platform' or scope = $3))",
        isp.unwrap_or_default(),
        Uuid::nil(),
        tenant
    )
    .fetch_all(tx.conn())
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        if row.isp_id.is_nil() && row.level == "tenant" && Some(row.scope) != tenant {
            continue;
        }
        if let Some(layer) = layer(&row.level, &row.key, row.value, row.locked)? {
            let place = Place { isp: row.isp_id, level: layer.level, scope: row.scope };
            found.push(Row { place, layer, by: row.changed_name, at: row.changed_at });
        }
    }
    Ok(found)
}

/// Whoever changes values at a place waits here for whoever does it already.
pub async fn lock(tx: &mut impl Conn, place: Place) -> Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('settings ' || $1::uuid::text, 0))", place.scope)
        .fetch_one(tx.conn())
        .await?;
    Ok(())
}

/// Sets a value at a place.
pub async fn put(tx: &mut impl Conn, place: Place, change: &Change, by: (Option<Uuid>, &str), now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "insert into setting (isp_id, level, scope, key, value, locked, changed_by, changed_name, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (isp_id, level, scope, key) do update
           set value = excluded.value, locked = excluded.locked, changed_by = excluded.changed_by, changed_name = excluded.changed_name,
             changed_at = excluded.changed_at",
        place.isp,
        place.level.slug(),
        place.scope,
        change.key.slug(),
        change.value,
        change.locked,
        by.0,
        by.1,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a value away; `false`: there was none.
pub async fn drop(tx: &mut impl Conn, place: Place, key: Key) -> Result<bool> {
    let done = sqlx::query!(
        "delete from setting where isp_id = $1 and level = $2 and scope = $3 and key = $4",
        place.isp,
        place.level.slug(),
        place.scope,
        key.slug()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// What branches and resellers set for these customers, outermost first. Mostly nobody set anything, and then nothing else
/// is asked.
pub async fn below(tx: &mut IspTx, customers: &[CustomerId]) -> Result<HashMap<CustomerId, Vec<Layer>>> {
    let isp = tx.isp();
    let ids: Vec<Uuid> = customers.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"with recursive s as materialized (select * from setting where isp_id = $1 and level in ('branch', 'reseller')),
           place as (
             select c.id, c.owner_path, coalesce(c.branch_id, (select d.id from branch d where d.isp_id = $1 and d.is_default)) as branch_id
             from customer c where c.isp_id = $1 and c.id = any ($2) and exists (select 1 from s)),
           up as (
             select branch_id as leaf, branch_id as id, 0 as height from (select distinct branch_id from place) p
             union all
             select up.leaf, b.parent_id, up.height + 1 from up join branch b on b.isp_id = $1 and b.id = up.id where b.parent_id is not null)
           select place.id as "customer!", s.level as "level!", s.key as "key!", s.value as "value!", s.locked as "locked!",
             case s.level when 'branch' then -up.height else strpos(place.owner_path, s.scope::text) end as "depth!"
           from place join up on up.leaf = place.branch_id join s on s.level = 'branch' and s.scope = up.id
           union all
           select place.id, s.level, s.key, s.value, s.locked, strpos(place.owner_path, s.scope::text)
           from place join s on s.level = 'reseller' and strpos(place.owner_path, '/' || s.scope::text || '/') > 0
           order by 6"#,
        isp,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let mut found: HashMap<CustomerId, Vec<Layer>> = HashMap::new();
    for row in rows {
        if let Some(layer) = layer(&row.level, &row.key, row.value, row.locked)? {
            found.entry(CustomerId(row.customer)).or_default().push(layer);
        }
    }
    Ok(found)
}
