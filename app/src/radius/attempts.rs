//! The attempt log: who tried to come in, how it ended, and why in words that somebody at a phone can repeat.

use super::NetworkTabs;
use super::api::{AttemptsView, list_attempts};
use crate::panels::Load;
use crate::poll;
use crate::visit::{Visit, use_visit};
use domain::radius::{AttemptRow, Outcome};
use leptos::prelude::*;
use ui::prelude::*;

#[component]
pub fn AttemptsPage() -> impl IntoView {
    let url = use_current_url();
    let source = move || {
        url.query.with(|query| {
            let get = |name: &str| query.get(name).map(str::to_owned);
            (ListQuery::from(query).search, get("nas"), get("outcome"), get("before"))
        })
    };
    let attempts = Resource::new(source, |(search, nas, outcome, before)| list_attempts(search, nas, outcome, before));
    poll::every(5, move || attempts.refetch());
    let visit = use_visit();
    view! {
        <PageHeader title=t("radius-attempts") subtitle=t("radius-attempts-lead")/>
        <NetworkTabs here="/radius/attempts"/>
        <div class="list-tools">
            <SearchBox placeholder=t("radius-search-attempts")/>
            <FilterChips name="outcome" label=t("radius-outcome") options=vec![
                FilterOption::new("accept", t("radius-outcome-accept")),
                FilterOption::new("walled", t("radius-outcome-walled")),
                FilterOption::new("reject", t("radius-outcome-reject")),
            ]/>
        </div>
        <Load from=attempts view=move |view| table(view, &visit)/>
    }
}

fn table(view: AttemptsView, visit: &Visit) -> AnyView {
    let columns = vec![
        Column::new(t("customer-username")),
        Column::new(t("common-time")),
        Column::new(t("radius-outcome")),
        Column::new(t("radius-why")),
        Column::new(t("radius-device")),
        Column::new(t("radius-client")),
    ];
    let now = visit.local(view.now);
    // Fewer than a page means that nothing is older.
    let last = view.attempts.last().filter(|_| view.attempts.len() >= 50).map(|attempt| attempt.at.to_rfc3339());
    let older = last.map(|before| {
        let href = use_current_url().query.get_untracked().set("before", &before).href("/radius/attempts");
        view! { <div class="form-actions"><LinkButton href=href label=t("radius-attempts-older") style=ButtonStyle::Secondary icon="arrow-left"/></div> }
    });
    let rows = view.attempts.into_iter().enumerate().map(|(index, attempt)| row(index, attempt, now, visit)).collect();
    let empty = view! { <EmptyState icon="key-round" title=t("radius-attempts-empty") body=t("radius-attempts-empty-body")/> }.into_any();
    view! { <Card flush=true><DataTable caption=t("radius-attempts") columns=columns rows=rows empty=empty/></Card> {older} }.into_any()
}

fn row(index: usize, attempt: AttemptRow, now: chrono::NaiveDateTime, visit: &Visit) -> Row {
    let (tone, label, icon) = match attempt.outcome {
        Outcome::Accept => (Tone::Good, t("radius-outcome-accept"), "circle-check"),
        Outcome::Walled => (Tone::Warning, t("radius-outcome-walled"), "shield"),
        Outcome::Reject => (Tone::Bad, t("radius-outcome-reject"), "circle-x"),
    };
    let find = Query::default().set("q", &attempt.username).href("/radius/attempts");
    Row::new(index, attempt.username.clone())
        .cell(view! { <a class="font-semibold break-all hover:text-primary" href=find>{attempt.username}</a> })
        .cell(view! { <TimeText at=visit.local(attempt.at) now=now/> })
        .cell(view! { <StatusBadge tone=tone label=label icon=icon/> })
        .cell(reason_text(&attempt.reason))
        .cell(view! { <span class="figure">{attempt.mac.unwrap_or_default()}</span> })
        .cell(attempt.nas)
}

/// The reason in words; a word of a newer server is shown as it is rather than hidden.
fn reason_text(reason: &str) -> String {
    let key = format!("radius-reason-{}", reason.replace('_', "-"));
    if locales::has_text(&key) { t(&key) } else { reason.to_owned() }
}
