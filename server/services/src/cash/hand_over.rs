//! Cash from one person to another: the giver proposes, the receiver counts, and only when both say the same figure is
//! anything posted, once (PAY-17). Until then it stays in the giver's drawer, promised.

use super::{own_id, read_amount, read_key, read_text, take_out};
use crate::{Error, Result, Services, require};
use domain::cash::{HandOver, HandOverState, Next, Word};
use domain::ledger::Entry;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{EntryId, Money, Problem};
use serde::{Deserialize, Serialize};
use storage::audit::{self, Change};
use storage::cash::{Ending, answer_hand_over};
use uuid::Uuid;

/// What the giver typed. `key` is made with the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOverForm {
    pub receiver_id: String,
    pub amount: String,
    #[serde(default)]
    pub note: String,
    pub key: String,
}

/// Promises cash out of the caller's own drawer to somebody.
pub async fn propose(services: &Services, caller: &Caller, form: &HandOverForm) -> Result<Uuid> {
    require(caller, Permission::CashDesk)?;
    let giver = own_id(caller)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut problems = Vec::new();
    let amount = read_amount("amount", &form.amount, isp.currency, &mut problems);
    let note = read_text("note", &form.note, &mut problems);
    read_key(&form.key, &mut problems);
    let now = services.now();
    let mut tx = services.begin(caller).await?;
    let people = storage::cash::people(&mut tx, giver).await?;
    let receiver = form.receiver_id.parse::<Uuid>().ok().and_then(|id| people.into_iter().find(|(person, _)| *person == id));
    let Some((receiver_id, receiver_name)) = receiver else {
        problems.push(Problem::new("receiver_id", "problem-choice"));
        return Err(Error::Invalid(problems));
    };
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    storage::cash::open_drawer(&mut tx, giver, caller.actor_name(), now).await?;
    storage::cash::open_drawer(&mut tx, receiver_id, &receiver_name, now).await?;
    storage::cash::lock_drawers(&mut tx, &[giver]).await?;
    if let Some(id) = storage::cash::find_hand_over(&mut tx, &form.key).await? {
        return Ok(id);
    }
    take_out(&mut tx, giver, amount).await?;
    let hand_over = HandOver {
        id: Uuid::now_v7(),
        giver_id: giver,
        giver_name: caller.actor_name().to_string(),
        receiver_id,
        receiver_name,
        amount,
        received: None,
        note,
        answer: None,
        state: HandOverState::Proposed,
        proposed_at: now,
        ended_at: None,
        entry_id: None,
    };
    storage::cash::insert_hand_over(&mut tx, &hand_over, &form.key).await?;
    let after = serde_json::json!({ "to": hand_over.receiver_name, "amount_minor": amount.minor });
    let change =
        Change { action: "cash.propose", object_kind: "hand_over", object_id: Some(hand_over.id), after: Some(after), ..Change::default() };
    audit::record(&mut tx, now, change).await?;
    tx.commit().await?;
    Ok(hand_over.id)
}

/// The receiver counted so much: the same figure ends it, another one is a dispute.
pub async fn count(services: &Services, caller: &Caller, id: Uuid, counted: &str, answer: &str) -> Result<HandOver> {
    require(caller, Permission::CashDesk)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut problems = Vec::new();
    let counted = Money::parse(counted, isp.currency).unwrap_or_else(|error| {
        problems.push(Problem::new("counted", error.key()));
        Money::zero(isp.currency)
    });
    let answer = read_text("answer", answer, &mut problems);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    hear(services, caller, id, Word::Counted(counted.minor), answer.as_deref()).await
}

/// The giver agrees with the count he saw.
pub async fn agree(services: &Services, caller: &Caller, id: Uuid, seen: &str) -> Result<HandOver> {
    require(caller, Permission::CashDesk)?;
    let isp = services.isp(caller.isp_id).await?;
    let seen = Money::parse(seen, isp.currency).map_err(|_| Error::Conflict(Problem::new("", "problem-hand-over-changed")))?;
    hear(services, caller, id, Word::Agreed(seen.minor), None).await
}

/// The giver takes it back; nothing is posted.
pub async fn withdraw(services: &Services, caller: &Caller, id: Uuid) -> Result<HandOver> {
    require(caller, Permission::CashDesk)?;
    hear(services, caller, id, Word::Withdrawn, None).await
}

async fn hear(services: &Services, caller: &Caller, id: Uuid, word: Word, answer: Option<&str>) -> Result<HandOver> {
    let who = own_id(caller)?;
    let isp = services.isp(caller.isp_id).await?;
    let (now, today) = (services.now(), services.today(&isp));
    let mut tx = services.begin(caller).await?;
    let hand_over = storage::cash::lock_hand_over(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if who != hand_over.giver_id && who != hand_over.receiver_id {
        return Err(Error::NotFound);
    }
    let next = hand_over.hear(who, word).map_err(|key| Error::Conflict(Problem::new("", key)))?;
    let open =
        Ending { state: HandOverState::Disputed, received_minor: None, entry_id: None, difference_entry_id: None, business_date: None };
    let (ending, action) = match next {
        Next::Dispute(received) => (Ending { received_minor: Some(received), ..open }, "cash.dispute"),
        Next::Withdraw => (Ending { state: HandOverState::Withdrawn, ..open }, "cash.withdraw"),
        Next::Post(received) => {
            storage::cash::lock_drawers(&mut tx, &[hand_over.giver_id, hand_over.receiver_id]).await?;
            // A receipt that was taken back since then may have emptied the drawer.
            let (balance, _) = storage::cash::balance(&mut tx, hand_over.giver_id).await?;
            if balance < hand_over.amount.minor {
                return Err(Error::Conflict(Problem::new("", "problem-hand-over-uncovered")));
            }
            let (moved, difference) =
                hand_over.entries(received, today).map_err(|error| Error::Internal(format!("hand-over entry: {error:?}")))?;
            let (entry_id, difference_id) = (EntryId(Uuid::now_v7()), EntryId(Uuid::now_v7()));
            let mut entries: Vec<(EntryId, &Entry)> = vec![(entry_id, &moved)];
            entries.extend(difference.iter().map(|entry| (difference_id, entry)));
            storage::ledger::post(&mut tx, now, &entries).await?;
            let ending = Ending {
                state: HandOverState::Confirmed,
                received_minor: Some(received),
                entry_id: Some(entry_id),
                difference_entry_id: difference.as_ref().map(|_| difference_id),
                business_date: Some(today),
            };
            (ending, "cash.confirm")
        }
    };
    answer_hand_over(&mut tx, id, now, answer, ending).await?;
    let after = serde_json::json!({ "amount_minor": hand_over.amount.minor, "received_minor": ending.received_minor, "state": ending.state.slug() });
    let change = Change { action, object_kind: "hand_over", object_id: Some(id), after: Some(after), ..Change::default() };
    audit::record(&mut tx, now, change).await?;
    let after = storage::cash::lock_hand_over(&mut tx, id).await?.ok_or(Error::NotFound)?;
    tx.commit().await?;
    Ok(after)
}

/// Hand-overs of the whole ISP, those that wait first: for who manages the desks.
pub async fn hand_overs(services: &Services, caller: &Caller, open: bool) -> Result<Vec<HandOver>> {
    require(caller, Permission::CashManage)?;
    let mut tx = services.begin(caller).await?;
    Ok(storage::cash::hand_overs(&mut tx, None, open, 200).await?)
}
