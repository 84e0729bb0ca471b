//! Customers change hands (TEN-14), one, some or all of a branch. The old owner loses sight of them with the commit; bills
//! that are open stay open and payable, lines stay up. Nobody is moved to a seller who could not see his package.

use super::scope::{own_place, seller};
use crate::{Error, Result, Services, require};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{AccountId, CustomerId, Problem};
use serde_json::json;
use storage::audit::{self, Change};
use storage::{IspTx, owners};

/// What a move did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    pub moved: usize,
    /// They were there already.
    pub stayed: usize,
}

/// Moves these; `to` is a seller below the caller, or the caller himself. Somebody outside his scope is not found, and
/// then nobody is moved.
pub async fn move_customers(services: &Services, caller: &Caller, ids: &[CustomerId], to: Option<AccountId>) -> Result<Moved> {
    require(caller, Permission::ChangeOperator)?;
    let mut tx = services.begin(caller).await?;
    let mut wanted = ids.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let found = owners::lock(&mut tx, &wanted).await?;
    if found.len() != wanted.len() {
        return Err(Error::NotFound);
    }
    let target = target(&mut tx, caller, to).await?;
    let moved = carry(&mut tx, services, &found, &target).await?;
    tx.commit().await?;
    Ok(moved)
}

/// Moves everybody of a seller's branch.
pub async fn move_all_customers(services: &Services, caller: &Caller, from: AccountId, to: Option<AccountId>) -> Result<Moved> {
    require(caller, Permission::ChangeOperator)?;
    let mut tx = services.begin(caller).await?;
    let from = seller(&mut tx, from).await?.ok_or(Error::NotFound)?;
    let target = target(&mut tx, caller, to).await?;
    let moved = empty(&mut tx, services, &from.owner_path, &target).await?;
    tx.commit().await?;
    Ok(moved)
}

/// Where they go: a path and its name.
pub(super) struct Target {
    path: String,
    name: String,
}

pub(super) async fn target(tx: &mut IspTx, caller: &Caller, to: Option<AccountId>) -> Result<Target> {
    match to {
        None => Ok(Target { path: own_place(caller).to_owned(), name: String::new() }),
        Some(id) => {
            let wrong = || Error::Invalid(vec![Problem::new("to", "problem-choice")]);
            let to = seller(tx, id).await?.ok_or_else(wrong)?;
            Ok(Target { path: to.owner_path, name: to.row.name })
        }
    }
}

/// Everybody of a branch, without asking for the right again.
pub(super) async fn empty(tx: &mut IspTx, services: &Services, from: &str, to: &Target) -> Result<Moved> {
    if to.path.starts_with(from) {
        return Err(Error::Invalid(vec![Problem::new("to", "problem-move-into-itself")]));
    }
    let ids = owners::lock_branch(tx, from).await?;
    carry(tx, services, &ids, to).await
}

async fn carry(tx: &mut IspTx, services: &Services, ids: &[CustomerId], to: &Target) -> Result<Moved> {
    let stuck = owners::stuck(tx, ids, &to.path).await?;
    if let Some((_, name, package)) = stuck.first() {
        let problem = Problem::new("to", "problem-move-package").with("count", stuck.len()).with("name", name).with("package", package);
        return Err(Error::Conflict(problem));
    }
    let moved = owners::set(tx, ids, &to.path).await?;
    let after = json!({ "owner": to.path, "name": to.name });
    let befores: Vec<_> = moved.iter().map(|(id, was)| (*id, json!({ "owner": was }))).collect();
    let changes: Vec<Change<'_>> = befores
        .into_iter()
        .map(|(id, before)| Change {
            action: "customer.move",
            object_kind: "customer",
            object_id: Some(id.0),
            customer_id: Some(id.0),
            before: Some(before),
            after: Some(after.clone()),
        })
        .collect();
    audit::record_many(tx, services.now(), &changes).await?;
    Ok(Moved { moved: moved.len(), stayed: ids.len() - moved.len() })
}
