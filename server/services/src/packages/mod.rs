//! What is sold and for how much at each level: packages, the masters they are made of, the chain of prices, what a
//! changed master proposes, moving subscribers, and what single lines have apart.

mod masters;
mod moves;
mod on_routers;
mod overrides;
mod prices;
mod proposals;
mod remove;
mod save;
mod taxes;
mod trials;
mod views;

pub use masters::{archive_master, delete_master, save_master};
pub use moves::{MOVE_BATCH, MOVE_TASK, move_batch, run_move, start_move};
pub use on_routers::{OnRouterForm, OnRouterRow, package_on_routers, packages_on_router, put_on_router, sale_problem};
pub use overrides::{add_override, end_override, overrides, revert_temporary};
pub use prices::{PriceForm, set_rate, withdraw_price};
pub use proposals::{PROPOSAL_TASK, accept_proposal, apply_proposal, decline_proposal};
pub use remove::{archive_package, delete_package};
pub use save::save_package;
pub use taxes::{create_tax, list_taxes};
pub use views::{
    MasterPage, PackagePage, PriceRow, all_proposals, list_masters, list_packages, master, my_prices, package, package_names,
    packages_for_sale,
};

pub(crate) use on_routers::must_be_on;
pub(crate) use trials::{claim_trial, trial_end};

use crate::{Error, Result};
use domain::people::{Actor, Caller};
use domain::{AccountId, Problem};
use storage::IspTx;

/// A reseller who sells for himself, with his branch; `None`: the ISP.
pub(crate) fn seller(caller: &Caller) -> Option<(AccountId, &str)> {
    match (&caller.actor, &caller.owner_path) {
        (Actor::Account { id, .. }, Some(path)) => Some((*id, path)),
        _ => None,
    }
}

/// May the caller decide about what belongs to this seller? The ISP about everything, a reseller about his own; what he
/// may not decide about is not there for him.
fn own(caller: &Caller, of: Option<AccountId>) -> Result<()> {
    match seller(caller) {
        None if caller.owner_path.is_none() => Ok(()),
        Some((id, _)) if of == Some(id) => Ok(()),
        _ => Err(Error::NotFound),
    }
}

fn invalid(problem: Problem) -> Error {
    Error::Invalid(vec![problem])
}

fn stale() -> Error {
    Error::Conflict(Problem::new("", "problem-changed-meanwhile"))
}

/// What changed, for the audit log, as JSON.
fn json<T: serde::Serialize>(value: &T) -> Option<serde_json::Value> {
    serde_json::to_value(value).ok()
}

/// Ends the transaction; what only the database's own check of the chain saw is the price's problem.
async fn commit(tx: IspTx) -> Result<()> {
    Ok(tx.commit().await?)
}
