//! Dunning: plans and what they do each day, who is spared, days of rest, and runs that were stopped.

mod brake;
mod expiring;
mod holidays;
mod mercy;
mod plans;
mod steps;

pub use brake::{BrakeChoice, brake, brakes, decide, open_brake};
pub use expiring::notify_expiring;
pub use holidays::{add_holidays, holidays, remove_holiday};
pub use mercy::{customer_dunning, end_promises, exempt, lift_exemption, own_promise_offer, promise, promise_own, withdraw_promise};
pub use plans::{assign_plan, plan, plans, save_plan};
pub use steps::{Told, close_task, run_steps, tasks};
