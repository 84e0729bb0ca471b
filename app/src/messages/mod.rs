//! The outbox and the texts that go into it.

pub mod api;
mod list;
mod texts;

pub use list::list;
pub use texts::{text, texts};
