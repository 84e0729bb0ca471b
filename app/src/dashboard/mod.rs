//! The first page of the office: what needs me today, then how it goes.

mod page;
mod picture;

pub(crate) use page::home;
