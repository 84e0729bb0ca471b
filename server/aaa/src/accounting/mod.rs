//! Accounting: reads a report, hands it to a writer, and answers when it is durable. A report that cannot be written is
//! not answered, so that the access server sends it again.

mod apply;
mod read;
mod writer;

pub(crate) use writer::{Accountant, start};
