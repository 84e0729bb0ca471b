//! Whom somebody may look at and whom he may manage (TEN-06). Outside his subtree nobody exists; inside it, people of his
//! own rank and above are seen and left alone.

use crate::{Error, Result, require};
use domain::AccountId;
use domain::people::{Caller, PersonDetail, Role, management_right, may_make};
use domain::rights::Permission;
use storage::{IspTx, people};

/// The first line where either right may open the door: which one is asked for depends on whom it is about.
pub(super) fn require_some_management(caller: &Caller) -> Result<()> {
    let any = [Permission::PeopleEdit, Permission::ManageOperators].into_iter().any(|permission| caller.allowed(permission));
    if any { Ok(()) } else { Err(Error::Denied(Permission::PeopleEdit)) }
}

pub(super) fn may_manage(caller: &Caller, role: Role) -> bool {
    may_make(caller.role, role) && caller.allowed(management_right(role))
}

/// Somebody in the caller's subtree whom he may manage, locked.
pub(super) async fn managed(tx: &mut IspTx, caller: &Caller, id: AccountId) -> Result<PersonDetail> {
    require_some_management(caller)?;
    if !people::lock(tx, id).await? {
        return Err(Error::NotFound);
    }
    let person = people::find(tx, id).await?.ok_or(Error::NotFound)?;
    let right = management_right(person.row.role);
    require(caller, right)?;
    if !may_make(caller.role, person.row.role) || caller.actor_id() == Some(id.0) {
        return Err(Error::Denied(right));
    }
    Ok(person)
}

/// A seller in the caller's subtree.
pub(super) async fn seller(tx: &mut IspTx, id: AccountId) -> Result<Option<PersonDetail>> {
    let found = people::find(tx, id).await?;
    Ok(found.filter(|person| matches!(person.row.role, Role::Reseller | Role::SubReseller)))
}

/// Sellers have subtrees; branches, zones and settings are the ISP's own. Who is held to some changes none.
pub(crate) fn whole_isp(caller: &Caller) -> Result<()> {
    if caller.sees_whole_isp() { Ok(()) } else { Err(Error::NotFound) }
}

/// The place of the caller himself.
pub(super) fn own_place(caller: &Caller) -> &str {
    caller.owner_path.as_deref().unwrap_or("/")
}
