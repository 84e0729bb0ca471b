//! The editor of a plan: a row for each step, empty rows for more. It works without JavaScript, too.

use super::api::SavePlan;
use super::overview::action_words;
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::DunningPlanId;
use domain::dunning::{MOST_STEPS, Plan, Step, StepAction, field_habit, standard};
use domain::messages::Template;
use domain::rights::Permission;
use leptos::prelude::*;
use services::{dunning, require};
use ui::prelude::*;

/// Ways to write to somebody, in the order they are tried.
const WAYS: [&str; 5] = ["sms,email", "sms", "whatsapp,sms", "whatsapp,sms,email", "email"];
/// Empty rows after the steps that are there.
const MORE: usize = 3;

pub async fn new_plan(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::BillingProfiles)?;
    let (name, steps) = match at.query().get("preset") {
        Some("field") => (t("dunning-preset-field"), field_habit()),
        Some("standard") => (t("dunning-preset-standard"), standard()),
        _ => (String::new(), standard()),
    };
    Ok(page(t("dunning-plan-add"), None, name, false, 1, &steps))
}

pub async fn edit_plan(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::BillingProfiles)?;
    let Plan { id, name, is_default, version, steps } = dunning::plan(at.services(), at.caller()?, at.param("id")?).await?;
    Ok(page(name.clone(), Some(id), name, is_default, version, &steps))
}

fn page(title: String, id: Option<DunningPlanId>, name: String, is_default: bool, version: i32, steps: &[Step]) -> AnyView {
    let rows = (steps.len() + MORE).min(MOST_STEPS);
    let rows = (0..rows).map(|row| step_row(row, steps.get(row))).collect_view();
    view! {
        <PageHeader title=title back=("/billing/dunning".to_string(), t("dunning-title"))/>
        <PostForm action={action::<SavePlan>()}>
            <div class="flow">
                <Card>
                    <ErrorSummary/>
                    {id.map(|id| view! { <HiddenField name="id" value=id.to_string()/> })}
                    <HiddenField name="form[version]" value=version.to_string()/>
                    <div class="form-grid">
                        <TextField name="form[name]" label=t("common-name") value=name maxlength=60/>
                        <CheckField name="form[is_default]" label=t("dunning-plan-default") checked=is_default help=t("dunning-plan-default-help")/>
                    </div>
                </Card>
                <Card title=t("dunning-plan-steps") subtitle=t("dunning-step-day-help")>
                    {rows}
                    <p class="muted">{t("dunning-marks-help")}</p>
                    <div class="form-actions">
                        <SubmitButton label=t("action-save") icon="check"/>
                        <LinkButton href="/billing/dunning" label=t("action-cancel") style=ButtonStyle::Ghost/>
                    </div>
                </Card>
            </div>
        </PostForm>
    }
    .into_any()
}

fn step_row(row: usize, step: Option<&Step>) -> AnyView {
    let field = |part: &str| format!("form[steps][{row}][{part}]");
    let id = |part: &str| format!("field-steps-{row}-{part}");
    let wrong = |part: &str| problem_at(&format!("steps-{row}-{part}"));
    let day = step.map(|step| step.offset_days.to_string()).unwrap_or_default();
    let actions = StepAction::ALL.map(|action| (action.slug().to_string(), action_words(action))).to_vec();
    let templates =
        Template::of_plans().map(|template| (template.slug().to_string(), t(&format!("message-name-{}", template.slug())))).to_vec();
    let ways = WAYS.map(|way| (way.to_string(), way_words(way))).to_vec();
    let chosen = step.map_or(StepAction::Message, |step| step.action);
    let template = step.and_then(|step| step.template).unwrap_or(Template::Overdue);
    let way =
        step.map(|step| step.channels.iter().map(|channel| channel.slug()).collect::<Vec<_>>().join(",")).filter(|way| !way.is_empty());
    let title = t_with("dunning-step-number", &[("number", (row + 1).into())]);
    view! {
        <fieldset class="mb-4 border-b border-line pb-4">
            <legend class="mb-2 font-medium">{title}</legend>
            <div class="form-line">
                <TextField name=field("day") id=id("day") label=t("dunning-step-day") value=day inputmode="numeric" optional=true error=wrong("day")/>
                <SelectField name=field("action") id=id("action") label=t("dunning-step-action") options=actions value=chosen.slug() error=wrong("action")/>
                <SelectField name=field("template") id=id("template") label=t("dunning-step-template") options=templates value=template.slug() error=wrong("template")/>
                <SelectField name=field("channels") id=id("channels") label=t("dunning-step-channels") options=ways value=way.unwrap_or_else(|| WAYS[0].into()) error=wrong("channels")/>
            </div>
        </fieldset>
    }
    .into_any()
}

fn way_words(way: &str) -> String {
    way.split(',').map(|channel| t(&format!("message-channel-{channel}"))).collect::<Vec<_>>().join(" → ")
}
