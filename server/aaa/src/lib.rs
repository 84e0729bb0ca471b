//! The RADIUS service: lets subscribers in and counts what they use. It answers from memory with the database behind
//! it, never turns a database that is away into a reject, and never acknowledges accounting that is not durable.

mod accounting;
mod answer;
mod authenticate;
pub mod bench;
mod counters;
mod directory;
mod duplicates;
mod load;
mod log;
mod notices;
mod prove;
mod service;
mod sync;

pub use counters::Figures;
pub use service::{Error, Radius, RadiusConfig};
