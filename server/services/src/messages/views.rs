//! The outbox as people see it, and taking a message out of it while it waits.

use crate::{Error, Result, Services, require};
use domain::customers::{Page, Paging};
use domain::dunning::MessageRow;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{MessageId, Problem};
use storage::audit;
use storage::audit::Change;
pub use storage::messages::MessageFilter;

/// One page of the outbox, newest first.
pub async fn messages(services: &Services, caller: &Caller, filter: &MessageFilter, paging: Paging) -> Result<Page<MessageRow>> {
    require(caller, Permission::MessagesView)?;
    let mut tx = services.begin(caller).await?;
    let (rows, total) = storage::messages::page(&mut tx, filter, paging.size, paging.offset()).await?;
    Ok(Page { rows, total, page: paging.page, size: paging.size })
}

/// Takes a message out of the outbox before it is sent.
pub async fn cancel(services: &Services, caller: &Caller, id: MessageId) -> Result<()> {
    require(caller, Permission::MessagesEdit)?;
    let mut tx = services.begin(caller).await?;
    let (template, customer) = storage::messages::cancel(&mut tx, id, services.now())
        .await?
        .ok_or_else(|| Error::Conflict(Problem::new("", "problem-message-gone")))?;
    let change = Change {
        action: "message.cancel",
        object_kind: "message",
        object_id: Some(id.0),
        customer_id: customer.map(|id| id.0),
        after: Some(serde_json::json!({ "template": template.slug() })),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}
