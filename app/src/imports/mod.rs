//! Bringing in subscriber lists: sending a file, naming its columns, seeing the fate of every row, and only then writing.

pub mod api;
mod columns;
mod detail;
mod list;
mod outcome;
mod preview;
mod rows;

pub(crate) use detail::{show, steps_of};
pub(crate) use list::list;
