//! Printing one document. What was printed once is printed again from what was kept of it, so that a new template, a
//! new name or a new word does not reach back; the pages themselves are made outside of any transaction.

use super::compose::Words;
use super::look::{Look, look_again, look_at};
use super::press::Failure;
use crate::{Error, Result, Services, require};
use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use domain::billing::{InvoiceDetail, Proforma};
use domain::corrections::CreditNoteDetail;
use domain::documents::{DocumentKind, DocumentRef, Paper};
use domain::payments::Receipt;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{CreditNoteId, CustomerId, InvoiceId, PaymentId, Problem, ProformaId};
use integrations::documents::{Complaint, Job, Output, PRESS, Sheet};
use locales::Language;
use rand::RngCore;
use sha2::{Digest, Sha256};
use storage::IspTx;
use storage::documents::{self, PrintKey};
use storage::isps::Isp;

/// How somebody wants a document, and where its code leads.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub paper: Paper,
    pub language: Language,
    /// Scheme and host: `https://padma.example`.
    pub base: String,
}

/// A file to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PdfFile {
    /// Without its ending.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A document that is ready to be set.
pub(super) struct Prepared {
    pub(super) job: Job,
    pub(super) trusted: bool,
    pub(super) name: String,
    keep: Option<Keep>,
}

/// What a print is remembered by, once it has come out.
struct Keep {
    document: DocumentRef,
    paper: Paper,
    language: Language,
    facts: Vec<u8>,
    branding: i32,
    template: i32,
    before: Option<(String, Vec<u8>)>,
}

/// An invoice for staff; for a subscriber his own.
pub async fn invoice_pdf(services: &Services, caller: &Caller, id: InvoiceId, wanted: &Wanted) -> Result<PdfFile> {
    let prepared = prepare_invoice(services, caller, id, wanted).await?;
    finish(services, caller, prepared).await
}

/// A receipt for whoever may see or take payments; for a subscriber his own.
pub async fn receipt_pdf(services: &Services, caller: &Caller, id: PaymentId, wanted: &Wanted) -> Result<PdfFile> {
    let receipt = match caller.customer_id {
        Some(_) => {
            require(caller, Permission::OwnAccount)?;
            let mut tx = services.begin(caller).await?;
            storage::payments::receipt(&mut tx, id).await?.ok_or(Error::NotFound)?
        }
        None => crate::payments::receipt(services, caller, id).await?,
    };
    let isp = services.isp(caller.isp_id).await?;
    let document = DocumentRef::Receipt(id);
    let mark = receipt_mark(&receipt);
    let facts = receipt_facts(&receipt, mark);
    let issued = receipt.payment.received_at;
    let mut tx = services.begin(caller).await?;
    let link = link(services, &mut tx, document, "receipt", &wanted.base).await?;
    let compose = |words: &Words<'_>| words.receipt(&receipt, mark, link.clone());
    let prepared = prepare(services, &mut tx, &isp, document, wanted, facts, issued, compose).await?;
    tx.commit().await?;
    finish(services, caller, Prepared { name: file_name(wanted, &receipt.payment.receipt_number), ..prepared }).await
}

