//! What the pages about people read.

use super::scope::{may_manage, own_place};
use crate::{Error, Result, Services, require};
use domain::customers::{Page, Paging};
use domain::packages::views::Seller;
use domain::people::{Caller, PersonDetail, PersonFilter, PersonRow, PersonSession, Role, may_make};
use domain::rights::Permission;
use domain::trust::AuditRow;
use domain::{AccountId, BranchId, CustomerId};
use storage::audit::EntryFilter;
use storage::{accounts, audit, owners, people as stored, sessions, sign_in_rules};

/// Everybody in the caller's subtree, by name.
pub async fn people(services: &Services, caller: &Caller, filter: &PersonFilter, paging: Paging) -> Result<Page<PersonRow>> {
    require(caller, Permission::PeopleView)?;
    let mut tx = services.begin(caller).await?;
    let (rows, total) = stored::page(&mut tx, filter, paging).await?;
    Ok(Page { rows, total, page: paging.page, size: paging.size })
}

pub async fn person(services: &Services, caller: &Caller, id: AccountId) -> Result<PersonDetail> {
    require(caller, Permission::PeopleView)?;
    let mut tx = services.begin(caller).await?;
    let person = stored::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let branches = storage::branches::of_person(&mut tx, id).await?;
    let zones = storage::zones::of_person(&mut tx, id).await?;
    let role = person.row.role;
    let other = caller.actor_id() != Some(id.0);
    let may_log_in_as = other && role.rank() > caller.role.rank() && caller.allowed(Permission::Impersonate);
    Ok(PersonDetail { manageable: other && may_manage(caller, role), may_log_in_as, branches, zones, ..person })
}

/// Where he is signed in.
pub async fn sessions_of(services: &Services, caller: &Caller, id: AccountId) -> Result<Vec<PersonSession>> {
    require(caller, Permission::PeopleView)?;
    let mut tx = services.begin(caller).await?;
    stored::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let rule = sign_in_rules::of(&mut tx, Some(caller.isp_id.0)).await?;
    let open = sessions::of_account(&mut tx, id.0, rule.idle_minutes, services.now()).await?;
    Ok(open
        .into_iter()
        .map(|session| PersonSession {
            id: session.id,
            agent: session.user_agent.unwrap_or_default(),
            ip: session.ip.map(|ip| ip.ip().to_string()),
            since: session.created_at,
            seen: session.seen_at,
        })
        .collect())
}

/// What he did, newest first.
pub async fn activity_of(services: &Services, caller: &Caller, id: AccountId, paging: Paging) -> Result<Page<AuditRow>> {
    require(caller, Permission::PeopleView)?;
    let mut tx = services.begin(caller).await?;
    stored::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let filter = EntryFilter { actor: Some(id.0), ..EntryFilter::default() };
    let (rows, total) = audit::page(&mut tx, &filter, paging.size, paging.offset()).await?;
    Ok(Page { rows, total, page: paging.page, size: paging.size })
}

/// Whose subscriber somebody is.
#[derive(Clone, Debug)]
pub struct OwnerView {
    pub customer: String,
    /// `None`: the ISP itself.
    pub seller: Option<(AccountId, String)>,
    /// `None`: the default one.
    pub branch: Option<BranchId>,
}

pub async fn owner_of(services: &Services, caller: &Caller, id: CustomerId) -> Result<OwnerView> {
    require(caller, Permission::CustomersView)?;
    let mut tx = services.begin(caller).await?;
    let (customer, seller) = owners::of(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let branch = storage::branches::of_customer(&mut tx, id).await?.flatten();
    Ok(OwnerView { customer, seller, branch })
}

/// The roles that the caller may make people of.
pub fn makeable_roles(caller: &Caller) -> Vec<Role> {
    Role::ALL.into_iter().filter(|role| may_make(caller.role, *role) && may_manage(caller, *role)).collect()
}

/// Below whom a new person may stand; the caller himself is meant where nobody is chosen.
pub async fn sellers_above(services: &Services, caller: &Caller) -> Result<Vec<Seller>> {
    let any = [Permission::PeopleView, Permission::ManageOperators, Permission::ChangeOperator];
    if !any.into_iter().any(|permission| caller.allowed(permission)) {
        return Err(Error::Denied(Permission::PeopleView));
    }
    let mut tx = services.begin(caller).await?;
    let own = own_place(caller).to_owned();
    let sellers = accounts::sellers(&mut tx).await?;
    Ok(sellers.into_iter().filter(|seller| seller.path != own).collect())
}
