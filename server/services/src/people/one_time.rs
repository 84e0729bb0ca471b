//! Links and codes that are good once (SEC-03, SEC-07): a new password for who forgot his, a subscriber's way in without
//! one, and the proof that an email address or a mobile is one's own. Whether somebody has a name is never told: who asks
//! for a name that nobody has gets the same answer, and nothing is sent.

use super::code::digits;
use super::own::set_password;
use super::session::{Who, hash_token, new_token, note};
use super::sign_in::{Found, SignedIn, Site, open};
use crate::messages::{Secret, queue_secret};
use crate::{Error, Result, Services};
use chrono::{DateTime, TimeDelta, Utc};
use domain::dunning::Channel;
use domain::messages::Template;
use domain::people::{Actor, Caller, Login, Role, SessionMark};
use domain::{AccountId, CustomerId, IspId, Problem};
use locales::Language;
use std::net::IpAddr;
use storage::isps::Isp;
use storage::one_times::{self, NewOneTime, OneTime};
use storage::{IspTx, OwnTx, accounts, customers, sessions};
use uuid::Uuid;

const LINK_LIFE: TimeDelta = TimeDelta::minutes(30);
const CODE_LIFE: TimeDelta = TimeDelta::minutes(5);
const RESEND_GAP: TimeDelta = TimeDelta::seconds(60);
/// Sends to one number or address in an hour.
const MOST_IN_HOUR: i64 = 3;
/// Asked for from one network address in a day, for whatever names.
const MOST_BY_ADDRESS: i64 = 40;
/// Sent for one ISP in a day: who pumps messages does it on somebody's bill.
const MOST_OF_ISP: i64 = 5_000;
const MOST_TRIES: i32 = 3;
/// Wrong codes from one network address, over all the codes that were sent to it.
const MOST_WRONG_BY_ADDRESS: i32 = 20;

/// What a link or code is for; one that proves an address is kept under the address's own slug.
const RESET: &str = "reset";
const SIGN_IN: &str = "sign_in";

/// Who asks for what, and from where.
#[derive(Clone, Debug)]
pub struct Asking<'a> {
    pub isp: IspId,
    pub login: &'a str,
    pub ip: Option<IpAddr>,
}

/// An address that somebody gave and may prove to be his.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    Email,
    Mobile,
}

impl Address {
    pub fn from_slug(slug: &str) -> Option<Self> {
        match slug {
            "email" => Some(Address::Email),
            "mobile" => Some(Address::Mobile),
            _ => None,
        }
    }

    pub fn slug(self) -> &'static str {
        match self {
            Address::Email => "email",
            Address::Mobile => "mobile",
        }
    }

    fn channel(self) -> Channel {
        match self {
            Address::Email => Channel::Email,
            Address::Mobile => Channel::Sms,
        }
    }
}

/// Somebody who can be written to.
struct Reached {
    account: Uuid,
    customer: Option<CustomerId>,
    name: String,
    language: Option<String>,
    channel: Channel,
    recipient: String,
}

/// One form of a name, for counting.
fn name_of(login: &str) -> Result<(Login, String)> {
    let login = login.trim();
    if login.is_empty() || login.len() > 200 {
        return Err(Error::Invalid(vec![Problem::new("login", "problem-required")]));
    }
    let read = Login::read(login);
    let name = match &read {
        Login::Email(name) | Login::Username(name) | Login::Mobile(name) => name.clone(),
    };
    Ok((read, name))
}

/// Refuses who asks too often. What is counted does not depend on whether anybody has the name.
async fn refuse_often(tx: &mut IspTx, isp: IspId, purpose: &str, name: &str, ip: Option<IpAddr>, now: DateTime<Utc>) -> Result<()> {
    let asked = one_times::asked(tx, isp.0, purpose, name, ip, now).await?;
    let after_newest = asked.newest.map(|at| at + RESEND_GAP);
    let after_hour = asked.oldest_of_hour.filter(|_| asked.in_hour >= MOST_IN_HOUR).map(|at| at + TimeDelta::hours(1));
    if let Some(until) = after_newest.max(after_hour).filter(|until| *until > now) {
        let seconds = (until - now).num_seconds().max(1);
        return Err(Error::Conflict(Problem::new("", "problem-code-wait").with("seconds", seconds)));
    }
    if asked.by_address >= MOST_BY_ADDRESS || asked.of_isp >= MOST_OF_ISP {
        return Err(Error::Conflict(Problem::new("", "problem-code-many")));
    }
    Ok(())
}

