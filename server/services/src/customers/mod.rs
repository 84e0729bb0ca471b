//! Subscribers: the list, the page, adding one, holding one down and letting him up.

mod block;
mod create;
mod export;
mod expiry;
mod views;

pub use block::{resume_service, suspend_service};
pub(crate) use create::search_text;
pub use create::{CustomerForm, create_customer};
pub use export::export;
pub use expiry::set_expiry;
pub use views::{customer, sessions, subscribers, timeline, with_mobile};
