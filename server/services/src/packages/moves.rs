//! Everybody who holds one package, on to another, as a job: each exactly once, however often it is killed. What is
//! billed already stays as it is; the next bill is the new package's.

use super::{commit, invalid};
use crate::{Error, Result, Services, require};
use domain::packages::Pricing;
use domain::packages::views::MoveState;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{MoveId, PackageId, Problem};
use storage::audit::Change;
use storage::{audit, jobs, packages};
use uuid::Uuid;

/// The job that carries one move on.
pub const MOVE_TASK: &str = "package.move";
/// Subscribers moved in one transaction.
pub const MOVE_BATCH: i64 = 200;

/// Starts moving all subscribers of a package. Who paid less keeps his price where `keep_price` says so.
pub async fn start_move(services: &Services, caller: &Caller, from: PackageId, to: PackageId, keep_price: bool) -> Result<MoveId> {
    require(caller, Permission::PackagesEdit)?;
    let isp = services.isp(caller.isp_id).await?;
    let (now, today) = (services.now(), services.today(&isp));
    let mut tx = services.begin(caller).await?;
    let source = packages::find(&mut tx, from, today).await?.ok_or(Error::NotFound)?;
    let target = packages::find(&mut tx, to, today).await?.filter(|target| !target.archived && target.id != from);
    let target = target.ok_or_else(|| invalid(Problem::new("to", "problem-choice")))?;
    let problem = if target.terms.kind != source.terms.kind {
        Some("problem-move-kind")
    } else if target.terms.pricing == Pricing::Trial {
        Some("problem-move-trial")
    } else if target.seller != source.seller {
        Some("problem-move-seller")
    } else if source.services == 0 {
        Some("problem-move-nobody")
    } else {
        None
    };
    if let Some(key) = problem {
        return Err(invalid(Problem::new("to", key)));
    }
    let id = MoveId(Uuid::now_v7());
    packages::create_move(&mut tx, id, (from, to), keep_price, source.services, now).await?;
    let payload = serde_json::json!({ "isp_id": caller.isp_id, "move_id": id });
    jobs::enqueue(&mut tx, MOVE_TASK, payload, Some(&format!("{MOVE_TASK}:{id}"))).await?;
    let after = serde_json::json!({ "to": to, "subscribers": source.services, "keep_price": keep_price });
    let change =
        Change { action: "package.move", object_kind: "package", object_id: Some(from.0), after: Some(after), ..Change::default() };
    audit::record(&mut tx, now, change).await?;
    commit(tx).await?;
    Ok(id)
}

/// The job's body: batch after batch until nobody is left. Called for one that is done it changes nothing.
pub async fn run_move(services: &Services, caller: &Caller, id: MoveId) -> Result<()> {
    while move_batch(services, caller, id, MOVE_BATCH).await? {}
    Ok(())
}

/// One batch: what `run_move` repeats. `false`: nobody is left.
pub async fn move_batch(services: &Services, caller: &Caller, id: MoveId, size: i64) -> Result<bool> {
    let isp = services.isp(caller.isp_id).await?;
    let now = services.now();
    let mut tx = services.begin(caller).await?;
    let of = packages::lock_move(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if of.state == MoveState::Done {
        return Ok(false);
    }
    let moved = packages::move_batch(&mut tx, &of, services.today(&isp), now, size).await?;
    if moved == 0 {
        packages::finish_move(&mut tx, id, now).await?;
    }
    commit(tx).await?;
    Ok(moved > 0)
}
