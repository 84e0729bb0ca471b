//! Founding an ISP: the company, its chart of accounts and a billing profile to begin with.

mod found;

pub use found::found;
pub(crate) use found::furnish;
