//! The end of a drawer's day: what was counted stands beside what the books say, and what differs is an entry of its
//! own that stays with the person (PAY-17).

use super::{may_use, read_text};
use crate::{Error, Result, Services};
use domain::cash::{CashClose, close_entry};
use domain::people::Caller;
use domain::{EntryId, Money, Problem};
use serde::{Deserialize, Serialize};
use storage::audit::{self, Change};
use uuid::Uuid;

/// What was counted, and the figure of the books that the form showed: another one means money has moved since.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseForm {
    pub counted: String,
    pub book: String,
    #[serde(default)]
    pub note: String,
}

pub async fn close_day(services: &Services, caller: &Caller, drawer: Uuid, form: &CloseForm) -> Result<CashClose> {
    may_use(caller, drawer)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut problems = Vec::new();
    let counted = Money::parse(&form.counted, isp.currency).unwrap_or_else(|error| {
        problems.push(Problem::new("counted", error.key()));
        Money::zero(isp.currency)
    });
    let note = read_text("note", &form.note, &mut problems);
    let (now, today) = (services.now(), services.today(&isp));
    let mut tx = services.begin(caller).await?;
    let known = storage::cash::drawers(&mut tx, Some(drawer), isp.currency).await?.into_iter().next();
    let name = match known {
        Some(known) => known.name,
        None if caller.actor_id() == Some(drawer) => caller.actor_name().to_string(),
        None => return Err(Error::NotFound),
    };
    storage::cash::open_drawer(&mut tx, drawer, &name, now).await?;
    storage::cash::lock_drawers(&mut tx, &[drawer]).await?;
    let (balance, _) = storage::cash::balance(&mut tx, drawer).await?;
    let book = Money::new(balance, isp.currency);
    if form.book != book.plain() {
        return Err(Error::Conflict(Problem::new("counted", "problem-drawer-moved").with("book", book.plain())));
    }
    if counted != book && note.is_none() {
        problems.push(Problem::new("note", "problem-difference-note"));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let id = Uuid::now_v7();
    let entry = close_entry(id, drawer, book.minor, counted.minor, today, isp.currency, name)
        .transpose()
        .map_err(|error| Error::Internal(format!("close entry: {error:?}")))?;
    let entry_id = entry.as_ref().map(|_| EntryId(Uuid::now_v7()));
    if let (Some(entry), Some(entry_id)) = (&entry, entry_id) {
        storage::ledger::post(&mut tx, now, &[(entry_id, entry)]).await?;
    }
    let close = CashClose {
        id,
        business_date: today,
        book,
        counted,
        note,
        closed_at: now,
        closed_by_name: caller.actor_name().to_string(),
        entry_id,
    };
    storage::cash::insert_close(&mut tx, drawer, &close).await?;
    let after = serde_json::json!({ "book_minor": book.minor, "counted_minor": counted.minor });
    let change =
        Change { action: "cash.close", object_kind: "cash_drawer", object_id: Some(drawer), after: Some(after), ..Change::default() };
    audit::record(&mut tx, now, change).await?;
    tx.commit().await?;
    Ok(close)
}
