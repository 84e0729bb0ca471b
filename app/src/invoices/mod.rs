//! Invoices: the list, and one of them laid out as the document it is.

pub mod api;
#[cfg(feature = "ssr")]
mod list;
mod page;
pub mod query;
mod sheet;

#[cfg(feature = "ssr")]
pub(crate) use list::list;
pub use page::InvoicePage;
pub(crate) use sheet::{InvoiceSheet, state_mark};
