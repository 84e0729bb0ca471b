//! The outbox and the texts that go into it.

pub mod api;
#[cfg(feature = "ssr")]
mod list;
#[cfg(feature = "ssr")]
mod texts;

#[cfg(feature = "ssr")]
pub use list::list;
#[cfg(feature = "ssr")]
pub use texts::{text, texts};
