//! The billing page: the next run rehearsed, and the earlier runs, as two tabs.

use super::preview;
use super::run::run_badge;
use crate::UiError;
use crate::drawn::Drawing;
use crate::visit::use_visit;
use domain::billing::RunRow;
use domain::rights::Permission;
use leptos::prelude::*;
use services::billing;
use ui::prelude::*;

pub async fn overview(at: Drawing) -> Result<AnyView, UiError> {
    let runs = billing::runs(at.services(), at.caller()?).await?;
    let tab = match at.query().get("tab") {
        Some("runs") => table(runs),
        _ => preview::tab(&at, runs.into_iter().next()).await?,
    };
    let board = at.visit().may(Permission::JobsView).then(|| view! { <LinkButton href="/jobs" label=t("jobs-title") icon="list-checks"/> });
    let rules = view! {
        {board}
        <LinkButton href="/billing/rehearsals" label=t("rehearsals-title") icon="eye"/>
        <LinkButton href="/billing/dunning" label=t("dunning-title") icon="bell"/>
        <LinkButton href="/billing/rules" label=t("rules-title") icon="shield-check"/>
        <LinkButton href="/billing/profiles" label=t("billing-profiles") icon="sliders-horizontal"/>
    };
    let tabs = vec![TabItem::new("next", t("billing-next")), TabItem::new("runs", t("billing-history"))];
    let page = view! {
        <PageHeader title=t("billing-title") subtitle=t("billing-lead") actions=rules.into_any()/>
        <Tabs label=t("billing-title") items=tabs/>
        {tab}
    };
    Ok(page.into_any())
}

fn table(runs: Vec<RunRow>) -> AnyView {
    let columns = vec![
        Column::new(t("billing-run-day")),
        Column::new(t("common-status")),
        Column::new(t("billing-run-invoices")).numeric(),
        Column::new(t("billing-run-amount")).numeric(),
        Column::new(t("billing-run-problems")).numeric(),
        Column::new(t("billing-run-started")),
    ];
    let visit = use_visit();
    let language = use_language();
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
    let rows = runs.into_iter().map(row).collect();
    let empty = view! { <EmptyState icon="calendar-clock" title=t("billing-never") body=t("billing-never-body")/> }.into_any();
    view! { <Card flush=true><DataTable caption=t("billing-history") columns=columns rows=rows empty=empty/></Card> }.into_any()
}
