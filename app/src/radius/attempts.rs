//! The attempt log: who tried to come in, how it ended, and why in words that somebody at a phone can repeat.

use super::network_tabs;
use super::words::{REASONS, reason_text, server_filter};
use super::{Field, moment};
use crate::UiError;
use crate::drawn::Drawing;
use crate::visit::Visit;
use chrono::NaiveDateTime;
use domain::radius::{AttemptFilter, AttemptRow, Outcome};
use leptos::prelude::*;
use services::radius;
use ui::prelude::*;

/// The last attempts of a user name or a device, of one client, with one outcome, before a moment; of everybody without
/// any of these.
pub async fn attempts(at: Drawing) -> Result<AnyView, UiError> {
    let query = at.query();
    let filter = AttemptFilter {
        search: ListQuery::from(query).search,
        nas_id: query.get("nas").and_then(|id| id.parse().ok()),
        outcome: query.get("outcome").and_then(Outcome::from_slug),
        reason: query.get("reason").map(str::to_owned),
        from: None,
        before: moment(query, "before", at.visit()),
    };
    let servers = server_filter(&super::known_clients(&at).await?);
    let reasons = REASONS.iter().map(|reason| (reason.slug().to_owned(), reason_text(reason.slug()))).collect();
    let attempts = radius::find_attempts(at.services(), at.caller()?, &filter).await?;
    let now = at.visit().local(at.services().now());
    let outcomes = vec![
        FilterOption::new("accept", t("radius-outcome-accept")),
        FilterOption::new("walled", t("radius-outcome-walled")),
        FilterOption::new("reject", t("radius-outcome-reject")),
    ];
    let page = view! {
        <PageHeader title=t("radius-attempts") subtitle=t("radius-attempts-lead")/>
        {network_tabs("/radius/attempts", at.visit())}
        <div class="list-tools">
            <SearchBox placeholder=t("radius-search-attempts")/>
            <FilterChips name="outcome" label=t("radius-outcome") options=outcomes/>
            {Field::new("/radius/attempts", "reason", t("radius-why")).choice(query, reasons)}
            {Field::new("/radius/attempts", "nas", t("radius-client")).choice(query, servers)}
            {Field::new("/radius/attempts", "before", t("network-before")).moment(query)}
        </div>
        <div data-poll="5">{table(attempts, now, query, at.visit())}</div>
    };
    Ok(page.into_any())
}

fn table(attempts: Vec<AttemptRow>, now: NaiveDateTime, query: &Query, visit: &Visit) -> AnyView {
    let columns = vec![
        Column::new(t("customer-username")),
        Column::new(t("common-time")),
        Column::new(t("radius-outcome")),
        Column::new(t("radius-why")),
        Column::new(t("radius-device")),
        Column::new(t("radius-client")),
    ];
    // Fewer than a page means that nothing is older.
    let last = attempts.last().filter(|_| attempts.len() >= 50).map(|attempt| attempt.at.to_rfc3339());
    let older = last.map(|before| {
        let href = query.set("before", &before).href("/radius/attempts");
        view! { <div class="form-actions"><LinkButton href=href label=t("radius-attempts-older") style=ButtonStyle::Secondary icon="arrow-left"/></div> }
    });
    let rows = attempts.into_iter().enumerate().map(|(index, attempt)| row(index, attempt, now, visit)).collect();
    let empty = view! { <EmptyState icon="key-round" title=t("radius-attempts-empty") body=t("radius-attempts-empty-body")/> }.into_any();
    view! { <Card flush=true><DataTable caption=t("radius-attempts") columns=columns rows=rows empty=empty/></Card> {older} }.into_any()
}

fn row(index: usize, attempt: AttemptRow, now: NaiveDateTime, visit: &Visit) -> Row {
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
