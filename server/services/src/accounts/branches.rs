//! Branches of an ISP (TEN-05): the tree, who is held to which, and customers moving between them. The default one is
//! always there; one that still has customers, people or branches below it stays.

use super::scope::{managed, require_some_management, whole_isp};
use crate::{Error, Result, Services, require};
use domain::people::{Branch, BranchInput, Caller, Role};
use domain::rights::Permission;
use domain::{AccountId, BranchId, CustomerId, Problem};
use serde_json::json;
use storage::audit::{self, Change};
use storage::branches;
use uuid::Uuid;

/// The tree, for whoever changes it or puts people and customers into it.
pub async fn branches(services: &Services, caller: &Caller) -> Result<Vec<Branch>> {
    let any = [Permission::BranchesEdit, Permission::PeopleEdit, Permission::CustomersUpdate];
    if !any.into_iter().any(|permission| caller.allowed(permission)) {
        return Err(Error::Denied(Permission::BranchesEdit));
    }
    let mut tx = services.begin(caller).await?;
    Ok(branches::all(&mut tx).await?)
}

fn told(action: &'static str, id: BranchId) -> Change<'static> {
    Change { action, object_kind: "branch", object_id: Some(id.0), ..Change::default() }
}

/// Makes a branch, or changes the one of `id` that still has this version.
pub async fn save_branch(services: &Services, caller: &Caller, id: Option<(BranchId, i32)>, form: &BranchInput) -> Result<BranchId> {
    require(caller, Permission::BranchesEdit)?;
    whole_isp(caller)?;
    let mut tx = services.begin(caller).await?;
    branches::lock_tree(&mut tx).await?;
    let all = branches::all(&mut tx).await?;
    let before = match id {
        None => None,
        Some((id, _)) => Some(all.iter().find(|branch| branch.id == id).ok_or(Error::NotFound)?),
    };
    let read = form.read(id.map(|(id, _)| id), &all).map_err(Error::Invalid)?;
    let after = json!({ "name": read.name, "parent": read.parent });
    let made = match (id, before) {
        (Some((id, version)), Some(before)) => {
            if !branches::update(&mut tx, id, &read, version).await? {
                return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
            }
            let before = json!({ "name": before.name, "parent": before.parent });
            let change = Change { before: Some(before), after: Some(after), ..told("branch.update", id) };
            audit::record(&mut tx, services.now(), change).await?;
            id
        }
        _ => {
            let id = BranchId(Uuid::now_v7());
            branches::create(&mut tx, id, &read).await?;
            let change = Change { after: Some(after), ..told("branch.create", id) };
            audit::record(&mut tx, services.now(), change).await?;
            id
        }
    };
    tx.commit().await?;
    Ok(made)
}

/// Takes an empty branch away.
pub async fn delete_branch(services: &Services, caller: &Caller, id: BranchId) -> Result<()> {
    require(caller, Permission::BranchesEdit)?;
    whole_isp(caller)?;
    let mut tx = services.begin(caller).await?;
    branches::lock_tree(&mut tx).await?;
    let all = branches::all(&mut tx).await?;
    let branch = all.iter().find(|branch| branch.id == id).ok_or(Error::NotFound)?;
    let below = all.iter().any(|other| other.parent == Some(id));
    if branch.is_default {
        return Err(Error::Conflict(Problem::new("", "problem-branch-default")));
    }
    if below || branch.customers > 0 || branch.people > 0 {
        return Err(Error::Conflict(Problem::new("", "problem-branch-in-use").with("name", &branch.name)));
    }
    branches::delete(&mut tx, id).await?;
    let change = Change { before: Some(json!({ "name": branch.name, "parent": branch.parent })), ..told("branch.delete", id) };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// Holds a manager or staff to these branches; none is the whole ISP.
pub async fn hold_to_branches(services: &Services, caller: &Caller, id: AccountId, wanted: &[BranchId]) -> Result<()> {
    require_some_management(caller)?;
    whole_isp(caller)?;
    let mut tx = services.begin(caller).await?;
    let person = managed(&mut tx, caller, id).await?;
    if !matches!(person.row.role, Role::Manager | Role::Staff) || person.owner_path != "/" {
        return Err(Error::NotFound);
    }
    let all = branches::all(&mut tx).await?;
    if !wanted.iter().all(|id| all.iter().any(|branch| branch.id == *id)) {
        return Err(Error::Invalid(vec![Problem::new("branches", "problem-choice")]));
    }
    let before = branches::of_person(&mut tx, id).await?;
    branches::hold(&mut tx, id, wanted).await?;
    let name = |id: &BranchId| all.iter().find(|branch| branch.id == *id).map(|branch| branch.name.clone());
    let before: Vec<String> = before.into_iter().map(|(_, name)| name).collect();
    let after: Vec<String> = wanted.iter().filter_map(name).collect();
    let change = Change {
        action: "account.branches",
        object_kind: "account",
        object_id: Some(id.0),
        before: Some(json!({ "branches": before })),
        after: Some(json!({ "branches": after })),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// A customer goes to another branch; what was recorded of him stays.
pub async fn move_to_branch(services: &Services, caller: &Caller, customer: CustomerId, to: BranchId) -> Result<()> {
    require(caller, Permission::CustomersUpdate)?;
    whole_isp(caller)?;
    let mut tx = services.begin(caller).await?;
    storage::customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    let was = branches::of_customer(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    let all = branches::all(&mut tx).await?;
    let target = all.iter().find(|branch| branch.id == to);
    let target = target.ok_or_else(|| Error::Invalid(vec![Problem::new("branch", "problem-choice")]))?;
    let before = all.iter().find(|branch| Some(branch.id) == was || was.is_none() && branch.is_default);
    let stored = Some(to).filter(|_| !target.is_default);
    if stored != was {
        branches::set_of_customer(&mut tx, customer, stored).await?;
        let change = Change {
            action: "customer.branch",
            object_kind: "customer",
            object_id: Some(customer.0),
            customer_id: Some(customer.0),
            before: Some(json!({ "branch": before.map(|branch| &branch.name) })),
            after: Some(json!({ "branch": target.name })),
        };
        audit::record(&mut tx, services.now(), change).await?;
    }
    Ok(tx.commit().await?)
}
