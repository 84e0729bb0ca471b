//! Somebody's second factor (SEC-04): shown, proven once, asked for from then on. A code is taken once, a recovery code
//! too; who guesses is slowed down on all servers at once. Seeds are sealed, and shown only until they are proven.

use super::code::{base32, digits, link, new_recovery_codes as fresh_codes, new_seed, recovery_hash, step_of};
use super::prove::{not_as_another, proven, refuse_while_locked};
use super::session::{Myself, Who, note};
use crate::{Error, Result, Services};
use chrono::TimeDelta;
use domain::Problem;
use integrations::documents::code_svg;
use serde_json::json;
use storage::second_factors::{self, SecondFactor};
use storage::{OwnTx, sessions, sign_in_rules};

const GUESSES: i32 = 5;
/// Recovery codes are seen for this long, or until they were kept.
const SHOWN: TimeDelta = TimeDelta::minutes(10);

/// A factor that waits to be proven.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// What an authenticator reads.
    pub svg: String,
    /// The same to be typed, in groups of four.
    pub seed: String,
}

/// Is this a code of his, now and for the first time? The caller commits either way: a wrong one is counted.
pub(super) async fn check_code(tx: &mut OwnTx, services: &Services, me: &Myself, typed: &str) -> Result<bool> {
    let (now, subject) = (services.now(), format!("code|{}", me.account));
    // One guess after the other, wherever they come in.
    let factor = second_factors::lock(tx, me.account).await?.filter(|factor| factor.confirmed_at.is_some());
    refuse_while_locked(tx, services, &subject).await?;
    let Some(factor) = factor else { return Ok(false) };
    let right = match digits(typed) {
        Some(digits) => match step_of(&services.keys.open(me.account.as_bytes(), &factor.seed)?, &digits, now)? {
            Some(step) => second_factors::take_step(tx, me.account, step).await?,
            None => false,
        },
        None => take_recovery_code(tx, services, me, typed).await?,
    };
    match right {
        true => sessions::clear_failures(tx, &subject).await?,
        false => sessions::count_failure(tx, &subject, now, GUESSES).await?,
    }
    Ok(right)
}

async fn take_recovery_code(tx: &mut OwnTx, services: &Services, me: &Myself, typed: &str) -> Result<bool> {
    let taken = second_factors::take_code(tx, me.account, &recovery_hash(me.account, typed), services.now()).await?;
    if taken {
        let left = second_factors::of(tx, me.account).await?.map_or(0, |factor| factor.codes_left);
        note(tx, services, me, "account.recovery_code", None, Some(json!({ "left": left }))).await?;
    }
    Ok(taken)
}

/// The factor that waits; one is made when none does. `Conflict` when one is in use.
pub(super) async fn propose(tx: &mut OwnTx, services: &Services, me: &Myself) -> Result<()> {
    let sealed = services.keys.seal(me.account.as_bytes(), &new_seed())?;
    match second_factors::propose(tx, me.account, &sealed, services.now()).await? {
        true => Ok(()),
        false => Err(Error::Conflict(Problem::new("", "problem-factor-there"))),
    }
}

pub(super) async fn show(tx: &mut OwnTx, services: &Services, me: &Myself, factor: &SecondFactor) -> Result<Enrolment> {
    let seed = services.keys.open(me.account.as_bytes(), &factor.seed)?;
    let own = storage::accounts::own(tx, me.account.into()).await?.ok_or(Error::NotFound)?;
    let site = match me.isp {
        Some(isp) => services.isp(isp).await?.name,
        None => "Lastmile".into(),
    };
    let name = own.email.or(own.username).or(own.mobile).unwrap_or(own.name);
    let svg = code_svg(&link(&site, &name, &seed)).ok_or_else(|| Error::Internal("a link too long for a code".into()))?;
    let typed = base32(&seed);
    let groups: Vec<&str> = typed.as_bytes().chunks(4).filter_map(|group| std::str::from_utf8(group).ok()).collect();
    Ok(Enrolment { svg, seed: groups.join(" ") })
}

/// Takes the first code of a factor that waits, puts it into use and makes its recovery codes. A wrong code is `Invalid`
/// and counted.
pub(super) async fn confirm(mut tx: OwnTx, services: &Services, me: &Myself, typed: &str) -> Result<OwnTx> {
    let (now, subject) = (services.now(), format!("code|{}", me.account));
    let factor = second_factors::lock(&mut tx, me.account).await?.ok_or_else(|| Error::Conflict(Problem::new("", "problem-form-stale")))?;
    if factor.confirmed_at.is_some() {
        return Err(Error::Conflict(Problem::new("", "problem-factor-there")));
    }
    refuse_while_locked(&mut tx, services, &subject).await?;
    let seed = services.keys.open(me.account.as_bytes(), &factor.seed)?;
    let step = digits(typed).map(|digits| step_of(&seed, &digits, now)).transpose()?.flatten();
    let Some(step) = step else {
        sessions::count_failure(&mut tx, &subject, now, GUESSES).await?;
        tx.commit().await?;
        return Err(Error::Invalid(vec![Problem::new("code", "problem-code-wrong")]));
    };
    second_factors::take_step(&mut tx, me.account, step).await?;
    second_factors::confirm(&mut tx, me.account, now).await?;
    sessions::clear_failures(&mut tx, &subject).await?;
    write_codes(&mut tx, services, me).await?;
    note(&mut tx, services, me, "account.second_factor_on", None, None).await?;
    Ok(tx)
}

