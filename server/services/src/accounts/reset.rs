//! What somebody above does for a person who is locked out: a new first password, his second factor taken away, his
//! sessions ended. Each asks for a fresh proof and stands in the log; nobody learns the password of before.

use super::first_password;
use super::scope::{managed, require_some_management};
use crate::people::{generate_password, hash_password, require_proof};
use crate::{Error, Result, Services};
use domain::people::Caller;
use domain::{AccountId, Problem};
use serde_json::json;
use storage::audit::{self, Change};
use storage::{people, second_factors, sessions};
use uuid::Uuid;

fn told(action: &'static str, id: AccountId) -> Change<'static> {
    Change { action, object_kind: "account", object_id: Some(id.0), ..Change::default() }
}

/// A new first password, as for a new person. All his sessions end.
pub async fn reset_password(services: &Services, caller: &Caller, id: AccountId) -> Result<()> {
    require_some_management(caller)?;
    require_proof(services, caller)?;
    let password = generate_password();
    let hash = hash_password(&password).await?;
    let mut tx = services.begin(caller).await?;
    managed(&mut tx, caller, id).await?;
    people::set_first_password(&mut tx, id, &hash, services.now()).await?;
    sessions::end_others(&mut tx, id.0, None).await?;
    first_password::keep(&mut tx, services, caller, id, &password).await?;
    audit::record(&mut tx, services.now(), told("account.password_reset", id)).await?;
    Ok(tx.commit().await?)
}

/// Takes his second factor away: he enrols again where he must have one. All his sessions end.
pub async fn reset_second_factor(services: &Services, caller: &Caller, id: AccountId) -> Result<()> {
    require_some_management(caller)?;
    require_proof(services, caller)?;
    let mut tx = services.begin(caller).await?;
    let person = managed(&mut tx, caller, id).await?;
    if !person.row.second_factor {
        return Err(Error::Conflict(Problem::new("", "problem-factor-none")));
    }
    second_factors::drop(&mut tx, id.0).await?;
    sessions::end_others(&mut tx, id.0, None).await?;
    audit::record(&mut tx, services.now(), told("account.second_factor_reset", id)).await?;
    Ok(tx.commit().await?)
}

/// Ends one of his sessions, or all of them.
pub async fn end_sessions_of(services: &Services, caller: &Caller, id: AccountId, one: Option<Uuid>) -> Result<u64> {
    require_some_management(caller)?;
    let mut tx = services.begin(caller).await?;
    managed(&mut tx, caller, id).await?;
    let ended = match one {
        None => sessions::end_others(&mut tx, id.0, None).await?,
        Some(session) => u64::from(sessions::end(&mut tx, id.0, session).await?),
    };
    if ended == 0 && one.is_some() {
        return Err(Error::NotFound);
    }
    let change = Change { after: Some(json!({ "sessions": ended })), ..told("account.sessions_end", id) };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(ended)
}
