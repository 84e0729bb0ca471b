//! What runs by itself: the board of an ISP, one job with its history, and the developer's view over all ISPs.

pub mod api;
mod board;
mod history;
mod platform;
mod words;

pub use board::board;
pub use history::history;
pub use platform::platform;
