//! All SQL and nothing else. There is no SQL without a transaction type and no transaction without a caller: `Db`
//! keeps its pool to itself. Nothing here decides; a function reads or writes what its name says.

mod db;
mod error;
mod migrate;

pub mod accounts;
pub mod audit;
pub mod billing_profiles;
pub mod isps;
pub mod ledger;
pub mod numbers;

pub use db::{Db, IspTx, Listener, PlatformTx};
pub use error::{Error, Result};
pub use migrate::migrate;
