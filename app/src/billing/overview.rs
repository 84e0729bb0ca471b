//! The billing page: what comes next, running today's bills, and what earlier runs did.

use super::api::StartRun;
use super::parts::billing_bar;
use super::run::run_badge;
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::rehearsal::badge;
use crate::visit::use_visit;
use domain::billing::{Rehearsal, RunRow};
use domain::rights::Permission;
use leptos::prelude::*;
use services::{billing, rehearsal};
use ui::prelude::*;

pub async fn overview(at: Drawing) -> Result<AnyView, UiError> {
    let runs = billing::runs(at.services(), at.caller()?).await?;
    let today = at.visit().today;
    let rehearsed = rehearsal::rehearsals(at.services(), at.caller()?).await?;
    let next = rehearsed.into_iter().filter(|one| one.business_date > today && one.services > 0).min_by_key(|one| one.business_date);
    let board = at.visit().may(Permission::JobsView).then(|| view! { <LinkButton href="/jobs" label=t("jobs-title") icon="list-checks"/> });
    let run = at.visit().may(Permission::BillingGenerate).then(|| run_form(today));
    let going = runs.iter().find(|run| run.state == "running").map(going);
    let every = at.query().has("days", "all");
    let (next, table) = (next_card(next), table(runs, every));
    let page = view! {
        <PageHeader title=t("billing-title") subtitle=t("billing-lead") actions=view! { {board}{run} }.into_any()/>
        {billing_bar(&at)}
        <div class="flow">{going}{next}{table}</div>
    };
    Ok(page.into_any())
}

fn going(run: &RunRow) -> AnyView {
    let follow = view! { <LinkButton href=format!("/billing/runs/{}", run.id) label=t("action-show")/> };
    view! { <Alert tone=Tone::Info icon="loader-circle" actions=follow.into_any()>{t("billing-going")}</Alert> }.into_any()
}

/// Writes what is due today; whoever was billed already is left alone.
fn run_form(today: chrono::NaiveDate) -> AnyView {
    let body = format!("{} {}", t("billing-run-today"), t("billing-run-again"));
    view! {
        <PostForm action={action::<StartRun>()} done=t("billing-going")>
            <ErrorSummary/>
            <HiddenField name="on" value=today.to_string()/>
            <ConfirmButton label=t("billing-run-now") title=t("billing-run-question") body=body style=ButtonStyle::Primary icon="play"/>
        </PostForm>
    }
    .into_any()
}

/// The next day on which anything is billed, as it was rehearsed last.
fn next_card(next: Option<Rehearsal>) -> AnyView {
    let language = use_language();
    let Some(next) = next else {
        let rehearse = view! { <LinkButton href="/billing/rehearsals" label=t("rehearsal-build") icon="eye"/> };
        return view! { <Card title=t("billing-next") actions=rehearse.into_any()><p class="muted">{t("billing-next-none")}</p></Card> }
            .into_any();
    };
    let day = next.business_date;
    let title = t_with("billing-next-on", &[("date", locales::date(language, day).into())]);
    let subtitle = locales::days_from(language, day, use_visit().today);
    let look = view! { <LinkButton href=format!("/billing/rehearsals/{}", next.id) label=t("billing-next-look") icon="eye"/> };
    let figure = |label: String, value: String| {
        view! { <div><dt class="muted">{label}</dt><dd class="figure figure-strong">{value}</dd></div> }
    };
    let money = move |money: domain::Money| locales::money(language, money.minor, money.currency.code());
    view! {
        <Card title=title subtitle=subtitle actions=view! { {badge(&next)} {look} }.into_any()>
            <dl class="grid grid-cols-2 gap-x-8 gap-y-3 md:flex md:flex-wrap">
                {figure(t("billing-services"), locales::number(language, next.services.into()))}
                {figure(t("billing-run-invoices"), locales::number(language, next.invoices.into()))}
                {figure(t("rehearsal-now"), money(next.total))}
                {figure(t("rehearsal-before"), money(next.before))}
            </dl>
        </Card>
    }
    .into_any()
}

/// Days on which nothing was due are left out unless they are asked for.
fn table(runs: Vec<RunRow>, every: bool) -> AnyView {
    let quiet = |run: &RunRow| run.invoices == 0 && run.problems == 0 && run.state == "done";
    let silent = runs.iter().filter(|run| quiet(run)).count();
    let nothing = runs.is_empty();
    let columns = vec![
        Column::new(t("billing-run-day")),
        Column::new(t("common-status")),
        Column::new(t("billing-run-invoices")).numeric(),
        Column::new(t("billing-run-amount")).numeric(),
        Column::new(t("billing-run-problems")).numeric(),
        Column::new(t("billing-run-started")),
    ];
    let (visit, language) = (use_visit(), use_language());
    let row = |run: RunRow| {
        let day = locales::date(language, run.business_date);
        Row::new(run.id, day.clone())
            .href(format!("/billing/runs/{}", run.id))
            .cell(day)
            .cell(run_badge(&run))
            .cell(view! { <NumberText value=i64::from(run.invoices)/> })
            .cell(view! { <MoneyText money=run.total/> })
            .cell(view! { <NumberText value=i64::from(run.problems)/> })
            .cell(view! { <TimeText at=visit.local(run.started_at)/> })
    };
    let rows = runs.into_iter().filter(|run| every || !quiet(run)).map(row).collect();
    let empty = match nothing {
        true => view! { <EmptyState icon="calendar-clock" title=t("billing-never") body=t("billing-never-body")/> }.into_any(),
        false => view! { <EmptyState icon="calendar-clock" title=t("billing-quiet-title") body=t("billing-quiet-body")/> }.into_any(),
    };
    let days = (silent > 0).then(|| {
        let (href, words) = match every {
            true => ("/billing", t("billing-days-billed")),
            false => ("/billing?days=all", t_with("billing-days-quiet", &[("count", silent.into())])),
        };
        view! { <LinkButton href=href label=words style=ButtonStyle::Ghost/> }
    });
    view! {
        <Card flush=true title=t("billing-history") actions=days.into_any()>
            <DataTable caption=t("billing-history") columns=columns rows=rows empty=empty/>
        </Card>
    }
    .into_any()
}
