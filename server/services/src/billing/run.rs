//! The billing run: exactly one invoice for each service and period, however often and on however many servers it
//! runs, and whenever one of them dies (BIL-02, BIL-12). Services go in batches, each a transaction that first takes
//! the invoice series: runners stand in line, and who comes second finds nothing left of the first one's batch.

use super::refresh;
use crate::rehearsal::{Gate, gate};
use crate::{Error, Result, Services, require};
use chrono::{Datelike, NaiveDate};
use domain::billing::{InvoiceDraft, RunOutcome, plan_service};
use domain::ledger::{Account, Entry, Posting};
use domain::payments::{OpenInvoice, allocate};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{BillingRunId, CustomerId, EntryId, InvoiceId, ServiceId};
use std::collections::{BTreeSet, HashMap};
use storage::audit::Change;
use storage::billing::{NewInvoice, ToBill};
use storage::isps::Isp;
use storage::payments::NewAllocation;
use storage::{IspTx, audit, numbers};
use uuid::Uuid;

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
    if gate(&mut tx, on, services.today(&isp)).await? == Gate::Waiting {
        return Err(Error::Conflict(domain::Problem::new("", "problem-rehearsal-needed")));
    }
    let run = storage::billing::open_run(&mut tx, on, now, isp.currency).await?;
    tx.commit().await?;

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
    let series = format!("invoice:{}", on.year());
    numbers::lock(&mut tx, &series).await?;
    let batch = storage::billing::to_bill(&mut tx, on, after, limit).await?;
    let Some(last) = batch.last().map(|service| service.billable.service_id) else { return Ok(None) };

    let ids: Vec<ServiceId> = batch.iter().map(|service| service.billable.service_id).collect();
    let allowed = gate(&mut tx, on, services.today(isp)).await?.allowed(&mut tx, &ids).await?;
    let mut covered = HashMap::new();
    let mut drafts: Vec<(&ToBill, InvoiceDraft)> = Vec::new();
    let mut outcome = RunOutcome::default();
    for service in batch.iter().filter(|service| allowed.lets(service.billable.service_id)) {
        match plan_service(&service.billable, isp.currency, on) {
            Ok((planned, _)) if !allowed.agrees(service.billable.service_id, planned.iter().map(InvoiceDraft::total_minor).sum()) => {
                outcome.problems += 1;
                storage::billing::note_problem(&mut tx, run, service.billable.service_id, "changed").await?;
            }
            Ok((planned, until)) => {
                drafts.extend(planned.into_iter().map(|draft| (service, draft)));
                covered.insert(service.billable.service_id, until);
            }
            Err(refusal) => {
                outcome.problems += 1;
                storage::billing::note_problem(&mut tx, run, service.billable.service_id, refusal.slug()).await?;
            }
        }
    }
    outcome.invoices = i64::try_from(drafts.len()).unwrap_or(i64::MAX);
    outcome.total_minor = drafts.iter().map(|(_, draft)| draft.total_minor()).sum();
    let customers: BTreeSet<CustomerId> = batch.iter().map(|service| service.billable.customer_id).collect();
    let customers: Vec<CustomerId> = customers.into_iter().collect();
    // All of them at once and in order, before credit or a line of one is touched.
    storage::dunning::lock_customers(&mut tx, &customers).await?;
    if !drafts.is_empty() {
        issue(&mut tx, services, run, &series, &drafts).await?;
        apply_credit(&mut tx, services, isp, on, &customers).await?;
    }
    refresh(&mut tx, isp, services.now(), &customers, &covered).await?;
    storage::billing::count_in_run(&mut tx, run, outcome.invoices, outcome.total_minor).await?;
    tx.commit().await?;
    Ok(Some(BatchDone { outcome, last }))
}

/// Numbers, posts and writes the drafts.
async fn issue(tx: &mut IspTx, services: &Services, run: BillingRunId, series: &str, drafts: &[(&ToBill, InvoiceDraft)]) -> Result<()> {
    let count = i64::try_from(drafts.len()).unwrap_or(i64::MAX);
    let first = numbers::take(tx, series, count).await?;
    let year = series.rsplit(':').next().unwrap_or_default();
    let mut entries = Vec::with_capacity(drafts.len());
    let mut invoices = Vec::with_capacity(drafts.len());
    for (number, (service, draft)) in (first..).zip(drafts) {
        let (id, entry_id) = (InvoiceId(Uuid::now_v7()), EntryId(Uuid::now_v7()));
        let number = format!("INV-{year}-{number:05}");
        let entry = draft.entry(id, &number).map_err(|error| Error::Internal(format!("invoice entry: {error:?}")))?;
        entries.push((entry_id, entry));
        invoices.push(NewInvoice {
            id,
            number,
            entry_id,
            draft,
            customer_name: &service.customer_name,
            customer_address: service.customer_address.as_deref(),
        });
    }
    let entries: Vec<(EntryId, &Entry)> = entries.iter().map(|(id, entry)| (*id, entry)).collect();
    storage::ledger::post(tx, services.now(), &entries).await?;
    storage::billing::insert_invoices(tx, Some(run), &invoices).await?;
    Ok(())
}

/// What a customer has ahead pays the new bills, oldest due first.
async fn apply_credit(tx: &mut IspTx, services: &Services, isp: &Isp, on: NaiveDate, customers: &[CustomerId]) -> Result<()> {
    let mut with_credit: Vec<(CustomerId, i64)> = storage::billing::credits(tx, customers).await?.into_iter().collect();
    with_credit.sort();
    for (customer, _) in with_credit {
        // A payment of this customer may be under way: wait for it and look again.
        storage::customers::lock(tx, customer).await?;
        let credit = storage::billing::credits(tx, &[customer]).await?.get(&customer).copied().unwrap_or(0);
        let open: Vec<OpenInvoice> = storage::payments::open_invoices(tx, customer).await?;
        let parts = if credit > 0 { allocate(credit, open).parts } else { Vec::new() };
        for (invoice, part) in parts {
            let entry_id = EntryId(Uuid::now_v7());
            let postings = vec![
                Posting::debit(Account::CustomerAdvance, Some(customer.0), part),
                Posting::credit(Account::Receivable, Some(customer.0), part),
            ];
            let entry = Entry::balanced("credit", format!("{invoice}:{entry_id}"), on, "credit applied".into(), isp.currency, postings)
                .map_err(|error| Error::Internal(format!("credit entry: {error:?}")))?;
            storage::ledger::post(tx, services.now(), &[(entry_id, &entry)]).await?;
            let allocation = NewAllocation { invoice_id: invoice, payment_id: None, entry_id, amount_minor: part };
            storage::payments::allocate(tx, services.now(), &[allocation]).await?;
        }
    }
    Ok(())
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
    let next = storage::billing::to_bill(&mut tx, on, after, 1).await?;
    let Some(service) = next.first() else { return Ok(None) };
    let last = service.billable.service_id;
    storage::billing::note_problem(&mut tx, run, last, "refused").await?;
    tx.commit().await?;
    Ok(Some(BatchDone { outcome: RunOutcome { problems: 1, ..RunOutcome::default() }, last }))
}
