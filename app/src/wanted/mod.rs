//! What routers have to hear and have not heard yet, and what they hold that nobody wants.

pub mod api;
mod badge;
mod board;
mod drift;
mod words;

pub(crate) use badge::{of_customer, of_own_lines, queue_notice};
pub(crate) use board::board;
pub(crate) use drift::drift;
