//! Months of the books: closed in order, so that there is one line between what is final and what is not; the last one
//! is opened again only by two people (SEC-17). The database keeps entries out of a closed month.

use crate::{Error, Result, Services, require};
use chrono::{Months, NaiveDate, TimeDelta};
use domain::books::PeriodRow;
use domain::people::Caller;
use domain::reports::Grain;
use domain::rights::Permission;
use domain::{Problem, calendar};
use storage::audit::{self, Change};
use storage::books::periods as stored;
use uuid::Uuid;

/// A request that nobody answered for so long is none any more.
const REQUEST_HOLDS: TimeDelta = TimeDelta::hours(72);

pub async fn periods(services: &Services, caller: &Caller) -> Result<Vec<PeriodRow>> {
    require(caller, Permission::LedgerView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    Ok(stored::list(&mut tx, services.today(&isp)).await?)
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
    note(&mut tx, services, "ledger.close", month, None).await?;
    Ok(tx.commit().await?)
}

/// Asks to reopen the last closed month, with a reason; somebody else decides.
pub async fn ask_to_reopen(services: &Services, caller: &Caller, month: NaiveDate, reason: &str) -> Result<Uuid> {
    require(caller, Permission::LedgerReopen)?;
    let by = caller.actor_id().ok_or(Error::Denied(Permission::LedgerReopen))?;
    let reason = reason.trim();
    if !(10..=500).contains(&reason.chars().count()) {
        return Err(Error::Invalid(vec![Problem::new("reason", "problem-reopen-reason")]));
    }
    let now = services.now();
    let mut tx = services.begin(caller).await?;
    stored::hold(&mut tx).await?;
    last_closed_is(&mut tx, month).await?;
    let today = domain::zones::business_day(now, services.isp(caller.isp_id).await?.zone);
    let waiting = stored::list(&mut tx, today).await?.into_iter().find(|row| row.month == month).and_then(|row| row.reopening);
    if let Some(old) = waiting {
        let (_, _, asked_at) = stored::lock_request(&mut tx, old.id).await?.ok_or(Error::NotFound)?;
        if asked_at + REQUEST_HOLDS > now {
            return Err(Error::Conflict(Problem::new("", "problem-reopen-asked")));
        }
        stored::decide(&mut tx, old.id, false, Uuid::nil(), now).await?;
    }
    let id = Uuid::now_v7();
    stored::ask(&mut tx, id, month, reason, by, now).await?;
    note(&mut tx, services, "ledger.reopen_ask", month, Some(reason)).await?;
    tx.commit().await?;
    Ok(id)
}

/// Says yes or no to somebody else's request.
pub async fn decide_reopening(services: &Services, caller: &Caller, id: Uuid, yes: bool) -> Result<()> {
    require(caller, Permission::LedgerReopen)?;
    let by = caller.actor_id().ok_or(Error::Denied(Permission::LedgerReopen))?;
    let now = services.now();
    let mut tx = services.begin(caller).await?;
    stored::hold(&mut tx).await?;
    let (month, asked_by, asked_at) = stored::lock_request(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if asked_by == by {
        return Err(Error::Conflict(Problem::new("", "problem-second-person")));
    }
    if asked_at + REQUEST_HOLDS <= now {
        return Err(Error::Conflict(Problem::new("", "problem-reopen-expired")));
    }
    if yes {
        last_closed_is(&mut tx, month).await?;
        stored::reopen(&mut tx, month).await?;
    }
    stored::decide(&mut tx, id, yes, by, now).await?;
    note(&mut tx, services, if yes { "ledger.reopen" } else { "ledger.reopen_refuse" }, month, None).await?;
    Ok(tx.commit().await?)
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

async fn note(tx: &mut storage::IspTx, services: &Services, action: &'static str, month: NaiveDate, reason: Option<&str>) -> Result<()> {
    let after = serde_json::json!({ "month": month.format("%Y-%m").to_string(), "reason": reason });
    let change = Change { action, object_kind: "ledger_period", after: Some(after), ..Change::default() };
    Ok(audit::record(tx, services.now(), change).await?)
}
