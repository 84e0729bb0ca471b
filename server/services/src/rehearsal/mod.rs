//! The rehearsal (BIL-14): the next run computed with the run's own rules and written down beside last month, in no
//! ledger. An ISP may want it approved before anything is billed; then a run bills what was approved, as it was shown,
//! and nothing else.

mod build;
mod decide;
mod export;
mod gate;
mod hold;
mod views;

pub use build::{build, build_next};
pub use decide::{approve, auto_confirm, reject};
pub use export::export;
pub use gate::waits;
pub use hold::{hold, release};
pub use storage::rehearsals::RowFilter;
pub use views::{RehearsalView, detail, rehearsals, show};

pub(crate) use gate::{Allowed, Gate, gate};
