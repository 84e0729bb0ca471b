//! The first page of the office: what needs me today, then how it goes.

mod page;
mod picture;
mod work;

pub(crate) use page::home;
