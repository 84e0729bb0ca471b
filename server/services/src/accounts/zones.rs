//! Zones of an ISP (TEN-15): the tree with its shapes on the map, and who is held to which. One that still has customers,
//! people or zones below it stays.

use super::scope::{managed, require_some_management, whole_isp};
use crate::{Error, Result, Services, require};
use domain::customers::{Page, Paging};
use domain::people::{Caller, Zone, ZoneForm, ZoneInput, as_tree, find_zone, held_to_zones};
use domain::places::Shape;
use domain::rights::Permission;
use domain::{AccountId, Problem, ZoneId};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use storage::audit::{self, Change};
use storage::{IspTx, zones as stored};
use uuid::Uuid;

/// A zone as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneRow {
    pub zone: Zone,
    pub depth: usize,
    /// Lying in it and in what stands below it.
    pub customers: i64,
    pub people: i64,
    /// Nothing is in it or below it.
    pub empty: bool,
}

/// The zones that the caller may choose from: all of them, or those he is held to.
pub async fn zones(services: &Services, caller: &Caller) -> Result<Vec<Zone>> {
    let any = [Permission::BranchesEdit, Permission::PeopleEdit, Permission::CustomersView, Permission::CustomersCreate];
    if !any.into_iter().any(|permission| caller.allowed(permission)) {
        return Err(Error::Denied(Permission::CustomersView));
    }
    let mut tx = services.begin(caller).await?;
    zones_of(&mut tx, caller).await
}

pub(crate) async fn zones_of(tx: &mut IspTx, caller: &Caller) -> Result<Vec<Zone>> {
    let all = stored::all(tx).await?;
    let held = caller.bounds.zones.as_ref().map(|held| held.iter().collect::<BTreeSet<_>>());
    Ok(all.into_iter().filter(|zone| held.as_ref().is_none_or(|held| held.contains(&zone.id))).collect())
}

/// A page of the tree, or of what is called so.
pub async fn zone_list(services: &Services, caller: &Caller, search: &str, paging: Paging) -> Result<Page<ZoneRow>> {
    require(caller, Permission::BranchesEdit)?;
    let mut tx = services.begin(caller).await?;
    let all = zones_of(&mut tx, caller).await?;
    let counts = stored::counts(&mut tx).await?;
    let words = search.trim().to_lowercase();
    let rows = counted(&all, &counts).into_iter().filter(|row| row.zone.name.to_lowercase().contains(&words));
    let rows: Vec<ZoneRow> = rows.map(|row| ZoneRow { depth: if words.is_empty() { row.depth } else { 0 }, ..row }).collect();
    let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let skipped = usize::try_from(paging.offset()).unwrap_or(usize::MAX);
    let rows = rows.into_iter().skip(skipped).take(usize::try_from(paging.size).unwrap_or(usize::MAX)).collect();
    Ok(Page { rows, total, page: paging.page, size: paging.size })
}

/// The tree from the top, each with what lies in it and below.
fn counted(all: &[Zone], counts: &BTreeMap<ZoneId, (i64, i64)>) -> Vec<ZoneRow> {
    let mut rows = Vec::with_capacity(all.len());
    let mut below: BTreeMap<ZoneId, i64> = BTreeMap::new();
    let mut parents: BTreeSet<ZoneId> = BTreeSet::new();
    // From the end each zone comes before the one above it.
    for (depth, zone) in as_tree(all).into_iter().rev() {
        let (own, people) = counts.get(&zone.id).copied().unwrap_or_default();
        let customers = own + below.get(&zone.id).copied().unwrap_or_default();
        if let Some(parent) = zone.parent {
            *below.entry(parent).or_default() += customers;
            parents.insert(parent);
        }
        let empty = customers == 0 && people == 0 && !parents.contains(&zone.id);
        rows.push(ZoneRow { zone: zone.clone(), depth, customers, people, empty });
    }
    rows.reverse();
    rows
}

