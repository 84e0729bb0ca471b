//! The session of somebody who acts as another: it hangs below his own, has no proof in it, and gives the way back. Who
//! may have one is decided elsewhere.

use super::session::{hash_token, new_token};
use crate::Result;
use chrono::{DateTime, TimeDelta, Utc};
use domain::CustomerId;
use domain::people::Caller;
use storage::IspTx;
use storage::sessions::{self, NewSession};
use uuid::Uuid;

/// Whose account is opened, and from which session by whom.
pub(crate) struct Borrowed<'a> {
    pub account: Uuid,
    /// A subscriber's portal.
    pub customer: Option<CustomerId>,
    pub parent: Uuid,
    pub by: (Uuid, &'a str),
}

/// Opens it and answers with its cookie; one that was open below the same session ends.
pub(crate) async fn begin_borrowed(
    tx: &mut IspTx,
    caller: &Caller,
    borrowed: &Borrowed<'_>,
    now: DateTime<Utc>,
    lasts: TimeDelta,
) -> Result<String> {
    sessions::end_below(tx, borrowed.parent).await?;
    let token = new_token();
    let session = NewSession {
        isp_id: Some(caller.isp_id.0),
        account_id: borrowed.account,
        customer_id: borrowed.customer.map(|id| id.0),
        owes: None,
        expires_at: now + lasts,
        ip: caller.ip,
        agent: "",
    };
    sessions::open_below(tx, &hash_token(&token), &session, borrowed.parent, borrowed.by, now).await?;
    Ok(token)
}

/// Ends it and answers with another cookie of the session below which it hung.
pub(crate) async fn end_borrowed(tx: &mut IspTx, id: Uuid, now: DateTime<Utc>) -> Result<Option<String>> {
    let Some(parent) = sessions::parent(tx, id).await? else { return Ok(None) };
    sessions::end_below(tx, parent).await?;
    let token = new_token();
    sessions::renew(tx, parent, &hash_token(&token), None, false, now).await?;
    Ok(Some(token))
}
