//! The books, read: journal, statements, ageing, months. Reading only, but for the closing of months.

pub mod ageing;
pub mod journal;
pub mod periods;
pub mod statements;
