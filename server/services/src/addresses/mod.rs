//! Addresses of an ISP: its networks, which address a line has, and who had one when. Nobody is given what somebody holds,
//! what routers hand out, or what was given back a moment ago.

mod blocks;
mod give;
mod view;

pub use blocks::{create_block, keep_range, let_go, merge_block, remove_block, split_block, update_block};
pub use give::{GiveForm, Given, give, release, set_networks};
pub use view::{BlockPage, Cell, blocks_of, find_block, held_by, list_blocks, who_had};

use crate::{Error, Result};
use domain::Problem;
use domain::addresses::Block;
use domain::trust::Network;
use storage::audit::{self, Change};
use storage::{IspTx, addresses};

/// Refuses a network that meets one that is there, and names it. The map is locked: what is seen here holds until the end.
async fn apart(tx: &mut IspTx, vrf: &str, network: Network, container: bool, but: &[domain::BlockId]) -> Result<()> {
    for other in addresses::meeting(tx, vrf, network).await? {
        let holds = |outer: Network, inner: Network| outer.prefix() < inner.prefix();
        let fits = other.category == domain::addresses::Category::Container && holds(other.network, network)
            || container && holds(network, other.network);
        if !fits && !but.contains(&other.id) {
            let problem = Problem::new("network", "problem-address-overlap").with("network", other.network).with("name", other.name);
            return Err(Error::Invalid(vec![problem]));
        }
    }
    Ok(())
}

async fn record(tx: &mut IspTx, services: &crate::Services, action: &str, block: &Block, after: serde_json::Value) -> Result<()> {
    let change = Change { action, object_kind: "address_block", object_id: Some(block.id.0), after: Some(after), ..Change::default() };
    Ok(audit::record(tx, services.now(), change).await?)
}