/// Sends the way to a new password to whoever has this name and an account. `base`: the site's own address.
pub async fn ask_reset(services: &Services, asking: &Asking<'_>, base: &str) -> Result<()> {
    let (login, name) = name_of(asking.login)?;
    let (isp, now) = (services.isp(asking.isp).await?, services.now());
    let mut tx = services.begin(&Caller::system(asking.isp, "new password")).await?;
    refuse_often(&mut tx, asking.isp, RESET, &name, asking.ip, now).await?;
    let reached = account_behind(&mut tx, &login).await?;
    let token = new_token();
    let made = Made { id: Uuid::now_v7(), purpose: RESET, name: &name, hash: &hash_token(&token), life: LINK_LIFE };
    if let Some(reached) = keep(&mut tx, asking, &made, reached, now).await? {
        let link = format!("{base}/sign-in/reset?key={token}");
        tell(&mut tx, services, &isp, &reached, Template::ResetLink, ("link", &link), &made).await?;
    }
    Ok(tx.commit().await?)
}

/// The account with this name, and where it can be written to.
async fn account_behind(tx: &mut IspTx, login: &Login) -> Result<Option<Reached>> {
    let Some(account) = accounts::find_by_login(tx, login).await?.filter(|account| account.active) else { return Ok(None) };
    let (channel, recipient) = match accounts::contact(tx, account.id).await? {
        (Some(email), _) => (Channel::Email, email),
        (None, Some(mobile)) => (Channel::Sms, mobile),
        (None, None) => return Ok(None),
    };
    Ok(Some(Reached {
        account: account.id.0,
        customer: account.customer_id,
        name: account.name,
        language: account.language,
        channel,
        recipient,
    }))
}

/// What is kept of a link or code.
struct Made<'a> {
    id: Uuid,
    purpose: &'static str,
    name: &'a str,
    hash: &'a [u8],
    life: TimeDelta,
}

/// Keeps it, and answers with who is to be told: nobody where nobody has the name, or was written to often enough under
/// another one.
async fn keep(
    tx: &mut IspTx,
    asking: &Asking<'_>,
    made: &Made<'_>,
    reached: Option<Reached>,
    now: DateTime<Utc>,
) -> Result<Option<Reached>> {
    let reached = match reached {
        Some(reached) => {
            let sent = one_times::sent_to(tx, asking.isp.0, made.purpose, &reached.recipient, now - TimeDelta::hours(1)).await?;
            (sent < MOST_IN_HOUR).then_some(reached)
        }
        None => None,
    };
    let new = NewOneTime {
        id: made.id,
        isp_id: asking.isp.0,
        purpose: made.purpose,
        asked: made.name,
        ip: asking.ip,
        account_id: reached.as_ref().map(|reached| reached.account),
        customer_id: reached.as_ref().and_then(|reached| reached.customer).map(|id| id.0),
        recipient: reached.as_ref().map(|reached| reached.recipient.as_str()),
        hash: made.hash,
        expires_at: now + made.life,
    };
    one_times::make(tx, &new, now).await?;
    Ok(reached)
}

async fn tell(
    tx: &mut IspTx,
    services: &Services,
    isp: &Isp,
    to: &Reached,
    template: Template,
    hidden: (&str, &str),
    made: &Made<'_>,
) -> Result<()> {
    let language = to.language.as_deref().unwrap_or(&isp.language);
    let language = Language::from_code(language).unwrap_or(Language::English);
    let minutes = locales::number(language, made.life.num_minutes());
    let secret = Secret {
        template,
        channel: to.channel,
        recipient: &to.recipient,
        language,
        customer: to.customer,
        words: &[("name", &to.name), ("minutes", &minutes)],
        hidden: Some(hidden),
        about: made.id,
    };
    queue_secret(tx, services, isp, &secret).await
}

/// Whether a link still opens the choice of a new password.
pub async fn reset_is_open(services: &Services, isp: IspId, key: &str) -> Result<bool> {
    let mut tx = services.begin(&Caller::system(isp, "new password")).await?;
    let found = one_times::by_hash(&mut tx, isp.0, RESET, &hash_token(key), services.now()).await?;
    Ok(found.is_some())
}

