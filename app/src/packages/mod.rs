//! What the ISP and its resellers sell: packages, the masters they are made of, the chain of prices, what waits for a yes,
//! and what single lines have apart. Drawn on the server; a margin is worked out there while it is typed.

mod apart;
pub mod api;
mod fields;
mod form;
mod lens;
mod list;
mod masters;
mod proposals;
mod words;

pub(crate) use apart::overrides_page;
pub(crate) use form::{edit_package, new_package};
pub(crate) use list::{list_page, prices_page};
pub(crate) use masters::{edit_master, masters_page, new_master};
pub(crate) use proposals::proposals_page;
pub(crate) use words::speed;
