//! Taking somebody away for good, and giving a seller's customers to another: on a page of its own, because it says first
//! what goes with him.

use super::api::{DeletePerson, MoveAll};
use super::parts::taker_options;
use super::words::role_words;
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::AccountId;
use domain::rights::Permission;
use leptos::prelude::*;
use services::{Error, accounts};
use ui::prelude::*;

pub async fn removal(at: Drawing) -> Result<AnyView, UiError> {
    let id: AccountId = at.param("id")?;
    let person = accounts::person(at.services(), at.caller()?, id).await?;
    if !person.manageable {
        return Err(Error::Denied(Permission::PeopleEdit).into());
    }
    let customers = person.customers.unwrap_or_default();
    let takers = taker_options(&at, Some(id)).await?;
    let choose = |name: &'static str| {
        let takers = takers.clone();
        move || view! { <SelectField name="to" id=name label=t("person-taker") options=takers empty=t("form-choose") help=t("person-taker-help")/> }
    };
    let (hand_over, with_him) = (choose("move-to"), choose("delete-to"));
    let may_move = customers > 0 && at.visit().may(Permission::ChangeOperator);
    let moving = may_move.then(|| {
        view! {
            <Card title=t("person-move-title") subtitle=t_with("person-move-lead", &[("count", customers.into())]) class="max-w-2xl">
                <PostForm action={action::<MoveAll>()} class="grid gap-4">
                    <ErrorSummary/>
                    <HiddenField name="id" value=id.to_string()/>
                    {hand_over()}
                    <div class="form-actions"><ConfirmButton label=t("person-move") body=t("person-move-words") icon="users"/></div>
                </PostForm>
            </Card>
        }
    });
    let row = person.row;
    let back = (format!("/people/{id}"), row.name.clone());
    let view = view! {
        <PageHeader title=t("person-remove") subtitle=format!("{} · {}", row.name, role_words(at.visit(), row.role)) back=back/>
        <div class="flow">
            {moving}
            <Card title=t("person-remove-title") subtitle=t("person-remove-lead") class="max-w-2xl">
                <PostForm action={action::<DeletePerson>()} class="grid gap-4">
                    <ErrorSummary/>
                    <HiddenField name="id" value=id.to_string()/>
                    {(customers > 0).then(with_him)}
                    <div class="form-actions"><ConfirmButton label=t("person-remove") body=t("person-remove-words") icon="trash-2"/></div>
                </PostForm>
            </Card>
        </div>
    };
    Ok(view.into_any())
}
