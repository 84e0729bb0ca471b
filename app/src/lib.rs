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

pub mod billing;
#[cfg(feature = "ssr")]
pub mod books;
#[cfg(feature = "ssr")]
pub mod cash;
#[cfg(feature = "ssr")]
pub mod corrections;
pub mod customers;
pub mod dashboard;
pub mod documents;
pub mod dunning;
pub mod imports;
pub mod invoices;
pub mod jobs;
pub mod messages;
pub mod packages;
pub mod payments;
pub mod platform;
pub mod portal;
pub mod radius;
#[cfg(feature = "ssr")]
pub mod rehearsal;
pub mod sign_in;

pub use error::UiError;
pub use routes::App;
pub use shell::shell;
#[cfg(feature = "ssr")]
pub use visit::server::{Request, Session};
pub use visit::{AlarmView, PersonView, SiteView, Visit};
