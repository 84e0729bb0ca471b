//! Cash desks (PAY-17): everybody who takes cash has a drawer, and its content leaves only with somebody's yes.

mod close;
mod desk;
mod hand_over;
mod move_cash;

pub use close::{CloseForm, close_day};
pub use desk::{desk, drawers};
pub use hand_over::{HandOverForm, agree, count, hand_overs, propose, withdraw};
pub use move_cash::{MoveForm, move_cash};

use crate::{Error, Result, require};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{Currency, Money, Problem};
use storage::IspTx;
use uuid::Uuid;

/// Whose drawer a caller may act on: his own with a desk, anybody's with the right to manage them.
fn may_use(caller: &Caller, drawer: Uuid) -> Result<()> {
    if caller.actor_id() == Some(drawer) && caller.allowed(Permission::CashDesk) {
        return Ok(());
    }
    require(caller, Permission::CashManage)?;
    // A reseller's people are not seen by these rights; the whole ISP's are.
    if caller.owner_path.is_some() { Err(Error::NotFound) } else { Ok(()) }
}

/// The person himself; a job has no drawer.
fn own_id(caller: &Caller) -> Result<Uuid> {
    caller.actor_id().ok_or(Error::Denied(Permission::CashDesk))
}

/// An amount above nothing, or the problem beside its field.
fn read_amount(field: &str, text: &str, currency: Currency, problems: &mut Vec<Problem>) -> Money {
    match Money::parse(text, currency) {
        Ok(amount) if amount.is_zero() => problems.push(Problem::new(field, "problem-amount-zero")),
        Ok(amount) => return amount,
        Err(error) => problems.push(Problem::new(field, error.key())),
    }
    Money::zero(currency)
}

fn read_text(field: &str, text: &str, problems: &mut Vec<Problem>) -> Option<String> {
    let text = text.trim();
    if text.chars().count() > 500 {
        problems.push(Problem::new(field, "problem-too-long").with("most", 500));
    }
    Some(text.to_string()).filter(|text| !text.is_empty())
}

fn read_key(key: &str, problems: &mut Vec<Problem>) {
    if !(8..=100).contains(&key.len()) {
        problems.push(Problem::new("", "problem-form-stale"));
    }
}

/// Locks a drawer and refuses to take out more than is free in it.
pub(crate) async fn take_out(tx: &mut IspTx, drawer: Uuid, amount: Money) -> Result<()> {
    storage::cash::lock_drawers(tx, &[drawer]).await?;
    let (balance, promised) = storage::cash::balance(tx, drawer).await?;
    let free = Money::new(balance - promised, amount.currency);
    if amount.minor > free.minor {
        let problem = Problem::new("amount", "problem-drawer-short").with("free", free.plain());
        return Err(Error::Invalid(vec![problem]));
    }
    Ok(())
}
