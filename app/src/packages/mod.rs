//! What the ISP sells: the list, a form for a new package, the same form for a change.

#[cfg(feature = "ssr")]
pub mod api;
#[cfg(feature = "ssr")]
mod form;
#[cfg(feature = "ssr")]
mod list;
mod words;

#[cfg(feature = "ssr")]
pub(crate) use form::{edit, new};
#[cfg(feature = "ssr")]
pub(crate) use list::list;
pub(crate) use words::speed;
