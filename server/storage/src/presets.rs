//! Sets of rights that an ISP changed, and who began with which.

use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::AccountId;
use domain::people::{Preset, Presets, Role};
use domain::rights::Permission;
use std::collections::{BTreeMap, BTreeSet};

/// What the ISP has, and which version of each set that it changed. Keys this version does not know are not rights.
pub async fn all(tx: &mut IspTx) -> Result<(Presets, BTreeMap<Preset, i32>)> {
    let isp = tx.isp();
    let rows = sqlx::query!("select preset, keys, version from preset_keys where isp_id = $1", isp).fetch_all(tx.conn()).await?;
    let mut presets = Presets::default();
    let mut versions = BTreeMap::new();
    for row in rows {
        if let Some(preset) = Preset::from_slug(&row.preset) {
            presets.changed.insert(preset, row.keys.iter().filter_map(|key| Permission::from_key(key)).collect());
            versions.insert(preset, row.version);
        }
    }
    Ok((presets, versions))
}

/// Saves over the version that was read, 0 where there was none; `false`: somebody was faster.
pub async fn save(tx: &mut IspTx, preset: Preset, version: i32, keys: &BTreeSet<Permission>, now: DateTime<Utc>) -> Result<bool> {
    let (isp, by) = (tx.isp(), tx.caller().actor_id());
    let keys: Vec<&str> = keys.iter().map(|key| key.key()).collect();
    let done = sqlx::query!(
        "insert into preset_keys (isp_id, preset, keys, changed_by, changed_at) select $1, $2, $3, $4, $5
         where $6::integer = 0 or exists (select 1 from preset_keys where isp_id = $1 and preset = $2)
         on conflict (isp_id, preset) do update set keys = excluded.keys, changed_by = excluded.changed_by, changed_at = excluded.changed_at,
           version = preset_keys.version + 1
         where preset_keys.version = $6",
        isp,
        preset.slug(),
        &keys as &[&str],
        by,
        now,
        version
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The product's own again.
pub async fn restore(tx: &mut IspTx, preset: Preset) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!("delete from preset_keys where isp_id = $1 and preset = $2", isp, preset.slug()).execute(tx.conn()).await?;
    Ok(done.rows_affected() > 0)
}

/// Somebody who began with a set, and what he has now.
#[derive(Clone, Debug)]
pub struct Begun {
    pub id: AccountId,
    pub name: String,
    pub role: Role,
    pub owner_path: String,
    pub preset: Preset,
    pub given: BTreeSet<Permission>,
}

/// Everybody in the caller's subtree who began with a set, or this one person.
pub async fn begun(tx: &mut IspTx, id: Option<AccountId>) -> Result<Vec<Begun>> {
    let isp = tx.isp();
    let below = tx.caller().owner_path.clone().unwrap_or_else(|| "/".into());
    let rows = sqlx::query!(
        r#"select a.id, a.name, a.role, a.owner_path, a.preset as "preset!",
             array(select g.permission from account_grant g where g.isp_id = $1 and g.account_id = a.id and g.effect = 'allow'
               and g.customer_id is null and g.expires_at is null) as "given!"
           from account a where a.isp_id = $1 and a.preset is not null and a.status <> 'deleted' and starts_with(a.owner_path, $2)
             and ($3::uuid is null or a.id = $3)
           order by lower(a.name), a.id"#,
        isp,
        below,
        id.map(|id| id.0)
    )
    .fetch_all(tx.conn())
    .await?;
    let begun = rows.into_iter().filter_map(|row| {
        Some(Begun {
            id: row.id.into(),
            name: row.name,
            role: Role::from_slug(&row.role)?,
            owner_path: row.owner_path,
            preset: Preset::from_slug(&row.preset)?,
            given: row.given.iter().filter_map(|key| Permission::from_key(key)).collect(),
        })
    });
    Ok(begun.collect())
}
