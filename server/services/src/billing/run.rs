//! The billing run: exactly one invoice for each service and period, however often and on however many servers it
//! runs, and whenever one of them dies (BIL-02, BIL-12). Services go in batches, each a transaction that first takes
//! the invoice series: runners stand in line, and who comes second finds nothing left of the first one's batch.

use super::credit::apply_credit;
use super::issue::{Addressed, invoice_series, issue};
use super::refresh;
use crate::rehearsal::{Allowed, Gate, gate};
use crate::{Error, Result, Services, require};
use chrono::NaiveDate;
use domain::billing::{Charge, InvoiceDraft, RunOutcome, plan_service};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{BillingRunId, CustomerId, ServiceId};
use std::collections::{BTreeSet, HashMap};
use storage::audit::Change;
use storage::billing::{BillingMoment, ToBill};
use storage::isps::Isp;
use storage::{audit, numbers};

/// Services in one transaction: large enough that the commit does not count, small enough to lose little.
pub const BATCH: i64 = 2_000;

/// Bills everything that is due at an ISP by `on`. What cannot be billed is noted on the run and does not stop it.
/// `outcome` counts what this call did; the run's own row counts what all runners did together.
pub async fn run_billing(services: &Services, caller: &Caller, on: NaiveDate) -> Result<(BillingRunId, RunOutcome)> {
    require(caller, Permission::BillingGenerate)?;
    let isp = services.isp(caller.isp_id).await?;
    if on > services.today(&isp) {
        return Err(Error::Invalid(vec![domain::Problem::new("on", "problem-billing-future")]));
    }
    let now = services.now();
    let mut tx = services.begin(caller).await?;
    if gate(&mut tx, &isp, on, services.today(&isp)).await? == Gate::Waiting {
        return Err(Error::Conflict(domain::Problem::new("", "problem-rehearsal-needed")));
    }
    let run = storage::billing::open_run(&mut tx, on, now, isp.currency).await?;
    tx.commit().await?;

    super::change::carry_out_due(services, caller, &isp, on).await?;
    let mut outcome = RunOutcome::default();
    let mut after = None;
    while let Some(done) = run_batch(services, caller, &isp, run, on, after, BATCH).await? {
        outcome.invoices += done.outcome.invoices;
        outcome.total_minor += done.outcome.total_minor;
        outcome.problems += done.outcome.problems;
        after = Some(done.last);
    }

    let mut tx = services.begin(caller).await?;
    storage::billing::close_run(&mut tx, run, services.now()).await?;
    if outcome != RunOutcome::default() {
        let after = serde_json::json!({ "business_date": on, "invoices": outcome.invoices, "total_minor": outcome.total_minor, "problems": outcome.problems });
        let change =
            Change { action: "billing.run", object_kind: "billing_run", object_id: Some(run.0), after: Some(after), ..Change::default() };
        audit::record(&mut tx, now, change).await?;
    }
    tx.commit().await?;
    Ok((run, outcome))
}

/// What one batch did, and the last service it looked at.
pub struct BatchDone {
    pub outcome: RunOutcome,
    pub last: ServiceId,
}

/// One transaction of the run: up to `limit` services after `after`. `None`: nothing was left. A batch that the
/// database refuses is taken apart until the one row that it refuses is found and noted.
pub async fn run_batch(
    services: &Services,
    caller: &Caller,
    isp: &Isp,
    run: BillingRunId,
    on: NaiveDate,
    after: Option<ServiceId>,
    limit: i64,
) -> Result<Option<BatchDone>> {
    match try_batch(services, caller, isp, run, on, after, limit).await {
        Err(Error::Internal(_) | Error::Conflict(_)) if limit > 1 => {
            Box::pin(run_batch(services, caller, isp, run, on, after, (limit / 10).max(1))).await
        }
        Err(error @ (Error::Internal(_) | Error::Conflict(_))) => {
            tracing::error!(%error, "a service could not be billed");
            note_refused(services, caller, run, on, after).await
        }
        other => other,
    }
}

