//! Step-up: a dangerous act wants a password or a code that was given lately in this session. Asked of people alone: a
//! job, the command line and a key have no session, and answer with their own rights.

use super::password::{same, verify};
use super::second_factor::check_code;
use super::session::{Who, hash_token, new_token, note};
use crate::{Error, Result, Services};
use domain::people::{Caller, SessionMark};
use domain::rights::Permission;
use domain::trust::is_fresh;
use domain::{CustomerId, Problem};
use storage::{IspTx, OwnTx, customers, passwords, second_factors, sessions};

/// What somebody is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    Password,
    Code,
}

const GUESSES: i32 = 5;

/// The second line of a dangerous use case: is it really him?
pub(crate) fn require_proof(services: &Services, caller: &Caller) -> Result<()> {
    if caller.bounds.impersonator.is_some() {
        return Err(not_as_another());
    }
    proven(services, caller.session)
}

/// What nobody does as somebody else.
pub(super) fn not_as_another() -> Error {
    Error::Denied(Permission::Impersonate)
}

pub(crate) fn proven(services: &Services, session: Option<SessionMark>) -> Result<()> {
    match session {
        Some(mark) if !is_fresh(mark.proved_at, services.now()) => Err(Error::Proof),
        _ => Ok(()),
    }
}

/// Whether a dangerous act would go through without asking.
pub fn is_proven(services: &Services, who: &Who) -> bool {
    who.myself().is_ok_and(|me| proven(services, Some(me.session)).is_ok())
}

/// A code where there is a second factor, the password where there is none.
pub async fn proof_wanted(services: &Services, who: &Who) -> Result<Proof> {
    let me = who.myself()?;
    let mut tx = who.begin(services).await?;
    let factor = second_factors::in_use(&mut tx, me.account).await?;
    Ok(if factor.is_some() { Proof::Code } else { Proof::Password })
}

/// Takes a password or a code. What was asked for stays what it was; the session gets another cookie, which is answered.
pub async fn prove(services: &Services, who: &Who, typed: &str) -> Result<String> {
    let me = who.myself()?;
    if me.borrowed {
        return Err(not_as_another());
    }
    if typed.len() > 500 {
        return Err(wrong(Proof::Password));
    }
    let wanted = proof_wanted(services, who).await?;
    let right = match wanted {
        Proof::Code => {
            let mut tx = who.begin(services).await?;
            let right = check_code(&mut tx, services, &me, typed).await?;
            tx.commit().await?;
            right
        }
        Proof::Password => is_password(services, who, typed).await?,
    };
    if !right {
        return Err(wrong(wanted));
    }
    let token = new_token();
    let mut tx = who.begin(services).await?;
    sessions::renew(&mut tx, me.session.id, &hash_token(&token), None, true, services.now()).await?;
    note(&mut tx, services, &me, "account.prove", None, None).await?;
    tx.commit().await?;
    Ok(token)
}

fn wrong(proof: Proof) -> Error {
    let key = match proof {
        Proof::Password => WRONG_PASSWORD,
        Proof::Code => "problem-code-wrong",
    };
    Error::Invalid(vec![Problem::new(PROOF_FIELD, key)])
}

pub(super) const WRONG_PASSWORD: &str = "problem-password-wrong";

/// The field in which the answer stands.
pub(super) const PROOF_FIELD: &str = "_proof";

/// Is this the password of whoever is signed in? Guessing is slowed down as at the door.
pub(super) async fn is_password(services: &Services, who: &Who, typed: &str) -> Result<bool> {
    let (me, now) = (who.myself()?, services.now());
    let subject = format!("proof|{}", me.account);
    let mut tx = who.begin(services).await?;
    refuse_while_locked(&mut tx, services, &subject).await?;
    let password = passwords::lock(&mut tx, me.account).await?;
    let of_line = match &mut tx {
        OwnTx::Isp(tx) if me.line => opens_line(tx, services, me.account.into(), typed).await?,
        OwnTx::Isp(_) | OwnTx::Platform(_) => false,
    };
    // Held across the slow hash, a connection would be missing elsewhere.
    drop(tx);
    let right = verify(typed, password.as_ref().map(|password| password.hash.as_str())).await? || of_line;
    let mut tx = who.begin(services).await?;
    match right {
        true => sessions::clear_failures(&mut tx, &subject).await?,
        false => sessions::count_failure(&mut tx, &subject, now, GUESSES).await?,
    }
    tx.commit().await?;
    Ok(right)
}

/// Is this the password of one of a subscriber's lines?
async fn opens_line(tx: &mut IspTx, services: &Services, customer: CustomerId, typed: &str) -> Result<bool> {
    let mut found = false;
    for (service, sealed) in customers::secrets_of(tx, customer).await? {
        let secret = services.keys.open(service.0.as_bytes(), &sealed)?;
        found |= !secret.is_empty() && same(&secret, typed.as_bytes());
    }
    Ok(found)
}

pub(super) async fn refuse_while_locked(tx: &mut storage::OwnTx, services: &Services, subject: &str) -> Result<()> {
    let now = services.now();
    match sessions::locked_until(tx, subject, now).await? {
        None => Ok(()),
        Some(until) => {
            let seconds = (until - now).num_seconds().max(1);
            Err(Error::Conflict(Problem::new("", "problem-sign-in-wait").with("seconds", seconds)))
        }
    }
}
