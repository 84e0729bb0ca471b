//! Settings inside an ISP: its own, and those that it sets for a branch or for a reseller and everybody below him.

use super::change::Desk;
use super::view::{Chain, SettingsPage};
use crate::accounts::whole_isp;
use crate::billing::refresh_debtors;
use crate::{Error, Result, Services, require};
use domain::people::{Branch, Caller, Role};
use domain::rights::Permission;
use domain::settings::{Group, Key, Level, SettingsForm};
use domain::{AccountId, BranchId};
use storage::audit::{self, Change};
use storage::settings::{self as store, Place};
use storage::{IspTx, branches, people};
use uuid::Uuid;

/// For whom something is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    Isp,
    Branch(BranchId),
    Reseller(AccountId),
}

impl At {
    /// As it stands in an address: nothing, `branch:…` or `reseller:…`.
    pub fn read(text: &str) -> Option<Self> {
        match text.split_once(':') {
            None => text.is_empty().then_some(At::Isp),
            Some(("branch", id)) => id.parse().ok().map(At::Branch),
            Some(("reseller", id)) => id.parse().ok().map(At::Reseller),
            Some(_) => None,
        }
    }
}

/// The groups that the caller may see of those wanted, as they stand at a place.
pub async fn page(services: &Services, caller: &Caller, at: At, wanted: &[Group]) -> Result<SettingsPage> {
    let sees = |group: &Group| caller.allowed(Permission::SettingsView) || caller.allowed(group.looks());
    let groups: Vec<Group> = wanted.iter().copied().filter(sees).collect();
    let first = wanted.first().map_or(Permission::SettingsView, |group| group.looks());
    if groups.is_empty() {
        return Err(Error::Denied(first));
    }
    // What holds for all of the ISP is no secret to whoever works by it.
    if at != At::Isp {
        whole_isp(caller)?;
    }
    let mut tx = services.begin(caller).await?;
    let (chain, name) = chain(&mut tx, services, at).await?;
    let groups = groups.into_iter().filter_map(|group| chain.group(group, caller.allowed(group.changes()))).collect();
    Ok(SettingsPage { level: chain.place.level, name, groups })
}

/// The place with everything above it, and its name.
pub(super) async fn chain(tx: &mut IspTx, services: &Services, at: At) -> Result<(Chain, String)> {
    let isp = services.isp(tx.isp_id()).await?;
    let id = isp.id.0;
    let place = |level, scope| Place { isp: id, level, scope };
    let mut above = vec![
        (Place { isp: Uuid::nil(), level: Level::Platform, scope: Uuid::nil() }, String::new()),
        (Place { isp: Uuid::nil(), level: Level::Tenant, scope: isp.tenant_id.0 }, String::new()),
    ];
    let (here, name) = match at {
        At::Isp => (place(Level::Isp, id), String::new()),
        At::Branch(branch) => {
            above.push((place(Level::Isp, id), String::new()));
            let all = branches::all(tx).await?;
            let found = all.iter().find(|known| known.id == branch).ok_or(Error::NotFound)?;
            let up = branches_above(found, &all).into_iter().map(|up| (place(Level::Branch, up.id.0), up.name.clone()));
            above.extend(up);
            (place(Level::Branch, branch.0), found.name.clone())
        }
        At::Reseller(account) => {
            above.push((place(Level::Isp, id), String::new()));
            let person = people::find(tx, account).await?.filter(|person| matches!(person.row.role, Role::Reseller | Role::SubReseller));
            let person = person.ok_or(Error::NotFound)?;
            let sellers: Vec<Uuid> = person.owner_path.split('/').filter_map(|id| id.parse().ok()).filter(|id| *id != account.0).collect();
            for seller in sellers {
                let name = people::find(tx, AccountId(seller)).await?.map(|above| above.row.name).unwrap_or_default();
                above.push((place(Level::Reseller, seller), name));
            }
            (place(Level::Reseller, account.0), person.row.name)
        }
    };
    let rows = store::all(tx, Some(id), Some(isp.tenant_id.0)).await?;
    Ok((Chain { place: here, zone: isp.zone.name().to_owned(), above, rows }, name))
}

/// The branches that one stands below, outermost first.
fn branches_above<'a>(branch: &Branch, all: &'a [Branch]) -> Vec<&'a Branch> {
    let mut up = Vec::new();
    let mut next = branch.parent;
    while let Some(found) = next.and_then(|id| all.iter().find(|known| known.id == id)) {
        up.push(found);
        next = found.parent;
    }
    up.reverse();
    up
}

/// Saves a group at a place: what differs from what was shown becomes the place's own.
pub async fn save(services: &Services, caller: &Caller, at: At, group: Group, form: &SettingsForm) -> Result<()> {
    require(caller, group.changes())?;
    whole_isp(caller)?;
    let tx = services.begin(caller).await?;
    let keys = Desk::inside(services, tx, at).save(group, form).await?;
    follow(services, caller, &keys).await
}

/// Takes the place's own value away: what is further out holds again.
pub async fn reset(services: &Services, caller: &Caller, at: At, key: Key) -> Result<()> {
    require(caller, key.def().group.changes())?;
    whole_isp(caller)?;
    let tx = services.begin(caller).await?;
    Desk::inside(services, tx, at).reset(key).await?;
    follow(services, caller, &[key]).await
}

pub(super) async fn note(
    tx: &mut IspTx,
    services: &Services,
    place: Place,
    before: serde_json::Value,
    after: serde_json::Value,
) -> Result<()> {
    let change = Change {
        action: "setting.update",
        object_kind: match place.level {
            Level::Branch => "branch",
            Level::Reseller => "account",
            _ => "isp",
        },
        object_id: Some(place.scope),
        before: Some(before),
        after: Some(after),
        ..Change::default()
    };
    Ok(audit::record(tx, services.now(), change).await?)
}

/// Days of rest are in the instants at which lines may be cut: those are found anew.
pub(super) async fn follow(services: &Services, caller: &Caller, keys: &[Key]) -> Result<()> {
    if keys.contains(&Key::Weekend) {
        let isp = services.isp(caller.isp_id).await?;
        refresh_debtors(services, caller, &isp).await?;
    }
    Ok(())
}
