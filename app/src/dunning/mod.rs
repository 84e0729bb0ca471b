//! Dunning on screen: plans, days of rest, calls and visits, runs that were stopped, and one subscriber's promise and
//! exemption.

pub mod api;
#[cfg(feature = "ssr")]
mod brake;
#[cfg(feature = "ssr")]
mod customer;
#[cfg(feature = "ssr")]
mod overview;
#[cfg(feature = "ssr")]
mod plan_form;
#[cfg(feature = "ssr")]
mod portal;
#[cfg(feature = "ssr")]
mod settings;
#[cfg(feature = "ssr")]
mod tasks;

#[cfg(feature = "ssr")]
pub use brake::brake;
#[cfg(feature = "ssr")]
pub use customer::customer;
#[cfg(feature = "ssr")]
pub use overview::overview;
#[cfg(feature = "ssr")]
pub use plan_form::{edit_plan, new_plan};
#[cfg(feature = "ssr")]
pub use portal::my_promise;
