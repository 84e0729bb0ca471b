//! The templates, one of them with its text and its versions, and a new one that begins with the stock template.

use super::api::SaveRouterTemplate;
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::provisioning::stock_template;
use domain::rights::Permission;
use leptos::prelude::*;
use services::provisioning::{self, TemplateView};
use services::require;
use ui::prelude::*;

pub async fn list(at: Drawing) -> Result<AnyView, UiError> {
    let templates = provisioning::templates(at.services(), at.caller()?).await?;
    let may = at.visit().may(Permission::NetworkEdit);
    let new =
        move || may.then(|| view! { <LinkButton href="/routers/templates/new" label=t("router-template-new") icon="plus"/> }.into_any());
    let columns = vec![
        Column::new(t("router-template-name")),
        Column::new(t("template-version-column")).numeric(),
        Column::new(t("template-since")),
        Column::new(t("template-by")),
        Column::new(t("router-template-runs")).numeric(),
    ];
    let rows = templates.into_iter().map(|one| {
        Row::new(one.id, one.name.clone())
            .href(format!("/routers/templates/{}", one.id))
            .cell(one.name.clone())
            .cell(view! { <NumberText value=i64::from(one.version)/> })
            .cell(view! { <TimeText at=at.visit().local(one.at)/> })
            .cell(one.by_name)
            .cell(view! { <NumberText value=one.runs/> })
    });
    let rows = rows.collect();
    let empty = match new() {
        Some(new) => {
            view! { <EmptyState icon="file-text" title=t("router-templates-empty") body=t("router-templates-empty-body") action=new/> }
        }
        None => view! { <EmptyState icon="file-text" title=t("router-templates-empty") body=t("router-templates-empty-body")/> },
    };
    let empty = empty.into_any();
    let page = view! {
        <PageHeader title=t("router-templates") subtitle=t("router-templates-lead") back=("/routers".to_string(), t("provision-routers"))/>
        <div class="flow">
            <div class="form-actions">{new()}</div>
            <Card flush=true><DataTable caption=t("router-templates") columns=columns rows=rows empty=empty/></Card>
        </div>
    };
    Ok(page.into_any())
}

fn back() -> (String, String) {
    ("/routers/templates".to_string(), t("router-templates"))
}

pub async fn new_template(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::NetworkEdit)?;
    let page = view! {
        <PageHeader title=t("router-template-new") subtitle=t("router-template-help") back=back()/>
        {editor(String::new(), stock_template().to_owned(), None)}
    };
    Ok(page.into_any())
}

pub async fn edit_template(at: Drawing) -> Result<AnyView, UiError> {
    let view = provisioning::template(at.services(), at.caller()?, at.param("id")?).await?;
    let shown = at.query().get("version").and_then(|version| version.parse().ok()).unwrap_or(view.version);
    let body = view.versions.iter().find(|one| one.version == shown).map(|one| one.body.clone()).ok_or(UiError::NotFound)?;
    let older = (shown != view.version).then(|| {
        let words = t_with("router-template-older", &[("version", i64::from(shown).into())]);
        view! { <Alert tone=Tone::Info icon="history">{words}</Alert> }
    });
    let deploy = at.visit().may(Permission::NetworkEdit).then(|| {
        let href = format!("/routers/templates/{}/deploy", view.id);
        view! { <div class="form-actions"><LinkButton href=href label=t("rollout-deploy") icon="router"/></div> }
    });
    let text = if at.visit().may(Permission::NetworkEdit) {
        editor(view.name.clone(), body, Some((view.id.to_string(), view.version)))
    } else {
        view! { <Card title=t("router-template-body")><pre class="overflow-x-auto text-sm">{body}</pre></Card> }.into_any()
    };
    let page = view! {
        <PageHeader title=view.name.clone() subtitle=t("router-template-help") back=back()/>
        <div class="flow">{deploy}{older}{text}{history(&at, &view)}</div>
    };
    Ok(page.into_any())
}

/// `known`: id and version of the one that is changed.
fn editor(name: String, body: String, known: Option<(String, i32)>) -> AnyView {
    view! {
        <PostForm action={action::<SaveRouterTemplate>()}>
            <Card>
                <ErrorSummary/>
                {known.map(|(id, version)| view! {
                    <HiddenField name="id" value=id/>
                    <HiddenField name="version" value=version.to_string()/>
                })}
                <TextField name="form[name]" label=t("router-template-name") value=name maxlength=60/>
                <div class="font-mono">
                    <TextAreaField name="form[body]" label=t("router-template-body") value=body rows=30 help=t("router-template-body-help")/>
                </div>
                <div class="form-actions">
                    <SubmitButton label=t("router-template-save") icon="check"/>
                    <LinkButton href="/routers/templates" label=t("action-cancel") style=ButtonStyle::Ghost/>
                </div>
            </Card>
        </PostForm>
    }
    .into_any()
}

fn history(at: &Drawing, view: &TemplateView) -> AnyView {
    let columns = vec![Column::new(t("template-version-column")), Column::new(t("template-since")), Column::new(t("template-by"))];
    let rows = view.versions.iter().map(|one| {
        let name = t_with("template-version", &[("number", i64::from(one.version).into())]);
        Row::new(one.version, name.clone())
            .href(format!("/routers/templates/{}?version={}", view.id, one.version))
            .cell(name)
            .cell(view! { <TimeText at=at.visit().local(one.at)/> })
            .cell(one.by_name.clone())
    });
    let rows = rows.collect();
    view! { <Card title=t("template-history") flush=true><DataTable caption=t("template-history") columns=columns rows=rows/></Card> }
        .into_any()
}
