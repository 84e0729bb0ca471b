//! The books on screen: trial balance, journal, statements, ageing, months, expenses and reports, each figure a link to
//! what is behind it. Everything is drawn on the server.

mod accounts;
mod ageing;
pub mod api;
mod expense;
mod expenses;
mod journal;
mod parts;
mod periods;
mod reports;
mod statements;

pub(crate) use accounts::trial_balance;
pub use ageing::as_of;
pub(crate) use ageing::{aged_bills, ageing};
pub(crate) use expense::{expense, new_expense};
pub use expenses::expense_filter;
pub(crate) use expenses::{expense_rules, expenses};
pub(crate) use journal::{entry, journal};
pub(crate) use parts::books_bar;
pub(crate) use periods::periods;
pub use reports::report_range;
pub(crate) use reports::{bills, revenue};
pub use statements::statement_days;
pub(crate) use statements::{customer_statement, drawer_statement};
