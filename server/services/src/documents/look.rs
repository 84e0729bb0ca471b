//! Which look a document has: the branding and the template that were in force when it was issued. The first version of
//! each is stored when it is first needed, so that a later change never reaches back.

use crate::{Error, Result, Services};
use chrono::{DateTime, Utc};
use domain::documents::{Branding, DEFAULT_COLOUR, DocumentKind, Paper, TemplateVersion};
use integrations::documents::{A4, ROLL};
use std::sync::Arc;
use storage::IspTx;
use storage::documents::{self, BrandingVersion, Template};
use storage::isps::Isp;

/// Everything that decides how a document looks.
#[derive(Clone, Debug)]
pub struct Look {
    pub branding: BrandingVersion,
    pub logo: Option<Arc<[u8]>>,
    pub template: Template,
}

/// The template that comes with the product.
pub fn built_in(paper: Paper) -> &'static str {
    match paper {
        Paper::A4 => A4,
        Paper::Roll => ROLL,
    }
}

/// The look of a document issued at `issued`.
pub async fn look_at(
    services: &Services,
    tx: &mut IspTx,
    isp: &Isp,
    kind: DocumentKind,
    paper: Paper,
    issued: DateTime<Utc>,
) -> Result<Look> {
    let branding = branding_at(tx, isp, issued).await?;
    let logo = logo(tx, &branding).await?;
    let history = history(services, tx, kind, paper).await?;
    // The first one holds from the beginning of time.
    let template = history
        .iter()
        .find(|template| template.info.from_at <= issued)
        .or(history.last())
        .cloned()
        .ok_or_else(|| Error::Internal("a template without versions".into()))?;
    Ok(Look { branding, logo, template })
}

/// The look by the numbers of its versions: what was printed with once.
pub async fn look_again(tx: &mut IspTx, kind: DocumentKind, paper: Paper, branding: i32, template: i32) -> Result<Look> {
    let lost = || Error::Internal("a print without its versions".into());
    let branding = documents::branding(tx, branding).await?.ok_or_else(lost)?;
    let logo = logo(tx, &branding).await?;
    let template = documents::templates(tx, kind, paper).await?.into_iter().find(|one| one.info.version == template).ok_or_else(lost)?;
    Ok(Look { branding, logo, template })
}

/// The branding in force, storing the first one from what the ISP is called.
pub async fn branding_at(tx: &mut IspTx, isp: &Isp, at: DateTime<Utc>) -> Result<BrandingVersion> {
    if let Some(found) = documents::branding_at(tx, at).await? {
        return Ok(found);
    }
    let first =
        Branding { name: isp.name.clone(), native_name: isp.native_name.clone(), colour: DEFAULT_COLOUR.into(), ..Branding::default() };
    documents::add_branding(tx, 1, DateTime::UNIX_EPOCH, &first, None).await?;
    documents::branding_at(tx, at).await?.ok_or_else(|| Error::Internal("the first branding was not stored".into()))
}

async fn logo(tx: &mut IspTx, branding: &BrandingVersion) -> Result<Option<Arc<[u8]>>> {
    Ok(match &branding.logo_hash {
        Some(hash) => documents::logo(tx, hash).await?.map(Arc::from),
        None => None,
    })
}

/// All versions of a template, newest first. A product that brings another template than the one stored adds it as of
/// now, unless the ISP uses its own.
pub async fn history(services: &Services, tx: &mut IspTx, kind: DocumentKind, paper: Paper) -> Result<Vec<Template>> {
    let stored = documents::templates(tx, kind, paper).await?;
    let ours = built_in(paper);
    let (version, from_at) = match stored.first() {
        None => (1, DateTime::UNIX_EPOCH),
        Some(newest) if newest.info.built_in && newest.source != ours => (newest.info.version + 1, services.now()),
        Some(_) => return Ok(stored),
    };
    let info = TemplateVersion { version, from_at, built_in: true, by: "Lastmile".into() };
    documents::add_template(tx, kind, paper, &info, ours).await?;
    Ok(documents::templates(tx, kind, paper).await?)
}
