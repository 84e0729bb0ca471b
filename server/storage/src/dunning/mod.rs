//! What dunning reads and writes: days of rest, plans, who is spared, the steps that were done, and runs
//! that were stopped.

mod brake;
mod holidays;
mod mercy;
mod plans;
mod steps;

pub use brake::*;
pub use holidays::*;
pub use mercy::*;
pub use plans::*;
pub use steps::*;
