//! RADIUS in the database: access servers, what the service keeps in memory, rules, sessions with their usage, what has to
//! be told to servers, attempts, and addresses that nobody registered.

pub mod access;
pub mod accounting;
pub mod alerts;
pub mod archive;
pub mod attempts;
pub mod directory;
pub mod nas;
pub mod nodes;
pub mod orders;
pub mod rules;
pub mod sessions;
pub mod trace;
pub mod trials;
