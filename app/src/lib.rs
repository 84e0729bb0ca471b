//! The interface of the product: the frame, the pages and the server functions that their forms call. The browser half
//! is the frame alone; everything else is there on the server only.
#![recursion_limit = "512"]

mod app;
pub mod drawn;
mod panels;
mod visit;

pub use app::App;
pub use visit::{AlarmView, NoticeNote, PersonView, SiteView, Visit};

#[cfg(feature = "ssr")]
mod error;
#[cfg(feature = "ssr")]
mod lists;
#[cfg(feature = "ssr")]
mod shell;

#[cfg(feature = "ssr")]
mod account;
#[cfg(feature = "ssr")]
mod addresses;
#[cfg(feature = "ssr")]
mod audit;
#[cfg(feature = "ssr")]
pub mod billing;
#[cfg(feature = "ssr")]
pub mod books;
#[cfg(feature = "ssr")]
pub mod cash;
#[cfg(feature = "ssr")]
pub mod corrections;
#[cfg(feature = "ssr")]
pub mod customers;
#[cfg(feature = "ssr")]
mod dashboard;
#[cfg(feature = "ssr")]
pub mod documents;
#[cfg(feature = "ssr")]
pub mod dunning;
#[cfg(feature = "ssr")]
mod imports;
#[cfg(feature = "ssr")]
pub mod invoices;
#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
pub mod messages;
#[cfg(feature = "ssr")]
mod packages;
#[cfg(feature = "ssr")]
pub mod payments;
#[cfg(feature = "ssr")]
pub mod people;
#[cfg(feature = "ssr")]
pub mod platform;
#[cfg(feature = "ssr")]
mod portal;
#[cfg(feature = "ssr")]
pub mod provisioning;
#[cfg(feature = "ssr")]
mod radius;
#[cfg(feature = "ssr")]
pub mod rehearsal;
#[cfg(feature = "ssr")]
mod router_imports;
#[cfg(feature = "ssr")]
pub mod router_moves;
#[cfg(feature = "ssr")]
mod routers;
#[cfg(feature = "ssr")]
mod settings;
#[cfg(feature = "ssr")]
mod sign_in;
#[cfg(feature = "ssr")]
pub mod usage;
#[cfg(feature = "ssr")]
mod wanted;

#[cfg(feature = "ssr")]
pub use error::UiError;
#[cfg(feature = "ssr")]
pub use shell::shell;
#[cfg(feature = "ssr")]
pub use sign_in::place as sign_in_step;
#[cfg(feature = "ssr")]
pub use visit::server::{Request, SESSION_COOKIE, Session, session_cookie};
