//! The rehearsal of a run on screen: the days that were rehearsed, one of them page by page, one subscriber of it. All
//! of it is drawn on the server, so that a hundred thousand rows are as light as fifty.

pub mod api;
mod list;
mod one;
mod page;

pub(crate) use list::{badge, rehearsals};
pub(crate) use one::rehearsed_service;
pub(crate) use page::rehearsal;
pub use page::row_filter;
