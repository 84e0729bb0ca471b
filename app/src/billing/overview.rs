//! The billing page: the next run rehearsed, and the earlier runs, as two tabs.

use super::api::list_runs;
use super::preview::PreviewTab;
use super::run::run_badge;
use crate::panels::Load;
use crate::visit::use_visit;
use domain::billing::RunRow;
use domain::rights::Permission;
use leptos::prelude::*;
use ui::prelude::*;

#[component]
pub fn BillingPage() -> impl IntoView {
    let url = use_current_url();
    let earlier = Memo::new(move |_| url.query.with(|query| query.get("tab") == Some("runs")));
    let board = use_visit().may(Permission::JobsView).then(|| view! { <LinkButton href="/jobs" label=t("jobs-title") icon="list-checks"/> });
    let rules = view! {
        {board}
        <LinkButton href="/billing/rehearsals" label=t("rehearsals-title") icon="eye"/>
        <LinkButton href="/billing/dunning" label=t("dunning-title") icon="bell"/>
        <LinkButton href="/billing/rules" label=t("rules-title") icon="shield-check"/>
        <LinkButton href="/billing/profiles" label=t("billing-profiles") icon="sliders-horizontal"/>
    };
    let tabs = vec![TabItem::new("next", t("billing-next")), TabItem::new("runs", t("billing-history"))];
    view! {
        <PageHeader title=t("billing-title") subtitle=t("billing-lead") actions=rules.into_any()/>
        <Tabs label=t("billing-title") items=tabs/>
        {move || if earlier.get() { view! { <RunsTab/> }.into_any() } else { view! { <PreviewTab/> }.into_any() }}
    }
}

#[component]
fn RunsTab() -> impl IntoView {
    let runs = Resource::new(|| (), |()| list_runs());
    view! { <Load from=runs view=table/> }
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
