//! What one person may do (TEN-08, TEN-09): standing keys, keys that are closed, special ones with a reason and perhaps a
//! day and one customer, and menus closed for a reseller. Nobody gives, takes or closes what he does not hold himself.

use super::scope::{managed, may_manage, require_some_management};
use crate::people::require_proof;
use crate::{Error, Result, Services, require};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::people::{Caller, KeyView, Menu, PersonDetail, RightsForm, RightsView, Role, SpecialForm, can_hold, grantable};
use domain::rights::{Grade, Permission};
use domain::zones::at_time;
use domain::{AccountId, CustomerId, Problem};
use serde_json::json;
use std::collections::BTreeSet;
use storage::audit::{self, Change};
use storage::grants::{self, NewSpecial};
use storage::{IspTx, people};
use uuid::Uuid;

const MOST_REASON: usize = 500;

/// A reason that says something.
pub(super) fn reason_of(text: &str, most: usize) -> Result<String> {
    let text = text.trim();
    match text.chars().count() {
        3.. if text.chars().count() <= most => Ok(text.to_owned()),
        0..3 => Err(Error::Invalid(vec![Problem::new("reason", "problem-reason")])),
        _ => Err(Error::Invalid(vec![Problem::new("reason", "problem-too-long").with("most", most)])),
    }
}

pub async fn rights_of(services: &Services, caller: &Caller, id: AccountId) -> Result<RightsView> {
    require(caller, Permission::PeopleView)?;
    let mut tx = services.begin(caller).await?;
    let person = people::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let standing = grants::standing(&mut tx, id).await?;
    let role = person.row.role;
    let keys = Permission::ALL.iter().copied().filter(|key| can_hold(role, &person.owner_path, *key));
    let keys = keys
        .map(|permission| KeyView {
            permission,
            grade: permission.grade(role),
            granted: standing.contains(&(permission, false)),
            closed: standing.contains(&(permission, true)),
            held: caller.allowed(permission),
        })
        .collect();
    let sells = matches!(role, Role::Reseller | Role::SubReseller);
    let menus = match sells && caller.allowed(Permission::PeopleManage) {
        true => Some(grants::hidden_menus(&mut tx, id).await?),
        false => None,
    };
    let manageable = may_manage(caller, role) && caller.actor_id() != Some(id.0);
    let special = grants::specials(&mut tx, id, services.now()).await?;
    Ok(RightsView { person: person.row, keys, special, menus, manageable })
}

/// Which keys a form speaks of, or the first that the caller may not speak of.
pub(super) fn spoken(named: &[String], offered: &BTreeSet<Permission>, kept: &BTreeSet<Permission>) -> Result<BTreeSet<Permission>> {
    let mut wanted = BTreeSet::new();
    for name in named {
        let key = Permission::from_key(name).ok_or_else(|| Error::Invalid(vec![Problem::new("keys", "problem-choice")]))?;
        if offered.contains(&key) {
            wanted.insert(key);
        } else if !kept.contains(&key) {
            return Err(Error::Denied(key));
        }
    }
    Ok(wanted)
}

/// These standing keys and these closed ones, of all that the caller holds; the rest stays as it was.
pub async fn save_rights(services: &Services, caller: &Caller, id: AccountId, form: &RightsForm) -> Result<()> {
    require_some_management(caller)?;
    require_proof(services, caller)?;
    let mut tx = services.begin(caller).await?;
    let person = managed(&mut tx, caller, id).await?;
    let role = person.row.role;
    let standing = grants::standing(&mut tx, id).await?;
    let of = |closed: bool| standing.iter().filter(move |(_, is)| *is == closed).map(|(key, _)| *key).collect::<BTreeSet<_>>();
    let here = |permission: &Permission| can_hold(role, &person.owner_path, *permission);
    let held = |permission: &&Permission| caller.allowed(**permission);
    // A special key wants a reason of its own.
    let offered: BTreeSet<Permission> = grantable(role).filter(|key| !key.is_special() && here(key) && caller.allowed(*key)).collect();
    let closable: BTreeSet<Permission> = Permission::ALL.iter().filter(|key| here(key)).filter(held).copied().collect();
    let (given, closed) = (of(false), of(true));
    let wanted = spoken(&form.keys, &offered, &given)?;
    let shut = spoken(&form.closed, &closable, &closed)?;
    let difference = |a: &BTreeSet<Permission>, b: &BTreeSet<Permission>| a.difference(b).copied().collect::<Vec<_>>();
    let before: BTreeSet<Permission> = given.intersection(&offered).copied().collect();
    let was_shut: BTreeSet<Permission> = closed.intersection(&closable).copied().collect();
    grants::add(&mut tx, id, &difference(&wanted, &before), false).await?;
    grants::take(&mut tx, id, &difference(&before, &wanted), false).await?;
    grants::add(&mut tx, id, &difference(&shut, &was_shut), true).await?;
    grants::take(&mut tx, id, &difference(&was_shut, &shut), true).await?;
    let names = |keys: &BTreeSet<Permission>| keys.iter().map(|key| key.key()).collect::<Vec<_>>();
    let change = Change {
        before: Some(json!({ "keys": names(&before), "closed": names(&was_shut) })),
        after: Some(json!({ "keys": names(&wanted), "closed": names(&shut) })),
        ..told("account.rights", id)
    };
    if before != wanted || was_shut != shut {
        audit::record(&mut tx, services.now(), change).await?;
    }
    Ok(tx.commit().await?)
}

