//! The panel of each role: its menu, its frame, and what it shows first. Panels know pages; pages know no panel.

mod frame;
mod load;
mod menu;

pub use frame::{Home, NotFoundPage, Panel};
pub(crate) use load::{Load, Refusal};