async fn write_codes(tx: &mut OwnTx, services: &Services, me: &Myself) -> Result<()> {
    let codes = fresh_codes();
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| recovery_hash(me.account, code)).collect();
    let shown = services.keys.seal(me.account.as_bytes(), codes.join("\n").as_bytes())?;
    Ok(second_factors::set_codes(tx, me.account, &hashes, &shown, services.now() + SHOWN).await?)
}

fn whole(who: &Who) -> Result<Myself> {
    let me = who.myself()?;
    match (who, me.line) {
        _ if me.borrowed => Err(not_as_another()),
        (Who::Half { .. }, _) => Err(Error::NotFound),
        (_, true) => Err(Error::Conflict(Problem::new("", "problem-line-account"))),
        _ => Ok(me),
    }
}

/// Begins: from now on a factor waits to be proven.
pub async fn begin_second_factor(services: &Services, who: &Who) -> Result<()> {
    let me = whole(who)?;
    proven(services, Some(me.session))?;
    let mut tx = who.begin(services).await?;
    propose(&mut tx, services, &me).await?;
    Ok(tx.commit().await?)
}

/// The factor that waits, if one does. Like the seed of a safe: shown only to who has just proven himself.
pub async fn pending_enrolment(services: &Services, who: &Who) -> Result<Option<Enrolment>> {
    let me = whole(who)?;
    let mut tx = who.begin(services).await?;
    match second_factors::of(&mut tx, me.account).await?.filter(|factor| factor.confirmed_at.is_none()) {
        Some(factor) if proven(services, Some(me.session)).is_ok() => Ok(Some(show(&mut tx, services, &me, &factor).await?)),
        _ => Ok(None),
    }
}

/// Proves the factor that waits. His other sessions end: they were opened with less.
pub async fn confirm_second_factor(services: &Services, who: &Who, code: &str) -> Result<()> {
    let me = whole(who)?;
    proven(services, Some(me.session))?;
    let tx = who.begin(services).await?;
    let mut tx = confirm(tx, services, &me, code).await?;
    sessions::end_others(&mut tx, me.account, Some(me.session.id)).await?;
    Ok(tx.commit().await?)
}

/// Goes back to the password alone, where the rules let him.
pub async fn drop_second_factor(services: &Services, who: &Who) -> Result<()> {
    let me = whole(who)?;
    proven(services, Some(me.session))?;
    let mut tx = who.begin(services).await?;
    let rule = sign_in_rules::of(&mut tx, me.isp.map(|isp| isp.0)).await?;
    if rule.forces(me.role) {
        return Err(Error::Conflict(Problem::new("", "problem-factor-forced")));
    }
    if !second_factors::drop(&mut tx, me.account).await? {
        return Err(Error::Conflict(Problem::new("", "problem-factor-none")));
    }
    note(&mut tx, services, &me, "account.second_factor_off", None, None).await?;
    Ok(tx.commit().await?)
}

/// Ten new codes; those of before are worth nothing any more.
pub async fn new_recovery_codes(services: &Services, who: &Who) -> Result<()> {
    let me = whole(who)?;
    proven(services, Some(me.session))?;
    let mut tx = who.begin(services).await?;
    if second_factors::lock(&mut tx, me.account).await?.is_none_or(|factor| factor.confirmed_at.is_none()) {
        return Err(Error::Conflict(Problem::new("", "problem-factor-none")));
    }
    write_codes(&mut tx, services, &me).await?;
    note(&mut tx, services, &me, "account.recovery_codes", None, None).await?;
    Ok(tx.commit().await?)
}

/// The fresh codes, until they were kept or ten minutes are over.
pub async fn shown_recovery_codes(services: &Services, who: &Who) -> Result<Vec<String>> {
    let me = whole(who)?;
    let mut tx = who.begin(services).await?;
    let Some(factor) = second_factors::of(&mut tx, me.account).await? else { return Ok(Vec::new()) };
    match (factor.codes_shown, factor.codes_until) {
        (Some(sealed), Some(until)) if until > services.now() => {
            let text = services.keys.open_text(me.account, &sealed)?;
            Ok(text.lines().map(str::to_owned).collect())
        }
        _ => Ok(Vec::new()),
    }
}

/// He has them: nobody sees them again.
pub async fn keep_recovery_codes(services: &Services, who: &Who) -> Result<()> {
    let me = whole(who)?;
    let mut tx = who.begin(services).await?;
    second_factors::forget_shown(&mut tx, me.account).await?;
    Ok(tx.commit().await?)
}
