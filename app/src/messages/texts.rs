//! The words of notices: all of them in both languages, and one to be changed with a look at how it will be read.

use super::api::{ForgetText, SaveText};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::messages::{Parts, Template};
use domain::rights::Permission;
use leptos::prelude::*;
use services::messages::{self, TextView};
use services::require;
use ui::prelude::*;

fn units(parts: &Parts) -> String {
    let key = if parts.gsm { "message-units-gsm" } else { "message-units-unicode" };
    t_with(key, &[("units", parts.units.into()), ("parts", parts.parts.into())])
}

fn name(template: Template) -> String {
    t(&format!("message-name-{}", template.slug()))
}

fn language_name(code: &str) -> &'static str {
    if code == "bn" { "বাংলা" } else { "English" }
}

pub async fn texts(at: Drawing) -> Result<AnyView, UiError> {
    let texts = messages::texts(at.services(), at.caller()?).await?;
    let may = at.visit().may(Permission::MessagesEdit);
    let columns = vec![
        Column::new(t("message-kind")),
        Column::new(t("message-language")),
        Column::new(t("message-example")),
        Column::new(t("common-status")),
    ];
    let row = |text: TextView| {
        let key = format!("{}/{}", text.template.slug(), text.language);
        let (tone, words) = if text.own { (Tone::Info, t("message-own")) } else { (Tone::Neutral, t("message-usual")) };
        let row = Row::new(&key, name(text.template));
        let row = if may { row.href(format!("/messages/texts/{key}")) } else { row };
        row.cell(name(text.template))
            .cell(language_name(&text.language))
            .cell(view! { <span class="block" lang=text.language.clone()>{text.example}</span><span class="muted block text-[0.8125rem]">{units(&text.parts)}</span> })
            .cell(view! { <StatusBadge tone=tone label=words/> })
    };
    let rows = texts.into_iter().map(row).collect();
    let page = view! {
        <PageHeader title=t("messages-texts") subtitle=t("messages-texts-lead") back=("/messages".to_string(), t("messages-title"))/>
        <Card flush=true><DataTable caption=t("messages-texts") columns=columns rows=rows/></Card>
    };
    Ok(page.into_any())
}

pub async fn text(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::MessagesEdit)?;
    let (slug, language): (String, String) = (at.param("template")?, at.param("language")?);
    let template = Template::from_slug(&slug).ok_or(UiError::NotFound)?;
    let texts = messages::texts(at.services(), at.caller()?).await?;
    let known = texts.into_iter().find(|text| text.template == template && text.language == language).ok_or(UiError::NotFound)?;
    // What it would look like with what stands in the field; what is wrong with that is said when it is saved.
    let (example, parts) = match at.typed("body") {
        Some(typed) => match messages::preview(at.services(), at.caller()?, template, &language, typed).await {
            Ok(seen) => seen,
            Err(_) => (known.example.clone(), known.parts),
        },
        None => (known.example.clone(), known.parts),
    };
    let values = template.values().iter().map(|value| format!("{{{value}}}")).collect::<Vec<_>>().join(" ");
    let (forgotten, shown_in) = ((slug.clone(), language.clone()), language.clone());
    let subtitle = language_name(&language);
    let units = units(&parts);
    let forget = known.own.then(|| {
        view! {
            <PostForm action={action::<ForgetText>()}>
                <HiddenField name="template" value=forgotten.0/>
                <HiddenField name="language" value=forgotten.1/>
                <ConfirmButton label=t("message-back-to-usual") body=t("message-back-to-usual-body") style=ButtonStyle::Secondary icon="undo-2"/>
            </PostForm>
        }
    });
    let page = view! {
        <PageHeader title=name(template) subtitle=subtitle back=("/messages/texts".to_string(), t("messages-texts"))/>
        <div class="split">
            <Card title=t("message-edit")>
                <PostForm action={action::<SaveText>()} live=true>
                    <ErrorSummary/>
                    <HiddenField name="template" value=slug/>
                    <HiddenField name="language" value=language/>
                    <HiddenField name="version" value=known.version.to_string()/>
                    <TextAreaField name="body" label=t("message-text") value=known.body rows=6 help=t_with("message-values", &[("values", values.into())])/>
                    <div class="form-actions"><SubmitButton label=t("action-save") icon="check"/></div>
                </PostForm>
                {forget}
            </Card>
            <Card title=t("message-example")>
                <p class="wrap-anywhere" lang=shown_in>{example}</p>
                <p class="muted mt-2">{units}</p>
            </Card>
        </div>
    };
    Ok(page.into_any())
}
