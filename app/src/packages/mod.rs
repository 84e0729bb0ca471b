//! What the ISP and its resellers sell: packages, the masters they are made of, the chain of prices, what waits for a yes,
//! and what single lines have apart. Drawn on the server; a margin is worked out there while it is typed.

#[cfg(feature = "ssr")]
mod apart;
pub mod api;
#[cfg(feature = "ssr")]
mod fields;
#[cfg(feature = "ssr")]
mod form;
#[cfg(feature = "ssr")]
mod lens;
#[cfg(feature = "ssr")]
mod list;
#[cfg(feature = "ssr")]
mod masters;
#[cfg(feature = "ssr")]
mod proposals;
mod words;

#[cfg(feature = "ssr")]
pub(crate) use apart::overrides_page;
#[cfg(feature = "ssr")]
pub(crate) use form::{edit_package, new_package};
#[cfg(feature = "ssr")]
pub(crate) use list::{list_page, prices_page};
#[cfg(feature = "ssr")]
pub(crate) use masters::{edit_master, masters_page, new_master};
#[cfg(feature = "ssr")]
pub(crate) use proposals::proposals_page;
pub(crate) use words::speed;
