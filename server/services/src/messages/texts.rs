//! The words of notices: the product's own, or what the ISP wrote instead. A text that would reach somebody with a hole
//! in it is refused with what is wrong about it.

use super::queue::{amount, company};
use crate::{Error, Result, Services, require};
use domain::messages::{Parts, Template, check, parts, render};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{Money, Problem};
use locales::{Arg, Language};
use serde::{Deserialize, Serialize};
use storage::audit::Change;
use storage::isps::Isp;
use storage::{audit, messages};

/// One text as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextView {
    pub template: Template,
    /// `en` or `bn`.
    pub language: String,
    pub body: String,
    /// The ISP's own words.
    pub own: bool,
    pub version: i32,
    /// As somebody would read it, and what an SMS of it takes.
    pub example: String,
    pub parts: Parts,
}

const LANGUAGES: [Language; 2] = [Language::English, Language::Bengali];

/// The product's own words, with its values in braces.
pub(super) fn words_of(template: Template, language: Language) -> String {
    let braces: Vec<(&str, Arg)> = template.values().iter().map(|name| (*name, Arg::Text(format!("{{{name}}}")))).collect();
    locales::text_with(language, &format!("message-text-{}", template.slug()), &braces)
}

/// Every text in both languages.
pub async fn texts(services: &Services, caller: &Caller) -> Result<Vec<TextView>> {
    require(caller, Permission::MessagesView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let own = messages::own_texts(&mut tx).await?;
    let view = |template: Template, language: Language| {
        let found = own.iter().find(|(known, code, ..)| *known == template && code == language.code());
        let body = found.map_or_else(|| words_of(template, language), |(_, _, body, _)| body.clone());
        let example = example(&body, &isp, language);
        TextView {
            template,
            language: language.code().into(),
            own: found.is_some(),
            version: found.map_or(0, |(.., version)| *version),
            parts: parts(&example),
            example,
            body,
        }
    };
    Ok(Template::ALL.iter().flat_map(|template| LANGUAGES.map(|language| view(*template, language))).collect())
}

/// What a text would look like, or what is wrong with it.
pub async fn preview(services: &Services, caller: &Caller, template: Template, language: &str, body: &str) -> Result<(String, Parts)> {
    require(caller, Permission::MessagesView)?;
    check(template, body).map_err(|problem| Error::Invalid(vec![problem]))?;
    let isp = services.isp(caller.isp_id).await?;
    let example = example(body, &isp, read_language(language)?);
    let parts = parts(&example);
    Ok((example, parts))
}

fn read_language(code: &str) -> Result<Language> {
    Language::from_code(code).ok_or_else(|| Error::Invalid(vec![Problem::new("language", "problem-choice")]))
}

/// A text with values that look real.
fn example(body: &str, isp: &Isp, language: Language) -> String {
    let text = |english: &str, bengali: &str| match language {
        Language::English => english.to_string(),
        Language::Bengali => bengali.to_string(),
    };
    let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 8).map(|day| locales::date(language, day)).unwrap_or_default();
    let values = [
        ("name", text("Rahim Uddin", "রহিম উদ্দিন")),
        ("number", "C-00042".to_string()),
        ("invoice", "INV-2026-00042".to_string()),
        ("amount", amount(Money::new(120_000, isp.currency), language)),
        ("due_date", day.clone()),
        ("until", day),
        ("days", locales::number(language, 3)),
        ("used", locales::octets(language, 80_000_000_000)),
        ("percent", locales::number(language, 80)),
        ("username", "rahim42".to_string()),
        ("package", "Home 10".to_string()),
        ("minutes", locales::number(language, 30)),
        ("code", "402 917".to_string()),
        ("link", "https://example.net/sign-in/reset?key=q7Xk2vN0".to_string()),
        ("key", text("Website", "ওয়েবসাইট")),
        ("company", company(isp, language)),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    render(body, &values)
}

/// Takes the ISP's own words for a notice. What waits in the outbox stays as it was rendered.
pub async fn save_text(services: &Services, caller: &Caller, template: Template, language: &str, body: &str, version: i32) -> Result<()> {
    require(caller, Permission::MessagesEdit)?;
    let body = body.trim().replace("\r\n", "\n");
    check(template, &body).map_err(|problem| Error::Invalid(vec![problem]))?;
    let language = read_language(language)?;
    let mut tx = services.begin(caller).await?;
    if !messages::save_text(&mut tx, template, language.code(), &body, version, services.now()).await? {
        return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
    }
    record(&mut tx, services, "message_text.save", template, language, Some(&body)).await?;
    Ok(tx.commit().await?)
}

/// Goes back to the product's own words.
pub async fn forget_text(services: &Services, caller: &Caller, template: Template, language: &str) -> Result<()> {
    require(caller, Permission::MessagesEdit)?;
    let language = read_language(language)?;
    let mut tx = services.begin(caller).await?;
    if !messages::forget_text(&mut tx, template, language.code()).await? {
        return Err(Error::NotFound);
    }
    record(&mut tx, services, "message_text.forget", template, language, None).await?;
    Ok(tx.commit().await?)
}

async fn record(
    tx: &mut storage::IspTx,
    services: &Services,
    action: &str,
    template: Template,
    language: Language,
    body: Option<&str>,
) -> Result<()> {
    let after = serde_json::json!({ "template": template.slug(), "language": language.code(), "body": body });
    let change = Change { action, object_kind: "message_text", after: Some(after), ..Change::default() };
    Ok(audit::record(tx, services.now(), change).await?)
}
