//! Stories of use cases, each against a database of its own.

mod billing_runs_at_once;
mod customer_pays;
mod isps_are_strangers;
mod seed;
mod somebody_signs_in;
mod unpaid_line_goes_down;
