//! Whose subscriber somebody is, moving him to another seller, and looking at his portal through his eyes.

use super::api::{LoginAsCustomer, MoveCustomer, MoveToBranch};
use super::parts::taker_options;
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::CustomerId;
use domain::people::as_tree;
use domain::rights::Permission;
use leptos::prelude::*;
use services::accounts;
use ui::prelude::*;

pub async fn owner(at: Drawing) -> Result<AnyView, UiError> {
    let id: CustomerId = at.param("id")?;
    let owner = accounts::owner_of(at.services(), at.caller()?, id).await?;
    let visit = at.visit();
    let takers = match visit.may(Permission::ChangeOperator) {
        true => taker_options(&at, owner.seller.as_ref().map(|(id, _)| *id)).await?,
        false => Vec::new(),
    };
    let caller = at.caller()?;
    // Branches are the ISP's own, and whoever is held to some moves nobody out of them.
    let may_branch = caller.allowed(Permission::CustomersUpdate) && caller.sees_whole_isp();
    let all = if may_branch { accounts::branches(at.services(), at.caller()?).await? } else { Vec::new() };
    let seller = match owner.seller {
        Some((seller, name)) if visit.may(Permission::PeopleView) => {
            view! { <a class="link" href=format!("/people/{seller}")>{name}</a> }.into_any()
        }
        Some((_, name)) => name.into_any(),
        None => visit.site.name.clone().into_any(),
    };
    let moving = (!takers.is_empty()).then(|| {
        view! {
            <Card title=t("owner-move") subtitle=t("owner-move-lead") class="max-w-2xl">
                <PostForm action={action::<MoveCustomer>()} class="grid gap-4" done=t("owner-moved")>
                    <ErrorSummary/>
                    <HiddenField name="customer" value=id.to_string()/>
                    <SelectField name="to" label=t("person-taker") options=takers empty=t("form-choose")/>
                    <div class="form-actions"><SubmitButton label=t("owner-move") icon="users" style=ButtonStyle::Secondary/></div>
                </PostForm>
            </Card>
        }
    });
    let portal = visit.may(Permission::Impersonate).then(|| {
        view! {
            <Card title=t("owner-portal") subtitle=t("login-as-lead") class="max-w-2xl">
                <PostForm action={action::<LoginAsCustomer>()} class="grid gap-4">
                    <ErrorSummary/>
                    <HiddenField name="customer" value=id.to_string()/>
                    <TextField name="reason" label=t("person-reason") maxlength=500 autocomplete="off" help=t("login-as-reason-help")/>
                    <div class="form-actions"><SubmitButton label=t("owner-portal") icon="log-in" style=ButtonStyle::Secondary/></div>
                </PostForm>
            </Card>
        }
    });
    let branch = all.iter().find(|branch| Some(branch.id) == owner.branch || owner.branch.is_none() && branch.is_default);
    let branch = branch.map(|branch| branch.id.to_string()).unwrap_or_default();
    let branching = (all.len() > 1).then(|| {
        let options: Vec<(String, String)> = as_tree(&all)
            .into_iter()
            .map(|(depth, branch)| (branch.id.to_string(), format!("{}{}", "– ".repeat(depth), branch.name)))
            .collect();
        view! {
            <Card title=t("branch-of-customer") subtitle=t("branch-of-customer-lead") class="max-w-2xl">
                <PostForm action={action::<MoveToBranch>()} class="grid gap-4" done=t("branch-moved")>
                    <ErrorSummary/>
                    <HiddenField name="customer" value=id.to_string()/>
                    <SelectField name="branch" label=t("branch-name") options=options value=branch/>
                    <div class="form-actions"><SubmitButton label=t("action-save") icon="check" style=ButtonStyle::Secondary/></div>
                </PostForm>
            </Card>
        }
    });
    let facts = vec![Definition::new(t("owner-now"), seller)];
    let view = view! {
        <PageHeader title=t("owner-title") subtitle=owner.customer.clone() back=(format!("/customers/{id}"), owner.customer)/>
        <div class="flow">
            <Card><DefinitionList items=facts/></Card>
            {moving}
            {branching}
            {portal}
        </div>
    };
    Ok(view.into_any())
}
