//! The RADIUS service: lets subscribers in and counts what they use. It answers from memory with the database behind
//! it, never turns a database that is away into a reject, and never acknowledges accounting that is not durable.

mod accounting;
mod answer;
mod authenticate;
pub mod bench;
mod change;
mod counters;
mod directory;
mod duplicates;
mod errands;
mod front;
mod load;
mod log;
mod notices;
mod online;
mod prove;
mod prove_password;
mod service;
mod sync;

pub use counters::Figures;
pub use front::{Front, freeradius_config};
pub use service::{Error, Radius, RadiusConfig};
