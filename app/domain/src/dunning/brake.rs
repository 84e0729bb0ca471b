//! When a run that cuts people off must stop and ask: it would take down an unusual share, or far more than is usual
//! (BIL-16). A wrong date, a lost import or a bank that is down looks exactly like a day on which nobody pays.

use serde::{Deserialize, Serialize};

/// What an ISP considers unusual. Zero switches one rule off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrakeLimits {
    /// Percent of the customers whose line is up.
    pub share: i16,
    /// Times what is usual on a day on which somebody is cut.
    pub times: i16,
    /// Fewer customers than this never ask.
    pub least: i32,
}

/// What the run found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrakeFigures {
    /// Customers cut today without a person's consent, and those who would be next.
    pub would: i64,
    /// Customers whose line is up, with those cut today.
    pub active: i64,
    /// Customers cut in the 30 days before today, and on how many days.
    pub before: i64,
    pub days: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BrakeCause {
    /// Too large a share of everybody.
    Share,
    /// Far more than is usual.
    Usual,
}

impl BrakeCause {
    pub fn slug(self) -> &'static str {
        match self {
            BrakeCause::Share => "share",
            BrakeCause::Usual => "usual",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        [BrakeCause::Share, BrakeCause::Usual].into_iter().find(|cause| cause.slug() == slug)
    }
}

impl BrakeFigures {
    /// Tenths of customers cut on a day on which anybody was, in the 30 days before.
    pub fn usual_tenths(&self) -> i64 {
        if self.days > 0 { self.before * 10 / self.days } else { 0 }
    }
}

/// Must the run stop, and why? What is usual is the average of the days on which somebody was cut: an ISP that bills
/// everybody on one day cuts on one day, and an average over quiet days would stop it every month. Without such a day
/// nothing is known, and only the share counts.
pub fn brake(limits: BrakeLimits, figures: BrakeFigures) -> Option<BrakeCause> {
    if figures.would < i64::from(limits.least) {
        return None;
    }
    if limits.share > 0 && figures.would * 100 > i64::from(limits.share) * figures.active {
        return Some(BrakeCause::Share);
    }
    let beyond = figures.days > 0 && figures.would * figures.days > i64::from(limits.times) * figures.before;
    (limits.times > 0 && beyond).then_some(BrakeCause::Usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: BrakeLimits = BrakeLimits { share: 20, times: 3, least: 5 };

    fn figures(would: i64, active: i64, before: i64, days: i64) -> BrakeFigures {
        BrakeFigures { would, active, before, days }
    }

    #[test]
    fn a_fifth_is_still_good_and_one_more_is_not() {
        assert_eq!(brake(LIMITS, figures(200, 1_000, 0, 0)), None);
        assert_eq!(brake(LIMITS, figures(201, 1_000, 0, 0)), Some(BrakeCause::Share));
        assert_eq!(brake(LIMITS, figures(4, 4, 0, 0)), None, "a handful never asks");
    }

    #[test]
    fn three_times_the_usual_is_still_good() {
        assert_eq!(brake(LIMITS, figures(30, 10_000, 300, 30)), None);
        assert_eq!(brake(LIMITS, figures(31, 10_000, 300, 30)), Some(BrakeCause::Usual));
        assert_eq!(brake(LIMITS, figures(900, 10_000, 300, 1)), None, "all on one day is that ISP's usual day");
        assert_eq!(brake(BrakeLimits { times: 0, ..LIMITS }, figures(900, 10_000, 3, 3)), None);
        assert_eq!(figures(0, 0, 25, 10).usual_tenths(), 25);
    }
}
