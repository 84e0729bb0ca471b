//! Documents as files: an invoice or a receipt at its own address with `.pdf` behind it, statements, exports, and the
//! pages that the codes on paper lead to. Rights are the use cases'.

use super::Web;
use super::address::ClientAddress;
use super::downloads::{caller, language, refusal};
use crate::words::problem_words;
use app::Request as Visitor;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Multipart, Path, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use domain::documents::Paper;
use domain::people::Caller;
use integrations::documents::LARGEST_LOGO;
use locales::Language;
use services::documents::{Archive, Download, NewLogo, PdfFile, Wanted};
use services::{Error, Services};
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;
use ui::prelude::Query;
use uuid::Uuid;
use zip::write::{SimpleFileOptions, ZipWriter};

/// Which document an address asks for.
enum Asked {
    Invoice(Uuid),
    Receipt(Uuid),
    CreditNote(Uuid),
    Proforma(Uuid),
    Statement(Uuid),
    /// The own statement of whoever is signed in.
    OwnStatement,
}

/// `/invoices/ID.pdf`, `/payments/ID.pdf`, `/credit-notes/ID.pdf`, `/proformas/ID.pdf`,
/// `/customers/ID/statement.pdf`, `/my/statement.pdf`.
fn asked(path: &str) -> Option<Asked> {
    let parts: Vec<&str> = path.strip_suffix(".pdf")?.trim_start_matches('/').split('/').collect();
    match parts.as_slice() {
        ["invoices", id] => Some(Asked::Invoice(id.parse().ok()?)),
        ["payments", id] => Some(Asked::Receipt(id.parse().ok()?)),
        ["credit-notes", id] => Some(Asked::CreditNote(id.parse().ok()?)),
        ["proformas", id] => Some(Asked::Proforma(id.parse().ok()?)),
        ["customers", id, "statement"] => Some(Asked::Statement(id.parse().ok()?)),
        ["my", "statement"] => Some(Asked::OwnStatement),
        _ => None,
    }
}

/// Answers for the addresses that end in `.pdf`; everything else goes on. The router itself knows no endings.
pub async fn files(State(web): State<Web>, request: Request, next: Next) -> Response {
    let asked = if matches!(*request.method(), Method::GET | Method::HEAD) { asked(request.uri().path()) } else { None };
    let (Some(asked), Some(visitor)) = (asked, request.extensions().get::<Visitor>()) else { return next.run(request).await };
    let Some(caller) = caller(visitor) else { return Redirect::to("/sign-in").into_response() };
    let query = query(request.uri());
    let wanted = wanted(visitor, &query);
    match print(&web.services, caller, asked, visitor, &query, &wanted).await {
        Ok(file) => pdf(&file.name, file.bytes),
        Err(error) => refused(visitor, error),
    }
}

async fn print(
    services: &Services,
    caller: &Caller,
    asked: Asked,
    visitor: &Visitor,
    query: &Query,
    wanted: &Wanted,
) -> services::Result<PdfFile> {
    use services::documents::{credit_note_pdf, invoice_pdf, proforma_pdf, receipt_pdf, statement_pdf};
    let customer = match asked {
        Asked::Invoice(id) => return invoice_pdf(services, caller, id.into(), wanted).await,
        Asked::Receipt(id) => return receipt_pdf(services, caller, id.into(), wanted).await,
        Asked::CreditNote(id) => return credit_note_pdf(services, caller, id.into(), wanted).await,
        Asked::Proforma(id) => return proforma_pdf(services, caller, id.into(), wanted).await,
        Asked::Statement(id) => id.into(),
        Asked::OwnStatement => caller.customer_id.ok_or(Error::NotFound)?,
    };
    let day = |name: &str| query.get(name).and_then(|day| day.parse::<NaiveDate>().ok());
    let to = day("to").unwrap_or(visitor.visit.today);
    let from = day("from").unwrap_or_else(|| to.checked_sub_months(chrono::Months::new(12)).unwrap_or(to));
    statement_pdf(services, caller, customer, (from, to), wanted).await
}

fn query(uri: &Uri) -> Query {
    Query::parse(uri.query().unwrap_or_default())
}

/// `?size=80mm&lang=bn`; without them A4 in the language of whoever asks.
fn wanted(visitor: &Visitor, query: &Query) -> Wanted {
    Wanted {
        paper: query.get("size").and_then(Paper::from_slug).unwrap_or_default(),
        language: query.get("lang").and_then(Language::from_code).unwrap_or_else(|| language(visitor)),
        base: visitor.base.clone(),
    }
}

fn pdf(name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("inline; filename=\"{name}.pdf\"");
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_string()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, "no-store".into()),
        // A browser's own viewer needs its own style; nothing else may happen in here.
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
                .into(),
        ),
    ];
    (headers, bytes).into_response()
}

/// What is wrong in words: there is no page around a file.
fn refused(visitor: &Visitor, error: Error) -> Response {
    let problems = match error {
        Error::Conflict(problem) => vec![problem],
        Error::Invalid(problems) => problems,
        other => return refusal(other),
    };
    let text: Vec<String> = problems.iter().map(|problem| problem_words(language(visitor), problem)).collect();
    (StatusCode::UNPROCESSABLE_ENTITY, text.join("\n")).into_response()
}

