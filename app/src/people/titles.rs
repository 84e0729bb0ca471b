//! How the roles are called here, in both languages. Empty is the product's own name.

use super::api::SaveTitles;
use super::parts::people_bar;
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::people::{Role, TitleForm};
use domain::rights::Permission;
use leptos::prelude::*;
use locales::Language;
use services::{accounts, require};
use ui::prelude::*;

pub async fn titles(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.caller()?;
    require(caller, Permission::PeopleManage)?;
    let known = accounts::role_titles(at.services(), caller).await?;
    let fields: Vec<(String, String, String, String)> = TitleForm::roles()
        .flat_map(|role| [(role, Language::English), (role, Language::Bengali)])
        .map(|(role, language)| {
            let code = language.code();
            let usual = usual(role, language);
            let value = known.iter().find(|title| title.role == role && title.language == code).map(|title| title.title.clone());
            (TitleForm::field(role, code), format!("{usual} · {}", language.native_name()), usual, value.unwrap_or_default())
        })
        .collect();
    let view = view! {
        <PageHeader title=t("people-titles") subtitle=t("people-titles-lead")/>
        {people_bar(&at)}
        <PostForm action={action::<SaveTitles>()} done=t("people-titles-saved")>
            <Card class="max-w-4xl">
                <ErrorSummary/>
                <div class="form-grid">
                    {fields
                        .into_iter()
                        .map(|(field, label, usual, value)| {
                            view! { <TextField name=format!("form[titles][{field}]") label=label placeholder=usual value=value maxlength=40 optional=true autocomplete="off"/> }
                        })
                        .collect_view()}
                </div>
                <div class="form-actions"><SubmitButton label=t("action-save") icon="check"/></div>
            </Card>
        </PostForm>
    };
    Ok(view.into_any())
}

fn usual(role: Role, language: Language) -> String {
    locales::text(language, &format!("role-{}", role.slug().replace('_', "-")))
}
