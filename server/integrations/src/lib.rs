//! The outside world by kind: wire formats and clients. Timeouts and retries live here, decisions never do.

pub mod documents;
pub mod radius;
pub mod routeros;
pub mod spreadsheet;
