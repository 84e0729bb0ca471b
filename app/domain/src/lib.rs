//! The rules and the vocabulary of the product. Everything here is a function of values and of a `now` that is handed
//! in: no IO, no clock, no random numbers, no floating point, and it all compiles for the browser too.
#![deny(clippy::float_arithmetic)]

pub mod access;
pub mod accounting;
pub mod addresses;
pub mod billing;
pub mod books;
pub mod bulk;
pub mod calendar;
pub mod cash;
pub mod corrections;
pub mod customers;
pub mod documents;
pub mod dunning;
pub mod expenses;
pub mod fair_use;
pub mod first_steps;
pub mod ids;
pub mod imports;
pub mod keys;
pub mod ledger;
pub mod messages;
pub mod money;
pub mod packages;
pub mod payments;
pub mod people;
pub mod places;
pub mod platform;
pub mod problem;
pub mod provisioning;
pub mod radius;
pub mod reports;
pub mod rights;
pub mod router_imports;
pub mod router_moves;
pub mod routers;
pub mod schedule;
pub mod settings;
pub mod trust;
pub mod usage;
pub mod wanted;
#[cfg(feature = "zones")]
pub mod zones;

pub use ids::*;
pub use money::{Currency, Money};
pub use problem::Problem;
