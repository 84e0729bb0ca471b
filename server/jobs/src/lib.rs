//! What runs by itself. Two kinds of work: jobs that somebody asked for (queued in the transaction that asked, done by
//! whichever server is free, taken over when one dies) and the schedule (each business period of each job of each ISP,
//! by whoever inserts its row first). A job body opens its own ISP's transactions and can touch nothing else.

mod isps;
mod network;
mod poller;
mod queue;
mod schedule;
mod worker;

pub use network::Teller;
pub use poller::{Poller, gather};
pub use schedule::{Runner, run_due};
pub use worker::{Jobs, start};
