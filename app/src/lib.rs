//! The interface of the product: shell, routes, the panel of each role, the pages and the server functions they call.
//! Compiled twice: for the server, which renders every page whole, and for the browser, which wakes it up.
#![recursion_limit = "512"]

pub mod drawn;
mod error;
mod lists;
mod poll;
mod routes;
mod shell;
mod visit;

pub mod panels;

#[cfg(feature = "ssr")]
pub mod billing;
pub mod customers;
pub mod dashboard;
pub mod imports;
pub mod invoices;
pub mod packages;
pub mod payments;
pub mod platform;
pub mod portal;
pub mod radius;
pub mod sign_in;

pub use error::UiError;
pub use routes::App;
pub use shell::shell;
#[cfg(feature = "ssr")]
pub use visit::server::{Request, Session};
pub use visit::{PersonView, SiteView, Visit};
