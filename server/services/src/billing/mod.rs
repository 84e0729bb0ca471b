//! Billing: the run and its rehearsal, suspension for non-payment, profiles, invoices.

mod coverage;
mod opening;
mod preview;
mod profiles;
mod request;
mod run;
mod suspend;
mod views;

pub use preview::{Preview, preview};
pub use profiles::{profiles, save_profile};
pub use request::{RUN_TASK, request_run};
pub use run::{BATCH, run_batch, run_billing};
pub use suspend::{Suspended, suspend_overdue};
pub use views::{count_to_bill, invoice, invoices, problems, run, runs};

pub(crate) use coverage::cuts;
pub(crate) use coverage::{new_line_cutoff, refresh};
pub(crate) use opening::{Opening, opening_balances};
pub(crate) use suspend::{refresh_all, refresh_debtors};
