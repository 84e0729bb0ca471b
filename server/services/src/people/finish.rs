//! What comes between the right password and a whole session: the code, a second factor for who must have one, a new
//! password for who has had his too long; and the password once more where a session turns up in another network. Each
//! step gives the session another cookie; the last one makes it whole.

use super::own::set_password;
use super::prove::{WRONG_PASSWORD, is_password};
use super::second_factor::{Enrolment, check_code, confirm, propose, show};
use super::session::{LIFETIME, Myself, Who, hash_token, new_token, note};
use super::sign_in::SignedIn;
use crate::{Error, Result, Services};
use domain::Problem;
use domain::trust::{Network, Owes, Standing, owes_next};
use storage::{OwnTx, accounts, second_factors, sessions, sign_in_rules};

fn half(who: &Who, wanted: Owes) -> Result<Myself> {
    match who {
        Who::Half { owes, .. } if *owes == wanted => who.myself(),
        _ => Err(Error::Conflict(Problem::new("", "problem-form-stale"))),
    }
}

/// The next cookie, and what is owed now.
async fn settle(mut tx: OwnTx, services: &Services, me: &Myself) -> Result<SignedIn> {
    let now = services.now();
    let rule = sign_in_rules::of(&mut tx, me.isp.map(|isp| isp.0)).await?;
    let has_factor = second_factors::in_use(&mut tx, me.account).await?.is_some();
    let own = accounts::own(&mut tx, me.account.into()).await?.ok_or(Error::NotFound)?;
    let standing = Standing { role: me.role, has_factor, password_set_at: own.password_set_at, must_change: own.must_change };
    // Every step that leads here comes after the code.
    let owes = owes_next(&rule, &standing, true, now);
    let token = new_token();
    let hash = hash_token(&token);
    sessions::renew(&mut tx, me.session.id, &hash, owes.map(Owes::slug), true, now).await?;
    if owes.is_none() {
        sessions::extend(&mut tx, me.session.id, now + LIFETIME).await?;
        sessions::keep_newest(&mut tx, me.account, &hash, rule.most_sessions, now).await?;
        sessions::came_in(&mut tx, me.account, now).await?;
    }
    tx.commit().await?;
    Ok(SignedIn { token, role: me.role, owes })
}

/// Takes the code of the second factor, or a recovery code.
pub async fn give_code(services: &Services, who: &Who, typed: &str) -> Result<SignedIn> {
    let me = half(who, Owes::Code)?;
    let mut tx = who.begin(services).await?;
    if typed.len() > 100 || !check_code(&mut tx, services, &me, typed).await? {
        tx.commit().await?;
        return Err(Error::Invalid(vec![Problem::new("code", "problem-code-wrong")]));
    }
    settle(tx, services, &me).await
}

/// The second factor that somebody must take up before he comes in.
pub async fn enrolment(services: &Services, who: &Who) -> Result<Enrolment> {
    let me = half(who, Owes::Enrol)?;
    let mut tx = who.begin(services).await?;
    let waiting = second_factors::of(&mut tx, me.account).await?;
    let waiting = match waiting {
        Some(waiting) => waiting,
        None => {
            propose(&mut tx, services, &me).await?;
            second_factors::of(&mut tx, me.account).await?.ok_or(Error::NotFound)?
        }
    };
    if waiting.confirmed_at.is_some() {
        return Err(Error::Conflict(Problem::new("", "problem-factor-there")));
    }
    let shown = show(&mut tx, services, &me, &waiting).await?;
    tx.commit().await?;
    Ok(shown)
}

/// Proves it.
pub async fn finish_enrolment(services: &Services, who: &Who, code: &str) -> Result<SignedIn> {
    let me = half(who, Owes::Enrol)?;
    let tx = who.begin(services).await?;
    let tx = confirm(tx, services, &me, code).await?;
    settle(tx, services, &me).await
}

/// A new password instead of one that is too old.
pub async fn choose_password(services: &Services, who: &Who, new: &str, again: &str) -> Result<SignedIn> {
    let me = half(who, Owes::Password)?;
    let tx = set_password(services, who, &me, new, again).await?;
    settle(tx, services, &me).await
}

/// Takes the password of whoever comes from another network, which is known from now on. It proves nothing beyond that:
/// a dangerous act asks for what it always asks for.
pub async fn confirm_network(services: &Services, who: &Who, password: &str) -> Result<SignedIn> {
    let me = half(who, Owes::Confirm)?;
    if password.len() > 500 || !is_password(services, who, password).await? {
        return Err(Error::Invalid(vec![Problem::new("password", WRONG_PASSWORD)]));
    }
    let (token, ip) = (new_token(), who.ip());
    let mut tx = who.begin(services).await?;
    sessions::renew(&mut tx, me.session.id, &hash_token(&token), None, false, services.now()).await?;
    sessions::remember_network(&mut tx, me.session.id, ip).await?;
    let network = ip.map(|ip| Network::around(ip).to_string());
    note(&mut tx, services, &me, "account.network", None, Some(serde_json::json!({ "network": network }))).await?;
    tx.commit().await?;
    Ok(SignedIn { token, role: me.role, owes: None })
}
