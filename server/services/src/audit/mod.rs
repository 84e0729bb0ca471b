//! The audit log to read and to check: who did what, before and after, and whether anybody touched it since. Writing is
//! every use case's own business.

mod entries;
mod verify;

pub use entries::{entries, entries_behind, people};
pub use storage::audit::EntryFilter;
pub use verify::{Broken, Fault, Report, verify};
