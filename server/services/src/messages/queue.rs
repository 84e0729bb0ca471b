//! Puts notices into the outbox in the transaction of what they tell about, with the text as it will be read.

use super::texts::words_of;
use crate::{Result, Services};
use chrono::NaiveDate;
use domain::dunning::{Channel, Settings};
use domain::messages::{Template, parts, render};
use domain::{CustomerId, InvoiceId, Money};
use locales::Language;
use std::collections::HashMap;
use storage::IspTx;
use storage::isps::Isp;
use storage::messages::NewMessage;

/// Who is written to.
#[derive(Clone, Debug)]
pub(crate) struct Recipient {
    pub customer_id: CustomerId,
    pub name: String,
    pub number: String,
    pub mobile: Option<String>,
    pub email: Option<String>,
}

impl Recipient {
    fn address(&self, channel: Channel) -> Option<&str> {
        let address = match channel {
            Channel::Sms | Channel::Whatsapp => self.mobile.as_deref(),
            Channel::Email => self.email.as_deref(),
        };
        address.filter(|address| (3..=254).contains(&address.len()))
    }

    /// Can he be reached by any of these?
    pub fn reachable(&self, channels: &[Channel]) -> bool {
        channels.iter().any(|channel| self.address(*channel).is_some())
    }
}

/// Something that somebody is to be told.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    pub template: Template,
    /// The first that the recipient can be reached by is taken, the others are what to fall back to.
    pub channels: Vec<Channel>,
    pub to: Recipient,
    /// Event, object and step: the recipient is added to it.
    pub dedupe: String,
    pub money: Vec<(&'static str, Money)>,
    pub days: Vec<(&'static str, NaiveDate)>,
    pub words: Vec<(&'static str, String)>,
    pub invoice_id: Option<InvoiceId>,
    /// Has no sense any more once the bill is paid.
    pub until_paid: bool,
}

/// Writes the notices; who cannot be reached is left out. Answers with how many are new in the outbox.
pub(crate) async fn queue(tx: &mut IspTx, services: &Services, isp: &Isp, notices: &[Notice]) -> Result<u64> {
    if notices.is_empty() {
        return Ok(0);
    }
    let now = services.now();
    let language = Language::from_code(&isp.language).unwrap_or(Language::English);
    let customers: Vec<CustomerId> = notices.iter().map(|notice| notice.to.customer_id).collect();
    // A branch or a reseller may have other hours than the ISP.
    let apart = storage::settings::below(tx, &customers).await?;
    let quiet = Settings::of(&isp.settings).quiet;
    let quiet_of = |customer| apart.get(&customer).map_or(quiet, |more| Settings::of(&isp.settings.with(more.clone())).quiet);
    let own: HashMap<Template, String> = storage::messages::own_texts(tx)
        .await?
        .into_iter()
        .filter(|(_, code, ..)| code == language.code())
        .map(|(template, _, body, _)| (template, body))
        .collect();
    let message = |notice: &Notice| {
        let mut ways = notice.channels.iter().copied().filter(|channel| notice.to.address(*channel).is_some());
        let channel = ways.next()?;
        let recipient = notice.to.address(channel)?.to_string();
        let text = own.get(&notice.template).cloned().unwrap_or_else(|| words_of(notice.template, language));
        let body = filled(&text, notice, isp, language);
        let subject = (channel == Channel::Email).then(|| subject(notice.template, isp, language));
        Some(NewMessage {
            template: notice.template,
            language: language.code(),
            channel,
            fall_back: ways.collect(),
            dedupe_key: format!("{}:{recipient}", notice.dedupe),
            recipient,
            subject,
            parts: i16::try_from(parts(&body).parts).unwrap_or(255).clamp(1, 255),
            body,
            sealed: None,
            not_before: quiet_of(notice.to.customer_id).next_allowed(now, isp.zone),
            customer_id: Some(notice.to.customer_id),
            invoice_id: notice.invoice_id,
            until_paid: notice.until_paid,
        })
    };
    let messages: Vec<NewMessage> = notices.iter().filter_map(message).collect();
    Ok(storage::messages::queue(tx, &messages, now).await?)
}

fn filled(text: &str, notice: &Notice, isp: &Isp, language: Language) -> String {
    let mut values: Vec<(&str, String)> =
        vec![("name", notice.to.name.clone()), ("number", notice.to.number.clone()), ("company", company(isp, language))];
    values.extend(notice.money.iter().map(|(name, money)| (*name, amount(*money, language))));
    values.extend(notice.days.iter().map(|(name, day)| (*name, locales::date(language, *day))));
    values.extend(notice.words.iter().map(|(name, words)| (*name, words.clone())));
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    render(text, &values)
}

/// An amount in a message. In English with the currency's code: its sign alone would make an SMS three times as dear.
pub(super) fn amount(money: Money, language: Language) -> String {
    let code = money.currency.code();
    let written = locales::money(language, money.minor, code);
    match language {
        Language::English => written.replace(locales::currency_symbol(code), code),
        Language::Bengali => written,
    }
}

/// The ISP's name as readers of a language know it.
pub(super) fn company(isp: &Isp, language: Language) -> String {
    isp.native_name.clone().filter(|_| language == Language::Bengali).unwrap_or_else(|| isp.name.clone())
}

pub(super) fn subject(template: Template, isp: &Isp, language: Language) -> String {
    format!("{}: {}", company(isp, language), locales::text(language, &format!("message-name-{}", template.slug())))
}

/// How to reach these customers.
pub(crate) async fn recipients(tx: &mut IspTx, customers: &[CustomerId]) -> Result<HashMap<CustomerId, Recipient>> {
    let rows = storage::customers::contacts(tx, customers).await?;
    let recipient = |(customer_id, name, number, mobile, email)| (customer_id, Recipient { customer_id, name, number, mobile, email });
    Ok(rows.into_iter().map(recipient).collect())
}
