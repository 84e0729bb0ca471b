//! The audit log as a page. It only reads.

mod page;
mod words;

pub(crate) use page::log;
