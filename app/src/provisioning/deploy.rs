//! A template for many routers: which ones, and what they have in common. Nothing is sent to a router from here.

use super::api::PlanRollout;
use super::fill::{is_secret, kind_words};
use super::rollout::state_badge;
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::routers::{mode_text, status_badge};
use domain::provisioning::{MOST_AT_ONCE, Template, Variable};
use domain::rights::Permission;
use domain::{RolloutId, TemplateId};
use leptos::prelude::*;
use services::provisioning;
use services::require;
use services::routers::{RouterView, list_routers};
use ui::prelude::*;

pub async fn deploy(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::NetworkEdit)?;
    let id: TemplateId = at.param("id")?;
    let found = provisioning::template(at.services(), at.caller()?, id).await?;
    let body = found.versions.first().map(|newest| newest.body.clone()).unwrap_or_default();
    let search = ListQuery::from(at.query()).search.to_lowercase();
    let fits = |view: &RouterView| {
        let mode = mode_text(view.router.auth_mode).to_lowercase();
        let version = view.state.facts.routeros.clone().unwrap_or_default().to_lowercase();
        search
            .split_whitespace()
            .all(|word| view.router.name.to_lowercase().contains(word) || mode.contains(word) || version.starts_with(word))
    };
    let all = list_routers(at.services(), at.caller()?).await?;
    let routers: Vec<RouterView> = all.into_iter().filter(|view| view.router.active && fits(view)).collect();
    let form = match Template::read(&body) {
        Ok(_) if routers.is_empty() => {
            view! { <EmptyState icon="router" title=t("rollout-no-routers") body=t("rollout-no-routers-body")/> }.into_any()
        }
        Ok(template) => fields(id, template.variables, routers),
        Err(_) => view! { <Alert tone=Tone::Bad>{t("router-template-unreadable")}</Alert> }.into_any(),
    };
    let title = t_with("rollout-title", &[("name", Arg::from(found.name.as_str()))]);
    let page = view! {
        <PageHeader title=title subtitle=t("rollout-lead") back=(format!("/routers/templates/{id}"), found.name.clone())/>
        <div class="flow">
            <div class="list-tools"><SearchBox placeholder=t("rollout-search")/></div>
            {form}
            {earlier(&at, id).await?}
        </div>
    };
    Ok(page.into_any())
}

fn fields(template: TemplateId, variables: Vec<Variable>, routers: Vec<RouterView>) -> AnyView {
    let boxes = routers.into_iter().map(|view| {
        let id = view.router.id.to_string();
        let badge = status_badge(view.state.status, view.state.why);
        view! {
            <div class="row-line justify-between">
                <CheckField name="routers[]" id=format!("router-{id}") value=id.clone() label=view.router.name checked=true/>
                {badge}
            </div>
        }
    });
    let boxes = boxes.collect_view();
    let shared = (!variables.is_empty()).then(|| {
        let fields = variables.into_iter().map(shared_field).collect_view();
        view! { <Card title=t("rollout-values") subtitle=t("rollout-values-help")><div class="form-grid">{fields}</div></Card> }
    });
    view! {
        <PostForm action={action::<PlanRollout>()}>
            <div class="flow">
                <ErrorSummary/>
                <HiddenField name="template" value=template.to_string()/>
                <Card title=t("rollout-routers") subtitle=t("rollout-routers-help")>
                    <div class="grid gap-x-6 sm:grid-cols-2 lg:grid-cols-3">{boxes}</div>
                </Card>
                {shared}
                <Card title=t("rollout-pace")>
                    <div class="form-grid">
                        <CheckField name="first_alone" label=t("rollout-first-alone") checked=true help=t("rollout-first-alone-help")/>
                        <TextField name="at_once" label=t("rollout-at-once") value="2" maxlength=2 inputmode="numeric" help=t_with("rollout-at-once-help", &[("most", (MOST_AT_ONCE as i64).into())])/>
                        <TextField name="minutes" label=t("provision-minutes") value="10" maxlength=2 inputmode="numeric" help=t("provision-minutes-help")/>
                    </div>
                    <div class="form-actions">
                        <SubmitButton label=t("rollout-show-plan") icon="eye"/>
                        <LinkButton href=format!("/routers/templates/{template}") label=t("action-cancel") style=ButtonStyle::Ghost/>
                    </div>
                </Card>
            </div>
        </PostForm>
    }
    .into_any()
}

/// Left empty, each router keeps what was filled in for it last.
fn shared_field(variable: Variable) -> AnyView {
    let (label, name, secret) = (variable.title().to_owned(), format!("values[{}]", variable.name), is_secret(&variable));
    let otherwise = match (variable.name.as_str(), variable.default.as_str()) {
        ("router_name", _) => t("rollout-value-router-name"),
        ("radius_secret", _) => t("rollout-value-radius-secret"),
        (_, "") => t("rollout-value-needed"),
        (_, default) => t_with("rollout-value-default", &[("value", default.into())]),
    };
    let help = format!("{} {otherwise}", kind_words(&variable));
    let kind = if secret { "password" } else { "text" };
    view! { <TextField name=name label=label kind=kind maxlength=253 autocomplete="off" optional=true help=help/> }.into_any()
}

async fn earlier(at: &Drawing, template: TemplateId) -> Result<AnyView, UiError> {
    let all = provisioning::rollouts_of(at.services(), at.caller()?, template).await?;
    if all.is_empty() {
        return Ok(().into_any());
    }
    let columns = vec![
        Column::new(t("provision-when")),
        Column::new(t("template-version-column")).numeric(),
        Column::new(t("provision-routers")).numeric(),
        Column::new(t("common-status")),
        Column::new(t("template-by")),
    ];
    let href = |id: RolloutId| format!("/routers/rollouts/{id}");
    let rows = all.into_iter().map(|one| {
        let when = locales::date_time(use_language(), at.visit().local(one.created_at));
        Row::new(one.id, when.clone())
            .href(href(one.id))
            .cell(when)
            .cell(view! { <NumberText value=i64::from(one.template_version)/> })
            .cell(view! { <NumberText value=one.routers/> })
            .cell(state_badge(one.state))
            .cell(one.asked_by)
    });
    let rows = rows.collect();
    Ok(view! { <Card title=t("rollout-earlier") flush=true><DataTable caption=t("rollout-earlier") columns=columns rows=rows/></Card> }
        .into_any())
}
