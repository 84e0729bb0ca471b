//! Accounting: reads a report, hands it to a writer, and answers when it is durable: in the
//! database, or on this server's own disk while the database is away. A report that can be written nowhere is
//! not answered, so that the access server sends it again.

mod accountant;
mod apply;
mod memory;
mod read;
mod spool;
mod writer;

pub(crate) use accountant::{Accountant, Means, start};
