//! Many invoices at once, as a job: one PDF for the printer, or an archive of single ones. It goes on where it was after
//! a crash, one bad document is named and left out, and what came out is kept for a week.

use super::print::{Prepared, Wanted, prepare_invoice};
use crate::{Error, Result, Services, require};
use chrono::TimeDelta;
use domain::billing::InvoiceFilter;
use domain::documents::{BatchFormat, BatchProblem, BatchRow, MOST_IN_ARCHIVE, MOST_IN_ONE_PDF};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{InvoiceId, Problem};
use locales::{Arg, Language, text_with};
use storage::audit::{self, Change};
use storage::document_batches::{self, Batch, NewBatch, Outcome};
use storage::jobs;
use tokio::task::JoinSet;
use uuid::Uuid;

/// The job that prints one export.
pub const BATCH_TASK: &str = "documents.batch";
/// How long the result can be fetched.
const KEPT: TimeDelta = TimeDelta::days(7);
/// Documents written down together: what is printed again after a crash, at most.
const CHUNK: i64 = 16;

/// Asks for an export of all invoices that match, and answers with its id.
pub async fn request_batch(
    services: &Services,
    caller: &Caller,
    filter: &InvoiceFilter,
    format: BatchFormat,
    wanted: &Wanted,
) -> Result<Uuid> {
    require(caller, Permission::BillingView)?;
    let isp = services.isp(caller.isp_id).await?;
    let (id, now) = (Uuid::now_v7(), services.now());
    let mut tx = services.begin(caller).await?;
    let batch =
        NewBatch { id, format, paper: wanted.paper, language: wanted.language.code(), base: &wanted.base, at: now, expires_at: now + KEPT };
    let total = document_batches::open(&mut tx, &batch, filter, services.today(&isp)).await?;
    match (total, format) {
        (0, _) => return Err(Error::Invalid(vec![Problem::new("", "problem-batch-empty")])),
        (total, BatchFormat::Pdf) if total > MOST_IN_ONE_PDF => {
            return Err(Error::Invalid(vec![Problem::new("format", "problem-batch-one-pdf").with("most", MOST_IN_ONE_PDF)]));
        }
        (total, _) if total > MOST_IN_ARCHIVE => {
            return Err(Error::Invalid(vec![Problem::new("", "problem-batch-too-many").with("most", MOST_IN_ARCHIVE)]));
        }
        _ => {}
    }
    let payload = serde_json::json!({ "isp_id": isp.id, "batch_id": id });
    jobs::enqueue(&mut tx, BATCH_TASK, payload, Some(&format!("{BATCH_TASK}:{id}"))).await?;
    let after = serde_json::json!({ "invoices": total, "format": format.slug(), "paper": wanted.paper.slug() });
    let change =
        Change { action: "documents.batch", object_kind: "document_batch", object_id: Some(id), after: Some(after), ..Change::default() };
    audit::record(&mut tx, now, change).await?;
    tx.commit().await?;
    Ok(id)
}

/// The exports this caller asked for, or that his branch did; newest first.
pub async fn batches(services: &Services, caller: &Caller) -> Result<Vec<BatchRow>> {
    require(caller, Permission::BillingView)?;
    let mut tx = services.begin(caller).await?;
    Ok(document_batches::rows(&mut tx, None, services.now()).await?)
}

/// One export and what it left out.
pub async fn batch(services: &Services, caller: &Caller, id: Uuid) -> Result<(BatchRow, Vec<BatchProblem>)> {
    require(caller, Permission::BillingView)?;
    let mut tx = services.begin(caller).await?;
    let row = document_batches::rows(&mut tx, Some(id), services.now()).await?.pop().ok_or(Error::NotFound)?;
    Ok((row, document_batches::problems(&mut tx, id).await?))
}

/// Throws away what has outlived its week.
pub async fn expire(services: &Services, caller: &Caller) -> Result<u64> {
    require(caller, Permission::BillingGenerate)?;
    let mut tx = services.begin(caller).await?;
    let gone = document_batches::delete_expired(&mut tx, services.now()).await?;
    tx.commit().await?;
    Ok(gone)
}

/// Prints what is still waiting. The job runs with the scope of whoever asked.
pub async fn run_batch(services: &Services, caller: &Caller, id: Uuid) -> Result<()> {
    require(caller, Permission::BillingView)?;
    let mut tx = services.begin(caller).await?;
    let Some(batch) = document_batches::find(&mut tx, id).await? else { return Ok(()) };
    drop(tx);
    if batch.state != "running" {
        return Ok(());
    }
    let scope = Caller { owner_path: batch.owner_path.clone(), ..caller.clone() };
    let language = Language::from_code(&batch.language).unwrap_or_default();
    let wanted = Wanted { paper: batch.paper, language, base: batch.base.clone() };
    match batch.format {
        BatchFormat::Zip => print_each(services, &scope, id, &wanted).await?,
        BatchFormat::Pdf => print_all(services, &scope, id, &batch, &wanted).await?,
    }
    Ok(())
}

