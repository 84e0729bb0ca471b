//! Once a day: owners of keys that end within a month are told, once a key; answers that nobody will ask for again and
//! keys that nobody copied are forgotten.

use crate::messages::{Secret, queue_secret};
use crate::{Result, Services, require};
use domain::dunning::Channel;
use domain::keys::REMINDED_BEFORE;
use domain::messages::Template;
use domain::people::Caller;
use domain::rights::Permission;
use domain::zones::business_day;
use locales::Language;
use storage::{api_keys, api_requests};

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Upkept {
    pub reminded: u64,
    pub forgotten: u64,
}

pub async fn upkeep(services: &Services, caller: &Caller) -> Result<Upkept> {
    require(caller, Permission::ApiKeys)?;
    let isp = services.isp(caller.isp_id).await?;
    let now = services.now();
    let mut tx = services.begin(caller).await?;
    let mut done = Upkept { forgotten: api_requests::forget(&mut tx, now).await?, ..Upkept::default() };
    api_keys::forget_old_shown(&mut tx, now).await?;
    for key in api_keys::remind(&mut tx, now + REMINDED_BEFORE, now).await? {
        let to = key.email.as_deref().map(|email| (Channel::Email, email));
        // Who gave no address is told by the list of his keys alone.
        let Some((channel, recipient)) = to.or(key.mobile.as_deref().map(|mobile| (Channel::Sms, mobile))) else { continue };
        let language = key.language.as_deref().unwrap_or(&isp.language);
        let language = Language::from_code(language).unwrap_or(Language::English);
        let until = locales::date(language, business_day(key.expires_at, isp.zone));
        let days = locales::number(language, (key.expires_at - now).num_days());
        let notice = Secret {
            template: Template::KeyEnding,
            channel,
            recipient,
            language,
            customer: None,
            words: &[("name", &key.owner), ("key", &key.name), ("until", &until), ("days", &days)],
            hidden: None,
            about: key.id,
        };
        queue_secret(&mut tx, services, &isp, &notice).await?;
        done.reminded += 1;
    }
    tx.commit().await?;
    Ok(done)
}
