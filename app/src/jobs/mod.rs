//! What runs by itself: the board of an ISP, one job with its history, and the developer's view over all ISPs.

pub mod api;
#[cfg(feature = "ssr")]
mod board;
#[cfg(feature = "ssr")]
mod history;
#[cfg(feature = "ssr")]
mod platform;
#[cfg(feature = "ssr")]
mod words;

#[cfg(feature = "ssr")]
pub use board::board;
#[cfg(feature = "ssr")]
pub use history::history;
#[cfg(feature = "ssr")]
pub use platform::platform;
