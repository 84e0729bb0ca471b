//! The first page of the office: what needs me today, then how it goes.

pub(crate) mod api;
mod first_steps;
mod page;
mod picture;
mod work;

pub(crate) use page::home;
pub(crate) use work::when;
