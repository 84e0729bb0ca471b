//! Suspends a person and takes him back. Whoever stands below a suspended seller cannot sign in either; lifting restores
//! exactly those who are not suspended themselves. Sessions end at once, on every server; no subscriber loses his line.

use super::scope::{managed, require_some_management};
use crate::{Error, Result, Services};
use domain::people::Caller;
use domain::{AccountId, Problem};
use serde_json::json;
use storage::audit::{self, Change};
use storage::people;

const MOST_REASON: usize = 500;

/// Answers with how many people are out by it, himself among them.
pub async fn suspend(services: &Services, caller: &Caller, id: AccountId, reason: &str) -> Result<usize> {
    require_some_management(caller)?;
    let reason = super::rights::reason_of(reason, MOST_REASON)?;
    change(services, caller, id, Some(&reason)).await
}

/// Answers with how many people may sign in again.
pub async fn reinstate(services: &Services, caller: &Caller, id: AccountId) -> Result<usize> {
    require_some_management(caller)?;
    change(services, caller, id, None).await
}

async fn change(services: &Services, caller: &Caller, id: AccountId, why: Option<&str>) -> Result<usize> {
    let mut tx = services.begin(caller).await?;
    people::lock_tree(&mut tx).await?;
    let person = managed(&mut tx, caller, id).await?;
    if person.suspended_at.is_some() == why.is_some() {
        let key = if why.is_some() { "problem-person-suspended" } else { "problem-person-not-suspended" };
        return Err(Error::Conflict(Problem::new("", key)));
    }
    let touched = people::set_suspended(&mut tx, id, &person.owner_path, why, services.now()).await?;
    let action = if why.is_some() { "account.suspend" } else { "account.reinstate" };
    let own = why.map(|why| json!({ "reason": why }));
    let below = json!({ "because_of": id });
    let mut changes = vec![Change { action, object_kind: "account", object_id: Some(id.0), after: own, ..Change::default() }];
    changes.extend(touched.iter().filter(|one| **one != id.0).map(|one| Change {
        action,
        object_kind: "account",
        object_id: Some(*one),
        after: Some(below.clone()),
        ..Change::default()
    }));
    audit::record_many(&mut tx, services.now(), &changes).await?;
    tx.commit().await?;
    Ok(touched.len())
}
