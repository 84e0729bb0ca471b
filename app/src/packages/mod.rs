//! What the ISP sells: the list, a form for a new package, the same form for a change.

pub mod api;
mod form;
mod list;
mod words;

pub(crate) use form::{edit, new};
pub(crate) use list::list;
pub(crate) use words::speed;
