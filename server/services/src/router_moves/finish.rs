//! The end of a move: the router is RADIUS's, and its old secrets sleep on it until a person has them removed.

use super::run::{Next, Work};
use super::{secrets, tag};
use crate::provisioning::Tried;
use domain::router_moves::{MoveState, SecretState};
use domain::routers::AuthMode;
use serde_json::json;
use storage::audit::{self, Change};
use storage::router_moves::secrets as sql_secrets;
use storage::router_moves::{self as sql};
use storage::routers;
use storage::wanted::lines;

/// From now on nothing is wanted on this router. What sleeps and what was left there stays: only who wants nothing of a
/// secret does not remove it either.
pub(super) async fn finish(work: &mut Work<'_>) -> Tried<Next> {
    let (now, run) = (work.services.now(), &work.run);
    let stay = [SecretState::Writing, SecretState::Off, SecretState::Back, SecretState::Left];
    let mut tx = work.begin().await?;
    lines::lock(&mut tx).await?;
    let rows = sql_secrets::some(&mut tx, run.id, &stay, None, i64::MAX).await?;
    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    sql_secrets::forget_wants(&mut tx, run.router, &names).await?;
    routers::lock(&mut tx, run.router).await?.ok_or(crate::Error::NotFound)?;
    routers::set_mode(&mut tx, run.router, AuthMode::Radius).await?;
    sql::set_state(&mut tx, run.id, MoveState::Finishing, MoveState::Done, now).await?;
    let change = Change {
        action: "router.move_done",
        object_kind: "router",
        object_id: Some(run.router.0),
        before: Some(json!({ "auth_mode": run.mode_before })),
        after: Some(json!({ "run": run.id, "router": run.router_name, "auth_mode": AuthMode::Radius, "secrets": rows.len() })),
        ..Change::default()
    };
    audit::record(&mut tx, now, change).await?;
    tx.commit().await?;
    work.run.state = MoveState::Done;
    Ok(Next::Step)
}

/// Removes what sleeps, and nothing that somebody has changed since.
pub(super) async fn clear(work: &mut Work<'_>) -> Tried<Next> {
    let ours = tag(work.run.id);
    for secret in secrets(&mut work.device, false).await?.iter().filter(|secret| secret.comment == ours) {
        work.device.remove("/ppp/secret", &secret.item).await?;
    }
    let mut tx = work.begin().await?;
    let asleep = [SecretState::Writing, SecretState::Off, SecretState::Back];
    let gone: Vec<i32> = sql_secrets::some(&mut tx, work.run.id, &asleep, None, i64::MAX).await?.iter().map(|row| row.position).collect();
    sql_secrets::set(&mut tx, work.run.id, &gone, SecretState::Removed).await?;
    tx.commit().await?;
    work.enter(MoveState::Cleared).await?;
    Ok(Next::Step)
}
