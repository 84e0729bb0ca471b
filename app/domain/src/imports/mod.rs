//! Bringing in the subscriber list an ISP already has: which column means what, what a cell says, and the fate of every
//! row. Pure: it never sees a file, a database or a clock, and it never repairs in silence what it is not sure of.

mod cells;
mod dates;
mod decide;
mod fields;
mod mapping;
mod packages;
mod rows;
mod survey;
mod text;
mod views;

pub use cells::Comment;
pub use dates::{DateOrder, read_date};
pub use decide::{Decided, Decider, Existing, zone_problem};
pub use fields::Field;
pub use mapping::{Mapping, guess_mapping, header_signature, is_problem_header, recall, recognise, remember};
pub use packages::{KnownPackage, NewPackage, PackageChoice};
pub use rows::{ImportOptions, ParsedRow, password_cell};
pub use survey::{DateReading, Plan, Survey, SurveyedBook};
pub use text::{clean, fold};
pub use views::*;

#[cfg(test)]
mod tests;
