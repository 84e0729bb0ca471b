//! Many invoices as PDF: asked for from their list, watched while they are printed, fetched for a week.

use super::api::PrintInvoices;
use super::look::paper_words;
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::invoices::query::invoice_filter;
use crate::visit::use_visit;
use domain::customers::Paging;
use domain::documents::{BatchFormat, BatchProblem, BatchRow, Paper};
use leptos::prelude::*;
use locales::Language;
use services::{billing, documents};
use ui::prelude::*;
use uuid::Uuid;

/// The exports that can still be fetched.
pub async fn prints(at: Drawing) -> Result<AnyView, UiError> {
    let rows = documents::batches(at.services(), at.caller()?).await?;
    let columns = vec![
        Column::new(t("common-created")),
        Column::new(t("common-status")),
        Column::new(t("batch-count")).numeric(),
        Column::new(t("batch-left-out")).numeric(),
        Column::new(t("batch-format")),
        Column::new(t("batch-asked-by")),
    ];
    let next = view! { <LinkButton href="/invoices" label=t("invoices-title") icon="receipt"/> }.into_any();
    let empty = view! { <EmptyState icon="printer" title=t("batch-empty-title") body=t("batch-empty-body") action=next/> }.into_any();
    let rows = rows.into_iter().map(row).collect();
    let page = view! {
        <PageHeader title=t("batch-title") back=("/invoices".to_string(), t("invoices-title"))/>
        <Card flush=true><DataTable caption=t("batch-title") columns=columns rows=rows empty=empty/></Card>
    };
    Ok(page.into_any())
}

fn row(batch: BatchRow) -> Row {
    let at = locales::date_time(use_language(), use_visit().local(batch.created_at));
    Row::new(batch.id, at.clone())
        .href(format!("/prints/{}", batch.id))
        .cell(at)
        .cell(state(&batch))
        .cell(view! { <NumberText value=batch.total/> })
        .cell(view! { <NumberText value=batch.failed/> })
        .cell(what(&batch))
        .cell(batch.by)
}

fn what(batch: &BatchRow) -> String {
    let language = Language::from_code(&batch.language).unwrap_or_default().native_name();
    format!("{} · {} · {language}", format_words(batch.format), paper_words(batch.paper))
}

fn format_words(format: BatchFormat) -> String {
    t(&format!("batch-format-{}", format.slug()))
}

fn state(batch: &BatchRow) -> AnyView {
    let (tone, icon) = match batch.state.as_str() {
        "done" => (Tone::Good, "circle-check"),
        "failed" => (Tone::Bad, "circle-x"),
        _ => (Tone::Info, "loader-circle"),
    };
    view! { <StatusBadge tone=tone icon=icon label=t(&format!("batch-state-{}", batch.state))/> }.into_any()
}

/// How the invoices of a list are to be printed; the query is that of the list.
pub async fn new_print(at: Drawing) -> Result<AnyView, UiError> {
    let filter = invoice_filter(at.query(), at.visit().site.currency);
    let (page, due) = billing::invoices(at.services(), at.caller()?, &filter, None, Paging::new(1, 25)).await?;
    let formats = [BatchFormat::Pdf, BatchFormat::Zip].map(|format| (format.slug().to_string(), format_words(format))).to_vec();
    let papers = Paper::ALL.map(|paper| (paper.slug().to_string(), paper_words(paper))).to_vec();
    let languages = Language::ALL.map(|language| (language.code().to_string(), language.native_name().to_string())).to_vec();
    let query = at.query().without(&["page", "size", "sort"]);
    let count = t_with("invoice-count", &[("count", page.total.into())]);
    let here = at.visit().language().code();
    let view = view! {
        <PageHeader title=t("batch-start") back=(query.href("/invoices"), t("invoices-title"))/>
        <PostForm action={action::<PrintInvoices>()}>
            <Card>
                <ErrorSummary/>
                <DefinitionList items=vec![Definition::new(t("batch-count"), count), Definition::new(t("invoice-sum-due"), view! { <MoneyText money=due/> })]/>
                <HiddenField name="filter" value=query.to_string()/>
                <div class="form-grid mt-5">
                    <SelectField name="format" label=t("batch-format") options=formats value="pdf"/>
                    <SelectField name="paper" label=t("template-paper") options=papers value="a4"/>
                    <SelectField name="language" label=t("batch-language") options=languages value=here/>
                </div>
                <div class="form-actions"><SubmitButton label=t("batch-start") icon="printer"/></div>
            </Card>
        </PostForm>
    };
    Ok(view.into_any())
}

/// One export: how far it is, what was left out, and its file.
pub async fn print(at: Drawing) -> Result<AnyView, UiError> {
    let id: Uuid = at.param("id")?;
    let (batch, problems) = documents::batch(at.services(), at.caller()?, id).await?;
    let language = use_language();
    let running = batch.state == "running";
    let file = (batch.state == "done").then(|| {
        let href = format!("/prints/{id}/file");
        view! { <a class="button button-primary" href=href rel="external"><Icon name="download"/>{t("batch-download")}</a> }
    });
    let progress = t_with("batch-progress", &[("done", batch.done.into()), ("total", batch.total.into())]);
    let expires = locales::date(language, use_visit().local(batch.expires_at).date());
    let (max, value) = (batch.total.to_string(), (batch.done + batch.failed).to_string());
    let facts = vec![
        Definition::new(t("batch-format"), what(&batch)),
        Definition::new(t("batch-asked-by"), batch.by.clone()),
        Definition::new(t("batch-download"), t_with("batch-expires", &[("date", expires.into())])),
    ];
    let left_out = (!problems.is_empty()).then(|| left_out(problems));
    let page = view! {
        <PageHeader title=t("batch-title") back=("/prints".to_string(), t("batch-title")) badge=state(&batch) actions=file.into_any()/>
        <div class="flow" data-poll=running.then_some("2")>
            <Card>
                <p class="mb-2 font-medium" role="status">{progress.clone()}</p>
                <progress class="progress-bar" max=max value=value aria-label=progress></progress>
                <div class="mt-5"><DefinitionList items=facts/></div>
            </Card>
            {left_out}
        </div>
    };
    Ok(page.into_any())
}

fn left_out(problems: Vec<BatchProblem>) -> AnyView {
    let columns = vec![Column::new(t("invoice-number")), Column::new(t("job-problem"))];
    let rows = problems
        .into_iter()
        .map(|left| {
            Row::new(left.invoice, left.number.clone()).href(format!("/invoices/{}", left.invoice)).cell(left.number).cell(left.problem)
        })
        .collect();
    view! { <Card title=t("batch-left-out") flush=true><DataTable caption=t("batch-left-out") columns=columns rows=rows/></Card> }
        .into_any()
}
