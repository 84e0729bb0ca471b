//! The rehearsal of a run (BIL-14): what would be billed, beside what was billed last month, with a mark on everything
//! that somebody should look at. Marks are bits, so that a hundred thousand rows are counted and filtered by one column.

use crate::{CustomerId, Money, RehearsalId, ServiceId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Why a row wants to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// More than 30 percent above last month.
    Up,
    /// More than 30 percent below last month.
    Down,
    Zero,
    /// The same package twice for one customer.
    Duplicate,
    /// Its package is not sold any more.
    NoPackage,
    New,
    /// Billed last month and not now.
    Gone,
    /// Taken out of the runs by somebody.
    Held,
    /// The engine cannot bill it.
    Refused,
    /// Not a whole period.
    Partial,
}

impl Mark {
    pub const ALL: [Mark; 10] = [
        Mark::Refused,
        Mark::Duplicate,
        Mark::NoPackage,
        Mark::Zero,
        Mark::Up,
        Mark::Down,
        Mark::Gone,
        Mark::New,
        Mark::Held,
        Mark::Partial,
    ];

    pub fn bit(self) -> i16 {
        match self {
            Mark::Up => 1,
            Mark::Down => 2,
            Mark::Zero => 4,
            Mark::Duplicate => 8,
            Mark::NoPackage => 16,
            Mark::New => 32,
            Mark::Gone => 64,
            Mark::Held => 128,
            Mark::Refused => 256,
            Mark::Partial => 512,
        }
    }

    pub fn slug(self) -> &'static str {
        match self {
            Mark::Up => "up",
            Mark::Down => "down",
            Mark::Zero => "zero",
            Mark::Duplicate => "duplicate",
            Mark::NoPackage => "no_package",
            Mark::New => "new",
            Mark::Gone => "gone",
            Mark::Held => "held",
            Mark::Refused => "refused",
            Mark::Partial => "partial",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.slug() == slug)
    }

    /// The marks of a row.
    pub fn of(flags: i16) -> Vec<Mark> {
        Self::ALL.into_iter().filter(|mark| flags & mark.bit() != 0).collect()
    }

    /// What comparing two months says. `before` is `None` for a service that was not billed then.
    pub fn compare(before: Option<i64>, now: i64) -> i16 {
        match before {
            _ if now == 0 => Mark::Zero.bit(),
            None => Mark::New.bit(),
            Some(before) if i128::from(now) * 10 > i128::from(before) * 13 => Mark::Up.bit(),
            Some(before) if i128::from(now) * 10 < i128::from(before) * 7 => Mark::Down.bit(),
            Some(_) => 0,
        }
    }

    /// Where a row stands in the list: what is wrong first, what is odd next, what is as always last.
    pub fn rank(flags: i16) -> i16 {
        let any = |marks: &[Mark]| marks.iter().any(|mark| flags & mark.bit() != 0);
        if any(&[Mark::Refused, Mark::Duplicate, Mark::NoPackage]) {
            0
        } else if any(&[Mark::Zero, Mark::Up, Mark::Down]) {
            1
        } else if any(&[Mark::New, Mark::Gone, Mark::Held]) {
            2
        } else {
            3
        }
    }
}

/// Where a rehearsal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RehearsalState {
    Building,
    Open,
    Approved,
    Rejected,
}

impl RehearsalState {
    pub const ALL: [RehearsalState; 4] =
        [RehearsalState::Building, RehearsalState::Open, RehearsalState::Approved, RehearsalState::Rejected];

    pub fn slug(self) -> &'static str {
        match self {
            RehearsalState::Building => "building",
            RehearsalState::Open => "open",
            RehearsalState::Approved => "approved",
            RehearsalState::Rejected => "rejected",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.slug() == slug)
    }
}

/// The head of a rehearsal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rehearsal {
    pub id: RehearsalId,
    pub business_date: NaiveDate,
    pub state: RehearsalState,
    pub built_at: DateTime<Utc>,
    pub services: i32,
    pub invoices: i32,
    pub total: Money,
    /// What the same services were billed last month.
    pub before: Money,
    /// How many rows carry each mark.
    pub counts: Vec<(Mark, i64)>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_name: Option<String>,
}

/// A line of the rehearsal, for the drill to one subscriber.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RehearsedLine {
    pub description: String,
    pub from: Option<NaiveDate>,
    /// Exclusive.
    pub until: Option<NaiveDate>,
    pub net_minor: i64,
    pub tax_minor: i64,
}

/// One service in a rehearsal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RehearsalRow {
    pub service_id: ServiceId,
    pub customer_id: CustomerId,
    pub customer_name: String,
    pub customer_number: String,
    pub username: String,
    pub package: String,
    pub invoices: i16,
    pub total: Money,
    pub before: Money,
    pub marks: Vec<Mark>,
    pub refusal: Option<String>,
    /// Its price, package or days have changed since.
    pub stale: bool,
}

/// One subscriber's rehearsal, new lines beside old ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RehearsalDetail {
    pub row: RehearsalRow,
    pub now: Vec<RehearsedLine>,
    pub before: Vec<RehearsedLine>,
    /// Why it is held, and by whom.
    pub hold: Option<(String, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_percent_is_the_edge() {
        assert_eq!(Mark::compare(Some(1_000), 1_300), 0);
        assert_eq!(Mark::compare(Some(1_000), 1_301), Mark::Up.bit());
        assert_eq!(Mark::compare(Some(1_000), 700), 0);
        assert_eq!(Mark::compare(Some(1_000), 699), Mark::Down.bit());
        assert_eq!(Mark::compare(None, 5), Mark::New.bit());
        assert_eq!(Mark::compare(Some(1_000), 0), Mark::Zero.bit());
    }

    #[test]
    fn every_mark_has_a_bit_of_its_own() {
        let all = Mark::ALL.into_iter().fold(0, |all, mark| all | mark.bit());
        assert_eq!(all.count_ones(), 10);
        assert_eq!(Mark::of(all), Mark::ALL);
        assert!(Mark::ALL.into_iter().all(|mark| Mark::from_slug(mark.slug()) == Some(mark)));
    }

    #[test]
    fn what_is_wrong_stands_first() {
        assert_eq!(Mark::rank(Mark::Refused.bit() | Mark::New.bit()), 0);
        assert_eq!(Mark::rank(Mark::Up.bit()), 1);
        assert_eq!(Mark::rank(Mark::Held.bit()), 2);
        assert_eq!(Mark::rank(Mark::Partial.bit()), 3);
    }
}