async fn print_each(services: &Services, caller: &Caller, id: Uuid, wanted: &Wanted) -> Result<()> {
    loop {
        let mut tx = services.begin(caller).await?;
        let waiting = document_batches::waiting(&mut tx, id, CHUNK).await?;
        if waiting.is_empty() {
            document_batches::close(&mut tx, id, "done", None, services.now()).await?;
            tx.commit().await?;
            return Ok(());
        }
        drop(tx);
        let mut printing = JoinSet::new();
        for (position, invoice) in waiting {
            let (services, caller, wanted) = (services.clone(), caller.clone(), wanted.clone());
            printing.spawn(async move {
                let printed = super::print::invoice_pdf(&services, &caller, invoice, &wanted).await;
                outcome(wanted.language, position, printed.map(|file| Some(file.bytes)))
            });
        }
        let mut outcomes = Vec::new();
        while let Some(done) = printing.join_next().await {
            outcomes.push(done.map_err(|fault| Error::Internal(fault.to_string()))??);
        }
        let mut tx = services.begin(caller).await?;
        document_batches::set_outcomes(&mut tx, id, &outcomes).await?;
        tx.commit().await?;
    }
}

/// All of them into one file. The single documents are noted as they are prepared; the file is made at the end.
async fn print_all(services: &Services, caller: &Caller, id: Uuid, batch: &Batch, wanted: &Wanted) -> Result<()> {
    let mut tx = services.begin(caller).await?;
    let all = document_batches::wanted(&mut tx, id).await?;
    drop(tx);
    let mut positions = Vec::with_capacity(all.len());
    let mut jobs = Vec::with_capacity(all.len());
    for chunk in all.chunks(usize::try_from(CHUNK).unwrap_or(1)) {
        let mut outcomes = Vec::with_capacity(chunk.len());
        for (position, invoice) in chunk {
            let ready = ready(services, caller, *invoice, wanted).await;
            let ready = match ready {
                Ok(ready) => {
                    positions.push(*position);
                    jobs.push(ready.job);
                    Ok(None)
                }
                Err(error) => Err(error),
            };
            outcomes.push(outcome(wanted.language, *position, ready)?);
        }
        let mut tx = services.begin(caller).await?;
        document_batches::set_outcomes(&mut tx, id, &outcomes).await?;
        tx.commit().await?;
    }
    let printed = services.press.print_together(jobs, format!("batch:{id}:{}", batch.created_at.timestamp())).await;
    let mut tx = services.begin(caller).await?;
    match printed {
        Ok((printed, wrong)) => {
            let complaint = |complaint: &integrations::documents::Complaint| complaint.reason.clone();
            let left_out: Vec<Outcome> = positions
                .iter()
                .zip(&wrong)
                .filter_map(|(position, wrong)| Some(Outcome { position: *position, pdf: None, problem: Some(complaint(wrong.as_ref()?)) }))
                .collect();
            document_batches::set_outcomes(&mut tx, id, &left_out).await?;
            document_batches::close(&mut tx, id, "done", Some(&printed.bytes), services.now()).await?;
        }
        Err(failure) => {
            tracing::error!(?failure, %id, "an export could not be printed");
            document_batches::close(&mut tx, id, "failed", None, services.now()).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// A document for the common file. What an ISP's own template makes is set apart, where there is no common file.
async fn ready(services: &Services, caller: &Caller, invoice: InvoiceId, wanted: &Wanted) -> Result<Prepared> {
    let prepared = prepare_invoice(services, caller, invoice, wanted).await?;
    if prepared.trusted { Ok(prepared) } else { Err(Error::Conflict(Problem::new("format", "problem-batch-own-template"))) }
}

/// A refusal belongs to the document; a fault of the database ends the job, which is then tried again.
fn outcome(language: Language, position: i32, printed: Result<Option<Vec<u8>>>) -> Result<Outcome> {
    let say = |problem: &Problem| {
        let args: Vec<(&str, Arg)> = problem.args.iter().map(|(name, value)| (name.as_str(), Arg::from(value))).collect();
        text_with(language, &problem.key, &args)
    };
    let problem = match printed {
        Ok(pdf) => return Ok(Outcome { position, pdf, problem: None }),
        Err(Error::Conflict(problem)) => say(&problem),
        Err(Error::Invalid(problems)) => problems.iter().map(say).collect::<Vec<_>>().join(" "),
        Err(Error::NotFound) => text_with(language, "error-not-found", &[]),
        Err(Error::Internal(cause)) => {
            tracing::error!(cause, "a document of an export could not be printed");
            text_with(language, "problem-batch-fault", &[])
        }
        Err(error) => return Err(error),
    };
    Ok(Outcome { position, pdf: None, problem: Some(problem) })
}

/// What somebody fetches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Download {
    Pdf(Vec<u8>),
    /// Its documents are asked for one after the other.
    Archive(Archive),
}

/// How far an archive was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archive {
    pub id: Uuid,
    after: i32,
}

/// The result of an export that is done.
pub async fn download(services: &Services, caller: &Caller, id: Uuid) -> Result<Download> {
    let (row, _) = batch(services, caller, id).await?;
    if row.state != "done" {
        return Err(Error::NotFound);
    }
    let mut tx = services.begin(caller).await?;
    match row.format {
        BatchFormat::Pdf => Ok(Download::Pdf(document_batches::result(&mut tx, id).await?.ok_or(Error::NotFound)?)),
        BatchFormat::Zip => Ok(Download::Archive(Archive { id, after: 0 })),
    }
}

/// The next documents of an archive: name and PDF. Few at a time, so that a large archive needs little memory.
pub async fn archive_next(services: &Services, caller: &Caller, archive: &mut Archive) -> Result<Vec<(String, Vec<u8>)>> {
    require(caller, Permission::BillingView)?;
    let mut tx = services.begin(caller).await?;
    let found = document_batches::pdfs_after(&mut tx, archive.id, archive.after, 50).await?;
    archive.after = found.last().map_or(archive.after, |(position, ..)| *position);
    Ok(found.into_iter().map(|(_, number, pdf)| (format!("{number}.pdf"), pdf)).collect())
}
