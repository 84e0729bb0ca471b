//! Plans: what each allows, and who has it.

use super::api::SavePlan;
use super::words::limited_words;
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::platform::{Limited, Limits, PlanForm};
use domain::rights::Permission;
use leptos::prelude::*;
use services::platform::{self, require_platform};
use ui::prelude::*;

pub async fn plans(at: Drawing) -> Result<AnyView, UiError> {
    let found = platform::plans(at.services(), at.platform()?).await?;
    let mut columns = vec![Column::new(t("common-name"))];
    columns.extend(Limited::ALL.into_iter().map(|of| Column::new(limited_words(of)).numeric()));
    columns.extend([Column::new(t("menu-tenants")).numeric(), Column::new(t("common-status"))]);
    let rows = found
        .into_iter()
        .map(|plan| {
            let mut row = Row::new(plan.id, plan.name.clone()).href(format!("/platform/plans/{}", plan.id)).cell(plan.name);
            for of in Limited::ALL {
                let most = plan.limits.of(of).map_or_else(|| t("common-unlimited"), |most| locales::number(use_language(), most));
                row = row.cell(most);
            }
            let status = match plan.archived {
                true => view! { <StatusBadge tone=Tone::Neutral label=t("status-archived") icon="archive"/> },
                false => view! { <StatusBadge tone=Tone::Good label=t("status-active") icon="check"/> },
            };
            row.cell(view! { <NumberText value=plan.tenants/> }).cell(status)
        })
        .collect();
    let add = view! { <LinkButton href="/platform/plans/new" label=t("plan-add") icon="plus" style=ButtonStyle::Primary/> }.into_any();
    let first = view! { <LinkButton href="/platform/plans/new" label=t("plan-add") icon="plus"/> }.into_any();
    let empty = view! { <EmptyState icon="gauge" title=t("plan-empty") body=t("plan-empty-body") action=first/> }.into_any();
    let page = view! {
        <PageHeader title=t("menu-plans") subtitle=t("plan-lead") actions=add/>
        <Card flush=true><DataTable caption=t("menu-plans") columns=columns rows=rows empty=empty/></Card>
    };
    Ok(page.into_any())
}

pub async fn new_plan(at: Drawing) -> Result<AnyView, UiError> {
    require_platform(at.platform()?, Permission::PlatformManage)?;
    Ok(form(t("plan-add"), PlanForm::of("", &Limits::default(), false), None))
}

pub async fn edit_plan(at: Drawing) -> Result<AnyView, UiError> {
    let id: uuid::Uuid = at.param("id")?;
    let found = platform::plans(at.services(), at.platform()?).await?;
    let plan = found.into_iter().find(|plan| plan.id == id).ok_or(UiError::NotFound)?;
    let known = PlanForm::of(&plan.name, &plan.limits, plan.archived);
    Ok(form(plan.name, known, Some((plan.id, plan.version))))
}

fn form(title: String, form: PlanForm, known: Option<(uuid::Uuid, i32)>) -> AnyView {
    let hidden = known.map(|(id, version)| {
        view! { <HiddenField name="id" value=id.to_string()/><HiddenField name="version" value=version.to_string()/> }
    });
    let archive = known
        .map(|_| view! { <div class="mt-4"><CheckField name="form[archived]" label=t("plan-archived") checked=form.archived help=t("plan-archived-help")/></div> });
    view! {
        <PageHeader title=title subtitle=t("plan-form-lead") back=("/platform/plans".to_string(), t("menu-plans"))/>
        <PostForm action={action::<SavePlan>()}>
            <Card>
                <ErrorSummary/>
                {hidden}
                <div class="form-grid">
                    <TextField name="form[name]" label=t("common-name") value=form.name maxlength=60/>
                    <TextField name="form[isps]" label=t("limit-isps") value=form.isps inputmode="numeric" maxlength=5 optional=true/>
                    <TextField name="form[customers]" label=t("limit-customers") value=form.customers inputmode="numeric" maxlength=9 optional=true help=t("limit-customers-help")/>
                    <TextField name="form[users]" label=t("limit-users") value=form.users inputmode="numeric" maxlength=7 optional=true help=t("limit-users-help")/>
                    <TextField name="form[routers]" label=t("limit-routers") value=form.routers inputmode="numeric" maxlength=7 optional=true/>
                </div>
                {archive}
                <div class="form-actions"><SubmitButton label=t("action-save") icon="check"/></div>
            </Card>
        </PostForm>
    }
    .into_any()
}
