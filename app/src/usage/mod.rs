//! What lines move and what is fair: policies with their simulator, data on top, meters and graphs for the office and
//! for the subscriber, and who moves the most.

mod account;
pub mod api;
mod at_end;
mod graph;
mod policies;
mod policy_form;
mod portal;
mod top;
mod windows;
mod words;

pub(crate) use account::of_customer;
pub(crate) use graph::rate_words;
pub use graph::{drawing, file_name};
pub(crate) use policies::policies;
pub(crate) use policy_form::{edit_policy, new_policy};
pub(crate) use portal::{meters, my_usage};
pub(crate) use top::top;
