//! What the plans want on a business day: reminders into the outbox, calls and visits onto the list, marks onto the
//! bill. Each step once for each invoice, in sets, and nothing about a bill that was paid meanwhile.

use crate::messages::{Notice, Recipient, queue};
use crate::{Error, Result, Services, require};
use chrono::NaiveDate;
use domain::Problem;
use domain::customers::{Page, Paging};
use domain::dunning::{StepAction, TaskRow};
use domain::people::Caller;
use domain::rights::Permission;
use storage::audit::Change;
use storage::dunning::DueStep;
use storage::isps::Isp;
use storage::{audit, dunning};
use uuid::Uuid;

/// Steps in one transaction.
const BATCH: i64 = 5_000;

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub messages: u64,
    pub tasks: u64,
    pub steps: u64,
}

/// Does the steps that are due on `on`: those before the due date, or those on it and after. Running it again does
/// nothing; after days of downtime each day is done, but of several reminders only the last is said.
pub async fn run_steps(services: &Services, caller: &Caller, on: NaiveDate, before_due: bool) -> Result<Told> {
    require(caller, Permission::BillingProfiles)?;
    let isp = services.isp(caller.isp_id).await?;
    let today = services.today(&isp);
    if on > today {
        return Err(Error::Invalid(vec![Problem::new("on", "problem-billing-future")]));
    }
    let mut told = Told::default();
    loop {
        let mut tx = services.begin(caller).await?;
        let due = dunning::due_steps(&mut tx, on, today, before_due, BATCH).await?;
        if due.is_empty() {
            return Ok(told);
        }
        let judged: Vec<(&DueStep, &'static str)> = due.iter().map(|step| (step, judge(step))).collect();
        let fresh = dunning::record_steps(&mut tx, &judged, on, services.now()).await?;
        let ours =
            judged.into_iter().filter(|(step, _)| fresh.contains(&(step.invoice_id, step.step.offset_days, step.step.action.slug())));
        let done: Vec<&DueStep> = ours.filter(|(_, result)| *result == "done").map(|(step, _)| step).collect();
        let notices: Vec<Notice> = done.iter().filter_map(|step| notice(step, today)).collect();
        told.messages += queue(&mut tx, services, &isp, &notices).await?;
        let tasks: Vec<_> = done.iter().filter_map(|step| task(step)).collect();
        dunning::add_tasks(&mut tx, &tasks, today).await?;
        told.tasks += tasks.len() as u64;
        told.steps += fresh.len() as u64;
        tx.commit().await?;
        if fresh.is_empty() {
            return Ok(told);
        }
    }
}

/// What becomes of a step.
fn judge(due: &DueStep) -> &'static str {
    let speaks = matches!(due.step.action, StepAction::Message | StepAction::Call | StepAction::Visit);
    match due.step.action {
        _ if due.exempt => "exempt",
        _ if due.overtaken && speaks => "overtaken",
        _ if due.promised && speaks && due.step.offset_days >= 0 => "promised",
        StepAction::Message if !recipient(due).reachable(&due.step.channels) => "no_address",
        _ => "done",
    }
}

fn recipient(due: &DueStep) -> Recipient {
    Recipient {
        customer_id: due.customer_id,
        name: due.customer.clone(),
        number: due.customer_number.clone(),
        mobile: due.mobile.clone(),
        email: due.email.clone(),
    }
}

fn notice(due: &DueStep, today: NaiveDate) -> Option<Notice> {
    let template = due.step.template?;
    Some(Notice {
        template,
        channels: due.step.channels.clone(),
        to: recipient(due),
        dedupe: format!("step:{}:{}", due.invoice_id, due.step.offset_days),
        money: vec![("amount", due.due)],
        days: vec![("due_date", due.due_on)],
        words: vec![("invoice", due.invoice.clone()), ("days", (due.due_on - today).num_days().abs().to_string())],
        invoice_id: Some(due.invoice_id),
        until_paid: true,
    })
}

fn task(due: &DueStep) -> Option<(domain::CustomerId, domain::InvoiceId, &'static str)> {
    matches!(due.step.action, StepAction::Call | StepAction::Visit).then(|| (due.customer_id, due.invoice_id, due.step.action.slug()))
}

/// Calls and visits that are to be made.
pub async fn tasks(services: &Services, caller: &Caller, paging: Paging) -> Result<Page<TaskRow>> {
    require(caller, Permission::BillingView)?;
    let isp: Isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let (rows, total) = dunning::open_tasks(&mut tx, isp.currency, paging.size, paging.offset()).await?;
    Ok(Page { rows, total, page: paging.page, size: paging.size })
}

/// Says that a call or a visit was made.
pub async fn close_task(services: &Services, caller: &Caller, id: Uuid, note: &str) -> Result<()> {
    require(caller, Permission::BillingView)?;
    let note = note.trim();
    if note.chars().count() > 300 {
        return Err(Error::Invalid(vec![Problem::new("note", "problem-too-long").with("most", 300)]));
    }
    let mut tx = services.begin(caller).await?;
    let by = caller.actor_name().to_string();
    let closed = dunning::close_task(&mut tx, id, &by, Some(note).filter(|note| !note.is_empty()), services.now()).await?;
    let (customer, kind) = closed.ok_or(Error::NotFound)?;
    let change = Change {
        action: "dunning_task.close",
        object_kind: "dunning_task",
        object_id: Some(id),
        customer_id: Some(customer.0),
        after: Some(serde_json::json!({ "kind": kind, "note": note })),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}
