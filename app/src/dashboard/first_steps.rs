//! The first steps of a new ISP, on its first page until they are done or not wanted.

use super::api::SkipFirstStep;
use crate::drawn::action;
use crate::visit::Visit;
use domain::first_steps::{FirstStep, StepState};
use domain::rights::Permission;
use leptos::prelude::*;
use services::first_steps::FirstSteps;
use ui::prelude::*;

fn href(step: FirstStep) -> &'static str {
    match step {
        FirstStep::SecondFactor => "/account/security",
        FirstStep::Company => "/documents",
        FirstStep::BillingProfile => "/billing/profiles",
        FirstStep::Package => "/packages/new",
        FirstStep::Router => "/radius/new",
        FirstStep::RouterSpeaks => "/radius",
        FirstStep::Customers => "/imports",
        FirstStep::FirstBill => "/billing",
        FirstStep::FirstPayment => "/payments/new",
        FirstStep::SecondAdmin => "/people",
    }
}

pub(super) fn card(list: FirstSteps, visit: &Visit) -> AnyView {
    let may_skip = visit.may(Permission::SettingsEdit);
    let percent = list.percent;
    let items =
        list.steps.into_iter().filter(|(_, state)| *state != StepState::Skipped).map(|(step, state)| item(step, state, visit, may_skip));
    let items = items.collect_view();
    let all = may_skip.then(|| {
        view! {
            <PostForm action={action::<SkipFirstStep>()} key="all" class="form-actions">
                <SubmitButton label=t("first-steps-hide") icon="eye-off" style=ButtonStyle::Ghost/>
            </PostForm>
        }
    });
    let words = t_with("first-steps-progress", &[("percent", i64::from(percent).into())]);
    view! {
        <Card title=t("first-steps-title") subtitle=t("first-steps-lead")>
            <ProgressBar label=t("first-steps-title") value=u64::from(percent) max=100u64 note=words/>
            <ol class="mt-4 grid gap-3">{items}</ol>
            {all}
        </Card>
    }
    .into_any()
}

fn item(step: FirstStep, state: StepState, visit: &Visit, may_skip: bool) -> AnyView {
    let slug = step.slug().replace('_', "-");
    let words = t(&format!("first-step-{slug}"));
    if state == StepState::Done {
        return view! { <li class="row-line"><StatusBadge tone=Tone::Good label=t("first-step-done")/><span class="muted">{words}</span></li> }.into_any();
    }
    let open = step.permission().is_none_or(|permission| visit.may(permission)).then(|| {
        view! { <LinkButton href=href(step) label=t(&format!("first-step-{slug}-do"))/> }
    });
    let skip = may_skip.then(|| {
        let (key, step) = (slug.clone(), step.slug().to_string());
        let label = t("first-step-skip");
        view! {
            <PostForm action={action::<SkipFirstStep>()} key=key>
                <HiddenField name="step" value=step/>
                <SubmitButton label=label style=ButtonStyle::Ghost/>
            </PostForm>
        }
    });
    view! {
        <li class="flex flex-wrap items-center gap-x-4 gap-y-2">
            <span class="min-w-0 grow"><strong class="block">{words}</strong><span class="muted">{t(&format!("first-step-{slug}-why"))}</span></span>
            <span class="row-line">{open}{skip}</span>
        </li>
    }
    .into_any()
}
