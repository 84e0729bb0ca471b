//! The books, read and closed: journal, statements, ageing, months (PAY-16, PAY-19, WAL-03).

mod ageing;
mod journal;
mod periods;
mod statements;

pub use ageing::{AsOf, aged_invoices, ageing, ageing_file};
pub use journal::{entry, journal, journal_sources};
pub(crate) use periods::reopen_month;
pub use periods::{ask_to_reopen, close_month, decide_reopening, periods};
pub use statements::{Whose, statement, statement_file};

/// A list that is written into a file in one piece.
const EVERYTHING: domain::customers::Paging = domain::customers::Paging { page: 1, size: i64::MAX };
