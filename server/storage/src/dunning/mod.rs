//! What dunning reads and writes: settings and days of rest, plans, who is spared, the steps that were done, and runs
//! that were stopped.

mod brake;
mod mercy;
mod plans;
mod settings;
mod steps;

pub use brake::*;
pub use mercy::*;
pub use plans::*;
pub use settings::*;
pub use steps::*;
