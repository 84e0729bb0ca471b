//! Months of the books: closed in order, so that there is one line between what is final and what is not; the last one
//! is opened again only by two people (SEC-17). The database keeps entries out of a closed month.

use crate::corrections::{Kind, Wish, ask, decide};
use crate::people::require_proof;
use crate::{Error, Result, Services, require};
use chrono::{Months, NaiveDate};
use domain::books::PeriodRow;
use domain::corrections::Decision;
use domain::people::Caller;
use domain::reports::Grain;
use domain::rights::Permission;
use domain::{ApprovalId, Problem, calendar};
use serde::{Deserialize, Serialize};
use storage::audit::{self, Change};
use storage::books::periods as stored;
use storage::refunds;
use uuid::Uuid;

pub async fn periods(services: &Services, caller: &Caller) -> Result<Vec<PeriodRow>> {
    require(caller, Permission::LedgerView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    Ok(stored::list(&mut tx, services.today(&isp), services.now()).await?)
}

/// The only month that may be closed next: the one after the last closed, or the first with entries.
async fn next_open(tx: &mut storage::IspTx) -> Result<Option<NaiveDate>> {
    match stored::last_closed(tx).await? {
        Some(last) => Ok(last.checked_add_months(Months::new(1))),
        None => Ok(stored::first_month(tx).await?),
    }
}

/// Closes a month that is over. Everybody who is posting finishes first; everybody who comes later is told.
pub async fn close_month(services: &Services, caller: &Caller, month: NaiveDate) -> Result<()> {
    require(caller, Permission::LedgerClose)?;
    let isp = services.isp(caller.isp_id).await?;
    let (now, today) = (services.now(), services.today(&isp));
    let month = Grain::Month.start(month);
    let over = calendar::months_after(month, 1).is_some_and(|next| next <= today);
    if !over {
        return Err(Error::Invalid(vec![Problem::new("month", "problem-period-not-over")]));
    }
    let mut tx = services.begin(caller).await?;
    stored::hold(&mut tx).await?;
    match next_open(&mut tx).await? {
        Some(next) if next == month => {}
        Some(next) if next < month => {
            let problem = Problem::new("month", "problem-close-order").with("month", next.format("%Y-%m"));
            return Err(Error::Conflict(problem));
        }
        Some(_) => return Err(Error::Conflict(Problem::new("month", "problem-period-is-closed"))),
        None => return Err(Error::Conflict(Problem::new("month", "problem-period-empty"))),
    }
    stored::close(&mut tx, month, now).await?;
    note(&mut tx, services, "ledger.close", month).await?;
    Ok(tx.commit().await?)
}

/// What a request to reopen keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reopen {
    month: NaiveDate,
}

/// Asks to reopen the last closed month, with a reason; somebody else decides, as about everything that takes two.
pub async fn ask_to_reopen(services: &Services, caller: &Caller, month: NaiveDate, reason: &str) -> Result<ApprovalId> {
    require(caller, Permission::LedgerReopen)?;
    require_proof(services, caller)?;
    let reason = reason.trim();
    if !(10..=500).contains(&reason.chars().count()) {
        return Err(Error::Invalid(vec![Problem::new("reason", "problem-reopen-reason")]));
    }
    let mut tx = services.begin(caller).await?;
    stored::hold(&mut tx).await?;
    last_closed_is(&mut tx, month).await?;
    if let Some((id, expires_at)) = stored::waiting(&mut tx, month).await? {
        if expires_at > services.now() {
            return Err(Error::Conflict(Problem::new("", "problem-reopen-asked")));
        }
        // Nobody answered in time: it makes room for the new one.
        refunds::decide(&mut tx, id, Decision::Reject, services.now()).await?;
    }
    let payload = serde_json::to_value(Reopen { month }).map_err(|error| Error::Internal(error.to_string()))?;
    let key = Uuid::now_v7().to_string();
    let wish = Wish { kind: Kind::LedgerReopen, customer: None, amount: None, payload, reason, key: &key };
    let id = ask(&mut tx, services, caller, wish).await?;
    tx.commit().await?;
    Ok(id)
}

/// Says yes or no to somebody else's request.
pub async fn decide_reopening(services: &Services, caller: &Caller, id: ApprovalId, decision: Decision) -> Result<()> {
    require(caller, Permission::LedgerReopen)?;
    decide(services, caller, id, decision).await
}

/// Opens the month again, when two people said so.
pub(crate) async fn reopen_month(tx: &mut storage::IspTx, services: &Services, wanted: Reopen) -> Result<()> {
    stored::hold(tx).await?;
    last_closed_is(tx, wanted.month).await?;
    stored::reopen(tx, wanted.month).await?;
    note(tx, services, "ledger.reopen", wanted.month).await
}

async fn last_closed_is(tx: &mut storage::IspTx, month: NaiveDate) -> Result<()> {
    match stored::last_closed(tx).await? {
        Some(last) if last == month => Ok(()),
        Some(last) if last > month => {
            Err(Error::Conflict(Problem::new("month", "problem-period-reopen-order").with("month", last.format("%Y-%m"))))
        }
        _ => Err(Error::Conflict(Problem::new("month", "problem-period-is-open"))),
    }
}

async fn note(tx: &mut storage::IspTx, services: &Services, action: &'static str, month: NaiveDate) -> Result<()> {
    let after = serde_json::json!({ "month": month.format("%Y-%m").to_string() });
    let change = Change { action, object_kind: "ledger_period", after: Some(after), ..Change::default() };
    Ok(audit::record(tx, services.now(), change).await?)
}
