//! RADIUS for people: the access servers that may ask, what is wrong with them, who is online and who could not get in.

mod access;
mod archive;
mod explain;
mod nas;
mod nodes;
pub mod orders;
mod sessions;
mod trial;

pub use access::{
    LineRules, bind_mac, block, block_list, line_rules, package_rules, put_package_access, put_realm, put_service_access, unbind_mac,
    unblock,
};
pub use archive::{Archived, archive_sessions, keep_sessions, session_months};
pub use explain::{Explained, check_password, explain_customer, try_login};
pub use nas::{create_nas, list_nas, set_nas_active, suggest_secret, unknown_addresses, update_nas};
pub use nodes::{Node, nodes};
pub use orders::enforce_online;
pub use sessions::{
    attempts_behind, attempts_of_customer, attempts_of_username, close_stale, find_attempts, find_orders, forget_old, online_sessions,
    orders_of_customer, recent_attempts, session_history, sessions_behind, usage,
};
pub(crate) use trial::{Heard, hears_us};
pub use trial::{TrialForm, find_trial, reach, send_login};
