//! A generated password on its way to its owner: sealed, seen only by whoever made it, for a quarter of an hour or until
//! it was passed on. Somebody who acts as another never sees one.

use super::scope::managed;
use crate::{Result, Services};
use chrono::TimeDelta;
use domain::AccountId;
use domain::people::Caller;
use storage::{IspTx, first_passwords};

const SHOWN: TimeDelta = TimeDelta::minutes(15);

pub(super) async fn keep(tx: &mut IspTx, services: &Services, caller: &Caller, id: AccountId, password: &str) -> Result<()> {
    let sealed = services.keys.seal_text(id.0, password)?;
    Ok(first_passwords::keep(tx, id.0, &sealed, caller.actor_id(), services.now(), SHOWN).await?)
}

/// The password that the caller made for this person and has not passed on yet.
pub async fn shown_first_password(services: &Services, caller: &Caller, id: AccountId) -> Result<Option<String>> {
    let (Some(maker), None) = (caller.actor_id(), &caller.bounds.impersonator) else { return Ok(None) };
    let mut tx = services.begin(caller).await?;
    let sealed = first_passwords::shown(&mut tx, id.0, maker, services.now()).await?;
    Ok(sealed.map(|sealed| services.keys.open_text(id.0, &sealed)).transpose()?)
}

/// It was passed on: nobody sees it again.
pub async fn forget_first_password(services: &Services, caller: &Caller, id: AccountId) -> Result<()> {
    let mut tx = services.begin(caller).await?;
    managed(&mut tx, caller, id).await?;
    first_passwords::forget(&mut tx, id.0, services.now()).await?;
    Ok(tx.commit().await?)
}
