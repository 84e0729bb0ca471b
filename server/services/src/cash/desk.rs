//! What a cash desk shows: the drawer, what waits for whom, and what was.

use super::may_use;
use crate::{Error, Result, Services, require};
use domain::Money;
use domain::cash::{CashDesk, Drawer};
use domain::people::Caller;
use domain::rights::Permission;
use uuid::Uuid;

/// As many past hand-overs and closes as a screen holds; the statement has all of them.
const PAST: i64 = 20;
/// More than anybody has open.
const OPEN: i64 = 200;

/// The desk of one person; his own when `of` is none.
pub async fn desk(services: &Services, caller: &Caller, of: Option<Uuid>) -> Result<CashDesk> {
    let drawer = of.or(caller.actor_id()).ok_or(Error::NotFound)?;
    may_use(caller, drawer)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let mine = caller.actor_id() == Some(drawer);
    let found = storage::cash::drawers(&mut tx, Some(drawer), isp.currency).await?.into_iter().next();
    let drawer = match found {
        Some(drawer) => drawer,
        // Nothing has gone through it yet.
        None if mine => Drawer {
            account_id: drawer,
            name: caller.actor_name().to_string(),
            balance: Money::zero(isp.currency),
            promised: Money::zero(isp.currency),
            last_close: None,
        },
        None => return Err(Error::NotFound),
    };
    let id = drawer.account_id;
    let (outgoing, incoming) =
        storage::cash::hand_overs(&mut tx, Some(id), true, OPEN).await?.into_iter().partition(|hand_over| hand_over.giver_id == id);
    Ok(CashDesk {
        incoming,
        outgoing,
        past: storage::cash::hand_overs(&mut tx, Some(id), false, PAST).await?,
        closes: storage::cash::closes(&mut tx, id, PAST).await?,
        people: storage::cash::people(&mut tx, id).await?,
        drawer,
    })
}

/// All drawers, the fullest first. With only a desk of his own, a person sees that one.
pub async fn drawers(services: &Services, caller: &Caller) -> Result<Vec<Drawer>> {
    let all = caller.allowed(Permission::CashManage) && caller.owner_path.is_none();
    if !all {
        require(caller, Permission::CashDesk)?;
    }
    let isp = services.isp(caller.isp_id).await?;
    let only = if all { None } else { Some(super::own_id(caller)?) };
    let mut tx = services.begin(caller).await?;
    Ok(storage::cash::drawers(&mut tx, only, isp.currency).await?)
}