fn told(action: &'static str, id: AccountId) -> Change<'static> {
    Change { action, object_kind: "account", object_id: Some(id.0), ..Change::default() }
}

/// Gives one key apart. It stops by itself after its last day: rights are read with every request.
pub async fn give_special(services: &Services, caller: &Caller, id: AccountId, form: &SpecialForm) -> Result<()> {
    require_some_management(caller)?;
    require_proof(services, caller)?;
    let isp = services.isp(caller.isp_id).await?;
    let today = services.today(&isp);
    let mut tx = services.begin(caller).await?;
    let person = managed(&mut tx, caller, id).await?;
    let reason = reason_of(&form.reason, MOST_REASON)?;
    let permission = key_of(caller, &person, &form.permission)?;
    let until = day_of(&form.until, today)?;
    let expires_at: Option<DateTime<Utc>> = until.and_then(|day| day.succ_opt()).map(|day| at_time(day, NaiveTime::MIN, isp.zone));
    let customer = customer_of(&mut tx, permission, &form.customer).await?;
    let grant = NewSpecial { id: Uuid::now_v7(), account: id, permission, customer, reason: &reason, expires_at };
    grants::add_special(&mut tx, &grant, services.now()).await?;
    let after = json!({ "key": permission.key(), "until": until, "reason": reason });
    let change = Change { customer_id: customer.map(|id| id.0), after: Some(after), ..told("account.grant", id) };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

fn key_of(caller: &Caller, person: &PersonDetail, named: &str) -> Result<Permission> {
    let wrong = || Error::Invalid(vec![Problem::new("permission", "problem-choice")]);
    let key = Permission::from_key(named).ok_or_else(wrong)?;
    if key.grade(person.row.role) != Grade::Granted || !can_hold(person.row.role, &person.owner_path, key) {
        return Err(wrong());
    }
    require(caller, key)?;
    Ok(key)
}

fn day_of(text: &str, today: NaiveDate) -> Result<Option<NaiveDate>> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let day: Option<NaiveDate> = text.trim().parse().ok().filter(|day| *day >= today);
    day.map(Some).ok_or_else(|| Error::Invalid(vec![Problem::new("until", "problem-until-past")]))
}

async fn customer_of(tx: &mut IspTx, permission: Permission, number: &str) -> Result<Option<CustomerId>> {
    let number = number.trim();
    if number.is_empty() {
        return Ok(None);
    }
    let wrong = |key: &str| Error::Invalid(vec![Problem::new("customer", key)]);
    if !permission.is_for_one_customer() {
        return Err(wrong("problem-key-for-all"));
    }
    storage::customers::by_number(tx, number).await?.map(Some).ok_or_else(|| wrong("problem-customer-unknown"))
}

/// Takes one key apart back.
pub async fn take_special(services: &Services, caller: &Caller, id: AccountId, grant: Uuid) -> Result<()> {
    require_some_management(caller)?;
    let mut tx = services.begin(caller).await?;
    managed(&mut tx, caller, id).await?;
    let key = grants::take_special(&mut tx, id, grant).await?.ok_or(Error::NotFound)?;
    require(caller, key)?;
    let change = Change { before: Some(json!({ "key": key.key() })), ..told("account.revoke", id) };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// Closes these menus for a reseller and everybody below him, and opens the others.
pub async fn hide_menus(services: &Services, caller: &Caller, id: AccountId, hidden: &[String]) -> Result<()> {
    require(caller, Permission::PeopleManage)?;
    require_proof(services, caller)?;
    let wanted: Option<Vec<Menu>> = hidden.iter().map(|slug| Menu::from_slug(slug)).collect();
    let wanted = wanted.ok_or_else(|| Error::Invalid(vec![Problem::new("menus", "problem-choice")]))?;
    let mut tx = services.begin(caller).await?;
    let person = managed(&mut tx, caller, id).await?;
    if !matches!(person.row.role, Role::Reseller | Role::SubReseller) {
        return Err(Error::NotFound);
    }
    let before = grants::hidden_menus(&mut tx, id).await?;
    grants::set_hidden_menus(&mut tx, id, &wanted, services.now()).await?;
    let names = |menus: &[Menu]| menus.iter().map(|menu| menu.slug()).collect::<Vec<_>>();
    let change = Change {
        before: Some(json!({ "hidden": names(&before) })),
        after: Some(json!({ "hidden": names(&wanted) })),
        ..told("account.menus", id)
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}
