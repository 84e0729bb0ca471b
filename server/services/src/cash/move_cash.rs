//! Cash that comes from or goes to the bank or the owner (PAY-17). Nobody takes out more than is free in the drawer.

use super::{may_use, read_amount, read_key, read_text, take_out};
use crate::{Error, Result, Services};
use domain::cash::Counterpart;
use domain::ledger::{Account, Entry, Posting};
use domain::people::Caller;
use domain::{EntryId, Problem};
use serde::{Deserialize, Serialize};
use storage::audit::{self, Change};
use storage::cash::NewMove;
use uuid::Uuid;

/// What was typed; `direction` is `in` or `out`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveForm {
    pub direction: String,
    pub counterpart: String,
    pub amount: String,
    #[serde(default)]
    pub note: String,
    pub key: String,
}

/// Moves cash in or out of a drawer, or finds the move that came in under the same key.
pub async fn move_cash(services: &Services, caller: &Caller, drawer: Uuid, form: &MoveForm) -> Result<Uuid> {
    may_use(caller, drawer)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut problems = Vec::new();
    let amount = read_amount("amount", &form.amount, isp.currency, &mut problems);
    let note = read_text("note", &form.note, &mut problems);
    read_key(&form.key, &mut problems);
    let out = match form.direction.as_str() {
        "in" => false,
        "out" => true,
        _ => {
            problems.push(Problem::new("direction", "problem-choice"));
            false
        }
    };
    let counterpart = Counterpart::from_slug(&form.counterpart).unwrap_or_else(|| {
        problems.push(Problem::new("counterpart", "problem-choice"));
        Counterpart::Bank
    });
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let (now, today) = (services.now(), services.today(&isp));
    let mut tx = services.begin(caller).await?;
    if caller.actor_id() == Some(drawer) {
        storage::cash::open_drawer(&mut tx, drawer, caller.actor_name(), now).await?;
    } else {
        let known = storage::cash::drawers(&mut tx, Some(drawer), isp.currency).await?.into_iter().next().ok_or(Error::NotFound)?;
        storage::cash::open_drawer(&mut tx, drawer, &known.name, now).await?;
    }
    storage::cash::lock_drawers(&mut tx, &[drawer]).await?;
    if let Some(id) = storage::cash::find_move(&mut tx, &form.key).await? {
        return Ok(id);
    }
    if out {
        take_out(&mut tx, drawer, amount).await?;
    }
    let id = Uuid::now_v7();
    let entry_id = EntryId(Uuid::now_v7());
    let signed = if out { -amount.minor } else { amount.minor };
    let postings = vec![Posting::debit(Account::CashDrawer, Some(drawer), signed), Posting::credit(counterpart.account(), None, signed)];
    let memo = note.clone().unwrap_or_else(|| counterpart.slug().to_string());
    let entry = Entry::balanced("cash.move", id.to_string(), today, memo, isp.currency, postings)
        .map_err(|error| Error::Internal(format!("cash entry: {error:?}")))?;
    storage::ledger::post(&mut tx, now, &[(entry_id, &entry)]).await?;
    let new =
        NewMove { id, drawer, out, counterpart, amount, business_date: today, at: now, note: note.as_deref(), entry_id, key: &form.key };
    storage::cash::insert_move(&mut tx, &new).await?;
    let after = serde_json::json!({ "direction": form.direction, "counterpart": counterpart.slug(), "amount_minor": amount.minor });
    let change =
        Change { action: "cash.move", object_kind: "cash_drawer", object_id: Some(drawer), after: Some(after), ..Change::default() };
    audit::record(&mut tx, now, change).await?;
    tx.commit().await?;
    Ok(id)
}
