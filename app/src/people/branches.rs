//! Branches of the ISP as a tree: adding, renaming, moving and taking away. Who is held to one is said on his own page.

use super::api::{DeleteBranch, SaveBranch};
use super::parts::people_bar;
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::people::{Branch, as_tree};
use domain::rights::Permission;
use leptos::prelude::*;
use services::{accounts, require};
use ui::prelude::*;

pub async fn branches(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.caller()?;
    require(caller, Permission::BranchesEdit)?;
    let all = accounts::branches(at.services(), caller).await?;
    let chosen = at.query().get("edit").and_then(|id| all.iter().find(|branch| branch.id.to_string() == id)).cloned();
    let may_settings = at.visit().may(Permission::SettingsView);
    let columns = vec![
        Column::new(t("branch-name")),
        Column::new(t("branch-customers")).numeric(),
        Column::new(t("branch-people")).numeric(),
        Column::new(t("action-edit")).quiet(),
    ];
    let rows = as_tree(&all).into_iter().map(|(depth, branch)| row(depth, branch, may_settings)).collect();
    let view = view! {
        <PageHeader title=t("branches-title") subtitle=t("branches-lead")/>
        {people_bar(&at)}
        <div class="flow">
            <Card flush=true><DataTable caption=t("branches-title") columns=columns rows=rows/></Card>
            {form(&all, chosen)}
        </div>
    };
    Ok(view.into_any())
}

fn row(depth: usize, branch: &Branch, may_settings: bool) -> Row {
    let mark = branch.is_default.then(|| view! { " "<StatusBadge tone=Tone::Info label=t("branch-default") icon="house"/> });
    let before = "– ".repeat(depth);
    let id = branch.id;
    let empty = !branch.is_default && branch.customers == 0 && branch.people == 0;
    let settings = may_settings.then(|| {
        view! { <LinkButton href=format!("/settings?for=branch:{id}") label=t("settings-title") icon="settings" style=ButtonStyle::Ghost/> }
    });
    let delete = empty.then(|| {
        view! {
            <PostForm action={action::<DeleteBranch>()} key=id.to_string() done=t("branch-deleted")>
                <HiddenField name="id" value=id.to_string()/>
                <ConfirmButton label=t("branch-delete") body=t("branch-delete-words") icon="trash-2" style=ButtonStyle::Ghost/>
            </PostForm>
        }
    });
    Row::new(id, branch.name.clone())
        .cell(view! { <span><span class="muted" aria-hidden="true">{before}</span>{branch.name.clone()}{mark}</span> })
        .cell(view! { <NumberText value=branch.customers/> })
        .cell(view! { <NumberText value=branch.people/> })
        .cell(view! { <span class="row-line"><LinkButton href=format!("/people/branches?edit={id}") label=t("action-edit") icon="pencil" style=ButtonStyle::Ghost/>{settings}{delete}</span> })
}

fn form(all: &[Branch], chosen: Option<Branch>) -> AnyView {
    let options: Vec<(String, String)> = as_tree(all)
        .into_iter()
        .filter(|(_, branch)| chosen.as_ref().is_none_or(|chosen| chosen.id != branch.id))
        .map(|(depth, branch)| (branch.id.to_string(), format!("{}{}", "– ".repeat(depth), branch.name)))
        .collect();
    let title = if chosen.is_some() { t("branch-change") } else { t("branch-add") };
    let back = chosen.is_some().then(|| view! { <LinkButton href="/people/branches" label=t("action-cancel") style=ButtonStyle::Ghost/> });
    let identity = chosen.as_ref().map(|branch| (branch.id.to_string(), branch.version.to_string()));
    let name = chosen.as_ref().map(|branch| branch.name.clone()).unwrap_or_default();
    let parent = chosen.as_ref().and_then(|branch| branch.parent).map(|parent| parent.to_string()).unwrap_or_default();
    view! {
        <Card title=title class="max-w-4xl">
            <PostForm action={action::<SaveBranch>()}>
                <ErrorSummary/>
                {identity.map(|(id, version)| view! { <HiddenField name="id" value=id/> <HiddenField name="version" value=version/> })}
                <div class="form-grid">
                    <TextField name="form[name]" label=t("branch-name") value=name maxlength=60 autocomplete="off"/>
                    <SelectField name="form[parent]" label=t("branch-parent") options=options value=parent empty=t("branch-top") optional=true/>
                </div>
                <div class="form-actions"><SubmitButton label=t("action-save") icon="check"/>{back}</div>
            </PostForm>
        </Card>
    }
    .into_any()
}
