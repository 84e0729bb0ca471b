//! Invoices: the list, and one of them laid out as the document it is.

pub mod api;
mod list;
mod page;
pub mod query;
mod sheet;

pub use list::InvoicesPage;
pub use page::InvoicePage;
pub(crate) use sheet::{InvoiceSheet, PrintButton, state_mark};
