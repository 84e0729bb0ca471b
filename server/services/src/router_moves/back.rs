//! The way back: exactly the secrets that we put to sleep wake up as they were, sessions that would hang end, and the
//! settings for RADIUS become what they were. What somebody changed on the router meanwhile is his. Whose line was suspended
//! or ended meanwhile does not get in by the way back.

use super::lines::let_in;
use super::run::{Next, Work};
use super::{end_sessions, prepare, secrets, tag};
use crate::provisioning::{Fault, Tried};
use domain::provisioning::{Action, Item, Write, undo};
use domain::router_moves::{MoveState, Secret, SecretState};
use domain::routers::AuthMode;
use domain::{Problem, ServiceId};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use storage::audit::{self, Change};
use storage::router_moves::secrets::{self as sql_secrets, SecretRow};
use storage::router_moves::{self as sql};
use storage::routers;
use storage::wanted::lines;

const ASLEEP: [SecretState; 3] = [SecretState::Writing, SecretState::Off, SecretState::Back];
const GIVEN_BACK: [SecretState; 4] = [SecretState::On, SecretState::Kept, SecretState::Changed, SecretState::Gone];

pub(super) async fn give_back(work: &mut Work<'_>) -> Tried<Next> {
    wake(work).await?;
    let items: Vec<Item> = prepare::setup(work)?.unwrap_or_default().into_iter().filter(|item| item.action != Action::Keep).collect();
    if !items.is_empty() {
        let mut tx = work.begin().await?;
        let given = sql_secrets::some(&mut tx, work.run.id, &GIVEN_BACK, None, i64::MAX).await?;
        drop(tx);
        let names: HashSet<&str> = given.iter().map(|row| row.name.as_str()).collect();
        // Nobody could count or end sessions of RADIUS on a router that does not know it any more.
        end_sessions(&mut work.device, &names, true).await?;
        for item in items.iter().rev() {
            let rows = work.device.rows(&item.object.menu).await?;
            if let Some(write) = undo(item, &rows) {
                work.device.write(&write).await?;
            }
        }
        // Whose secret still sleeps may have come in through RADIUS once more until this moment.
        end_sessions(&mut work.device, &names, true).await?;
    }
    work.device.disarm().await?;
    end(work).await?;
    Ok(Next::Step)
}

/// Wakes every secret that sleeps because of this run.
pub(super) async fn wake(work: &mut Work<'_>) -> Tried<()> {
    let mut tx = work.begin().await?;
    let rows = sql_secrets::some(&mut tx, work.run.id, &ASLEEP, None, i64::MAX).await?;
    drop(tx);
    if rows.is_empty() {
        return Ok(());
    }
    let services: Vec<ServiceId> = rows.iter().filter_map(|row| row.service).collect();
    let may = let_in(work.services, work.caller, &services).await?;
    let up = |row: &SecretRow| row.service.is_some_and(|service| may.contains(&service));
    let (found, ours) = (secrets(&mut work.device, false).await?, tag(work.run.id));
    let mut outcomes: HashMap<SecretState, Vec<i32>> = HashMap::new();
    for row in &rows {
        let state = match found.iter().find(|secret| secret.item == row.item && secret.name == row.name) {
            None => SecretState::Gone,
            Some(secret) if secret.comment == ours => {
                let asleep = if up(row) { "no" } else { "yes" };
                let set = vec![("disabled".into(), asleep.into()), ("comment".into(), row.comment.clone())];
                work.device.write(&Write::Set { menu: "/ppp/secret".into(), id: Some(secret.item.clone()), set }).await?;
                if up(row) { SecretState::On } else { SecretState::Kept }
            }
            // Never put to sleep, or awake already.
            Some(secret) if secret.comment == row.comment && !secret.disabled => SecretState::On,
            Some(secret) if secret.comment == row.comment && !up(row) => SecretState::Kept,
            Some(_) => SecretState::Changed,
        };
        outcomes.entry(state).or_default().push(row.position);
    }
    read_back(&secrets(&mut work.device, false).await?, &rows, &outcomes, &ours)?;
    let mut tx = work.begin().await?;
    lines::lock(&mut tx).await?;
    for (state, positions) in &outcomes {
        sql_secrets::set(&mut tx, work.run.id, positions, *state).await?;
    }
    sql_secrets::look_again(&mut tx, &services, work.services.now()).await?;
    Ok(tx.commit().await?)
}

/// Believes nothing that it has not seen.
fn read_back(found: &[Secret], rows: &[SecretRow], outcomes: &HashMap<SecretState, Vec<i32>>, ours: &str) -> Tried<()> {
    let awake = outcomes.get(&SecretState::On).map(Vec::as_slice).unwrap_or_default();
    let by_item: HashMap<&str, &Secret> = found.iter().map(|secret| (secret.item.as_str(), secret)).collect();
    let still = rows.iter().find(|row| {
        let secret = by_item.get(row.item.as_str());
        secret.is_some_and(|secret| secret.comment == ours || (secret.disabled && awake.contains(&row.position)))
    });
    match still {
        None => Ok(()),
        Some(row) => Err(Fault::Refused(vec![Problem::new("", "problem-move-asleep").with("name", &row.name)])),
    }
}

async fn end(work: &mut Work<'_>) -> Tried<()> {
    let (now, run) = (work.services.now(), &work.run);
    let mut tx = work.begin().await?;
    let router = routers::lock(&mut tx, run.router).await?.ok_or(crate::Error::NotFound)?;
    if run.moved_at.is_some() && router.auth_mode == AuthMode::Radius {
        routers::set_mode(&mut tx, run.router, run.mode_before).await?;
    }
    sql::set_state(&mut tx, run.id, MoveState::Returning, MoveState::Returned, now).await?;
    let change = Change {
        action: "router.move_returned",
        object_kind: "router",
        object_id: Some(run.router.0),
        after: Some(json!({ "run": run.id, "router": run.router_name })),
        ..Change::default()
    };
    audit::record(&mut tx, now, change).await?;
    tx.commit().await?;
    work.run.state = MoveState::Returned;
    Ok(())
}
