//! The panel of each role: its menu, its frame, and what it shows first. Panels know pages; pages know no panel.

mod frame;
mod load;
mod menu;

pub use frame::{Home, NotFoundPage, Panel};
#[cfg(feature = "ssr")]
pub(crate) use load::refusal_words;
pub(crate) use load::{Load, Refusal};
