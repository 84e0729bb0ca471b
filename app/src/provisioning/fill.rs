//! Choosing a template for a router and filling in what it asks for. Nothing is sent to the router from here.

use super::api::DraftProvisioning;
use super::run_badge;
use crate::UiError;
use crate::drawn::{Drawing, action};
use crate::routers::router_tabs;
use domain::provisioning::{Kind, Template, Variable};
use domain::rights::Permission;
use domain::{ProvisionRunId, RouterId, TemplateId};
use leptos::prelude::*;
use services::provisioning;
use services::require;
use services::routers::{RouterView, find_router};
use std::collections::BTreeMap;
use ui::prelude::*;

pub async fn fill(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::NetworkEdit)?;
    let id: RouterId = at.param("id")?;
    let (view, _) = find_router(at.services(), at.caller()?, id).await?;
    let templates = provisioning::templates(at.services(), at.caller()?).await?;
    let asked = at.query().get("template").and_then(|text| text.parse::<TemplateId>().ok());
    let chosen = asked.filter(|asked| templates.iter().any(|one| one.id == *asked)).or_else(|| templates.first().map(|one| one.id));
    let before = match at.query().get("from").and_then(|text| text.parse::<ProvisionRunId>().ok()) {
        Some(run) => provisioning::filled_in(at.services(), at.caller()?, run).await?,
        None => BTreeMap::new(),
    };
    let form = match chosen {
        Some(template) => {
            let choices: Vec<(String, String)> = templates.iter().map(|one| (one.id.to_string(), one.name.clone())).collect();
            let found = provisioning::template(at.services(), at.caller()?, template).await?;
            let body = found.versions.first().map(|newest| newest.body.clone()).unwrap_or_default();
            view! { {chooser(id, choices, template)}{variables(&view, template, &body, before)} }.into_any()
        }
        None => {
            let new = view! { <LinkButton href="/routers/templates/new" label=t("router-template-new") icon="plus"/> }.into_any();
            view! { <EmptyState icon="file-text" title=t("router-templates-empty") body=t("router-templates-empty-body") action=new/> }
                .into_any()
        }
    };
    let title = t_with("provision-title", &[("name", Arg::from(view.router.name.as_str()))]);
    let page = view! {
        <PageHeader title=title subtitle=t("provision-lead") back=(format!("/routers/{id}"), view.router.name.clone())/>
        {router_tabs(id, "/provision", at.visit())}
        <div class="flow">{form}{runs(&at, id).await?}</div>
    };
    Ok(page.into_any())
}

fn chooser(router: RouterId, choices: Vec<(String, String)>, chosen: TemplateId) -> AnyView {
    if choices.len() < 2 {
        return ().into_any();
    }
    view! {
        <form method="get" action=format!("/routers/{router}/provision") class="flex flex-wrap items-end gap-2" data-live="">
            <SelectField name="template" label=t("provision-template") options=choices value=chosen.to_string()/>
            <SubmitButton label=t("action-show") style=ButtonStyle::Secondary/>
        </form>
    }
    .into_any()
}

fn variables(view: &RouterView, template: TemplateId, body: &str, before: BTreeMap<String, String>) -> AnyView {
    let Ok(read) = Template::read(body) else {
        return view! { <Alert tone=Tone::Bad>{t("router-template-unreadable")}</Alert> }.into_any();
    };
    let (router, name, nas) = (view.router.id, view.router.name.clone(), view.router.nas_id.is_some());
    view! {
        <PostForm action={action::<DraftProvisioning>()}>
            <Card>
                <ErrorSummary/>
                <HiddenField name="router" value=router.to_string()/>
                <HiddenField name="template" value=template.to_string()/>
                <div class="form-grid">
                    {read.variables.into_iter().map(|variable| field(variable, &name, nas, &before)).collect_view()}
                    <TextField name="minutes" label=t("provision-minutes") value="10" maxlength=2 inputmode="numeric" help=t("provision-minutes-help")/>
                </div>
                <div class="form-actions">
                    <SubmitButton label=t("provision-show-plan") icon="eye"/>
                    <LinkButton href=format!("/routers/{router}") label=t("action-cancel") style=ButtonStyle::Ghost/>
                </div>
            </Card>
        </PostForm>
    }
    .into_any()
}

/// The name of the router and the secret of its RADIUS client are known already.
fn field(variable: Variable, router: &str, nas: bool, before: &BTreeMap<String, String>) -> AnyView {
    let label = variable.title().to_owned();
    let name = format!("values[{}]", variable.name);
    let secret = is_secret(&variable);
    let known = secret && nas && variable.name == "radius_secret";
    let value = match before.get(&variable.name) {
        Some(before) => before.clone(),
        None if variable.default.is_empty() && variable.name == "router_name" => router.to_owned(),
        None => variable.default.clone(),
    };
    let help = match (known, secret) {
        (true, _) => t("provision-secret-known"),
        (false, true) => t("provision-secret-help"),
        (false, false) => kind_words(&variable),
    };
    let kind = if secret { "password" } else { "text" };
    view! { <TextField name=name label=label value=value kind=kind maxlength=253 autocomplete="off" optional=known help=help/> }.into_any()
}

pub(super) fn is_secret(variable: &Variable) -> bool {
    variable.kind == Kind::Secret
}

/// What is allowed, by example.
pub(super) fn kind_words(variable: &Variable) -> String {
    t(&format!("provision-kind-{}", kind_slug(variable.kind)))
}

fn kind_slug(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Number => "number",
        Kind::Address => "address",
        Kind::Network => "network",
        Kind::Range => "range",
        Kind::Interface => "interface",
        Kind::Duration => "duration",
        Kind::Host => "host",
        Kind::TimeZone => "time-zone",
        Kind::Secret => "secret",
    }
}

async fn runs(at: &Drawing, router: RouterId) -> Result<AnyView, UiError> {
    let runs = provisioning::runs_of_router(at.services(), at.caller()?, router).await?;
    if runs.is_empty() {
        return Ok(().into_any());
    }
    let columns = vec![
        Column::new(t("provision-when")),
        Column::new(t("provision-template")),
        Column::new(t("common-status")),
        Column::new(t("provision-added")).numeric(),
        Column::new(t("provision-changed")).numeric(),
        Column::new(t("template-by")),
    ];
    let rows = runs.into_iter().map(|run| {
        let when = locales::date_time(use_language(), at.visit().local(run.created_at));
        Row::new(run.id, when.clone())
            .href(format!("/routers/{router}/provision/{}", run.id))
            .cell(when)
            .cell(t_with(
                "provision-template-version",
                &[("name", run.template_name.into()), ("version", i64::from(run.template_version).into())],
            ))
            .cell(run_badge(run.state))
            .cell(view! { <NumberText value=run.added/> })
            .cell(view! { <NumberText value=run.changed/> })
            .cell(run.asked_by)
    });
    let rows = rows.collect();
    Ok(view! { <Card title=t("provision-runs") flush=true><DataTable caption=t("provision-runs") columns=columns rows=rows/></Card> }
        .into_any())
}
