//! Use cases: one verb a file, one folder a noun. Each authorises, opens the transaction, loads, lets the domain
//! decide, writes, records, commits. No SQL here, no words of any language, no HTTP.

mod clock;
mod error;
mod seal;
mod state;

pub mod accounts;
pub mod addresses;
pub mod audit;
pub mod billing;
pub mod books;
pub mod cash;
pub mod charts;
pub mod corrections;
pub mod customers;
pub mod dashboard;
pub mod documents;
pub mod dunning;
pub mod expenses;
pub mod fair_use;
pub mod first_steps;
pub mod imports;
pub mod isps;
pub mod keys;
pub mod ledger;
pub mod messages;
pub mod packages;
pub mod payments;
pub mod people;
pub mod platform;
pub mod portal;
pub mod promos;
pub mod provisioning;
pub mod radius;
pub mod rehearsal;
pub mod reports;
pub mod router_imports;
pub mod router_moves;
pub mod routers;
pub mod schedule;
pub mod settings;
pub mod usage;
pub mod wanted;

pub use clock::{Clock, ManualClock, SystemClock};
pub use error::{Error, Result, constraint};
pub use seal::{Keyring, SealError};
pub use state::Services;

use domain::CustomerId;
use domain::people::Caller;
use domain::rights::Permission;

/// The same about one customer, for whom alone a key may have been given (TEN-09).
pub fn require_for(caller: &Caller, permission: Permission, customer: CustomerId) -> Result<()> {
    if caller.allowed_for(permission, customer) { Ok(()) } else { Err(denied(caller, permission)) }
}

/// The first line where the customer is not known yet: for him, or for somebody.
pub(crate) fn require_for_somebody(caller: &Caller, permission: Permission) -> Result<()> {
    let one = caller.bounds.for_one.iter().find(|(key, _)| *key == permission);
    match one {
        Some((_, customer)) => require_for(caller, permission, *customer),
        None => require(caller, permission),
    }
}

/// The first line of a use case: may this caller do this?
pub fn require(caller: &Caller, permission: Permission) -> Result<()> {
    if caller.allowed(permission) { Ok(()) } else { Err(denied(caller, permission)) }
}

/// A refusal stands in the server's log: who asks for what is not his may be trying doors.
fn denied(caller: &Caller, permission: Permission) -> Error {
    tracing::info!(isp = %caller.isp_id, actor = caller.actor_name(), ip = ?caller.ip, right = permission.key(), "refused");
    Error::Denied(permission)
}
