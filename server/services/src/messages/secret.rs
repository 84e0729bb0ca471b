//! A notice to one person, often with a secret in it (a link, a code): the outbox shows dots where it stands, and the
//! whole text is sealed for whoever delivers it. It waits for no quiet hours: somebody sits in front of the form.

use super::queue::{company, subject};
use super::texts::words_of;
use crate::{Result, Services};
use domain::CustomerId;
use domain::dunning::Channel;
use domain::messages::{Template, parts, render};
use locales::Language;
use storage::IspTx;
use storage::isps::Isp;
use storage::messages::NewMessage;
use uuid::Uuid;

/// What is shown in the place of a secret.
const DOTS: &str = "••••••";

/// What somebody is to be told in confidence.
pub(crate) struct Secret<'a> {
    pub template: Template,
    pub channel: Channel,
    pub recipient: &'a str,
    pub language: Language,
    /// `None`: somebody who works here.
    pub customer: Option<CustomerId>,
    pub words: &'a [(&'a str, &'a str)],
    /// The value that nobody else may read: its name and itself.
    pub hidden: Option<(&'a str, &'a str)>,
    /// The link's or the code's own id: it is said once.
    pub about: Uuid,
}

pub(crate) async fn queue_secret(tx: &mut IspTx, services: &Services, isp: &Isp, secret: &Secret<'_>) -> Result<()> {
    let (now, language) = (services.now(), secret.language);
    let own = storage::messages::own_texts(tx).await?;
    let own = own.into_iter().find(|(template, code, ..)| *template == secret.template && code == language.code());
    let text = own.map_or_else(|| words_of(secret.template, language), |(_, _, body, _)| body);
    let company = company(isp, language);
    let filled = |hidden: Option<(&str, &str)>| {
        let values: Vec<(&str, &str)> = secret.words.iter().copied().chain([("company", company.as_str())]).chain(hidden).collect();
        render(&text, &values)
    };
    let whole = filled(secret.hidden);
    let dedupe_key = format!("{}:{}", secret.template.slug(), secret.about);
    let message = NewMessage {
        template: secret.template,
        language: language.code(),
        channel: secret.channel,
        fall_back: Vec::new(),
        recipient: secret.recipient.to_string(),
        subject: (secret.channel == Channel::Email).then(|| subject(secret.template, isp, language)),
        body: filled(secret.hidden.map(|(name, _)| (name, DOTS))),
        sealed: secret.hidden.map(|_| services.keys.seal(dedupe_key.as_bytes(), whole.as_bytes())).transpose()?,
        parts: i16::try_from(parts(&whole).parts).unwrap_or(255).clamp(1, 255),
        dedupe_key,
        not_before: now,
        customer_id: secret.customer,
        invoice_id: None,
        until_paid: false,
    };
    storage::messages::queue(tx, &[message], now).await?;
    Ok(())
}
