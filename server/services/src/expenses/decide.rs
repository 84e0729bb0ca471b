//! The second person's yes or no to an expense, and taking a posted one back by a reversing entry.

use super::{Posting, post};
use crate::{Error, Result, Services, require};
use domain::expenses::{ExpenseRow, ExpenseState};
use domain::ledger::{Account, Entry};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{EntryId, Problem};
use storage::IspTx;
use storage::audit::{self, Change};
use storage::expenses::Ending;
use uuid::Uuid;

/// An expense in `state`, locked, and somebody other than its maker before it.
async fn others(tx: &mut IspTx, caller: &Caller, id: Uuid, state: ExpenseState, second: bool) -> Result<ExpenseRow> {
    let expense = storage::expenses::find(tx, id, true).await?.ok_or(Error::NotFound)?;
    if expense.state != state {
        return Err(Error::Conflict(Problem::new("", "problem-expense-decided")));
    }
    if second && caller.actor_id().is_none_or(|by| by == expense.created_by) {
        return Err(Error::Conflict(Problem::new("", "problem-second-person")));
    }
    Ok(expense)
}

/// Says yes: posts it on the day it was spent.
pub async fn approve_expense(services: &Services, caller: &Caller, id: Uuid) -> Result<()> {
    require(caller, Permission::ExpensesApprove)?;
    let mut tx = services.begin(caller).await?;
    let expense = others(&mut tx, caller, id, ExpenseState::Waiting, true).await?;
    let posting = Posting {
        id,
        category_id: expense.category_id,
        vendor: &expense.vendor,
        amount: expense.amount,
        tax_minor: expense.tax.minor,
        drawer: expense.drawer_id,
        day: expense.spent_on,
    };
    let (entry_id, voucher) = post(&mut tx, services, &posting).await?;
    let ending = Ending {
        state: ExpenseState::Posted,
        entry_id: Some(entry_id),
        voucher_number: Some(&voucher),
        reversal_entry_id: None,
        reason: None,
    };
    storage::expenses::decide(&mut tx, id, services.now(), ending).await?;
    note(&mut tx, services, "expense.approve", id, None).await?;
    Ok(tx.commit().await?)
}

/// Says no, with a reason.
pub async fn refuse_expense(services: &Services, caller: &Caller, id: Uuid, reason: &str) -> Result<()> {
    require(caller, Permission::ExpensesApprove)?;
    let reason = read_reason(reason)?;
    let mut tx = services.begin(caller).await?;
    others(&mut tx, caller, id, ExpenseState::Waiting, true).await?;
    let ending =
        Ending { state: ExpenseState::Refused, entry_id: None, voucher_number: None, reversal_entry_id: None, reason: Some(&reason) };
    storage::expenses::decide(&mut tx, id, services.now(), ending).await?;
    note(&mut tx, services, "expense.refuse", id, Some(&reason)).await?;
    Ok(tx.commit().await?)
}

/// Takes a posted expense back: a reversing entry of today, whatever month it was in.
pub async fn reverse_expense(services: &Services, caller: &Caller, id: Uuid, reason: &str) -> Result<()> {
    require(caller, Permission::ExpensesApprove)?;
    let reason = read_reason(reason)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let expense = others(&mut tx, caller, id, ExpenseState::Posted, false).await?;
    let entry_id = expense.entry_id.ok_or_else(|| Error::Internal("a posted expense without an entry".into()))?;
    let detail = storage::books::journal::entry(&mut tx, entry_id).await?.ok_or(Error::NotFound)?;
    let postings = detail
        .postings
        .iter()
        .map(|posting| {
            let account = Account::from_code(&posting.account).ok_or_else(|| Error::Internal(format!("account {}", posting.account)))?;
            Ok(domain::ledger::Posting::credit(account, posting.party_id, posting.amount.minor))
        })
        .collect::<Result<Vec<_>>>()?;
    let entry = Entry::balanced("expense.reversal", id.to_string(), services.today(&isp), detail.memo, isp.currency, postings)
        .map_err(|error| Error::Internal(format!("expense reversal: {error:?}")))?
        .reversing(entry_id);
    let reversal = EntryId(Uuid::now_v7());
    storage::ledger::post(&mut tx, services.now(), &[(reversal, &entry)]).await?;
    let ending = Ending {
        state: ExpenseState::Reversed,
        entry_id: None,
        voucher_number: None,
        reversal_entry_id: Some(reversal),
        reason: Some(&reason),
    };
    storage::expenses::decide(&mut tx, id, services.now(), ending).await?;
    note(&mut tx, services, "expense.reverse", id, Some(&reason)).await?;
    Ok(tx.commit().await?)
}

fn read_reason(reason: &str) -> Result<String> {
    let reason = reason.trim();
    if (3..=500).contains(&reason.chars().count()) {
        Ok(reason.to_string())
    } else {
        Err(Error::Invalid(vec![Problem::new("reason", "problem-reason-needed").with("most", 500)]))
    }
}

async fn note(tx: &mut IspTx, services: &Services, action: &'static str, id: Uuid, reason: Option<&str>) -> Result<()> {
    let after = reason.map(|reason| serde_json::json!({ "reason": reason }));
    let change = Change { action, object_kind: "expense", object_id: Some(id), after, ..Change::default() };
    Ok(audit::record(tx, services.now(), change).await?)
}
