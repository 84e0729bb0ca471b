//! Subscribers that live on a router come in: what it holds and which package each profile means, then the page of the
//! import itself. What packages are on a router stands here too.

pub mod api;
mod choose;
mod one;
mod packages;

pub(crate) use choose::choose;
pub(crate) use one::show;
pub(crate) use packages::{of_package, of_router};
