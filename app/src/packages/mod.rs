//! What the ISP sells: the list, a form for a new package, the same form for a change.

pub mod api;
mod form;
mod list;

pub use form::{EditPackagePage, NewPackagePage};
pub use list::PackagesPage;
pub(crate) use list::speed;
