//! Sets of rights that staff begin with (spec section B.3): an ISP changes what one holds, whoever comes then begins with
//! that, and whoever was there before is shown as differing until somebody brings him to it. Nobody gives what he lacks.

use super::rights::{save_rights, spoken};
use super::scope::may_manage;
use crate::people::require_proof;
use crate::{Error, Result, Services, require};
use domain::people::{Caller, Difference, Preset, Presets, RightsForm};
use domain::rights::Permission;
use domain::{AccountId, Problem};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use storage::audit::{self, Change};
use storage::presets::{self as stored, Begun};
use storage::{IspTx, grants};

/// A set as its page shows it.
#[derive(Clone, Debug)]
pub struct PresetView {
    pub preset: Preset,
    pub keys: BTreeSet<Permission>,
    /// The ISP changed it.
    pub changed: bool,
    /// 0: nobody has changed it.
    pub version: i32,
    /// How many began with it.
    pub people: usize,
    /// Those of them who have something else by now.
    pub differing: Vec<Differing>,
}

#[derive(Clone, Debug)]
pub struct Differing {
    pub id: AccountId,
    pub name: String,
    pub difference: Difference,
    /// The caller may bring him to the set.
    pub manageable: bool,
}

fn differing(caller: &Caller, presets: &Presets, person: Begun) -> Differing {
    let difference = presets.difference(person.preset, person.role, &person.owner_path, &person.given);
    let manageable = may_manage(caller, person.role) && caller.actor_id() != Some(person.id.0);
    Differing { id: person.id, name: person.name, difference, manageable }
}

/// All sets, and who differs from the one that he began with.
pub async fn presets(services: &Services, caller: &Caller) -> Result<Vec<PresetView>> {
    require(caller, Permission::PeopleView)?;
    let mut tx = services.begin(caller).await?;
    let (all, versions) = stored::all(&mut tx).await?;
    let mut people: BTreeMap<Preset, Vec<Differing>> = BTreeMap::new();
    for person in stored::begun(&mut tx, None).await? {
        people.entry(person.preset).or_default().push(differing(caller, &all, person));
    }
    let views = Preset::ALL.into_iter().map(|preset| {
        let here = people.remove(&preset).unwrap_or_default();
        PresetView {
            preset,
            keys: all.keys(preset),
            changed: versions.contains_key(&preset),
            version: versions.get(&preset).copied().unwrap_or_default(),
            people: here.len(),
            differing: here.into_iter().filter(|person| !person.difference.is_none()).collect(),
        }
    });
    Ok(views.collect())
}

/// The sets for whoever makes people or changes their rights.
pub async fn preset_keys(services: &Services, caller: &Caller) -> Result<Presets> {
    super::scope::require_some_management(caller)?;
    let mut tx = services.begin(caller).await?;
    Ok(stored::all(&mut tx).await?.0)
}

/// How one person differs from the set that he began with; `None`: he began with none.
pub async fn difference_of(services: &Services, caller: &Caller, id: AccountId) -> Result<Option<Differing>> {
    require(caller, Permission::PeopleView)?;
    let mut tx = services.begin(caller).await?;
    let (all, _) = stored::all(&mut tx).await?;
    Ok(stored::begun(&mut tx, Some(id)).await?.pop().map(|person| differing(caller, &all, person)))
}

fn names(keys: &BTreeSet<Permission>) -> Value {
    json!({ "keys": keys.iter().map(|key| key.key()).collect::<Vec<_>>() })
}

async fn record(tx: &mut IspTx, services: &Services, action: &'static str, preset: Preset, (before, after): (Value, Value)) -> Result<()> {
    let said = |keys: Value| json!({ "preset": preset.slug(), "keys": keys["keys"] });
    let change = Change { action, object_kind: "preset", before: Some(said(before)), after: Some(said(after)), ..Change::default() };
    Ok(audit::record(tx, services.now(), change).await?)
}

/// These keys from now on, of all that the caller holds; the others stay as they were.
pub async fn save_preset(services: &Services, caller: &Caller, preset: Preset, version: i32, keys: &[String]) -> Result<()> {
    require(caller, Permission::PeopleManage)?;
    require_proof(services, caller)?;
    let mut tx = services.begin(caller).await?;
    let (all, versions) = stored::all(&mut tx).await?;
    let before = all.keys(preset);
    let offered: BTreeSet<Permission> = Presets::offered().filter(|key| caller.allowed(*key)).collect();
    let wanted = spoken(keys, &offered, &before)?;
    let after: BTreeSet<Permission> = before.difference(&offered).copied().chain(wanted).collect();
    if versions.get(&preset).copied().unwrap_or_default() != version {
        return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
    }
    if after == before {
        return Ok(());
    }
    if !stored::save(&mut tx, preset, version, &after, services.now()).await? {
        return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
    }
    record(&mut tx, services, "preset.update", preset, (names(&before), names(&after))).await?;
    Ok(tx.commit().await?)
}

/// As the product has it. Keys that come back with it are given by nobody who lacks them.
pub async fn restore_preset(services: &Services, caller: &Caller, preset: Preset) -> Result<()> {
    require(caller, Permission::PeopleManage)?;
    require_proof(services, caller)?;
    let mut tx = services.begin(caller).await?;
    let before = stored::all(&mut tx).await?.0.keys(preset);
    let after = Presets::default().keys(preset);
    if let Some(lacked) = after.difference(&before).find(|key| !caller.allowed(**key)) {
        return Err(Error::Denied(*lacked));
    }
    if stored::restore(&mut tx, preset).await? {
        record(&mut tx, services, "preset.restore", preset, (names(&before), names(&after))).await?;
    }
    Ok(tx.commit().await?)
}

/// Somebody has what his set holds, and no standing key beside it, as far as the caller holds them himself.
pub async fn bring_to_preset(services: &Services, caller: &Caller, id: AccountId) -> Result<()> {
    super::scope::require_some_management(caller)?;
    let mut tx = services.begin(caller).await?;
    let (all, _) = stored::all(&mut tx).await?;
    let person = stored::begun(&mut tx, Some(id)).await?.pop().ok_or(Error::NotFound)?;
    let standing = grants::standing(&mut tx, id).await?;
    tx.commit().await?;
    let wanted = all.keys_for(person.preset, person.role, &person.owner_path).into_iter().filter(|key| caller.allowed(*key));
    let closed = standing.into_iter().filter(|(_, closed)| *closed).map(|(key, _)| key.key().to_string());
    let form = RightsForm { keys: wanted.map(|key| key.key().to_string()).collect(), closed: closed.collect() };
    save_rights(services, caller, id, &form).await
}
