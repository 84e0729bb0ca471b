//! The editor of a template: its text, a picture of what it makes while it is typed, what is wrong with it and where,
//! and the versions before it.

use super::api::{ResetTemplate, SaveTemplate};
use super::look::{kind_words, paper_words};
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::visit::use_visit;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::documents::{DocumentKind, Paper, TemplateVersion, TemplateView};
use leptos::prelude::*;
use locales::Language;
use services::{Error, documents};
use ui::prelude::*;

pub async fn template(at: Drawing) -> Result<AnyView, UiError> {
    let kind: String = at.param("kind")?;
    let paper: String = at.param("paper")?;
    let (kind, paper) = DocumentKind::from_slug(&kind).zip(Paper::from_slug(&paper)).ok_or(UiError::NotFound)?;
    let version = at.query().get("version").and_then(|version| version.parse().ok());
    let view = documents::template(at.services(), at.caller()?, kind, paper, version).await?;
    let language = at.query().get("lang").and_then(Language::from_code).unwrap_or_else(|| at.visit().language());
    let typed = at.typed("source").map(str::to_owned);
    let source = typed.clone().or_else(|| version.map(|_| view.source.clone()));
    let picture = picture(&at, kind, paper, language, source.as_deref()).await?;
    let saved =
        at.query().has("saved", "yes").then(|| view! { <div class="mb-5"><Alert tone=Tone::Good>{t("template-saved")}</Alert></div> });
    let title = format!("{} · {}", kind_words(kind), paper_words(paper));
    let page = view! {
        <PageHeader title=title subtitle=t("template-help") back=("/documents".to_string(), t("documents-title"))/>
        {saved}
        <div class="grid gap-5 xl:grid-cols-2">
            <div class="flow">{editor(&view)}{history(&view)}</div>
            <Card title=t("template-preview") actions=languages(&at, language)>
                <div id="template-picture">{picture}</div>
            </Card>
        </div>
    };
    Ok(page.into_any())
}

/// The sample, or what is wrong with the template.
async fn picture(at: &Drawing, kind: DocumentKind, paper: Paper, language: Language, source: Option<&str>) -> Result<AnyView, UiError> {
    match documents::preview(at.services(), at.caller()?, kind, paper, language, source).await {
        Ok(svg) => {
            let src = format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg));
            Ok(view! { <img class="w-full rounded-box border border-line bg-white" src=src alt=t("template-preview")/> }.into_any())
        }
        Err(Error::Invalid(problems)) => {
            let words = problems.iter().map(problem_words).collect::<Vec<_>>().join(" ");
            Ok(view! { <Alert tone=Tone::Bad>{words}</Alert> }.into_any())
        }
        Err(error) => Err(error.into()),
    }
}

fn languages(at: &Drawing, now: Language) -> AnyView {
    let chips = Language::ALL.map(|language| {
        let href = at.query().set("lang", language.code()).without(&["saved"]).href(at.path());
        let class = if language == now { "chip chip-on" } else { "chip" };
        view! { <a class=class href=href lang=language.code()>{language.native_name()}</a> }
    });
    view! { <nav class="chips" aria-label=t("batch-language")>{chips.into_iter().collect_view()}</nav> }.into_any()
}

fn editor(view: &TemplateView) -> AnyView {
    let newest = view.history.first().map_or(0, |version| version.version).to_string();
    let (kind, paper) = (view.kind.slug(), view.paper.slug());
    let built_in = view.history.first().is_some_and(|version| version.built_in);
    let (source, version) = (view.source.clone(), newest.clone());
    let reset = (!built_in).then(|| {
        view! {
            <PostForm action={action::<ResetTemplate>()}>
                <HiddenField name="kind" value=kind/>
                <HiddenField name="paper" value=paper/>
                <HiddenField name="version" value=version/>
                <ConfirmButton label=t("template-reset") body=t("template-reset-body") style=ButtonStyle::Danger icon="undo-2"/>
            </PostForm>
        }
    });
    view! {
        <Card title=t("template-source")>
            <PostForm action={action::<SaveTemplate>()} live=true>
                <ErrorSummary/>
                <HiddenField name="kind" value=kind/>
                <HiddenField name="paper" value=paper/>
                <HiddenField name="version" value=newest/>
                <TextAreaField name="source" label=t("template-source") value=source rows=28/>
                <div class="form-actions"><SubmitButton label=t("template-save") icon="check"/></div>
            </PostForm>
            {reset}
        </Card>
    }
    .into_any()
}

fn history(view: &TemplateView) -> AnyView {
    let columns = vec![Column::new(t("template-version-column")), Column::new(t("template-since")), Column::new(t("template-by"))];
    let place = format!("/documents/{}/{}", view.kind.slug(), view.paper.slug());
    let rows = view.history.iter().map(|version| row(&place, version)).collect();
    view! { <Card title=t("template-history") flush=true><DataTable caption=t("template-history") columns=columns rows=rows/></Card> }
        .into_any()
}

fn row(place: &str, version: &TemplateVersion) -> Row {
    let name = t_with("template-version", &[("number", i64::from(version.version).into())]);
    let kind = if version.built_in { t("template-built-in") } else { t("template-own") };
    let since = match version.from_at == chrono::DateTime::UNIX_EPOCH {
        true => t("template-from-the-start").into_any(),
        false => view! { <TimeText at=use_visit().local(version.from_at)/> }.into_any(),
    };
    Row::new(version.version, name.clone())
        .href(format!("{place}?version={}", version.version))
        .cell(format!("{name} · {kind}"))
        .cell(since)
        .cell(version.by.clone())
}
