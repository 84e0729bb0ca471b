//! The days that were rehearsed, newest first, and the form that rehearses one.

use super::api::BuildRehearsal;
use crate::UiError;
use crate::billing::billing_bar;
use crate::drawn::{Drawing, action};
use domain::billing::{Rehearsal, RehearsalState};
use domain::rights::Permission;
use leptos::prelude::*;
use services::{billing, rehearsal};
use ui::prelude::*;

pub async fn rehearsals(at: Drawing) -> Result<AnyView, UiError> {
    let rows = rehearsal::rehearsals(at.services(), at.caller()?).await?;
    let tomorrow = at.visit().today.succ_opt().unwrap_or(at.visit().today);
    let next = billing::next_billing_day(at.services(), at.caller()?).await?.unwrap_or(tomorrow);
    let build = at.visit().may(Permission::BillingGenerate).then(|| {
        view! {
            <Card>
                <PostForm action={action::<BuildRehearsal>()} class="flex flex-wrap items-end gap-2">
                    <DateField name="on" label=t("billing-run-day") value=next/>
                    <SubmitButton label=t("rehearsal-build") icon="eye"/>
                </PostForm>
                <p class="muted mt-2">{t("rehearsal-day-help")}</p>
            </Card>
        }
    });
    let page = view! {
        <PageHeader title=t("rehearsals-title") subtitle=t("rehearsals-lead")/>
        {billing_bar(&at)}
        <div class="flow">{build}{table(&at, rows)}</div>
    };
    Ok(page.into_any())
}

fn table(at: &Drawing, rows: Vec<Rehearsal>) -> AnyView {
    let columns = vec![
        Column::new(t("billing-run-day")),
        Column::new(t("common-status")),
        Column::new(t("billing-services")).numeric(),
        Column::new(t("rehearsal-before")).numeric(),
        Column::new(t("rehearsal-now")).numeric(),
        Column::new(t("rehearsal-built")),
    ];
    let row = |one: Rehearsal| {
        let day = locales::date(use_language(), one.business_date);
        Row::new(one.id, day.clone())
            .href(format!("/billing/rehearsals/{}", one.id))
            .cell(day)
            .cell(badge(&one))
            .cell(view! { <NumberText value=i64::from(one.services)/> })
            .cell(view! { <MoneyText money=one.before/> })
            .cell(view! { <MoneyText money=one.total/> })
            .cell(view! { <TimeText at=at.visit().local(one.built_at)/> })
    };
    let rows = rows.into_iter().map(row).collect();
    let empty = view! { <EmptyState icon="eye" title=t("rehearsals-empty") body=t("rehearsals-empty-body")/> }.into_any();
    view! { <Card flush=true><DataTable caption=t("rehearsals-title") columns=columns rows=rows empty=empty/></Card> }.into_any()
}

/// What was decided, or that somebody should look; where nothing is due there is nothing to look at.
pub(crate) fn badge(one: &Rehearsal) -> AnyView {
    let (tone, icon, words) = match one.state {
        RehearsalState::Open if one.services == 0 => (Tone::Neutral, "minus", t("rehearsal-nothing-due")),
        RehearsalState::Building => (Tone::Info, "loader-circle", t("rehearsal-building")),
        RehearsalState::Open => (Tone::Warning, "circle-dot", t("rehearsal-open")),
        RehearsalState::Approved => (Tone::Good, "circle-check", t("rehearsal-approved")),
        RehearsalState::Rejected => (Tone::Neutral, "circle-x", t("rehearsal-rejected")),
    };
    view! { <StatusBadge tone=tone icon=icon label=words/> }.into_any()
}
