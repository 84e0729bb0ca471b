//! The audit log as a page. It only reads.

mod page;
mod words;

pub(crate) use page::log;
pub(crate) use words::action_words;
