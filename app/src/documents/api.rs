//! Server functions of documents: the look, the templates, and asking for many at once.

use crate::UiError;
use domain::documents::BrandingForm;
use leptos::prelude::*;

use crate::Session;
use domain::documents::{BatchFormat, DocumentKind, Paper};
use services::documents;

/// Name, address and the like, on documents issued from now on.
#[server(endpoint = "documents/save-branding")]
pub async fn save_branding(version: i32, form: BrandingForm) -> Result<(), UiError> {
    let session = Session::get()?;
    documents::save_branding(&session.services, session.caller()?, version, &form).await?;
    leptos_axum::redirect("/documents?saved=yes");
    Ok(())
}

/// A template of the ISP's own.
#[server(endpoint = "documents/save-template")]
pub async fn save_template(kind: String, paper: String, version: i32, source: String) -> Result<(), UiError> {
    let session = Session::get()?;
    let (document, size) = which(&kind, &paper)?;
    documents::save_template(&session.services, session.caller()?, document, size, version, &source).await?;
    leptos_axum::redirect(&format!("/documents/{kind}/{paper}?saved=yes"));
    Ok(())
}

/// Back to the template that comes with the product.
#[server(endpoint = "documents/reset-template")]
pub async fn reset_template(kind: String, paper: String, version: i32) -> Result<(), UiError> {
    let session = Session::get()?;
    let (document, size) = which(&kind, &paper)?;
    documents::reset_template(&session.services, session.caller()?, document, size, version).await?;
    leptos_axum::redirect(&format!("/documents/{kind}/{paper}?saved=yes"));
    Ok(())
}

fn which(kind: &str, paper: &str) -> Result<(DocumentKind, Paper), UiError> {
    DocumentKind::from_slug(kind).zip(Paper::from_slug(paper)).ok_or(UiError::NotFound)
}

/// All invoices of a list (`filter`: its query) as one PDF or as an archive.
#[server(endpoint = "documents/print")]
pub async fn print_invoices(filter: String, format: String, paper: String, language: String) -> Result<(), UiError> {
    let session = Session::get()?;
    let choice = |field: &str| UiError::Invalid(vec![domain::Problem::new(field, "problem-choice")]);
    let format = BatchFormat::from_slug(&format).ok_or_else(|| choice("format"))?;
    let wanted = documents::Wanted {
        paper: Paper::from_slug(&paper).ok_or_else(|| choice("paper"))?,
        language: locales::Language::from_code(&language).ok_or_else(|| choice("language"))?,
        base: session.base.clone(),
    };
    let filter = crate::invoices::query::invoice_filter(&ui::prelude::Query::parse(&filter), session.visit.site.currency);
    let id = documents::request_batch(&session.services, session.caller()?, &filter, format, &wanted).await?;
    leptos_axum::redirect(&format!("/prints/{id}"));
    Ok(())
}
