//! What a line has used of its window: takes in what was moved, closes windows that are over, and says what follows. A
//! function of what is known and of the day; remembers nothing.

use super::{Effect, Limit, Mark, Policy, Used};
use chrono::{Days, Months, NaiveDate, NaiveDateTime};
use uuid::Uuid;

/// Where a line stands: free, on a step, or stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    #[default]
    Free,
    /// From 1 on.
    Step(u8),
    Stopped,
}

impl Standing {
    pub fn of(effect: Effect) -> Self {
        match effect {
            Effect::None => Standing::Free,
            Effect::Slow { step, .. } => Standing::Step(u8::try_from(step).unwrap_or(u8::MAX)),
            Effect::Stop => Standing::Stopped,
        }
    }

    /// As it is stored: 0, the number of the step, -1.
    pub fn code(self) -> i16 {
        match self {
            Standing::Free => 0,
            Standing::Step(step) => i16::from(step),
            Standing::Stopped => -1,
        }
    }

    pub fn read(code: i16) -> Self {
        match code {
            0 => Standing::Free,
            step => u8::try_from(step).map_or(Standing::Stopped, Standing::Step),
        }
    }
}

impl Mark {
    /// As it is stored.
    pub fn percent(self) -> i16 {
        match self {
            Mark::Eighty => 80,
            Mark::Hundred => 100,
        }
    }

    pub fn read(percent: i16) -> Option<Self> {
        match percent {
            80 => Some(Mark::Eighty),
            100 => Some(Mark::Hundred),
            _ => None,
        }
    }
}

/// A window that is being counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    pub begins: NaiveDate,
    pub used: Used,
    pub standing: Standing,
    /// The furthest that was reached.
    pub mark: Option<Mark>,
}

/// Data beside what is included: bought, or carried over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot {
    /// `None`: carried over just now.
    pub id: Option<Uuid>,
    pub left: u64,
    /// The first day on which it is there, and the first on which it is gone.
    pub since: NaiveDate,
    pub expires: NaiveDate,
}

/// What is there on a day beside what is included.
pub fn extra_on(lots: &[Lot], day: NaiveDate) -> u64 {
    lots.iter().filter(|lot| lot.expires > day).fold(0, |sum: u64, lot| sum.saturating_add(lot.left))
}

/// Takes from what ends first.
fn spend(lots: &mut [Lot], mut octets: u64, day: NaiveDate) {
    lots.sort_by_key(|lot| lot.expires);
    for lot in lots.iter_mut().filter(|lot| lot.expires > day) {
        let part = octets.min(lot.left);
        lot.left -= part;
        octets -= part;
    }
}

/// A window that is over, as it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    pub counter: Counter,
    /// The first day that is counted anew.
    pub ends: NaiveDate,
    /// What was there on its last day beside what was included.
    pub extra: u64,
    /// The limit that would have been reached first on its last day, with all that was there.
    pub limit: Limit,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub counter: Counter,
    /// Windows that are over since, the oldest first.
    pub closed: Vec<Closed>,
    /// What is there beside what is included, now.
    pub extra: u64,
    pub effect: Effect,
}

/// Windows that are closed one by one; who was away longer gets no more carried over.
const MOST_CLOSED: usize = 400;

impl Counter {
    fn new(begins: NaiveDate) -> Self {
        Self { begins, used: Used::default(), standing: Standing::Free, mark: None }
    }

    /// The counter under other rules: what was counted stays when the window is the same one.
    pub fn under(self, policy: &Policy, today: NaiveDate) -> Self {
        let begins = policy.begins(today);
        if begins == self.begins { self } else { Counter { standing: self.standing, ..Counter::new(begins) } }
    }
}

