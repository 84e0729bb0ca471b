//! What the schema promises, checked on a real database with the product's own plain role.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops there")]

mod append_only;
mod catalogue;
mod isp_lock;