async fn try_batch(
    services: &Services,
    caller: &Caller,
    isp: &Isp,
    run: BillingRunId,
    on: NaiveDate,
    after: Option<ServiceId>,
    limit: i64,
) -> Result<Option<BatchDone>> {
    let mut tx = services.begin(caller).await?;
    numbers::lock(&mut tx, &invoice_series(on)).await?;
    let moment = BillingMoment { on, now: Some(services.now()), zone: isp.zone };
    let batch = storage::billing::to_bill(&mut tx, moment, after, limit).await?;
    let Some(last) = batch.last().map(|service| service.billable.service_id) else { return Ok(None) };

    let customers: BTreeSet<CustomerId> = batch.iter().map(|service| service.billable.customer_id).collect();
    let customers: Vec<CustomerId> = customers.into_iter().collect();
    let mut charges = storage::charges::open(&mut tx, &customers).await?;
    let ids: Vec<ServiceId> = batch.iter().map(|service| service.billable.service_id).collect();
    let allowed = gate(&mut tx, isp, on, services.today(isp)).await?.allowed(&mut tx, &ids).await?;
    let mut covered = HashMap::new();
    let mut drafts: Vec<Addressed<'_>> = Vec::new();
    let mut outcome = RunOutcome::default();
    for service in batch.iter().filter(|service| allowed.lets(service.billable.service_id)) {
        match plan(service, isp, on, &allowed, &mut charges) {
            Ok(None) => {
                outcome.problems += 1;
                storage::billing::note_problem(&mut tx, run, service.billable.service_id, "changed").await?;
            }
            Ok(Some((planned, until))) => {
                drafts.extend(planned);
                covered.insert(service.billable.service_id, until);
            }
            Err(refusal) => {
                outcome.problems += 1;
                storage::billing::note_problem(&mut tx, run, service.billable.service_id, refusal.slug()).await?;
            }
        }
    }
    outcome.invoices = i64::try_from(drafts.len()).unwrap_or(i64::MAX);
    outcome.total_minor = drafts.iter().map(|bill| bill.draft.total_minor()).sum();
    // All of them at once and in order, before credit or a line of one is touched.
    storage::dunning::lock_customers(&mut tx, &customers).await?;
    if !drafts.is_empty() {
        issue(&mut tx, services, Some(run), on, &drafts).await?;
        apply_credit(&mut tx, services, isp, on, &customers).await?;
    }
    refresh(&mut tx, isp, services.now(), &customers, &covered).await?;
    storage::billing::count_in_run(&mut tx, run, outcome.invoices, outcome.total_minor).await?;
    tx.commit().await?;
    Ok(Some(BatchDone { outcome, last }))
}

type Planned<'a> = (Vec<Addressed<'a>>, NaiveDate);

/// The bills of a service; the first takes with it what waits for its customer. `None`: it does not come to what was
/// approved.
fn plan<'a>(
    service: &'a ToBill,
    isp: &Isp,
    on: NaiveDate,
    allowed: &Allowed,
    charges: &mut HashMap<CustomerId, Vec<Charge>>,
) -> std::result::Result<Option<Planned<'a>>, domain::billing::Refusal> {
    let customer = service.billable.customer_id;
    let waiting = charges.get(&customer).cloned();
    let (drafts, until) = bills_of(service, isp, on, charges)?;
    if !allowed.agrees(service.billable.service_id, drafts.iter().map(InvoiceDraft::total_minor).sum()) {
        // What waited goes on waiting for a bill that is written.
        charges.extend(waiting.map(|waiting| (customer, waiting)));
        return Ok(None);
    }
    let addressed = |draft| Addressed { draft, name: &service.customer_name, address: service.customer_address.as_deref() };
    Ok(Some((drafts.into_iter().map(addressed).collect(), until)))
}

/// The bills of a service as the run writes them and the rehearsal shows them, and the day up to which they cover it.
pub(crate) fn bills_of(
    service: &ToBill,
    isp: &Isp,
    on: NaiveDate,
    charges: &mut HashMap<CustomerId, Vec<Charge>>,
) -> std::result::Result<(Vec<InvoiceDraft>, NaiveDate), domain::billing::Refusal> {
    let (mut drafts, until) = plan_service(&service.billable, isp.currency, on)?;
    if let (Some(first), Some(waiting)) = (drafts.first_mut(), charges.get_mut(&service.billable.customer_id)) {
        first.take_charges(waiting, service.billable.tax_exempt)?;
    }
    Ok((drafts, until))
}

/// Notes the next service as refused by the database and steps over it.
async fn note_refused(
    services: &Services,
    caller: &Caller,
    run: BillingRunId,
    on: NaiveDate,
    after: Option<ServiceId>,
) -> Result<Option<BatchDone>> {
    let mut tx = services.begin(caller).await?;
    let moment = BillingMoment { on, now: Some(services.now()), zone: services.isp(caller.isp_id).await?.zone };
    let next = storage::billing::to_bill(&mut tx, moment, after, 1).await?;
    let Some(service) = next.first() else { return Ok(None) };
    let last = service.billable.service_id;
    storage::billing::note_problem(&mut tx, run, last, "refused").await?;
    tx.commit().await?;
    Ok(Some(BatchDone { outcome: RunOutcome { problems: 1, ..RunOutcome::default() }, last }))
}