impl Policy {
    /// Takes in what was moved, by the local time it was moved at, and goes on to the window that `today` lies in. What
    /// comes late for a window that is closed counts no more. Closing takes from the lots, and may add one.
    pub fn take(&self, before: Option<&Counter>, lots: &mut Vec<Lot>, moved: &[(NaiveDateTime, Used)], today: NaiveDate) -> Taken {
        let newest = moved.iter().map(|(at, _)| at.date()).max().map_or(today, |day| day.max(today));
        let target = self.begins(newest);
        let mut counter = before.cloned().unwrap_or_else(|| Counter::new(self.begins(today)));
        // The day of billing has moved: what was counted goes on in the window as it lies now.
        if counter.begins > target && self.begins(counter.begins) != counter.begins {
            counter.begins = target;
        }
        let mut closed = Vec::new();
        loop {
            for (_, used) in moved.iter().filter(|(at, _)| self.begins(at.date()) == counter.begins && self.counts(*at)) {
                counter.used.add(*used);
            }
            if counter.begins >= target || closed.len() == MOST_CLOSED {
                break;
            }
            let ends = self.ends(counter.begins);
            let last = ends - Days::new(1);
            let extra = extra_on(lots, last);
            let spent = self.spent(counter.used, extra, last);
            spend(lots, spent, last);
            let left = self.left(counter.used, last);
            if self.rollover_months > 0 && left > 0 {
                let expires = ends.checked_add_months(Months::new(self.rollover_months.into())).unwrap_or(ends);
                lots.push(Lot { id: None, left, since: ends, expires });
            }
            let over = std::mem::replace(&mut counter, Counter::new(ends));
            closed.push(Closed {
                ends,
                extra,
                limit: self.limit_on(self.first_limit(), extra, last),
                counter: self.as_ended(over, extra, last),
            });
        }
        let extra = extra_on(lots, newest);
        let effect = self.effect(counter.used, extra, newest);
        counter.standing = Standing::of(effect);
        counter.mark = counter.mark.max(self.mark(counter.used, extra, newest));
        Taken { counter, closed, extra, effect }
    }

    /// A counter with where the line stood at its end.
    fn as_ended(&self, counter: Counter, extra: u64, last: NaiveDate) -> Counter {
        let standing = Standing::of(self.effect(counter.used, extra, last));
        Counter { standing, mark: counter.mark.max(self.mark(counter.used, extra, last)), ..counter }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Counted, Step, Window};
    use super::*;
    use chrono::NaiveTime;
    use proptest::prelude::*;

    const GB: u64 = 1_000_000_000;

    fn daily() -> Policy {
        Policy {
            window: Window::Day,
            counted: Counted::Down,
            free: None,
            weekend_percent: 100,
            days_off: vec![],
            steps: vec![Step { from: Limit::octets(10 * GB), up_kbps: 1_000, down_kbps: 2_000 }],
            stop_at: Some(Limit::octets(20 * GB)),
            rollover_months: 0,
        }
    }

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    fn moved(on: u32, hour: u32, gb: u64) -> (NaiveDateTime, Used) {
        (day(on).and_hms_opt(hour, 0, 0).unwrap(), Used { up: 5, down: gb * GB, seconds: 60 })
    }

    fn lot(gb: u64, expires: u32) -> Lot {
        Lot { id: Some(Uuid::from_u128(expires.into())), left: gb * GB, since: day(1), expires: day(expires) }
    }

    #[test]
    fn a_line_climbs_and_is_free_again_after_midnight() {
        let policy = daily();
        let first = policy.take(None, &mut vec![], &[moved(1, 8, 8)], day(1));
        assert_eq!((first.counter.standing, first.counter.mark), (Standing::Free, Some(Mark::Eighty)));
        let second = policy.take(Some(&first.counter), &mut vec![], &[moved(1, 9, 2)], day(1));
        assert_eq!((second.counter.standing, second.counter.mark), (Standing::Step(1), Some(Mark::Hundred)));
        let third = policy.take(Some(&second.counter), &mut vec![], &[moved(1, 10, 11)], day(1));
        assert_eq!(third.counter.standing, Standing::Stopped);
        let next = policy.take(Some(&third.counter), &mut vec![], &[], day(2));
        assert_eq!((next.counter.standing, next.counter.mark, next.counter.begins), (Standing::Free, None, day(2)));
        assert_eq!(next.closed.len(), 1);
        let over = &next.closed[0];
        assert_eq!((over.counter.standing, over.counter.used.down, over.limit.octets), (Standing::Stopped, 21 * GB, Some(10 * GB)));
    }

