//! RADIUS for people: the access servers that may ask, what is wrong with them, who is online and who could not get in.

mod access;
mod nas;
pub mod orders;
mod sessions;

pub use access::{bind_mac, block, block_list, put_package_access, put_realm, put_service_access, unbind_mac, unblock};
pub use nas::{create_nas, list_nas, set_nas_active, suggest_secret, unknown_addresses, update_nas};
pub use orders::enforce_online;
pub use sessions::{
    attempts_of_customer, attempts_of_username, close_stale, find_attempts, online_sessions, orders_of_customer, recent_attempts,
    recent_orders, usage,
};
