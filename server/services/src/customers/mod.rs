//! Subscribers: the list, the page, adding one, holding one down and letting him up.

mod block;
mod bulk;
mod create;
mod edit;
mod expiry;
mod export;
mod views;

pub use block::{resume_service, suspend_service};
pub use bulk::{BULK_TASK, bulk_job, bulk_jobs, cancel_bulk, preview_bulk, retry_bulk, run_bulk, start_bulk};
pub(crate) use create::search_text;
pub use create::{CustomerForm, create_customer};
pub use edit::{BY_PLACE, CustomerEdit, update_customer};
pub use expiry::set_expiry;
pub use export::export;
pub use storage::customer_heads::{CustomerFilter, CustomerHead};
pub use storage::lines::LineFilter;
pub use views::{customer, customers_behind, line, lines_behind, sessions, subscribers, timeline, with_mobile};
