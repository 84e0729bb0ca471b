//! Acting as somebody below oneself (TEN-10): downward, never nested, with a reason and a fresh proof, for half an hour.
//! The log holds both ids, and what must never be done as another is closed for as long as it lasts.

use crate::people::{Borrowed, Who, begin_borrowed, end_borrowed, require_proof};
use crate::{Error, Result, Services, require};
use chrono::TimeDelta;
use domain::people::{Actor, Caller};
use domain::rights::Permission;
use domain::{AccountId, CustomerId, Problem};
use serde_json::json;
use storage::audit::{self, Change};
use storage::people;
use uuid::Uuid;

const LASTS: TimeDelta = TimeDelta::minutes(30);
const MOST_REASON: usize = 500;

/// Opens the account of a person below; answers with the cookie of the session.
pub async fn login_as(services: &Services, caller: &Caller, id: AccountId, reason: &str) -> Result<String> {
    require(caller, Permission::Impersonate)?;
    require_proof(services, caller)?;
    let reason = super::rights::reason_of(reason, MOST_REASON)?;
    let mut tx = services.begin(caller).await?;
    let person = people::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if person.row.role.rank() <= caller.role.rank() || caller.actor_id() == Some(id.0) {
        return Err(Error::Denied(Permission::Impersonate));
    }
    if person.row.status != domain::people::PersonStatus::Active {
        return Err(Error::Conflict(Problem::new("", "problem-login-as-suspended")));
    }
    let change = Change { object_kind: "account", object_id: Some(id.0), ..told(&reason, services) };
    open(services, caller, tx, id.0, None, change).await
}

/// Opens a subscriber's portal.
pub async fn login_as_customer(services: &Services, caller: &Caller, id: CustomerId, reason: &str) -> Result<String> {
    require(caller, Permission::Impersonate)?;
    require(caller, Permission::CustomersView)?;
    require_proof(services, caller)?;
    let reason = super::rights::reason_of(reason, MOST_REASON)?;
    let mut tx = services.begin(caller).await?;
    storage::customers::name(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let change = Change { object_kind: "customer", object_id: Some(id.0), customer_id: Some(id.0), ..told(&reason, services) };
    open(services, caller, tx, id.0, Some(id), change).await
}

fn told(reason: &str, services: &Services) -> Change<'static> {
    let after = json!({ "reason": reason, "until": services.now() + LASTS });
    Change { action: "account.login_as", after: Some(after), ..Change::default() }
}

async fn open(
    services: &Services,
    caller: &Caller,
    mut tx: storage::IspTx,
    account: Uuid,
    customer: Option<CustomerId>,
    change: Change<'_>,
) -> Result<String> {
    let (Actor::Account { id, name }, Some(session)) = (&caller.actor, caller.session) else {
        return Err(Error::Denied(Permission::Impersonate));
    };
    audit::record(&mut tx, services.now(), change).await?;
    let borrowed = Borrowed { account, customer, parent: session.id, by: (id.0, name) };
    let token = begin_borrowed(&mut tx, caller, &borrowed, services.now(), LASTS).await?;
    tx.commit().await?;
    Ok(token)
}

/// Back to his own account: the cookie of his own session, or nothing where that is over too.
pub async fn leave(services: &Services, who: &Who) -> Result<Option<String>> {
    let Who::Isp { caller, .. } = who else { return Err(not_acting()) };
    let (Some(_), Some(session)) = (&caller.bounds.impersonator, caller.session) else { return Err(not_acting()) };
    let mut tx = services.begin(caller).await?;
    let change = Change {
        action: "account.login_as_end",
        object_kind: if caller.customer_id.is_some() { "customer" } else { "account" },
        object_id: caller.actor_id(),
        customer_id: caller.customer_id.map(|id| id.0),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    let token = end_borrowed(&mut tx, session.id, services.now()).await?;
    tx.commit().await?;
    Ok(token)
}

fn not_acting() -> Error {
    Error::Conflict(Problem::new("", "problem-not-acting"))
}
