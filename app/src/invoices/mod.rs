//! Invoices: the list, and one of them laid out as the document it is.

#[cfg(feature = "ssr")]
mod list;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
pub mod query;
mod sheet;

#[cfg(feature = "ssr")]
pub(crate) use list::list;
#[cfg(feature = "ssr")]
pub(crate) use page::show;
pub(crate) use sheet::{InvoiceSheet, PrintButton, state_mark};
