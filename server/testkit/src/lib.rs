//! A database a test: copied from a template that was migrated once, reached with the same plain role that the product
//! runs as, with two ISPs in it so that a leak between them shows. Tests only.

mod database;
mod isps;
mod killed;

pub use database::TestDb;
pub use isps::{TestIsp, World, world, world_in};
pub use killed::Killed;
