//! RADIUS in the database: access servers, what the service keeps in memory, sessions with their usage, attempts, and
//! addresses that nobody registered.

pub mod accounting;
pub mod alerts;
pub mod attempts;
pub mod directory;
pub mod nas;
pub mod sessions;
