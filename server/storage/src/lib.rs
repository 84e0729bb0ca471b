//! All SQL and nothing else. There is no SQL without a transaction type and no transaction without a caller: `Db`
//! keeps its pool to itself. Nothing here decides; a function reads or writes what its name says.

mod db;
mod error;
mod migrate;

pub mod accounts;
pub mod addons;
pub mod allocations;
pub mod audit;
pub mod bench;
pub mod billing;
pub mod billing_profiles;
pub mod books;
pub mod cash;
pub mod charges;
pub mod corrections;
pub mod customer_terms;
pub mod customers;
pub mod customers_bulk;
pub mod dashboard;
pub mod discounts;
pub mod document_batches;
pub mod documents;
pub mod dunning;
pub mod expenses;
pub mod fair_use;
pub mod holds;
pub mod imports;
pub mod invoices;
pub mod isps;
pub mod jobs;
pub mod ledger;
pub mod ledger_check;
pub mod messages;
pub mod numbers;
pub mod packages;
pub mod payment_search;
pub mod payments;
pub mod prepaid;
pub mod proformas;
pub mod promos;
pub mod radius;
pub mod refunds;
pub mod rehearsals;
pub mod reports;
pub mod schedule;
pub mod service_changes;
pub mod service_overrides;
pub mod sessions;
pub mod subscribers;
pub mod taxes;
pub mod top_ups;
pub mod usage;

pub use db::{Db, IspTx, Listener, PlatformTx};
pub use error::{Error, Result};
pub use migrate::{QUEUE_SCHEMA, migrate};
