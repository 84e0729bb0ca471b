//! How documents look from now on: the ISP's name, colour and logo, and its own templates. A template is tried on every
//! kind of text it will meet before it is taken; one that is wrong is refused with the place and the reason.

use super::compose::Words;
use super::look::{branding_at, built_in, history};
use super::press::Failure;
use super::print::{complaint_problem, refusal};
use crate::{Error, Result, Services, require};
use chrono::{DateTime, Utc};
use domain::Problem;
use domain::documents::{Branding, BrandingForm, DocumentKind, Paper, TemplateVersion, TemplateView, read_branding};
use domain::people::Caller;
use domain::rights::Permission;
use integrations::documents::{Job, Output, sniff_logo};
use locales::Language;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use storage::IspTx;
use storage::audit::{self, Change};
use storage::documents::{self, BrandingVersion};

/// What happens to the logo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewLogo {
    Remove,
    Put(Vec<u8>),
}

/// How documents look now, and which version that is.
pub async fn branding(services: &Services, caller: &Caller) -> Result<(i32, Branding)> {
    require(caller, Permission::DocumentsEdit)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let found = branding_at(&mut tx, &isp, services.now()).await?;
    tx.commit().await?;
    Ok((found.version, found.branding))
}

/// Makes documents issued from now on look like this; the logo stays. `seen`: the version that was on the page.
pub async fn save_branding(services: &Services, caller: &Caller, seen: i32, form: &BrandingForm) -> Result<i32> {
    require(caller, Permission::DocumentsEdit)?;
    let read = read_branding(form).map_err(Error::Invalid)?;
    let (isp, now) = (services.isp(caller.isp_id).await?, services.now());
    let mut tx = services.begin(caller).await?;
    let before = branding_at(&mut tx, &isp, now).await?;
    let branding = Branding { logo: before.branding.logo.clone(), ..read };
    let hash = before.logo_hash.clone();
    if seen == before.version && branding == before.branding {
        tx.commit().await?;
        return Ok(seen);
    }
    let version = change(&mut tx, now, seen, &before, &branding, hash).await?;
    tx.commit().await?;
    Ok(version)
}

/// Puts another logo on documents issued from now on, or takes it off.
pub async fn put_logo(services: &Services, caller: &Caller, seen: i32, logo: NewLogo) -> Result<i32> {
    require(caller, Permission::DocumentsEdit)?;
    let (isp, now) = (services.isp(caller.isp_id).await?, services.now());
    let mut tx = services.begin(caller).await?;
    let before = branding_at(&mut tx, &isp, now).await?;
    tx.commit().await?;
    let bytes = match logo {
        NewLogo::Remove => None,
        NewLogo::Put(bytes) => Some(bytes),
    };
    let mut branding = Branding { logo: None, ..before.branding.clone() };
    if let Some(bytes) = &bytes {
        let kind = sniff_logo(bytes).map_err(|key| Error::Invalid(vec![Problem::new("logo", key)]))?;
        branding.logo = Some(kind.file_name().to_owned());
        try_logo(services, &isp, &branding, bytes).await?;
    }
    let mut tx = services.begin(caller).await?;
    let hash = bytes.as_ref().map(|bytes| Sha256::digest(bytes).to_vec());
    if let (Some(hash), Some(bytes)) = (&hash, &bytes) {
        documents::add_logo(&mut tx, hash, bytes).await?;
    }
    let version = change(&mut tx, now, seen, &before, &branding, hash).await?;
    tx.commit().await?;
    Ok(version)
}

async fn change(
    tx: &mut IspTx,
    now: DateTime<Utc>,
    seen: i32,
    before: &BrandingVersion,
    branding: &Branding,
    logo: Option<Vec<u8>>,
) -> Result<i32> {
    let version = seen + 1;
    if seen != before.version || !documents::add_branding(tx, version, now, branding, logo.as_deref()).await? {
        return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
    }
    let change = Change {
        action: "documents.branding",
        object_kind: "branding",
        before: serde_json::to_value(&before.branding).ok(),
        after: serde_json::to_value(branding).ok(),
        ..Change::default()
    };
    audit::record(tx, now, change).await?;
    Ok(version)
}

/// A logo is printed once, apart, before it is let into the press that everybody shares.
async fn try_logo(services: &Services, isp: &storage::isps::Isp, branding: &Branding, bytes: &[u8]) -> Result<()> {
    let job =
        Job { logo: Some(Arc::from(bytes)), ..specimen(isp, branding, DocumentKind::Invoice, Language::English, built_in(Paper::A4)) };
    match services.press.print(job, Output::Pdf, false).await {
        Ok(_) => Ok(()),
        Err(Failure::Fault(cause)) => Err(Error::Internal(cause)),
        Err(Failure::Template(_) | Failure::TooMuch) => Err(Error::Invalid(vec![Problem::new("logo", "problem-logo-damaged")])),
    }
}

