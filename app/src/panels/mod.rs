//! The panel of each role: its menu, its frame, and what it shows first. Panels know pages; pages know no panel.

mod frame;
#[cfg(feature = "ssr")]
mod home;
mod menu;

pub use frame::Frame;
#[cfg(feature = "ssr")]
pub(crate) use home::home;
