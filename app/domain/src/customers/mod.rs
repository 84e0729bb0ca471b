//! The party that pays and the services it holds: what a phone number, a user name and a status are.

mod coverage;
mod phone;
mod status;
mod username;
mod views;

pub use coverage::Coverage;
pub use phone::{phone, phone_local};
pub use status::{BlockReason, LineState, line_state};
pub use username::username;
pub use views::*;