/// Takes the new password. The link is worth nothing afterwards, and every session of the account ends.
pub async fn reset_password(services: &Services, isp: IspId, key: &str, new: &str, again: &str) -> Result<()> {
    let now = services.now();
    let mut tx = services.begin(&Caller::system(isp, "new password")).await?;
    let found = one_times::by_hash(&mut tx, isp.0, RESET, &hash_token(key), now).await?.ok_or_else(link_over)?;
    let id = AccountId(found.account_id.ok_or_else(link_over)?);
    let account = accounts::find(&mut tx, id).await?.filter(|account| account.active).ok_or_else(link_over)?;
    drop(tx);
    // The link stands for a session: what is noted is noted of the person himself.
    let session = Some(SessionMark { id: found.id, proved_at: now });
    let caller =
        Caller { actor: Actor::Account { id, name: account.name }, role: account.role, session, ..Caller::system(isp, "new password") };
    let who = Who::Isp { caller, language: None };
    let mut tx = set_password(services, &who, &who.myself()?, new, again).await?;
    // The account is locked by now: of two who follow the link at once the second finds it used.
    let still = one_times::by_hash(&mut tx, isp.0, RESET, &hash_token(key), now).await?;
    if still.is_none() {
        return Err(link_over());
    }
    one_times::used(&mut tx, found.id, now).await?;
    sessions::end_others(&mut tx, id.0, None).await?;
    Ok(tx.commit().await?)
}

fn link_over() -> Error {
    Error::Conflict(Problem::new("", "problem-link-over"))
}

fn over() -> Error {
    Error::Conflict(Problem::new("", "problem-code-over"))
}

fn wrong() -> Error {
    Error::Invalid(vec![Problem::new("code", "problem-code-wrong")])
}

/// Counts a code that was not the one that was sent.
async fn missed(tx: &mut IspTx, found: &OneTime, now: DateTime<Utc>) -> Result<Error> {
    one_times::wrong(tx, found.id, MOST_TRIES, now).await?;
    Ok(if i32::from(found.tries) + 1 >= MOST_TRIES { over() } else { wrong() })
}

fn new_code() -> String {
    format!("{:06}", rand::random_range(0..1_000_000))
}

/// A code's hash: the same six digits are kept differently each time.
fn hash_code(id: Uuid, code: &str) -> Vec<u8> {
    hash_token(&format!("{id}:{code}"))
}

/// Sends a subscriber the code that lets him in, and answers with what it is asked under. Staff have passwords.
pub async fn ask_sign_in_code(services: &Services, asking: &Asking<'_>) -> Result<Uuid> {
    let (login, name) = name_of(asking.login)?;
    let (isp, now) = (services.isp(asking.isp).await?, services.now());
    let mut tx = services.begin(&Caller::system(asking.isp, "sign in")).await?;
    refuse_often(&mut tx, asking.isp, SIGN_IN, &name, asking.ip, now).await?;
    let reached = subscriber_behind(&mut tx, &login, asking.login.trim()).await?;
    let (id, code) = (uuid::Builder::from_random_bytes(rand::random()).into_uuid(), new_code());
    let made = Made { id, purpose: SIGN_IN, name: &name, hash: &hash_code(id, &code), life: CODE_LIFE };
    if let Some(reached) = keep(&mut tx, asking, &made, reached, now).await? {
        tell(&mut tx, services, &isp, &reached, Template::SignInCode, ("code", &code), &made).await?;
    }
    tx.commit().await?;
    Ok(id)
}

/// The subscriber with this name, line or mobile, at the mobile that his provider knows.
async fn subscriber_behind(tx: &mut IspTx, login: &Login, typed: &str) -> Result<Option<Reached>> {
    let account = accounts::find_by_login(tx, login).await?;
    let (account, customer) = match account {
        Some(account) => match account.customer_id.filter(|_| account.active) {
            Some(customer) => (account.id.0, customer),
            None => return Ok(None),
        },
        None => {
            let by_line = customers::line_secret(tx, typed).await?.map(|(customer, ..)| customer);
            let customer = match (by_line, login) {
                (Some(customer), _) => Some(customer),
                (None, Login::Mobile(mobile)) => customers::with_mobile(tx, mobile).await?.map(|(customer, ..)| customer),
                (None, _) => None,
            };
            match customer {
                Some(customer) => (customer.0, customer),
                None => return Ok(None),
            }
        }
    };
    let contact = customers::contacts(tx, &[customer]).await?.pop();
    Ok(contact.and_then(|(_, name, _, mobile, _)| {
        let recipient = mobile?;
        Some(Reached { account, customer: Some(customer), name, language: None, channel: Channel::Sms, recipient })
    }))
}

