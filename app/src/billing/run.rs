//! One billing run: how far it is, what it wrote, and whom it could not bill. While it goes on the page looks again
//! every second; leaving the page changes nothing.

use crate::UiError;
use crate::drawn::Drawing;
use crate::visit::Visit;
use chrono::{DateTime, Utc};
use domain::billing::{Refusal, RunRow};
use domain::{BillingRunId, CustomerId};
use leptos::prelude::*;
use services::billing;
use ui::prelude::*;

struct RunView {
    run: RunRow,
    /// Services it has still to look at.
    left: i64,
    problems: Vec<RunProblem>,
    now: DateTime<Utc>,
}

struct RunProblem {
    customer_id: CustomerId,
    customer: String,
    username: String,
    /// `billing-refusal-…` in the locales.
    problem: String,
}

pub async fn run(at: Drawing) -> Result<AnyView, UiError> {
    let (services, caller, id) = (at.services(), at.caller()?, at.param::<BillingRunId>("id")?);
    let (run, left) = billing::run(services, caller, id).await?;
    let problem = |(_, customer_id, customer, username, problem)| RunProblem { customer_id, customer, username, problem };
    let problems = billing::problems(services, caller, id).await?.into_iter().map(problem).collect();
    Ok(body(RunView { run, left, problems, now: services.now() }, at.visit()))
}

/// The state of a run as colour, icon and word.
pub(super) fn run_badge(run: &RunRow) -> AnyView {
    let (tone, label, icon) = match run.state.as_str() {
        "running" => (Tone::Info, t("status-running"), "loader-circle"),
        "failed" => (Tone::Bad, t("status-failed"), "circle-x"),
        _ if run.problems > 0 => (Tone::Warning, t("billing-run-done-problems"), "triangle-alert"),
        _ => (Tone::Good, t("status-done"), "circle-check"),
    };
    view! { <StatusBadge tone=tone label=label icon=icon/> }.into_any()
}

fn body(view: RunView, visit: &Visit) -> AnyView {
    let day = locales::date(use_language(), view.run.business_date);
    let invoices = (view.run.invoices > 0).then(|| {
        view! { <LinkButton href=format!("/invoices?run={}", view.run.id) label=t("billing-run-show-invoices") icon="receipt"/> }
    });
    view! {
        <PageHeader
            title=t_with("billing-run-of", &[("date", day.into())])
            back=("/billing".to_string(), t("billing-title"))
            badge=run_badge(&view.run)
            actions=invoices.into_any()
        />
        <div class="flow">
            {progress(&view)}
            {outcome(&view, visit)}
            {problems(view.problems)}
        </div>
    }
    .into_any()
}

fn progress(view: &RunView) -> AnyView {
    if view.run.state != "running" {
        return ().into_any();
    }
    let done = i64::from(view.run.invoices);
    let total = done + view.left;
    let unsigned = |value: i64| u64::try_from(value).unwrap_or(0);
    let note = t_with("common-of", &[("done", done.into()), ("total", total.into())]);
    let here = format!("/billing/runs/{}", view.run.id);
    view! {
        <div data-poll="1">
        <Card>
            <ProgressBar label=t("billing-going") value=Signal::stored(unsigned(done)) max=Signal::stored(unsigned(total)) note=Signal::stored(note)/>
            <div class="mt-3 flex flex-wrap items-center justify-between gap-2">
                <p class="muted">{t("job-leave")}</p>
                <noscript><LinkButton href=here label=t("action-refresh") icon="refresh-cw"/></noscript>
            </div>
        </Card>
        </div>
    }
    .into_any()
}

fn outcome(view: &RunView, visit: &Visit) -> AnyView {
    let run = &view.run;
    let now = visit.local(view.now);
    let started = visit.local(run.started_at);
    let finished = match run.finished_at {
        Some(at) => view! { <TimeText at=visit.local(at) now=now/> }.into_any(),
        None => view! { <span class="muted">"–"</span> }.into_any(),
    };
    let items = vec![
        Definition::new(t("billing-run-invoices"), view! { <NumberText value=i64::from(run.invoices)/> }),
        Definition::new(t("billing-run-amount"), view! { <MoneyText money=run.total strong=true/> }),
        Definition::new(t("billing-run-problems"), view! { <NumberText value=i64::from(run.problems)/> }),
        Definition::new(t("billing-run-started"), view! { <TimeText at=started now=now/> }),
        Definition::new(t("billing-run-finished"), finished),
    ];
    view! { <Card><DefinitionList items=items/></Card> }.into_any()
}

fn problems(problems: Vec<RunProblem>) -> AnyView {
    if problems.is_empty() {
        return ().into_any();
    }
    let title = t_with("billing-problems", &[("count", problems.len().into())]);
    let columns = vec![Column::new(t("invoice-customer")), Column::new(t("customer-username")), Column::new(t("billing-why"))];
    let row = |problem: RunProblem| {
        Row::new(problem.username.clone(), problem.customer.clone())
            .href(format!("/customers/{}", problem.customer_id))
            .cell(problem.customer)
            .cell(problem.username)
            .cell(refusal_text(&problem.problem))
    };
    let rows = problems.into_iter().map(row).collect();
    view! { <Card title=title.clone() subtitle=t("billing-problems-body") flush=true><DataTable caption=title columns=columns rows=rows/></Card> }.into_any()
}

/// Why a service is left out, and what to do; an unknown word of an older server is shown as a plain refusal.
pub(crate) fn refusal_text(slug: &str) -> String {
    match slug {
        slug if slug == Refusal::OtherCurrency.slug() => t("billing-refusal-other-currency"),
        slug if slug == Refusal::TooFarBehind.slug() => t("billing-refusal-too-far-behind"),
        slug if slug == Refusal::OutOfRange.slug() => t("billing-refusal-out-of-range"),
        "changed" => t("billing-refusal-changed"),
        _ => t("billing-refusal-refused"),
    }
}
