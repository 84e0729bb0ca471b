//! Corrections: what can be done about a bill, a payment or a customer's money that turned out wrong, the credit notes
//! that came of it, and the requests that wait for a second person. All of it is drawn on the server.

pub mod api;
mod approvals;
mod customer;
mod invoice;
mod notes;
mod parts;
mod payment;
mod rules;

pub(crate) use approvals::approvals;
pub(crate) use customer::customer_money;
pub(crate) use invoice::correct_invoice;
pub(crate) use notes::{credit_note, credit_notes};
pub(crate) use payment::correct_payment;
pub(crate) use rules::rules;
