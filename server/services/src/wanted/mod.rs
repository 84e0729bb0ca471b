//! Wanted state: what lines need of their routers is worked out from their facts, routers are told when they answer, and
//! people see what waits, why, and what a router holds that nobody wants.

mod audit;
mod board;
mod reconcile;
mod talk;
mod tell;

pub use audit::{Drift, adopt, audit_all, audit_now, drift, fix};
pub use board::{Board, board, give_up, router_queue, try_again, waiting_of_customer, waiting_of_own_lines};
pub use reconcile::{heed, reconcile_all, something_turned};
pub(crate) use tell::beat;
pub use tell::{Errand, LEASE, Told, claim, run_errand};
