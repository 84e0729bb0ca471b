//! The form of a new person and of one who is changed. What a staff member begins with is shown before he is made.

use super::api::{CreatePerson, UpdatePerson};
use super::parts::seller_options;
use super::words::{preset_words, right_words, role_words};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::AccountId;
use domain::people::{Preset, Role};
use domain::rights::Permission;
use leptos::prelude::*;
use services::{Error, accounts};
use ui::prelude::*;

pub async fn new(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.caller()?;
    let roles = accounts::makeable_roles(caller);
    let Some(first) = roles.last().copied() else { return Err(Error::Denied(Permission::PeopleEdit).into()) };
    let chosen =
        at.typed("form[role]").or(at.query().get("role")).and_then(Role::from_slug).filter(|role| roles.contains(role)).unwrap_or(first);
    let sellers = seller_options(&at).await?;
    let options = roles.iter().map(|role| (role.slug().to_string(), role_words(at.visit(), *role))).collect();
    let own = match caller.owner_path {
        None => at.visit().site.name.clone(),
        Some(_) => t("person-myself"),
    };
    // Only who works for a seller, or sells below one, has somebody above him.
    let above_needed = matches!(chosen, Role::SubReseller | Role::Staff) && !sellers.is_empty();
    let preset = at.typed("form[preset]").and_then(Preset::from_slug);
    let at_below = at.query().get("below").unwrap_or_default().to_owned();
    // Below a seller he may get less: that is seen on his page.
    let begins: Option<Vec<Permission>> = match preset {
        Some(preset) => {
            let keys = accounts::preset_keys(at.services(), caller).await?.keys_for(preset, chosen, "/");
            Some(keys.into_iter().filter(|key| caller.allowed(*key)).collect())
        }
        None => None,
    };
    let view = view! {
        <PageHeader title=t("person-add") subtitle=t("person-add-lead") back=("/people".to_string(), t("people-title"))/>
        <PostForm action={action::<CreatePerson>()} live=true>
            <Card class="max-w-4xl">
                <ErrorSummary/>
                <div class="form-grid">
                    <SelectField name="form[role]" label=t("account-role") options=options value=chosen.slug() help=t(&format!("role-help-{}", chosen.slug().replace('_', "-")))/>
                    {above_needed.then(|| view! { <SelectField name="form[above]" label=t("person-above") options=sellers empty=own value=at_below optional=true help=t("person-above-help")/> })}
                    {matches!(chosen, Role::Staff | Role::Manager).then(|| preset_field(preset, begins))}
                    {fields(Fields::default())}
                </div>
                <div class="form-actions">
                    <SubmitButton label=t("person-add") icon="check"/>
                    <LinkButton href="/people" label=t("action-cancel") style=ButtonStyle::Ghost/>
                </div>
            </Card>
        </PostForm>
    };
    Ok(view.into_any())
}

fn preset_field(preset: Option<Preset>, begins: Option<Vec<Permission>>) -> AnyView {
    let options = Preset::ALL.iter().map(|preset| (preset.slug().to_string(), preset_words(*preset))).collect();
    let keys = begins.map(|keys| {
        let words: Vec<String> = keys.into_iter().map(right_words).collect();
        view! { <p class="muted mt-1.5" role="status">{t("preset-begins-with")}" "{words.join(", ")}</p> }
    });
    let chosen = preset.map(Preset::slug).unwrap_or_default();
    view! {
        <div>
            <SelectField name="form[preset]" label=t("person-preset") options=options empty=t("preset-none") value=chosen optional=true help=t("preset-help")/>
            {keys}
        </div>
    }
    .into_any()
}

#[derive(Default)]
struct Fields {
    name: String,
    email: String,
    username: String,
    mobile: String,
    language: String,
}

fn fields(first: Fields) -> AnyView {
    let languages = vec![("en".to_string(), "English".to_string()), ("bn".to_string(), "বাংলা".to_string())];
    view! {
        <TextField name="form[name]" label=t("person-name") value=first.name maxlength=100 autocomplete="off"/>
        <TextField name="form[email]" label=t("account-email") value=first.email kind="email" maxlength=254 optional=true autocomplete="off" help=t("person-login-help")/>
        <TextField name="form[username]" label=t("account-username") value=first.username maxlength=64 optional=true autocomplete="off"/>
        <TextField name="form[mobile]" label=t("account-mobile") value=first.mobile kind="tel" inputmode="tel" optional=true autocomplete="off" placeholder="01711-234567"/>
        <SelectField name="form[language]" label=t("account-language") options=languages empty=t("account-language-any") value=first.language optional=true/>
    }
    .into_any()
}

pub async fn edit(at: Drawing) -> Result<AnyView, UiError> {
    let id: AccountId = at.param("id")?;
    let person = accounts::person(at.services(), at.caller()?, id).await?;
    if !person.manageable {
        return Err(Error::Denied(Permission::PeopleEdit).into());
    }
    let row = person.row;
    let back = format!("/people/{id}");
    let first = Fields {
        name: row.name.clone(),
        email: row.email.unwrap_or_default(),
        username: row.username.unwrap_or_default(),
        mobile: row.mobile.unwrap_or_default(),
        language: person.language.unwrap_or_default(),
    };
    let view = view! {
        <PageHeader title=t("person-edit") subtitle=row.name.clone() back=(back.clone(), row.name)/>
        <PostForm action={action::<UpdatePerson>()}>
            <Card class="max-w-4xl">
                <ErrorSummary/>
                <HiddenField name="id" value=id.to_string()/>
                <HiddenField name="version" value=person.version.to_string()/>
                <div class="form-grid">{fields(first)}</div>
                <div class="form-actions">
                    <SubmitButton label=t("action-save") icon="check"/>
                    <LinkButton href=back label=t("action-cancel") style=ButtonStyle::Ghost/>
                </div>
            </Card>
        </PostForm>
    };
    Ok(view.into_any())
}