/// The file of an export.
pub async fn batch_file(State(web): State<Web>, Extension(visitor): Extension<Visitor>, Path(id): Path<Uuid>) -> Response {
    let Some(caller) = caller(&visitor) else { return Redirect::to("/sign-in").into_response() };
    match services::documents::download(&web.services, caller, id).await {
        Ok(Download::Pdf(bytes)) => pdf("invoices", bytes),
        Ok(Download::Archive(archive)) => {
            let (pieces, body) = mpsc::channel(2);
            tokio::spawn(send_archive(web.services.clone(), caller.clone(), archive, pieces));
            let headers = [
                (header::CONTENT_TYPE, "application/zip"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"invoices.zip\""),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (headers, Body::new(Pieces(body))).into_response()
        }
        Err(error) => refusal(error),
    }
}

/// What was written so far and not sent yet.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Written {
    fn take(&self) -> Bytes {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

type Piece = Result<Bytes, std::io::Error>;

/// Packs an archive while it is sent: never more than a few documents are in memory. PDFs are packed already.
async fn send_archive(services: Services, caller: Caller, mut archive: Archive, pieces: mpsc::Sender<Piece>) {
    let written = Written::default();
    let mut zip = ZipWriter::new_stream(written.clone());
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    loop {
        let next = match services::documents::archive_next(&services, &caller, &mut archive).await {
            Ok(next) => next,
            Err(error) => {
                tracing::error!(%error, "an export could not be read");
                let _ = pieces.send(Err(std::io::Error::other("the export could not be read"))).await;
                return;
            }
        };
        if next.is_empty() {
            break;
        }
        for (name, bytes) in next {
            let packed = zip.start_file(name, options).map_err(std::io::Error::other).and_then(|()| zip.write_all(&bytes));
            if packed.is_err() || pieces.send(packed.map(|()| written.take())).await.is_err() {
                return;
            }
        }
    }
    let end = zip.finish().map_err(std::io::Error::other).map(|_| written.take());
    let _ = pieces.send(end).await;
}

/// A body made of pieces.
struct Pieces(mpsc::Receiver<Piece>);

impl axum::body::HttpBody for Pieces {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(http_body::Frame::data)))
    }
}

/// A logo and the form around it, with room to say that it is too large.
pub fn limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(LARGEST_LOGO * 4)
}

/// A new logo, or none: back to the page with what became of it.
pub async fn put_logo(State(web): State<Web>, Extension(visitor): Extension<Visitor>, mut form: Multipart) -> Response {
    let Some(caller) = caller(&visitor) else { return Redirect::to("/sign-in").into_response() };
    let back = |key: &str| Redirect::to(&format!("/documents?problem={key}")).into_response();
    let mut logo = None;
    let mut seen = None;
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(_) => return back("problem-logo-too-large"),
        };
        let name = field.name().unwrap_or_default().to_owned();
        let Ok(bytes) = field.bytes().await else { return back("problem-logo-too-large") };
        match name.as_str() {
            "version" => seen = std::str::from_utf8(&bytes).ok().and_then(|text| text.parse().ok()),
            "remove" => logo = Some(NewLogo::Remove),
            "logo" if !bytes.is_empty() => logo = logo.or(Some(NewLogo::Put(bytes.to_vec()))),
            _ => {}
        }
    }
    let (Some(logo), Some(seen)) = (logo, seen) else { return back("problem-logo-kind") };
    match services::documents::put_logo(&web.services, caller, seen, logo).await {
        Ok(_) => Redirect::to("/documents?saved=yes").into_response(),
        Err(Error::Invalid(problems)) => back(problems.first().map_or("problem-logo-damaged", |problem| problem.key.as_str())),
        Err(Error::Conflict(problem)) => back(&problem.key),
        Err(Error::Denied(_)) => back("error-denied"),
        Err(error) => refusal(error),
    }
}

/// The page behind a code on paper. Open to everybody: it says what stands on the paper and nothing more.
pub async fn linked(
    State(web): State<Web>,
    Extension(visitor): Extension<Visitor>,
    Extension(ClientAddress(ip)): Extension<ClientAddress>,
    Path(code): Path<String>,
) -> Response {
    let Some(isp) = visitor.isp else { return StatusCode::NOT_FOUND.into_response() };
    let (status, answer) = match services::documents::look_up(&web.services, isp, &code, ip).await {
        Ok(found) => (StatusCode::OK, app::documents::Linked::Found(found)),
        Err(Error::NotFound) => (StatusCode::NOT_FOUND, app::documents::Linked::Unknown),
        Err(Error::Conflict(_)) => (StatusCode::TOO_MANY_REQUESTS, app::documents::Linked::Wait),
        Err(error) => return refusal(error),
    };
    let html = app::documents::linked_page(&visitor, &web.options, answer);
    let policy = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    let headers = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // The code must not travel on to other sites.
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (status, headers, Html(html)).into_response()
}
