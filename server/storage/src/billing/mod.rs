//! What the billing run reads and writes: set-based, so that 100,000 services are seconds, not hours. Nothing here
//! decides what is owed.

mod again;
mod coverage;
mod facts;
mod issue;
mod run;
mod suspension;
mod to_bill;

pub use again::{built_upon, open_again};
pub use coverage::{LineFacts, credits, line_facts, open_bills, set_coverage, with_credit_and_debt};
pub use facts::taxes;
pub use issue::{NewInvoice, OneTimeInvoice, insert_invoices, insert_one_time};
pub use run::{close_run, count_in_run, find_run, note_problem, open_run, problems, reopen_run, runs};
pub use suspension::{customers_who_owe, near_cutoff, note_pauses, suspend};
pub use to_bill::{BillingMoment, Standing, ToBill, billable, count_to_bill, package_term, standings, to_bill};
