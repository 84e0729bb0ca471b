//! The same question under the same key of the asker's own gets the same answer for a day (API-02). What is done between
//! asking and answering is a use case's; money commands carry the key on and so happen once even if this server dies.

use crate::{Error, Result, Services};
use domain::AccountId;
use domain::people::{Actor, Caller};
use domain::rights::Permission;
use sha2::{Digest, Sha256};
use storage::api_requests;
pub use storage::api_requests::{Answer, Known};

fn account(caller: &Caller) -> Result<AccountId> {
    match caller.actor {
        Actor::Account { id, .. } => Ok(id),
        _ => Err(Error::Denied(Permission::ApiKeys)),
    }
}

/// Takes a question (method, address and body), or tells what became of it.
pub async fn begin_request(services: &Services, caller: &Caller, key: &str, asked: &[&[u8]]) -> Result<Known> {
    let mut hash = Sha256::new();
    for part in asked {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    let mut tx = services.begin(caller).await?;
    let known = api_requests::begin(&mut tx, account(caller)?, key, &hash.finalize(), services.now()).await?;
    tx.commit().await?;
    Ok(known)
}

pub async fn finish_request(services: &Services, caller: &Caller, key: &str, answer: &Answer) -> Result<()> {
    let mut tx = services.begin(caller).await?;
    api_requests::finish(&mut tx, account(caller)?, key, answer).await?;
    Ok(tx.commit().await?)
}

/// Nothing came of it: it may be asked again.
pub async fn give_up_request(services: &Services, caller: &Caller, key: &str) -> Result<()> {
    let mut tx = services.begin(caller).await?;
    api_requests::give_up(&mut tx, account(caller)?, key).await?;
    Ok(tx.commit().await?)
}
