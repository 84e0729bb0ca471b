//! Files of the books: lists as spreadsheets, and the papers that prove expenses, in and out.

use super::Web;
use super::downloads::{caller, file, language, refusal};
use app::Request as Visitor;
use axum::Extension;
use axum::extract::{DefaultBodyLimit, Multipart, Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get};
use axum::{Router, http::StatusCode};
use services::books::{Whose, ageing_file, statement_file};
use services::expenses::{File, add_paper, attachment, expenses_file};
use services::reports::{Format, bills_file, revenue_file};
use services::{Error, Result};
use ui::prelude::Query;
use uuid::Uuid;

const CSV: &str = "text/csv; charset=utf-8";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Room for the file itself and for what a form puts around it.
const LARGEST: usize = domain::expenses::LARGEST_ATTACHMENT + 64 * 1024;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/books/ageing.csv", get(ageing))
        .route("/books/expenses.csv", get(expenses))
        .route("/payments/export.csv", get(payments))
        .route("/books/revenue.csv", report(Report::Revenue, Format::Csv))
        .route("/books/revenue.xlsx", report(Report::Revenue, Format::Xlsx))
        .route("/books/bills.csv", report(Report::Bills, Format::Csv))
        .route("/books/bills.xlsx", report(Report::Bills, Format::Xlsx))
        .route("/customers/{id}/statement.csv", get(|web, visitor, Path(id), days| statement(web, visitor, Whose::Customer(id), days)))
        .route("/books/cash/{id}/statement.csv", get(|web, visitor, Path(id), days| statement(web, visitor, Whose::Drawer(id), days)))
        .route("/books/expenses/{id}/attachment", get(paper).post(attach).layer(DefaultBodyLimit::max(LARGEST)))
}

fn query(text: Option<String>) -> Query {
    Query::parse(&text.unwrap_or_default())
}

fn answer(name: String, kind: &'static str, made: Result<Vec<u8>>) -> Response {
    match made {
        Ok(bytes) => file(&name, kind, bytes),
        Err(error) => refusal(error),
    }
}

async fn ageing(State(web): State<Web>, Extension(visitor): Extension<Visitor>, RawQuery(text): RawQuery) -> Response {
    let Some(caller) = caller(&visitor) else { return Redirect::to("/sign-in").into_response() };
    let made = ageing_file(&web.services, caller, app::books::as_of(&query(text)), language(&visitor)).await;
    answer(format!("ageing-{}.csv", visitor.visit.today), CSV, made)
}

async fn expenses(State(web): State<Web>, Extension(visitor): Extension<Visitor>, RawQuery(text): RawQuery) -> Response {
    let Some(caller) = caller(&visitor) else { return Redirect::to("/sign-in").into_response() };
    let made = expenses_file(&web.services, caller, &app::books::expense_filter(&query(text)), language(&visitor)).await;
    answer(format!("expenses-{}.csv", visitor.visit.today), CSV, made)
}

/// Receipts exactly as the page with the same query lists them.
async fn payments(State(web): State<Web>, Extension(visitor): Extension<Visitor>, RawQuery(text): RawQuery) -> Response {
    let Some(caller) = caller(&visitor) else { return Redirect::to("/sign-in").into_response() };
    let filter = app::payments::query::payment_filter(&query(text), visitor.visit.site.currency);
    let made = services::payments::payments_file(&web.services, caller, &filter, language(&visitor)).await;
    answer(format!("payments-{}.csv", visitor.visit.today), CSV, made)
}

#[derive(Clone, Copy)]
enum Report {
    Revenue,
    Bills,
}

fn report(report: Report, format: Format) -> MethodRouter<Web> {
    get(move |State(web): State<Web>, Extension(visitor): Extension<Visitor>, RawQuery(text): RawQuery| async move {
        let Some(caller) = caller(&visitor) else { return Redirect::to("/sign-in").into_response() };
        let range = app::books::report_range(&query(text), visitor.visit.today);
        let made = match report {
            Report::Revenue => revenue_file(&web.services, caller, range, format, language(&visitor)).await,
            Report::Bills => bills_file(&web.services, caller, range, format, language(&visitor)).await,
        };
        let (ending, kind) = match format {
            Format::Csv => ("csv", CSV),
            Format::Xlsx => ("xlsx", XLSX),
        };
        let name = match report {
            Report::Revenue => "revenue",
            Report::Bills => "bills",
        };
        answer(format!("{name}-{}-{}.{ending}", range.from, range.until), kind, made)
    })
}

async fn statement(State(web): State<Web>, Extension(visitor): Extension<Visitor>, whose: Whose, RawQuery(text): RawQuery) -> Response {
    let Some(caller) = caller(&visitor) else { return Redirect::to("/sign-in").into_response() };
    let made = statement_file(&web.services, caller, whose, app::books::statement_days(&query(text)), language(&visitor)).await;
    answer(format!("statement-{}.csv", visitor.visit.today), CSV, made)
}

async fn paper(State(web): State<Web>, Extension(visitor): Extension<Visitor>, Path(id): Path<Uuid>) -> Response {
    let Some(caller) = caller(&visitor) else { return Redirect::to("/sign-in").into_response() };
    match attachment(&web.services, caller, id).await {
        Ok((name, kind, bytes)) => {
            let plain: String = name.chars().map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\') { c } else { '_' }).collect();
            file(&plain, known_kind(&kind), bytes)
        }
        Err(error) => refusal(error),
    }
}

/// Only what was found by its bytes goes out under its own kind.
fn known_kind(kind: &str) -> &'static str {
    match kind {
        "application/pdf" => "application/pdf",
        "image/png" => "image/png",
        "image/jpeg" => "image/jpeg",
        "image/webp" => "image/webp",
        _ => "application/octet-stream",
    }
}

/// A paper for an expense: back to its page, with the reason if it was none.
async fn attach(State(web): State<Web>, Extension(visitor): Extension<Visitor>, Path(id): Path<Uuid>, mut form: Multipart) -> Response {
    let Some(caller) = caller(&visitor) else { return Redirect::to("/sign-in").into_response() };
    let back = |problem: &str| Redirect::to(&format!("/books/expenses/{id}?problem={problem}")).into_response();
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => return back("problem-attachment-kind"),
            Err(_) => return back("problem-attachment-large"),
        };
        if field.name() != Some("file") {
            continue;
        }
        let name = field.file_name().unwrap_or_default().to_string();
        let Ok(bytes) = field.bytes().await else { return back("problem-attachment-large") };
        return match add_paper(&web.services, caller, id, File { name, content: bytes.to_vec() }).await {
            Ok(()) => Redirect::to(&format!("/books/expenses/{id}")).into_response(),
            Err(Error::Invalid(problems)) => back(problems.first().map_or("problem-attachment-kind", |problem| problem.key.as_str())),
            Err(Error::Conflict(problem)) => back(&problem.key),
            Err(Error::NotFound) => StatusCode::NOT_FOUND.into_response(),
            Err(error) => refusal(error),
        };
    }
}