/// A template as it is now, or one of its older versions.
pub async fn template(
    services: &Services,
    caller: &Caller,
    kind: DocumentKind,
    paper: Paper,
    version: Option<i32>,
) -> Result<TemplateView> {
    require(caller, Permission::DocumentsEdit)?;
    let mut tx = services.begin(caller).await?;
    let all = history(services, &mut tx, kind, paper).await?;
    tx.commit().await?;
    let shown = match version {
        Some(version) => all.iter().find(|template| template.info.version == version),
        None => all.first(),
    };
    let shown = shown.ok_or(Error::NotFound)?.clone();
    let history = all.into_iter().map(|template| template.info).collect();
    Ok(TemplateView { kind, paper, source: shown.source, shown: shown.info, history })
}

/// Takes a template of the ISP's own, if it prints. `seen`: the newest version when the page was opened.
pub async fn save_template(services: &Services, caller: &Caller, kind: DocumentKind, paper: Paper, seen: i32, source: &str) -> Result<i32> {
    require(caller, Permission::DocumentsEdit)?;
    let source = source.replace("\r\n", "\n");
    if source.trim().is_empty() || source.len() > 100_000 {
        return Err(Error::Invalid(vec![Problem::new("source", "problem-template-length").with("most", 100_000)]));
    }
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let look = branding_at(&mut tx, &isp, services.now()).await?;
    tx.commit().await?;
    for language in Language::ALL {
        let job = specimen(&isp, &Branding { logo: None, ..look.branding.clone() }, kind, language, &source);
        services.press.print(job, Output::Pdf, false).await.map_err(in_editor)?;
    }
    put(services, caller, kind, paper, seen, &source, false).await
}

/// Goes back to the template that comes with the product.
pub async fn reset_template(services: &Services, caller: &Caller, kind: DocumentKind, paper: Paper, seen: i32) -> Result<i32> {
    require(caller, Permission::DocumentsEdit)?;
    put(services, caller, kind, paper, seen, built_in(paper), true).await
}

async fn put(services: &Services, caller: &Caller, kind: DocumentKind, paper: Paper, seen: i32, source: &str, ours: bool) -> Result<i32> {
    let now = services.now();
    let mut tx = services.begin(caller).await?;
    let newest = history(services, &mut tx, kind, paper).await?.into_iter().next();
    // What is the same already stays as it is; the product's own stays the product's.
    if newest.as_ref().is_some_and(|now| now.info.version == seen && now.source == source && (now.info.built_in || !ours)) {
        tx.commit().await?;
        return Ok(seen);
    }
    let newest = newest.map_or(0, |template| template.info.version);
    let info = TemplateVersion { version: seen + 1, from_at: now, built_in: ours, by: caller.actor_name().to_owned() };
    if seen != newest || !documents::add_template(&mut tx, kind, paper, &info, source).await? {
        return Err(Error::Conflict(Problem::new("source", "problem-changed-meanwhile")));
    }
    let after = serde_json::json!({ "kind": kind.slug(), "paper": paper.slug(), "version": info.version, "built_in": ours });
    let change = Change { action: "documents.template", object_kind: "document_template", after: Some(after), ..Change::default() };
    audit::record(&mut tx, now, change).await?;
    tx.commit().await?;
    Ok(info.version)
}

/// What a template would make of a sample document, as a picture. Nothing is stored.
pub async fn preview(
    services: &Services,
    caller: &Caller,
    kind: DocumentKind,
    paper: Paper,
    language: Language,
    source: Option<&str>,
) -> Result<Vec<u8>> {
    require(caller, Permission::DocumentsEdit)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let look = branding_at(&mut tx, &isp, services.now()).await?;
    let logo = match &look.logo_hash {
        Some(hash) => documents::logo(&mut tx, hash).await?.map(Arc::from),
        None => None,
    };
    let stored = history(services, &mut tx, kind, paper).await?.into_iter().next().ok_or(Error::NotFound)?;
    tx.commit().await?;
    let trusted = source.is_none() && stored.info.built_in;
    let source = source.map_or(stored.source, str::to_owned);
    let job = Job { logo, ..specimen(&isp, &look.branding, kind, language, &source) };
    let printed = services.press.print(job, Output::Svg, trusted).await.map_err(if trusted { refusal } else { in_editor })?;
    Ok(printed.bytes)
}

fn in_editor(failure: Failure) -> Error {
    match failure {
        Failure::Template(complaint) => Error::Invalid(vec![complaint_problem("source", &complaint)]),
        Failure::TooMuch => Error::Invalid(vec![Problem::new("source", "problem-template-too-much")]),
        Failure::Fault(cause) => Error::Internal(cause),
    }
}

/// A document with everything in it that a template may meet.
fn specimen(isp: &storage::isps::Isp, branding: &Branding, kind: DocumentKind, language: Language, source: &str) -> Job {
    let sheet = Words { language, isp, branding }.specimen(kind);
    Job { template: source.to_owned(), sheet, logo: None, identity: "specimen".into(), issued: (2026, 1, 1, 0, 0, 0) }
}
