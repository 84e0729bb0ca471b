//! Sign-in by host with email, user name or mobile, and a password (SEC-01). A wrong name and a wrong password get the
//! same answer after the same work; guessing is slowed down for the name and for the address, on all servers at once.

use super::networks::may_staff_come;
use super::password::{same, verify};
use super::session::{HALF_LIFETIME, LIFETIME, hash_token, new_token};
use crate::{Error, Result, Services};
use chrono::{DateTime, Utc};
use domain::people::{Caller, Login, PlatformCaller, Role};
use domain::platform::Decided;
use domain::trust::{Owes, Standing, owes_next};
use domain::{CustomerId, IspId, Problem};
use std::net::IpAddr;
use storage::sessions::{self, NewSession};
use storage::{OwnTx, second_factors, sign_in_rules};
use uuid::Uuid;

/// Whose door somebody stands at: decided by the host name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    Isp(IspId),
    Platform,
}

/// What was typed, and from where.
#[derive(Clone, Debug)]
pub struct Attempt<'a> {
    pub site: Site,
    pub login: &'a str,
    pub password: &'a str,
    pub ip: Option<IpAddr>,
    pub agent: &'a str,
}

/// A fresh session: the token goes into the cookie and nowhere else.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub token: String,
    pub role: Role,
    /// What must be brought before it opens anything.
    pub owes: Option<Owes>,
}

const FAILURES_PER_NAME: i32 = 5;
const FAILURES_PER_ADDRESS: i32 = 50;

pub(super) struct Found {
    pub account_id: Uuid,
    pub customer_id: Option<CustomerId>,
    pub role: Role,
    /// When his password was set and whether somebody else made it; `None`: a subscriber with his line's password.
    pub password: Option<(DateTime<Utc>, bool)>,
}

/// Opens a session, or answers `Invalid` with the one message for all that is wrong, or `Conflict` while the name or
/// the address must wait.
pub async fn sign_in(services: &Services, attempt: &Attempt<'_>) -> Result<SignedIn> {
    let now = services.now();
    let login = attempt.login.trim();
    if login.is_empty() || login.len() > 200 || attempt.password.len() > 500 {
        return Err(wrong());
    }
    let subjects = subjects(attempt);
    refuse_while_locked(services, &subjects).await?;
    let found = match attempt.site {
        Site::Platform => on_platform(services, login, attempt.password, attempt.ip).await?,
        Site::Isp(isp) => in_isp(services, isp, login, attempt.password, attempt.ip).await?,
    };
    let mut tx = OwnTx::Platform(services.db.platform(&PlatformCaller::system("sign in")).await?);
    let Some(found) = found else {
        for (subject, most) in &subjects {
            sessions::count_failure(&mut tx, subject, now, *most).await?;
        }
        tx.commit().await?;
        // What was typed as a name may be a password.
        tracing::info!(site = ?attempt.site, ip = ?attempt.ip, agent = attempt.agent, "a sign-in was refused");
        return Err(wrong());
    };
    sessions::clear_failures(&mut tx, &subjects[0].0).await?;
    let signed_in = open(&mut tx, services, &found, (attempt.site, attempt.ip, attempt.agent)).await?;
    tx.commit().await?;
    tracing::info!(site = ?attempt.site, ip = ?attempt.ip, agent = attempt.agent, account = %found.account_id, owes = ?signed_in.owes, "a sign-in");
    Ok(signed_in)
}

/// Opens a session for whoever was found; it owes what the rules ask of him beside the password.
pub(super) async fn open(
    tx: &mut OwnTx,
    services: &Services,
    found: &Found,
    (site, ip, agent): (Site, Option<IpAddr>, &str),
) -> Result<SignedIn> {
    let now = services.now();
    let isp_id = match site {
        Site::Isp(isp) => Some(isp.0),
        Site::Platform => None,
    };
    let rule = sign_in_rules::of(tx, isp_id).await?;
    let owes = match found.password {
        None => None,
        Some((password_set_at, must_change)) => {
            let has_factor = second_factors::in_use(tx, found.account_id).await?.is_some();
            owes_next(&rule, &Standing { role: found.role, has_factor, password_set_at, must_change }, false, now)
        }
    };
    let token = new_token();
    let agent: String = agent.chars().take(200).collect();
    let session = NewSession {
        isp_id,
        account_id: found.account_id,
        customer_id: found.customer_id.map(|id| id.0),
        owes: owes.map(Owes::slug),
        expires_at: now + if owes.is_some() { HALF_LIFETIME } else { LIFETIME },
        ip,
        agent: &agent,
    };
    let hash = hash_token(&token);
    sessions::open(tx, &hash, &session, now).await?;
    if owes.is_none() {
        sessions::keep_newest(tx, found.account_id, &hash, rule.most_sessions, now).await?;
        sessions::came_in(tx, found.account_id, now).await?;
    }
    Ok(SignedIn { token, role: found.role, owes })
}

