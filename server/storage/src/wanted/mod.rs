//! What should be on routers and how far it is: the newest intent for each object, which lines have to be looked at, which
//! server talks to which router, and what the last comparison found.

pub mod board;
pub mod drift;
pub mod errands;
pub mod lines;
pub mod wants;

use crate::error::known;
use domain::wanted::{Kind, WantState};

fn kind_of(slug: &str) -> crate::Result<Kind> {
    known(Kind::from_slug(slug), "kind of object", slug)
}

fn state_of(slug: &str) -> crate::Result<WantState> {
    known(WantState::from_slug(slug), "state of an intent", slug)
}

fn most(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
