//! Many lines held down or let up at once: shown before it happens, done as a job line by line, each with its result; it can
//! be cancelled on the way, and what failed can be tried again.

use crate::{Error, Result, Services, require};
use domain::bulk::{BulkAction, BulkFate, BulkJob, BulkPreview, BulkRow, MOST, REASONS, left_out};
use domain::customers::{BlockReason, LineState, Page, Paging, SubscriberFilter};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{Problem, ServiceId};
use serde_json::json;
use std::collections::BTreeMap;
use storage::audit::{self, Change};
use storage::{bulk, customers, jobs, subscribers};
use uuid::Uuid;

/// The job that does one of them.
pub const BULK_TASK: &str = "customers.bulk";
/// Names that a preview shows.
const EXAMPLES: usize = 10;

fn may(caller: &Caller) -> Result<()> {
    require(caller, Permission::CustomersSuspend)?;
    require(caller, Permission::BulkOperations)
}

/// What a job over the filtered list would do, and whom it would leave out.
pub async fn preview_bulk(
    services: &Services,
    caller: &Caller,
    filter: &SubscriberFilter,
    action: BulkAction,
    reason: BlockReason,
) -> Result<BulkPreview> {
    may(caller)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let everything = Paging { page: 1, size: i64::MAX };
    let found = subscribers::page(&mut tx, filter, everything, services.today(&isp), services.now()).await?;
    let held = bulk::held(&mut tx, reason).await?;
    let mut preview = BulkPreview { matched: found.rows.len(), ..BulkPreview::default() };
    let mut left = BTreeMap::new();
    for row in found.rows {
        match left_out(action, row.state, held.contains(&row.service_id)) {
            Some(why) => *left.entry(why).or_insert(0) += 1,
            None => {
                if preview.examples.len() < EXAMPLES {
                    preview.examples.push(format!("{} · {}", row.name, row.username));
                }
                preview.lines.push(row.service_id);
            }
        }
    }
    preview.left_out = left.into_iter().collect();
    Ok(preview)
}

