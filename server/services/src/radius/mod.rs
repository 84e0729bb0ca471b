//! RADIUS for people: the access servers that may ask, what is wrong with them, who is online and who could not get in.

mod nas;
mod sessions;

pub use nas::{create_nas, list_nas, set_nas_active, suggest_secret, unknown_addresses, update_nas};
pub use sessions::{attempts_of_customer, attempts_of_username, close_stale, online_sessions, recent_attempts, usage};
