//! Dunning on screen: plans, days of rest, calls and visits, runs that were stopped, and one subscriber's promise and
//! exemption.

pub mod api;
mod brake;
mod customer;
mod overview;
mod plan_form;
mod portal;
mod settings;
mod tasks;

pub use brake::brake;
pub use customer::customer;
pub use overview::overview;
pub use plan_form::{edit_plan, new_plan};
pub use portal::my_promise;
