//! Where in time an amount belongs that was reported for a stretch of time: five-minute slots, hours and days of the
//! ISP's clock. Every split adds up to the whole; nothing is counted here.

use crate::fair_use::Used;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub const SLOT_SECONDS: i64 = 300;
/// Slots of an hour.
pub const SLOTS: usize = 12;
/// What is reported after a longer silence belongs into its last day.
const LONGEST: TimeDelta = TimeDelta::hours(24);

/// A part of what was moved, in the slot that begins at `slot`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    pub slot: DateTime<Utc>,
    pub used: Used,
}

fn slot_of(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(SLOT_SECONDS)
}

fn slot_begins(slot: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(slot * SLOT_SECONDS, 0).unwrap_or_default()
}

/// Spreads evenly what was moved after `from` and up to `to`, the oldest slot first.
pub fn spread(from: DateTime<Utc>, to: DateTime<Utc>, used: Used) -> Vec<Slice> {
    let from = from.max(to - LONGEST);
    // What ends on the border of two slots was moved in the first.
    let last = slot_of(to - TimeDelta::seconds(i64::from(to > from)));
    let first = slot_of(from).min(last);
    if first == last {
        return vec![Slice { slot: slot_begins(last), used }];
    }
    let span = (to - from).num_seconds().max(1);
    let upto = |whole: u64, seconds: i64| {
        let part = u128::from(whole) * u128::from(seconds.clamp(0, span).unsigned_abs()) / u128::from(span.unsigned_abs());
        u64::try_from(part).unwrap_or(whole)
    };
    let mut before = 0;
    (first..=last)
        .map(|slot| {
            let until = if slot == last { span } else { (slot + 1) * SLOT_SECONDS - from.timestamp() };
            let part = |whole: u64| upto(whole, until) - upto(whole, before);
            let used = Used { up: part(used.up), down: part(used.down), seconds: part(used.seconds) };
            before = until;
            Slice { slot: slot_begins(slot), used }
        })
        .collect()
}

/// The hour of a clock that is `offset` seconds ahead of UTC in which a slot lies, and its number in that hour.
pub fn hour_of(slot: DateTime<Utc>, offset: i32) -> (DateTime<Utc>, usize) {
    let offset = i64::from(offset);
    let local = slot.timestamp() + offset;
    let hour = local.div_euclid(3_600) * 3_600 - offset;
    let number = (slot.timestamp() - hour) / SLOT_SECONDS;
    (DateTime::from_timestamp(hour, 0).unwrap_or_default(), usize::try_from(number).unwrap_or(0).min(SLOTS - 1))
}

/// How much of the past a graph shows, and how finely.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Range {
    Hour,
    #[default]
    Day,
    Week,
    Month,
    Year,
}

impl Range {
    pub const ALL: [Range; 5] = [Range::Hour, Range::Day, Range::Week, Range::Month, Range::Year];

    pub fn slug(self) -> &'static str {
        match self {
            Range::Hour => "hour",
            Range::Day => "day",
            Range::Week => "week",
            Range::Month => "month",
            Range::Year => "year",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|range| range.slug() == slug)
    }

    /// Is a point longer than what is counted apart, so that it has a maximum besides its average?
    pub fn has_most(self) -> bool {
        !matches!(self, Self::Hour | Self::Day)
    }

    /// How many points it has. An hour shows three, because one is over as soon as one looks.
    pub fn points(self) -> usize {
        match self {
            Range::Hour => 36,
            Range::Day => 288,
            Range::Week => 168,
            Range::Month => 31,
            Range::Year => 365,
        }
    }
}

/// One point of a graph: what was moved in `seconds` from `at` on, and in the busiest five minutes of them (MON-02: average
/// and maximum). `None`: nobody told anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    pub at: DateTime<Utc>,
    pub seconds: i64,
    pub up: Option<u64>,
    pub down: Option<u64>,
    pub up_most: Option<u64>,
    pub down_most: Option<u64>,
}

impl Point {
    /// On average, in bits a second.
    pub fn rate(&self, octets: u64) -> u64 {
        octets.saturating_mul(8) / self.seconds.max(1).unsigned_abs()
    }

    /// Of what was moved in five minutes, in bits a second.
    pub fn rate_of_slot(octets: u64) -> u64 {
        octets.saturating_mul(8) / SLOT_SECONDS.unsigned_abs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_stretch_over_midnight_is_split_by_time() {
        let slices = spread(at("2026-11-21T17:58:00Z"), at("2026-11-21T18:03:00Z"), Used { up: 10, down: 1_000, seconds: 300 });
        let told: Vec<_> = slices.iter().map(|slice| (slice.slot, slice.used.up, slice.used.down, slice.used.seconds)).collect();
        assert_eq!(told, [(at("2026-11-21T17:55:00Z"), 4, 400, 120), (at("2026-11-21T18:00:00Z"), 6, 600, 180)]);
    }

    #[test]
    fn hours_are_those_of_the_local_clock() {
        let kathmandu = 5 * 3_600 + 45 * 60;
        assert_eq!(hour_of(at("2026-11-21T18:10:00Z"), kathmandu), (at("2026-11-21T17:15:00Z"), 11));
        assert_eq!(hour_of(at("2026-11-21T18:15:00Z"), kathmandu), (at("2026-11-21T18:15:00Z"), 0));
        assert_eq!(hour_of(at("2026-11-21T18:15:00Z"), 6 * 3_600), (at("2026-11-21T18:00:00Z"), 3));
    }

    proptest! {
        #[test]
        fn the_slices_add_up(from in 0i64..200_000, lasted in 0i64..200_000, up: u64, down in 0u64..1 << 50, seconds in 0u64..1 << 30) {
            let (from, to) = (DateTime::from_timestamp(from, 0).unwrap(), DateTime::from_timestamp(from + lasted, 0).unwrap());
            let used = Used { up, down, seconds };
            let slices = spread(from, to, used);
            let mut sum = Used::default();
            slices.iter().for_each(|slice| sum.add(slice.used));
            prop_assert_eq!(sum, used);
            prop_assert!(slices.windows(2).all(|pair| pair[1].slot - pair[0].slot == TimeDelta::seconds(SLOT_SECONDS)));
            prop_assert!(slices.len() <= 289 && slices.iter().all(|slice| slice.slot <= to));
        }

        #[test]
        fn every_slot_has_its_place(slot in 0i64..10_000_000, quarter in -48i32..=56) {
            let slot = DateTime::from_timestamp(slot * SLOT_SECONDS, 0).unwrap();
            let (hour, number) = hour_of(slot, quarter * 900);
            prop_assert_eq!(hour + TimeDelta::seconds(SLOT_SECONDS) * i32::try_from(number).unwrap(), slot);
        }
    }
}
