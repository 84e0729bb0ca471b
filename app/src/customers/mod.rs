//! Subscribers: the list, adding one, and the page of one with his bills, payments, line, sessions and history.

pub mod api;
mod bar;
mod bill;
mod bulk;
mod edit;
mod filters;
mod line;
mod list;
mod marks;
mod new;
mod page;
pub mod query;
mod sessions;
pub mod terms;
mod timeline;

pub(crate) use bar::customer_bar;
pub(crate) use bulk::{bulk, bulk_job};
pub(crate) use edit::edit;
pub(crate) use list::{due, list};
pub(crate) use marks::{coverage_words, line_mark, online_mark, phone_text, reason_words};
pub(crate) use new::new;
pub(crate) use page::show;
pub use query::subscriber_filter;
pub(crate) use sessions::{cause_words, duration_words, octet_words};
