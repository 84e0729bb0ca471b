//! What the schema promises, checked on a real database with the product's own plain role.

mod append_only;
mod catalogue;
mod isp_lock;
