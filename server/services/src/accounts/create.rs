//! A new person below the caller: a reseller, a sub-reseller, a manager, staff or a card distributor. His first password
//! is generated, seen once by whoever made him, and must be changed before anything opens.

use super::first_password;
use super::scope::{own_place, require_some_management, seller};
use crate::people::{generate_password, hash_password};
use crate::{Error, Result, Services, require};
use domain::people::{Caller, NewPerson, PersonForm, Role, management_right, may_make, path_of_new};
use domain::rights::Permission;
use domain::{AccountId, Problem};
use serde_json::json;
use storage::audit::{self, Change};
use storage::people::{self, NewPersonRow};
use storage::{IspTx, grants};
use uuid::Uuid;

pub async fn create_person(services: &Services, caller: &Caller, form: &PersonForm) -> Result<AccountId> {
    require_some_management(caller)?;
    let new = form.read().map_err(Error::Invalid)?;
    let right = management_right(new.role);
    require(caller, right)?;
    if !may_make(caller.role, new.role) {
        return Err(Error::Denied(right));
    }
    let id = AccountId(Uuid::now_v7());
    let password = generate_password();
    // Before the transaction: the slow hash would hold a connection.
    let hash = hash_password(&password).await?;
    let mut tx = services.begin(caller).await?;
    people::lock_tree(&mut tx).await?;
    let above = place(&mut tx, caller, &new).await?;
    let path = path_of_new(new.role, id, &above);
    let row = NewPersonRow { id, role: new.role, preset: new.preset, owner_path: &path, edit: &new.edit, password_hash: &hash };
    people::create(&mut tx, &row, services.now()).await?;
    // Nobody gives what he has not got.
    let (presets, _) = storage::presets::all(&mut tx).await?;
    let begins = new.preset.map(|preset| presets.keys_for(preset, new.role, &path)).unwrap_or_default();
    let keys: Vec<Permission> = begins.into_iter().filter(|permission| caller.allowed(*permission)).collect();
    grants::add(&mut tx, id, &keys, false).await?;
    first_password::keep(&mut tx, services, caller, id, &password).await?;
    let after = json!({
        "role": new.role.slug(), "name": new.edit.name, "email": new.edit.email, "username": new.edit.username, "mobile": new.edit.mobile,
        "above": new.above, "preset": new.preset.map(|preset| preset.slug()),
        "keys": keys.iter().map(|key| key.key()).collect::<Vec<_>>(),
    });
    let change =
        Change { action: "account.create", object_kind: "account", object_id: Some(id.0), after: Some(after), ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(id)
}

/// Where he is to stand.
async fn place(tx: &mut IspTx, caller: &Caller, new: &NewPerson) -> Result<String> {
    let wrong = |key: &str| Error::Invalid(vec![Problem::new("above", key)]);
    let above = match new.above {
        None => None,
        Some(id) => Some(seller(tx, id).await?.ok_or_else(|| wrong("problem-choice"))?),
    };
    match (new.role, above) {
        (Role::Reseller | Role::Manager | Role::CardDistributor, None) => Ok("/".into()),
        (Role::Reseller | Role::Manager | Role::CardDistributor, Some(_)) => Err(wrong("problem-above-isp")),
        (Role::SubReseller, Some(above)) if above.row.role == Role::Reseller => Ok(above.owner_path),
        (Role::SubReseller, None) if caller.role == Role::Reseller => Ok(own_place(caller).into()),
        (Role::SubReseller, _) => Err(wrong("problem-above-reseller")),
        (_, Some(above)) => Ok(above.owner_path),
        (_, None) => Ok(own_place(caller).into()),
    }
}
