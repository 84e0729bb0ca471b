//! Invoices: the list, and one of them laid out as the document it is.

mod list;
mod page;
pub mod query;
mod sheet;

pub(crate) use list::list;
pub(crate) use page::show;
pub(crate) use sheet::{InvoiceSheet, figure_line, sheet_line, state_mark};