fn wrong() -> Error {
    Error::Invalid(vec![Problem::new("", "problem-sign-in")])
}

/// What is counted: the name as typed on this site from this address, and the address alone.
fn subjects(attempt: &Attempt<'_>) -> [(String, i32); 2] {
    let site = match attempt.site {
        Site::Isp(isp) => isp.to_string(),
        Site::Platform => "platform".into(),
    };
    let ip = attempt.ip.map(|ip| ip.to_string()).unwrap_or_default();
    let name = attempt.login.trim().to_lowercase();
    [(format!("name|{site}|{ip}|{name}"), FAILURES_PER_NAME), (format!("address|{ip}"), FAILURES_PER_ADDRESS)]
}

async fn refuse_while_locked(services: &Services, subjects: &[(String, i32)]) -> Result<()> {
    let now = services.now();
    let mut tx = services.db.platform(&PlatformCaller::system("sign in")).await?;
    for (subject, _) in subjects {
        if let Some(until) = sessions::locked_until(&mut tx, subject, now).await? {
            let seconds = (until - now).num_seconds().max(1);
            return Err(Error::Conflict(Problem::new("", "problem-sign-in-wait").with("seconds", seconds)));
        }
    }
    Ok(())
}

async fn on_platform(services: &Services, login: &str, password: &str, ip: Option<IpAddr>) -> Result<Option<Found>> {
    let mut tx = services.db.platform(&PlatformCaller::system("sign in")).await?;
    let account = storage::accounts::find_platform_by_email(&mut tx, &login.to_lowercase()).await?.filter(|account| account.active);
    // Held across the slow hash, a connection would be missing elsewhere.
    drop(tx);
    let account = if may_staff_come(services, None, ip).await? { account } else { None };
    let right = verify(password, account.as_ref().map(|account| account.password_hash.as_str())).await?;
    let Some(account) = account.filter(|_| right) else { return Ok(None) };
    if let Some(tenant) = account.tenant_id {
        let mut tx = services.db.platform(&PlatformCaller::system("sign in")).await?;
        if storage::tenants::decided_of(&mut tx, tenant).await?.is_none_or(|decided| decided == Decided::Ended) {
            return Ok(None);
        }
    }
    let password = Some((account.password_set_at, account.must_change));
    Ok(Some(Found { account_id: account.id.0, customer_id: None, role: account.role, password }))
}

async fn in_isp(services: &Services, isp: IspId, login: &str, password: &str, ip: Option<IpAddr>) -> Result<Option<Found>> {
    let welcome = may_staff_come(services, Some(isp), ip).await?;
    let mut tx = services.begin(&Caller::system(isp, "sign in")).await?;
    // Asked one after the other whether or not anybody was found: what is asked depends on what was typed alone, and so
    // does the time it takes.
    let read = Login::read(login);
    let account = storage::accounts::find_by_login(&mut tx, &read).await?;
    // A user name may hold an @ or be all digits: then it is looked up as what it is.
    let named = match &read {
        Login::Email(_) | Login::Mobile(_) => storage::accounts::find_by_login(&mut tx, &Login::Username(login.to_lowercase())).await?,
        Login::Username(_) => None,
    };
    let line = storage::customers::line_secret(&mut tx, login).await?;
    let reached = match &read {
        Login::Mobile(mobile) => storage::customers::line_secret_by_mobile(&mut tx, mobile).await?,
        Login::Email(_) | Login::Username(_) => None,
    };
    // From outside, staff are as unknown as a name that nobody has.
    let account = account.or(named).filter(|account| account.active && (welcome || account.role == Role::Customer));
    let line = line.or(reached).filter(|_| account.is_none());
    drop(tx);
    let right = verify(password, account.as_ref().map(|account| account.password_hash.as_str())).await?;
    if let Some(account) = account {
        if !right {
            return Ok(None);
        }
        let password = Some((account.password_set_at, account.must_change));
        return Ok(Some(Found { account_id: account.id.0, customer_id: account.customer_id, role: account.role, password }));
    }
    let Some((customer, service, _, sealed)) = line else { return Ok(None) };
    let secret = services.keys.open(service.0.as_bytes(), &sealed)?;
    let right = !secret.is_empty() && same(&secret, password.as_bytes());
    Ok(right.then_some(Found { account_id: customer.0, customer_id: Some(customer), role: Role::Customer, password: None }))
}
