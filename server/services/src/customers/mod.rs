//! Subscribers: the list, the page, adding one, holding one down and letting him up.

mod block;
mod create;
mod views;

pub use block::{resume_service, suspend_service};
pub use create::{CustomerForm, create_customer};
pub use views::{customer, subscribers, timeline};