/// A credit note, for staff.
pub async fn credit_note_pdf(services: &Services, caller: &Caller, id: CreditNoteId, wanted: &Wanted) -> Result<PdfFile> {
    let note = crate::corrections::credit_note(services, caller, id).await?;
    let isp = services.isp(caller.isp_id).await?;
    let document = DocumentRef::CreditNote(id.0);
    let mut tx = services.begin(caller).await?;
    let issued = documents::credit_note_issued_at(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let compose = |words: &Words<'_>| words.credit_note(&note);
    let prepared = prepare(services, &mut tx, &isp, document, wanted, credit_note_facts(&note), issued, compose).await?;
    tx.commit().await?;
    finish(services, caller, Prepared { name: file_name(wanted, &note.row.number), ..prepared }).await
}

/// A proforma, for staff; for a subscriber one of his own.
pub async fn proforma_pdf(services: &Services, caller: &Caller, id: ProformaId, wanted: &Wanted) -> Result<PdfFile> {
    let proforma = crate::billing::proforma(services, caller, id).await?;
    let isp = services.isp(caller.isp_id).await?;
    let document = DocumentRef::Proforma(id);
    let mut tx = services.begin(caller).await?;
    let link = match proforma.bill.to_pay().is_zero() {
        true => None,
        false => Some(link(services, &mut tx, document, "pay", &wanted.base).await?),
    };
    let compose = |words: &Words<'_>| words.proforma(&proforma, link.clone());
    let prepared = prepare(services, &mut tx, &isp, document, wanted, proforma_facts(&proforma), proforma.made_at, compose).await?;
    tx.commit().await?;
    finish(services, caller, Prepared { name: file_name(wanted, &proforma.number), ..prepared }).await
}

/// What happened between the ISP and a customer; for a subscriber himself.
pub async fn statement_pdf(
    services: &Services,
    caller: &Caller,
    customer: CustomerId,
    (from, to): (NaiveDate, NaiveDate),
    wanted: &Wanted,
) -> Result<PdfFile> {
    match caller.customer_id {
        Some(own) if own == customer => require(caller, Permission::OwnAccount)?,
        Some(_) => return Err(Error::NotFound),
        None => require(caller, Permission::BillingView)?,
    }
    if from > to {
        return Err(Error::Invalid(vec![Problem::new("to", "problem-statement-days")]));
    }
    let isp = services.isp(caller.isp_id).await?;
    let now = services.now();
    let mut tx = services.begin(caller).await?;
    let statement = documents::statement(&mut tx, customer, from, to, isp.currency).await?.ok_or(Error::NotFound)?;
    let look = look_at(services, &mut tx, &isp, DocumentKind::Statement, wanted.paper, now).await?;
    tx.commit().await?;
    let sheet = Words { language: wanted.language, isp: &isp, branding: &look.branding.branding }.statement(&statement, now);
    let identity = format!("statement:{customer}:{from}:{to}");
    let name = file_name(wanted, &format!("statement-{}-{from}-{to}", statement.customer_number));
    // A statement says until when the books were read: to the day, so that the same day gives the same bytes.
    let day = now.date_naive().and_hms_opt(0, 0, 0).map_or(now, |midnight| midnight.and_utc());
    let prepared = Prepared { job: job(sheet, &look, identity, day), trusted: look.template.info.built_in, name, keep: None };
    finish(services, caller, prepared).await
}

pub(super) async fn prepare_invoice(services: &Services, caller: &Caller, id: InvoiceId, wanted: &Wanted) -> Result<Prepared> {
    let invoice = match caller.customer_id {
        Some(_) => crate::portal::own_invoice(services, caller, id).await?,
        None => crate::billing::invoice(services, caller, id).await?,
    };
    let isp = services.isp(caller.isp_id).await?;
    let document = DocumentRef::Invoice(id);
    let mut tx = services.begin(caller).await?;
    let issued = documents::invoice_issued_at(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let link = match invoice.row.due.minor > 0 {
        true => Some(link(services, &mut tx, document, "pay", &wanted.base).await?),
        false => None,
    };
    let compose = |words: &Words<'_>| words.invoice(&invoice, link.clone());
    let prepared = prepare(services, &mut tx, &isp, document, wanted, invoice_facts(&invoice), issued, compose).await?;
    tx.commit().await?;
    Ok(Prepared { name: file_name(wanted, &invoice.row.number), ..prepared })
}

#[expect(clippy::too_many_arguments, reason = "what is printed, how, for whom and when are eight different things")]
async fn prepare(
    services: &Services,
    tx: &mut IspTx,
    isp: &Isp,
    document: DocumentRef,
    wanted: &Wanted,
    facts: Vec<u8>,
    issued: DateTime<Utc>,
    compose: impl Fn(&Words<'_>) -> Sheet,
) -> Result<Prepared> {
    let (kind, paper, language) = (document.kind(), wanted.paper, wanted.language);
    let key = PrintKey { document, paper, language: language.code(), facts: &facts };
    let (look, sheet, before) = match documents::find_print(tx, &key).await? {
        Some(print) => {
            let look = look_again(tx, kind, paper, print.branding_version, print.template_version).await?;
            let sheet = serde_json::from_value(print.sheet).map_err(|error| Error::Internal(format!("a stored sheet: {error}")))?;
            (look, sheet, Some((print.press, print.pdf_hash)))
        }
        None => {
            let look = look_at(services, tx, isp, kind, paper, issued).await?;
            let sheet = compose(&Words { language, isp, branding: &look.branding.branding });
            (look, sheet, None)
        }
    };
    let identity = format!("{}:{}", kind.slug(), document.id());
    let keep = Keep { document, paper, language, facts, branding: look.branding.version, template: look.template.info.version, before };
    let trusted = look.template.info.built_in;
    Ok(Prepared { job: job(sheet, &look, identity, issued), trusted, name: String::new(), keep: Some(keep) })
}

fn job(sheet: Sheet, look: &Look, identity: String, issued: DateTime<Utc>) -> Job {
    let byte = |value: u32| u8::try_from(value).unwrap_or_default();
    Job {
        template: look.template.source.clone(),
        sheet,
        logo: look.logo.clone(),
        identity,
        issued: (
            issued.year(),
            byte(issued.month()),
            byte(issued.day()),
            byte(issued.hour()),
            byte(issued.minute()),
            byte(issued.second()),
        ),
    }
}

/// Sets it, and remembers what came out when it is the first time.
async fn finish(services: &Services, caller: &Caller, prepared: Prepared) -> Result<PdfFile> {
    let (name, keep) = (prepared.name, prepared.keep);
    let sheet = prepared.job.sheet.clone();
    let printed = services.press.print(prepared.job, Output::Pdf, prepared.trusted).await.map_err(refusal)?;
    if let Some(keep) = keep {
        remember(services, caller, &keep, &sheet, &printed.bytes).await?;
    }
    Ok(PdfFile { name, bytes: printed.bytes })
}

async fn remember(services: &Services, caller: &Caller, keep: &Keep, sheet: &Sheet, pdf: &[u8]) -> Result<()> {
    let hash = Sha256::digest(pdf).to_vec();
    match &keep.before {
        Some((press, before)) if press == PRESS && *before != hash => {
            tracing::error!(kind = keep.document.kind().slug(), id = %keep.document.id(), "a document came out differently than before");
        }
        Some(_) => {}
        None => {
            let print = documents::Print {
                branding_version: keep.branding,
                template_version: keep.template,
                sheet: serde_json::to_value(sheet).map_err(|error| Error::Internal(error.to_string()))?,
                press: PRESS.into(),
                pdf_hash: hash,
            };
            let key = PrintKey { document: keep.document, paper: keep.paper, language: keep.language.code(), facts: &keep.facts };
            let mut tx = services.begin(caller).await?;
            documents::remember_print(&mut tx, &key, &print, services.now()).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// What a refusal of the press means to whoever asked for the document.
pub(super) fn refusal(failure: Failure) -> Error {
    match failure {
        Failure::Template(complaint) => Error::Conflict(complaint_problem("", &complaint)),
        Failure::TooMuch => Error::Conflict(Problem::new("", "problem-template-too-much")),
        Failure::Fault(cause) => Error::Internal(cause),
    }
}

pub(super) fn complaint_problem(field: &str, complaint: &Complaint) -> Problem {
    match (complaint.line, complaint.column) {
        (Some(line), Some(column)) => {
            Problem::new(field, "problem-template-at").with("line", line).with("column", column).with("reason", &complaint.reason)
        }
        _ => Problem::new(field, "problem-template").with("reason", &complaint.reason),
    }
}

/// Where the code of a document leads: the secret it has, or a new one.
async fn link(services: &Services, tx: &mut IspTx, document: DocumentRef, path: &str, base: &str) -> Result<String> {
    let token = documents::link_token(tx, document, &fresh_token(), services.now()).await?;
    Ok(format!("{base}/{path}/{token}"))
}

/// 130 random bits in letters and digits that nobody mixes up.
fn fresh_token() -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut random = [0u8; 26];
    rand::rng().fill_bytes(&mut random);
    random.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}

fn file_name(wanted: &Wanted, number: &str) -> String {
    let plain: String = number.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    format!("{plain}-{}-{}", wanted.paper.slug(), wanted.language.code())
}

/// The digest of everything an invoice shows that may differ from one day to the next, or between two invoices.
fn invoice_facts(invoice: &InvoiceDetail) -> Vec<u8> {
    let row = &invoice.row;
    let lines: Vec<_> =
        invoice.lines.iter().map(|line| (&line.description, line.period_start, line.period_end, line.net, line.tax)).collect();
    let paid: Vec<_> = invoice.paid_by.iter().map(|(_, number, day, part)| (number, day, part)).collect();
    digest(&(
        &row.number,
        &row.customer_name,
        &invoice.customer_address,
        row.total,
        row.due,
        row.state.slug(),
        row.due_on,
        lines,
        paid,
        invoice.credited,
        invoice.written_off,
    ))
}

fn receipt_facts(receipt: &Receipt, mark: &str) -> Vec<u8> {
    let payment = &receipt.payment;
    let parts: Vec<_> = receipt.parts.iter().map(|(_, number, part)| (number, part)).collect();
    digest(&(&payment.receipt_number, payment.amount, payment.received_at, parts, receipt.credit, mark))
}

fn digest(facts: &impl serde::Serialize) -> Vec<u8> {
    Sha256::digest(serde_json::to_vec(facts).unwrap_or_default()).to_vec()
}

fn credit_note_facts(note: &CreditNoteDetail) -> Vec<u8> {
    let lines: Vec<_> = note.lines.iter().map(|line| (&line.description, line.net, line.tax)).collect();
    digest(&(&note.row.number, &note.row.reason, note.row.total, &note.row.customer_name, &note.customer_address, lines))
}

/// A proforma never changes, so all of it is one fact.
fn proforma_facts(proforma: &Proforma) -> Vec<u8> {
    digest(proforma)
}

/// The word over a receipt.
fn receipt_mark(receipt: &Receipt) -> &'static str {
    if receipt.reversed.is_some() { "reversed" } else { "paid" }
}
