//! The page of dunning: plans, calls and visits, stopped runs, settings and holidays, each a tab that the URL names.

use super::api::AssignPlan;
use super::{brake, settings, tasks};
use crate::UiError;
use crate::billing::billing_bar;
use crate::drawn::{Drawing, action};
use domain::dunning::{Plan, PlanUser, Step, StepAction};
use domain::rights::Permission;
use leptos::prelude::*;
use services::dunning;
use ui::prelude::*;

pub async fn overview(at: Drawing) -> Result<AnyView, UiError> {
    let (plans, users) = dunning::plans(at.services(), at.caller()?).await?;
    let may = at.visit().may(Permission::BillingProfiles);
    let body = match at.query().get("tab") {
        Some("tasks") => tasks::list(&at).await?,
        Some("stopped") => brake::list(&at).await?,
        Some("settings") => settings::form(&at).await?,
        Some("holidays") => settings::holidays(&at, may).await?,
        _ => plan_list(plans, users, may),
    };
    let outbox = at
        .visit()
        .may(Permission::MessagesView)
        .then(|| view! { <LinkButton href="/messages" label=t("messages-title") icon="message-square"/> });
    let add =
        may.then(|| view! { <LinkButton href="/billing/dunning/new" label=t("dunning-plan-add") icon="plus" style=ButtonStyle::Primary/> });
    let page = view! {
        <PageHeader title=t("dunning-title") subtitle=t("dunning-lead") actions=view! { {outbox}{add} }.into_any()/>
        {billing_bar(&at)}
        {chips(at.query())}
        {body}
    };
    Ok(page.into_any())
}

/// The parts of dunning, in their order.
const PARTS: [(&str, &str); 5] = [
    ("plans", "dunning-tab-plans"),
    ("tasks", "dunning-tab-tasks"),
    ("stopped", "dunning-tab-stopped"),
    ("settings", "dunning-tab-settings"),
    ("holidays", "dunning-tab-holidays"),
];

/// One of them is open; below the bar of billing a second bar would be one too many.
fn chips(query: &Query) -> AnyView {
    let open = query.get("tab").filter(|tab| PARTS.iter().any(|(id, _)| id == tab)).unwrap_or(PARTS[0].0);
    let links = PARTS.map(|(id, words)| {
        let href = if id == PARTS[0].0 { "/billing/dunning".to_string() } else { format!("/billing/dunning?tab={id}") };
        let here = (id == open).then_some("true");
        view! { <a class="chip" class:chip-on=id == open href=href aria-current=here>{t(words)}</a> }
    });
    view! { <nav class="chips mb-4" aria-label=t("dunning-title")>{links.collect_view()}</nav> }.into_any()
}

fn plan_list(plans: Vec<Plan>, users: Vec<PlanUser>, may: bool) -> AnyView {
    if plans.is_empty() {
        let begin = may.then(|| {
            view! {
                <span class="row-line">
                    <LinkButton href="/billing/dunning/new?preset=standard" label=t("dunning-preset-standard") style=ButtonStyle::Primary/>
                    <LinkButton href="/billing/dunning/new?preset=field" label=t("dunning-preset-field")/>
                </span>
            }
        });
        return view! { <Card><EmptyState icon="bell" title=t("dunning-plans-empty-title") body=t("dunning-plans-empty-body") action=begin.into_any()/></Card> }
            .into_any();
    }
    let columns = vec![Column::new(t("dunning-plan")), Column::new(t("dunning-plan-steps")), Column::new(t("dunning-plan-used-by"))];
    let row = |plan: &Plan| {
        let own = users.iter().filter(|user| user.plan_id == Some(plan.id) || (user.plan_id.is_none() && plan.is_default));
        let used_by = own.map(|user| user.profile.clone()).collect::<Vec<_>>().join(", ");
        let usual = plan.is_default.then(|| view! { " "<StatusBadge tone=Tone::Neutral label=t("common-default") icon="check"/> });
        let steps = plan.steps.iter().map(step_words).collect::<Vec<_>>().join(" · ");
        let row = Row::new(plan.id, plan.name.clone());
        let row = if may { row.href(format!("/billing/dunning/{}", plan.id)) } else { row };
        row.cell(view! { {plan.name.clone()}{usual} }).cell(steps).cell(used_by)
    };
    let rows = plans.iter().map(row).collect();
    let assign = may.then(|| assignments(&plans, users.clone()));
    view! {
        <div class="flow">
            <Card flush=true><DataTable caption=t("dunning-tab-plans") columns=columns rows=rows/></Card>
            {assign}
        </div>
    }
    .into_any()
}

/// Which profile follows which plan.
fn assignments(plans: &[Plan], users: Vec<PlanUser>) -> AnyView {
    let form = |user: PlanUser| {
        let options: Vec<_> = plans.iter().map(|plan| (plan.id.to_string(), plan.name.clone())).collect();
        let id = user.profile_id.to_string();
        let chosen = user.plan_id.map(|id| id.to_string()).unwrap_or_default();
        view! {
            <PostForm action={action::<AssignPlan>()} key=id.clone() class="form-grid items-end mb-4">
                <HiddenField name="profile" value=id.clone()/>
                <SelectField name="plan" id=format!("plan-of-{id}") label=user.profile options=options value=chosen empty=t("dunning-plan-default") optional=true/>
                <div class="form-actions"><SubmitButton label=t("action-save") style=ButtonStyle::Secondary/></div>
            </PostForm>
        }
    };
    let forms = users.into_iter().map(form).collect_view();
    view! { <Card title=t("dunning-profile-plan")>{forms}</Card> }.into_any()
}

/// "3 days before: Message".
pub(super) fn step_words(step: &Step) -> String {
    format!("{}: {}", day_words(step.offset_days), action_words(step.action))
}

pub(super) fn day_words(offset: i16) -> String {
    let count = i64::from(offset.unsigned_abs());
    match offset {
        ..0 => t_with("dunning-day-before", &[("count", count.into())]),
        0 => t("dunning-day-on"),
        1.. => t_with("dunning-day-after", &[("count", count.into())]),
    }
}

pub(super) fn action_words(action: StepAction) -> String {
    t(&format!("dunning-action-{}", action.slug().replace('_', "-")))
}
