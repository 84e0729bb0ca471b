//! Somebody's own account: what is known of him, his password, and where he is signed in.

use super::password::{hash_password, verify};
use super::prove::{is_password, not_as_another};
use super::session::{Myself, Who, hash_token, new_token, note};
use crate::{Error, Result, Services};
use chrono::{DateTime, Utc};
use domain::people::Role;
use domain::trust::{PASSWORDS_KEPT, check_password};
use domain::{AccountId, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::accounts::OwnAccount;
use storage::{OwnTx, accounts, first_passwords, passwords, second_factors, sessions, sign_in_rules};
use uuid::Uuid;

/// What somebody sees of himself.
#[derive(Clone, Debug)]
pub struct OwnView {
    pub name: String,
    pub role: Role,
    pub email: Option<String>,
    pub username: Option<String>,
    pub mobile: Option<String>,
    pub email_verified: bool,
    pub mobile_verified: bool,
    pub language: Option<String>,
    /// `None`: a subscriber who signs in with his line.
    pub password_set_at: Option<DateTime<Utc>>,
    /// Since when there is a second factor.
    pub factor_since: Option<DateTime<Utc>>,
    pub codes_left: i64,
    /// He may not go without one.
    pub factor_forced: bool,
    pub version: i32,
}

pub async fn own_account(services: &Services, who: &Who) -> Result<OwnView> {
    let me = who.myself()?;
    let mut tx = who.begin(services).await?;
    let rule = sign_in_rules::of(&mut tx, me.isp.map(|isp| isp.0)).await?;
    let nothing = OwnView {
        name: me.name.clone(),
        role: me.role,
        email: None,
        username: None,
        mobile: None,
        email_verified: false,
        mobile_verified: false,
        language: None,
        password_set_at: None,
        factor_since: None,
        codes_left: 0,
        factor_forced: rule.forces(me.role),
        version: 1,
    };
    if me.line {
        return Ok(nothing);
    }
    let own = accounts::own(&mut tx, AccountId(me.account)).await?.ok_or(Error::NotFound)?;
    let factor = second_factors::in_use(&mut tx, me.account).await?;
    Ok(OwnView {
        name: own.name,
        email: own.email,
        username: own.username,
        mobile: own.mobile,
        email_verified: own.email_verified,
        mobile_verified: own.mobile_verified,
        language: own.language,
        password_set_at: Some(own.password_set_at),
        factor_since: factor.as_ref().and_then(|factor| factor.confirmed_at),
        codes_left: factor.map_or(0, |factor| factor.codes_left),
        version: own.version,
        ..nothing
    })
}

/// Name and language. Email and mobile are what one signs in with, and are not changed here.
pub async fn save_own_account(services: &Services, who: &Who, name: &str, language: &str, version: i32) -> Result<()> {
    let me = has_account(who)?;
    let name = name.trim();
    let mut problems = Vec::new();
    if !(1..=100).contains(&name.chars().count()) {
        problems.push(Problem::new("name", "problem-name-length").with("most", 100));
    }
    let language = Some(language).filter(|language| !language.is_empty());
    if language.is_some_and(|language| !matches!(language, "en" | "bn")) {
        problems.push(Problem::new("language", "problem-choice"));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let mut tx = who.begin(services).await?;
    let id = AccountId(me.account);
    let before = accounts::own(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if !accounts::save_own(&mut tx, id, name, language, version).await? {
        return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
    }
    let facts = |name: &str, language: Option<&str>| json!({ "name": name, "language": language });
    let was = facts(&before.name, before.language.as_deref());
    note(&mut tx, services, &me, "account.update", Some(was), Some(facts(name, language))).await?;
    Ok(tx.commit().await?)
}

fn has_account(who: &Who) -> Result<Myself> {
    let me = who.myself()?;
    if me.borrowed {
        return Err(not_as_another());
    }
    if me.line { Err(Error::Conflict(Problem::new("", "problem-line-account"))) } else { Ok(me) }
}

fn himself(who: &Who) -> Result<Myself> {
    let me = who.myself()?;
    if me.borrowed { Err(not_as_another()) } else { Ok(me) }
}

/// What the form sent.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct PasswordForm {
    #[serde(default)]
    pub old_password: String,
    #[serde(default)]
    pub new_password: String,
    #[serde(default)]
    pub again_password: String,
}

/// Changes the password. The old one must be known, every other session ends, and this one gets another cookie, which is
/// answered.
pub async fn change_password(services: &Services, who: &Who, form: &PasswordForm) -> Result<String> {
    let me = has_account(who)?;
    if form.old_password.len() > 500 || !is_password(services, who, &form.old_password).await? {
        return Err(Error::Invalid(vec![Problem::new("old_password", "problem-password-wrong")]));
    }
    let mut tx = set_password(services, who, &me, &form.new_password, &form.again_password).await?;
    sessions::end_others(&mut tx, me.account, Some(me.session.id)).await?;
    let token = new_token();
    sessions::renew(&mut tx, me.session.id, &hash_token(&token), None, true, services.now()).await?;
    tx.commit().await?;
    Ok(token)
}

/// Puts a new password in place if it is good enough, unused so far and typed twice alike.
pub(super) async fn set_password(services: &Services, who: &Who, me: &Myself, new: &str, again: &str) -> Result<OwnTx> {
    let mut tx = who.begin(services).await?;
    let own = accounts::own(&mut tx, AccountId(me.account)).await?.ok_or(Error::NotFound)?;
    let problems = wrong_with(&own, new, again);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let old = passwords::lock(&mut tx, me.account).await?.ok_or(Error::NotFound)?;
    let mut known = passwords::past(&mut tx, me.account).await?;
    // Held across the slow hash, a connection would be missing elsewhere.
    drop(tx);
    known.insert(0, old.hash.clone());
    known.truncate(PASSWORDS_KEPT as usize);
    for hash in &known {
        if verify(new, Some(hash)).await? {
            let problem = Problem::new("new_password", "problem-password-used").with("count", PASSWORDS_KEPT);
            return Err(Error::Invalid(vec![problem]));
        }
    }
    let hash = hash_password(new).await?;
    let mut tx = who.begin(services).await?;
    let still = passwords::lock(&mut tx, me.account).await?.ok_or(Error::NotFound)?;
    if still.hash != old.hash {
        return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
    }
    passwords::set(&mut tx, me.account, &old, &hash, PASSWORDS_KEPT, services.now()).await?;
    first_passwords::forget(&mut tx, me.account, services.now()).await?;
    note(&mut tx, services, me, "account.password", None, None).await?;
    Ok(tx)
}

fn wrong_with(own: &OwnAccount, new: &str, again: &str) -> Vec<Problem> {
    let names: Vec<&str> =
        [Some(own.name.as_str()), own.email.as_deref(), own.username.as_deref(), own.mobile.as_deref()].into_iter().flatten().collect();
    let mut problems = check_password("new_password", new, &names);
    if new != again {
        problems.push(Problem::new("again_password", "problem-password-again"));
    }
    problems
}

/// A place where somebody is signed in.
#[derive(Clone, Debug)]
pub struct SessionView {
    pub id: Uuid,
    pub agent: String,
    pub ip: Option<String>,
    pub since: DateTime<Utc>,
    pub seen: DateTime<Utc>,
    /// The one that asks.
    pub here: bool,
}

pub async fn own_sessions(services: &Services, who: &Who) -> Result<Vec<SessionView>> {
    let me = who.myself()?;
    let mut tx = who.begin(services).await?;
    let rule = sign_in_rules::of(&mut tx, me.isp.map(|isp| isp.0)).await?;
    let rows = sessions::of_account(&mut tx, me.account, rule.idle_minutes, services.now()).await?;
    Ok(rows
        .into_iter()
        .map(|row| SessionView {
            here: row.id == me.session.id,
            id: row.id,
            agent: row.user_agent.unwrap_or_default(),
            ip: row.ip.map(|ip| ip.ip().to_string()),
            since: row.created_at,
            seen: row.seen_at,
        })
        .collect())
}

/// Ends one of his own sessions; somebody else's does not exist for him.
pub async fn end_session(services: &Services, who: &Who, id: Uuid) -> Result<()> {
    let me = himself(who)?;
    let mut tx = who.begin(services).await?;
    if !sessions::end(&mut tx, me.account, id).await? {
        return Err(Error::NotFound);
    }
    note(&mut tx, services, &me, "account.session_end", None, Some(json!({ "session": id }))).await?;
    Ok(tx.commit().await?)
}

/// Ends all of his sessions but this one.
pub async fn end_other_sessions(services: &Services, who: &Who) -> Result<u64> {
    let me = himself(who)?;
    let mut tx = who.begin(services).await?;
    let ended = sessions::end_others(&mut tx, me.account, Some(me.session.id)).await?;
    if ended > 0 {
        note(&mut tx, services, &me, "account.sessions_end", None, Some(json!({ "sessions": ended }))).await?;
    }
    tx.commit().await?;
    Ok(ended)
}