fn told(action: &'static str, id: ZoneId) -> Change<'static> {
    Change { action, object_kind: "zone", object_id: Some(id.0), ..Change::default() }
}

fn noted(name: &str, parent: Option<ZoneId>, shape: Option<&Shape>) -> Value {
    let shape = shape.map(|shape| match shape {
        Shape::Circle { centre, metres } => format!("{centre}: {metres} m"),
        outline => outline.outline_text(),
    });
    json!({ "name": name, "parent": parent, "shape": shape })
}

/// Makes a zone, or changes the one of `id` that still has this version.
pub async fn save_zone(services: &Services, caller: &Caller, id: Option<(ZoneId, i32)>, form: &ZoneInput) -> Result<ZoneId> {
    require(caller, Permission::BranchesEdit)?;
    whole_isp(caller)?;
    let mut tx = services.begin(caller).await?;
    stored::lock_tree(&mut tx).await?;
    let all = stored::all(&mut tx).await?;
    let before = match id {
        None => None,
        Some((id, _)) => Some(all.iter().find(|zone| zone.id == id).ok_or(Error::NotFound)?),
    };
    let read: ZoneForm = form.read(id.map(|(id, _)| id), &all).map_err(Error::Invalid)?;
    if before.is_some_and(|zone| (&zone.name, zone.parent, &zone.shape) == (&read.name, read.parent, &read.shape)) {
        return id.map(|(id, _)| id).ok_or(Error::NotFound);
    }
    let saved = id.map_or_else(|| ZoneId(Uuid::now_v7()), |(id, _)| id);
    if !stored::save(&mut tx, saved, id.map(|(_, version)| version), &read).await? {
        return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
    }
    let change = Change {
        before: before.map(|zone| noted(&zone.name, zone.parent, zone.shape.as_ref())),
        after: Some(noted(&read.name, read.parent, read.shape.as_ref())),
        ..told(if before.is_some() { "zone.update" } else { "zone.create" }, saved)
    };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(saved)
}

/// Takes an empty zone away.
pub async fn delete_zone(services: &Services, caller: &Caller, id: ZoneId) -> Result<()> {
    require(caller, Permission::BranchesEdit)?;
    whole_isp(caller)?;
    let mut tx = services.begin(caller).await?;
    stored::lock_tree(&mut tx).await?;
    let all = stored::all(&mut tx).await?;
    let counts = stored::counts(&mut tx).await?;
    let row = counted(&all, &counts).into_iter().find(|row| row.zone.id == id).ok_or(Error::NotFound)?;
    let zone = row.zone;
    if !row.empty {
        return Err(Error::Conflict(Problem::new("", "problem-zone-in-use").with("name", &zone.name)));
    }
    stored::delete(&mut tx, id).await?;
    let change = Change { before: Some(noted(&zone.name, zone.parent, zone.shape.as_ref())), ..told("zone.delete", id) };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// Holds a manager, staff or a seller to these zones, and to the one that `add` names; none is the whole ISP.
pub async fn hold_to_zones(services: &Services, caller: &Caller, id: AccountId, wanted: &[ZoneId], add: &str) -> Result<()> {
    require_some_management(caller)?;
    whole_isp(caller)?;
    let mut tx = services.begin(caller).await?;
    let person = managed(&mut tx, caller, id).await?;
    if !held_to_zones(person.row.role) {
        return Err(Error::NotFound);
    }
    let all = stored::all(&mut tx).await?;
    let names: BTreeMap<ZoneId, &str> = all.iter().map(|zone| (zone.id, zone.name.as_str())).collect();
    let more = find_zone("add", add, &all).map_err(|problem| Error::Invalid(vec![problem]))?;
    let wanted: Vec<ZoneId> = wanted.iter().copied().chain(more).collect();
    if !wanted.iter().all(|id| names.contains_key(id)) {
        return Err(Error::Invalid(vec![Problem::new("zones", "problem-choice")]));
    }
    let before: Vec<String> = stored::of_person(&mut tx, id).await?.into_iter().map(|(_, name)| name).collect();
    stored::hold(&mut tx, id, &wanted).await?;
    let after: Vec<String> = stored::of_person(&mut tx, id).await?.into_iter().map(|(_, name)| name).collect();
    if before != after {
        let change = Change {
            action: "account.zones",
            object_kind: "account",
            object_id: Some(id.0),
            before: Some(json!({ "zones": before })),
            after: Some(json!({ "zones": after })),
            ..Change::default()
        };
        audit::record(&mut tx, services.now(), change).await?;
    }
    Ok(tx.commit().await?)
}