    #[test]
    fn a_report_over_midnight_counts_on_both_days() {
        let policy = daily();
        let before = policy.take(None, &mut vec![], &[moved(1, 8, 9)], day(1));
        let taken = policy.take(Some(&before.counter), &mut vec![], &[moved(1, 23, 5), moved(2, 0, 1)], day(2));
        assert_eq!((taken.closed.len(), taken.counter.used.down), (1, GB));
        assert_eq!((taken.closed[0].counter.used.down, taken.closed[0].counter.standing), (14 * GB, Standing::Step(1)), "as it ended");
        let late = policy.take(Some(&taken.counter), &mut vec![], &[moved(1, 23, 50)], day(2));
        assert_eq!(late.counter, taken.counter, "what comes late for a closed window counts no more");
    }

    #[test]
    fn what_was_bought_is_spent_when_the_window_closes_and_what_is_left_goes_over() {
        let policy = Policy { rollover_months: 1, ..daily() };
        let mut lots = vec![lot(4, 30), lot(1, 2)];
        let used = policy.take(None, &mut lots, &[moved(1, 8, 12)], day(1));
        assert_eq!((used.counter.standing, used.extra), (Standing::Free, 5 * GB), "ten and five");
        let closed = policy.take(Some(&used.counter), &mut lots, &[], day(2));
        let left: Vec<_> = lots.iter().map(|lot| lot.left / GB).collect();
        assert_eq!((left, closed.extra), (vec![0, 3], 3 * GB), "what ends first goes first");
        let idle = policy.take(Some(&closed.counter), &mut lots, &[], day(3));
        assert_eq!((idle.extra, lots.len()), (13 * GB, 3));
        assert_eq!((lots[2].since, lots[2].expires), (day(3), NaiveDate::from_ymd_opt(2026, 12, 3).unwrap()));
    }

    #[test]
    fn a_new_day_of_billing_loses_nothing() {
        let on = |first: u8| Policy { window: Window::Month(first), ..daily() };
        let counter = on(10).take(None, &mut vec![], &[moved(11, 8, 6)], day(11)).counter;
        let earlier = on(1).take(Some(&counter), &mut vec![], &[moved(12, 8, 6)], day(12));
        assert_eq!((earlier.counter.begins, earlier.counter.used.down, earlier.closed.len()), (day(1), 12 * GB, 0));
        let later = on(20).take(Some(&earlier.counter), &mut vec![], &[moved(21, 8, 1)], day(21));
        assert_eq!((later.counter.begins, later.counter.used.down, later.closed.len()), (day(20), GB, 1));
    }

    #[test]
    fn other_rules_keep_what_was_counted_in_the_same_window() {
        let counter = daily().take(None, &mut vec![], &[moved(1, 8, 9)], day(1)).counter;
        assert_eq!(counter.clone().under(&daily(), day(1)).used.down, 9 * GB);
        let monthly = Policy { window: Window::Month(15), ..daily() };
        assert_eq!(counter.under(&monthly, day(1)).used.down, 0);
    }

    proptest! {
        /// However reports are cut into pieces, the same use on the same day stands at the same step.
        #[test]
        fn the_step_depends_on_use_and_time_alone(pieces in prop::collection::vec((0u32..24, 0u64..4), 0..12), extra in 0u64..8, free in 0u32..12) {
            let hours = NaiveTime::from_hms_opt(free, 0, 0).zip(NaiveTime::from_hms_opt(free + 3, 0, 0));
            let policy = Policy { free: hours, ..daily() };
            let mut pieces: Vec<_> = pieces.into_iter().map(|(hour, gb)| moved(3, hour, gb)).collect();
            pieces.sort_by_key(|(at, _)| *at);
            let whole = policy.take(None, &mut vec![lot(extra, 30)], &pieces, day(3));
            let mut counter = None;
            for piece in &pieces {
                counter = Some(policy.take(counter.as_ref(), &mut vec![lot(extra, 30)], std::slice::from_ref(piece), day(3)).counter);
            }
            let parts = counter.unwrap_or_else(|| whole.counter.clone());
            prop_assert_eq!(&parts, &whole.counter);
            prop_assert_eq!(Standing::of(policy.effect(parts.used, extra * GB, day(3))), parts.standing);
        }

        #[test]
        fn standings_are_read_as_they_are_written(step in 1u8..=10) {
            for standing in [Standing::Free, Standing::Step(step), Standing::Stopped] {
                prop_assert_eq!(Standing::read(standing.code()), standing);
            }
        }
    }
}