/// Opens a session for the code that was sent.
pub async fn sign_in_with_code(
    services: &Services,
    isp: IspId,
    asked: Uuid,
    typed: &str,
    (ip, agent): (Option<IpAddr>, &str),
) -> Result<SignedIn> {
    let now = services.now();
    let code = digits(typed).ok_or_else(wrong)?;
    let address = format!("code|{}", ip.map(|ip| ip.to_string()).unwrap_or_default());
    let mut tx = services.begin(&Caller::system(isp, "sign in")).await?;
    if let Some(until) = sessions::locked_until(&mut tx, &address, now).await? {
        let seconds = (until - now).num_seconds().max(1);
        return Err(Error::Conflict(Problem::new("", "problem-sign-in-wait").with("seconds", seconds)));
    }
    let found = one_times::by_id(&mut tx, isp.0, SIGN_IN, asked, now).await?.ok_or_else(over)?;
    let right = super::password::same(&found.hash, &hash_code(found.id, &code));
    let opened = match (right, found.customer_id, found.account_id) {
        (true, Some(customer), Some(account)) => Some((CustomerId(customer), account)),
        _ => None,
    };
    let Some((customer, account)) = opened else {
        let error = missed(&mut tx, &found, now).await?;
        sessions::count_failure(&mut tx, &address, now, MOST_WRONG_BY_ADDRESS).await?;
        tx.commit().await?;
        return Err(error);
    };
    one_times::used(&mut tx, found.id, now).await?;
    let password = match account == customer.0 {
        true => None,
        false => {
            let account = accounts::find(&mut tx, AccountId(account)).await?.filter(|account| account.active).ok_or_else(over)?;
            Some((account.password_set_at, account.must_change))
        }
    };
    let found = Found { account_id: account, customer_id: Some(customer), role: Role::Customer, password };
    let mut tx = OwnTx::Isp(tx);
    let signed_in = open(&mut tx, services, &found, (Site::Isp(isp), ip, agent)).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// Sends a code to one of the addresses that somebody signs in with.
pub async fn ask_verification(services: &Services, who: &Who, address: Address) -> Result<()> {
    let (me, caller, now) = (who.myself()?, insider(who)?, services.now());
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let own = accounts::find(&mut tx, AccountId(me.account)).await?.ok_or(Error::NotFound)?;
    let (email, mobile) = accounts::contact(&mut tx, own.id).await?;
    let recipient = match address {
        Address::Email => email,
        Address::Mobile => mobile,
    };
    let recipient = recipient.ok_or_else(|| Error::Conflict(Problem::new("", "problem-no-address")))?;
    refuse_often(&mut tx, caller.isp_id, address.slug(), &recipient, caller.ip, now).await?;
    let (id, code) = (Uuid::now_v7(), new_code());
    let reached = Reached {
        account: me.account,
        customer: own.customer_id,
        name: own.name,
        language: own.language,
        channel: address.channel(),
        recipient: recipient.clone(),
    };
    let asking = Asking { isp: caller.isp_id, login: &recipient, ip: caller.ip };
    let made = Made { id, purpose: address.slug(), name: &recipient, hash: &hash_code(id, &code), life: CODE_LIFE };
    if let Some(reached) = keep(&mut tx, &asking, &made, Some(reached), now).await? {
        tell(&mut tx, services, &isp, &reached, Template::VerifyCode, ("code", &code), &made).await?;
    }
    Ok(tx.commit().await?)
}

/// Takes the code: the address is his own from now on, if it is still the one the code went to.
pub async fn verify_address(services: &Services, who: &Who, address: Address, typed: &str) -> Result<()> {
    let (me, now) = (who.myself()?, services.now());
    let caller = insider(who)?;
    let code = digits(typed).ok_or_else(wrong)?;
    let mut tx = services.begin(caller).await?;
    let found = one_times::of_account(&mut tx, me.account, address.slug(), now).await?.ok_or_else(over)?;
    if !super::password::same(&found.hash, &hash_code(found.id, &code)) {
        let error = missed(&mut tx, &found, now).await?;
        tx.commit().await?;
        return Err(error);
    }
    one_times::used(&mut tx, found.id, now).await?;
    let recipient = found.recipient.unwrap_or_default();
    let done = match address {
        Address::Email => accounts::email_is_verified(&mut tx, AccountId(me.account), &recipient, now).await?,
        Address::Mobile => accounts::mobile_is_verified(&mut tx, AccountId(me.account), &recipient, now).await?,
    };
    if !done {
        return Err(over());
    }
    let mut tx = OwnTx::Isp(tx);
    note(&mut tx, services, &me, "account.verify", None, Some(serde_json::json!({ address.slug(): recipient }))).await?;
    Ok(tx.commit().await?)
}

/// Somebody of an ISP with an account of his own.
fn insider(who: &Who) -> Result<&Caller> {
    match who {
        Who::Isp { caller, .. } if !who.myself()?.line => Ok(caller),
        _ => Err(Error::NotFound),
    }
}