/// Starts a job over what the preview showed. `expected`: how many lines that were; when it is another number by now,
/// somebody has to look again.
pub async fn start_bulk(
    services: &Services,
    caller: &Caller,
    filter: &SubscriberFilter,
    (action, reason, note): (BulkAction, BlockReason, &str),
    expected: usize,
) -> Result<Uuid> {
    may(caller)?;
    let note = note.trim();
    let mut problems = Vec::new();
    if !REASONS.contains(&reason) {
        problems.push(Problem::new("reason", "problem-choice"));
    }
    if note.chars().count() > 300 || action == BulkAction::Suspend && note.is_empty() {
        problems.push(Problem::new("note", "problem-reason-needed").with("most", 300));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let preview = preview_bulk(services, caller, filter, action, reason).await?;
    let many = preview.lines.len();
    match many {
        0 => return Err(Error::Conflict(Problem::new("", "problem-bulk-nobody"))),
        many if many > MOST => {
            return Err(Error::Conflict(Problem::new("", "problem-bulk-too-many").with("most", MOST).with("count", many)));
        }
        many if many != expected => return Err(Error::Conflict(Problem::new("", "problem-bulk-changed").with("count", many))),
        _ => {}
    }
    let (id, now) = (Uuid::now_v7(), services.now());
    let mut tx = services.begin(caller).await?;
    bulk::create(&mut tx, id, (action, reason, note), &preview.lines, now).await?;
    enqueue(&mut tx, caller, id).await?;
    let after = json!({ "action": action.slug(), "reason": reason.slug(), "lines": many, "note": note, "filter": filter });
    record(&mut tx, services, "customers.bulk", id, after).await?;
    tx.commit().await?;
    Ok(id)
}

async fn enqueue(tx: &mut storage::IspTx, caller: &Caller, id: Uuid) -> Result<()> {
    let payload = json!({ "isp_id": caller.isp_id, "job_id": id });
    Ok(jobs::enqueue(tx, BULK_TASK, payload, Some(&format!("{BULK_TASK}:{id}"))).await?)
}

async fn record(tx: &mut storage::IspTx, services: &Services, action: &'static str, id: Uuid, after: serde_json::Value) -> Result<()> {
    let change = Change { action, object_kind: "bulk_job", object_id: Some(id), after: Some(after), ..Change::default() };
    Ok(audit::record(tx, services.now(), change).await?)
}

/// The last jobs.
pub async fn bulk_jobs(services: &Services, caller: &Caller) -> Result<Vec<BulkJob>> {
    may(caller)?;
    let mut tx = services.begin(caller).await?;
    Ok(bulk::jobs(&mut tx, None).await?)
}

/// One job with a page of its lines.
pub async fn bulk_job(
    services: &Services,
    caller: &Caller,
    id: Uuid,
    fate: Option<BulkFate>,
    paging: Paging,
) -> Result<(BulkJob, Page<BulkRow>)> {
    may(caller)?;
    let mut tx = services.begin(caller).await?;
    let job = bulk::jobs(&mut tx, Some(id)).await?.pop().ok_or(Error::NotFound)?;
    Ok((job, bulk::rows(&mut tx, id, fate, paging).await?))
}

/// Lines that were not done yet stay as they are.
pub async fn cancel_bulk(services: &Services, caller: &Caller, id: Uuid) -> Result<()> {
    may(caller)?;
    let mut tx = services.begin(caller).await?;
    bulk::jobs(&mut tx, Some(id)).await?.pop().ok_or(Error::NotFound)?;
    if !bulk::cancel(&mut tx, id, services.now()).await? {
        return Err(Error::Conflict(Problem::new("", "problem-bulk-over")));
    }
    record(&mut tx, services, "customers.bulk_cancel", id, json!({})).await?;
    Ok(tx.commit().await?)
}

/// Failed lines once more.
pub async fn retry_bulk(services: &Services, caller: &Caller, id: Uuid) -> Result<()> {
    may(caller)?;
    let mut tx = services.begin(caller).await?;
    bulk::jobs(&mut tx, Some(id)).await?.pop().ok_or(Error::NotFound)?;
    let many = bulk::again(&mut tx, id).await?;
    if many == 0 {
        return Err(Error::Conflict(Problem::new("", "problem-bulk-nothing-failed")));
    }
    enqueue(&mut tx, caller, id).await?;
    record(&mut tx, services, "customers.bulk_retry", id, json!({ "lines": many })).await?;
    Ok(tx.commit().await?)
}

/// The job's body: line after line, each in a transaction of its own. Killed and run again it goes on where it was.
pub async fn run_bulk(services: &Services, caller: &Caller, id: Uuid) -> Result<()> {
    may(caller)?;
    let mut tx = services.begin(caller).await?;
    let Some((action, reason, note)) = bulk::begin(&mut tx, id).await? else { return Ok(()) };
    tx.commit().await?;
    loop {
        let mut tx = services.begin(caller).await?;
        let Some((position, line, status)) = bulk::next(&mut tx, id).await? else {
            bulk::finish(&mut tx, id, services.now()).await?;
            return Ok(tx.commit().await?);
        };
        let done = match one(&mut tx, services, id, (action, reason, &note), line, &status).await {
            Ok((fate, problem)) => {
                bulk::settle(&mut tx, id, position, fate, problem, services.now()).await?;
                tx.commit().await.map_err(Error::from)
            }
            Err(error) => Err(error),
        };
        match done {
            Ok(()) => {}
            // The database is away: the queue comes again.
            Err(error @ Error::Upstream(_)) => return Err(error),
            Err(error) => {
                tracing::error!(%error, job = %id, line = %line, "one line of many could not be changed");
                let mut tx = services.begin(caller).await?;
                bulk::settle(&mut tx, id, position, BulkFate::Failed, Some("fault"), services.now()).await?;
                tx.commit().await?;
            }
        }
    }
}

async fn one(
    tx: &mut storage::IspTx,
    services: &Services,
    job: Uuid,
    (action, reason, note): (BulkAction, BlockReason, &str),
    line: ServiceId,
    status: &str,
) -> Result<(BulkFate, Option<&'static str>)> {
    let state = match status {
        "terminated" => LineState::Terminated,
        "pending" => LineState::Pending,
        _ => LineState::Active,
    };
    if let Some(why) = left_out(action, state, action == BulkAction::Resume) {
        return Ok((BulkFate::Left, Some(why.slug())));
    }
    let changed = match action {
        BulkAction::Suspend => customers::block(tx, line, reason, services.now(), Some(note)).await?,
        BulkAction::Resume => !customers::unblock(tx, &[line], reason).await?.is_empty(),
    };
    if !changed {
        let why = if action == BulkAction::Suspend { "already" } else { "not_held" };
        return Ok((BulkFate::Left, Some(why)));
    }
    let (customer, _) = customers::of_service(tx, line).await?.ok_or(Error::NotFound)?;
    let change = Change {
        action: if action == BulkAction::Suspend { "service.suspend" } else { "service.resume" },
        object_kind: "service",
        object_id: Some(line.0),
        customer_id: Some(customer.0),
        after: Some(json!({ "reason": reason.slug(), "job": job })),
        ..Change::default()
    };
    audit::record(tx, services.now(), change).await?;
    Ok((BulkFate::Done, None))
}
