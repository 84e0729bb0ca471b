//! Fair use: what a line may still do after what it has moved in a window. Steps that make it slower, a cap that slows
//! or stops it, hours that do not count, weekends with more. Functions of values; who counts and who tells the routers
//! is elsewhere.

mod counter;
mod form;
mod simulate;
mod views;

pub use counter::{Counter, Lot, Standing, Taken, extra_on};
pub use form::{FairUseForm, OfferDraft, OfferForm, StepForm, WEEK, gigabytes, read_fair_use, read_offer};
pub use simulate::{SimulatedHour, simulate};
pub use views::{Account, Credit, Event, Offer, PolicyRow, TopUp, TopUser};

use crate::Problem;
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use serde::{Deserialize, Serialize};

/// After which time counting begins again, at local midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    Day,
    /// From this day of the week on.
    Week(Weekday),
    /// From this day of the month on (1 to 28).
    Month(u8),
    /// From the day of the month on which the subscriber is billed.
    Cycle,
}

impl Window {
    /// The window of somebody who is billed on this day.
    pub fn of(self, billing_day: u8) -> Self {
        match self {
            Window::Cycle => Window::Month(billing_day.clamp(1, 28)),
            other => other,
        }
    }
}

/// What counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    #[default]
    Both,
    Down,
    Up,
}

/// So much data, so long online, or whichever comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    #[serde(default)]
    pub octets: Option<u64>,
    #[serde(default)]
    pub minutes: Option<u32>,
}

impl Limit {
    pub fn octets(octets: u64) -> Self {
        Self { octets: Some(octets), minutes: None }
    }

    fn is_none(self) -> bool {
        self.octets.is_none() && self.minutes.is_none()
    }

    fn is_zero(self) -> bool {
        self.octets == Some(0) || self.minutes == Some(0)
    }

    /// Is it beyond the other in everything that both limit?
    fn is_beyond(self, other: Limit) -> bool {
        let beyond = |mine: Option<u64>, its: Option<u64>| mine.zip(its).is_none_or(|(mine, its)| mine > its);
        beyond(self.octets, other.octets) && beyond(self.minutes.map(u64::from), other.minutes.map(u64::from))
    }
}

/// From a limit on, at most this fast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub from: Limit,
    pub up_kbps: u32,
    pub down_kbps: u32,
}

/// What an ISP wants for a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    pub window: Window,
    #[serde(default)]
    pub counted: Counted,
    /// Hours of the day that do not count; may pass midnight.
    #[serde(default)]
    pub free: Option<(NaiveTime, NaiveTime)>,
    /// What the limits are worth on the ISP's days off: 140 is two fifths more.
    pub weekend_percent: u16,
    #[serde(default)]
    pub days_off: Vec<Weekday>,
    /// Rising.
    pub steps: Vec<Step>,
    /// From here on, nothing.
    #[serde(default)]
    pub stop_at: Option<Limit>,
    /// For so many months what was left of the first limit may be used later; 0: not at all.
    #[serde(default)]
    pub rollover_months: u8,
}

/// What a line moved in a window that counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    pub up: u64,
    pub down: u64,
    /// Online.
    pub seconds: u64,
}

impl Used {
    pub fn add(&mut self, more: Used) {
        self.up = self.up.saturating_add(more.up);
        self.down = self.down.saturating_add(more.down);
        self.seconds = self.seconds.saturating_add(more.seconds);
    }
}

/// What follows for the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    None,
    /// Number of the step, from 1 on.
    Slow {
        step: usize,
        up_kbps: u32,
        down_kbps: u32,
    },
    Stop,
}

/// Something to tell the subscriber, once in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Four fifths of the first limit.
    Eighty,
    /// The first limit.
    Hundred,
}

pub const MOST_STEPS: usize = 10;

impl Policy {
    /// What is wrong with it.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let rising = self.steps.windows(2).all(|pair| pair[1].from.is_beyond(pair[0].from));
        let slower = self.steps.windows(2).all(|pair| pair[0].down_kbps >= pair[1].down_kbps && pair[0].up_kbps >= pair[1].up_kbps);
        let real = self.steps.iter().all(|step| !step.from.is_none() && !step.from.is_zero() && step.up_kbps > 0 && step.down_kbps > 0);
        if !rising || !slower || !real || self.steps.len() > MOST_STEPS {
            problems.push(Problem::new("steps", "problem-fair-use-steps").with("most", MOST_STEPS));
        }
        if self.steps.is_empty() && self.stop_at.is_none() {
            problems.push(Problem::new("steps", "problem-fair-use-empty"));
        }
        if self.stop_at.is_some_and(|stop| stop.is_none() || stop.is_zero() || self.steps.last().is_some_and(|last| !stop.is_beyond(last.from))) {
            problems.push(Problem::new("stop_at", "problem-fair-use-stop"));
        }
        if matches!(self.window, Window::Month(day) if !(1..=28).contains(&day)) {
            problems.push(Problem::new("window", "problem-choice"));
        }
        if !(100..=1_000).contains(&self.weekend_percent) {
            problems.push(Problem::new("weekend_percent", "problem-number-range").with("least", 100).with("most", 1_000));
        }
        if self.rollover_months > 12 {
            problems.push(Problem::new("rollover_months", "problem-number-range").with("least", 0).with("most", 12));
        }
        problems
    }

    /// The first day of the window that `day` lies in.
    pub fn begins(&self, day: NaiveDate) -> NaiveDate {
        match self.window {
            Window::Day => day,
            Window::Week(first) => day - Days::new(u64::from(day.weekday().days_since(first))),
            Window::Month(_) | Window::Cycle => {
                let first = self.first_of_month();
                let this = day.with_day(u32::from(first)).unwrap_or(day);
                if this <= day { this } else { this.checked_sub_months(chrono::Months::new(1)).unwrap_or(this) }
            }
        }
    }

    /// The first day that is counted anew.
    pub fn ends(&self, day: NaiveDate) -> NaiveDate {
        let begins = self.begins(day);
        match self.window {
            Window::Day => begins + Days::new(1),
            Window::Week(_) => begins + Days::new(7),
            Window::Month(_) | Window::Cycle => begins.checked_add_months(chrono::Months::new(1)).unwrap_or(begins),
        }
    }

    /// Does what is moved at this local time count?
    pub fn counts(&self, at: NaiveDateTime) -> bool {
        let Some((from, to)) = self.free else { return true };
        let time = at.time();
        let free = if from <= to { from <= time && time < to } else { time >= from || time < to };
        !free
    }

    fn first_of_month(&self) -> u8 {
        match self.window {
            Window::Month(first) => first,
            _ => 1,
        }
    }

    /// What of `used` counts against limits of data.
    pub fn moved(&self, used: Used) -> u64 {
        match self.counted {
            Counted::Both => used.up.saturating_add(used.down),
            Counted::Down => used.down,
            Counted::Up => used.up,
        }
    }

    fn percent(&self, day: NaiveDate) -> u64 {
        if self.days_off.contains(&day.weekday()) { u64::from(self.weekend_percent) } else { 100 }
    }

    /// A limit of data on a day, with what was bought or carried over on top.
    pub fn octets_on(&self, octets: u64, extra: u64, day: NaiveDate) -> u64 {
        let whole = u128::from(octets) * u128::from(self.percent(day)) / 100 + u128::from(extra);
        u64::try_from(whole).unwrap_or(u64::MAX)
    }

    fn seconds_on(&self, minutes: u32, day: NaiveDate) -> u64 {
        u64::from(minutes) * 60 * self.percent(day) / 100
    }

    /// Hundredths of the way to a limit, the further of data and time.
    pub fn share(&self, limit: Limit, used: Used, extra: u64, day: NaiveDate) -> u64 {
        let share = |used: u64, limit: u64| u64::try_from(u128::from(used) * 100 / u128::from(limit.max(1))).unwrap_or(u64::MAX);
        let data = limit.octets.map(|octets| share(self.moved(used), self.octets_on(octets, extra, day)));
        let time = limit.minutes.map(|minutes| share(used.seconds, self.seconds_on(minutes, day)));
        data.into_iter().chain(time).max().unwrap_or(0)
    }

    /// What a line may do on `day` after it has moved `used`; `extra` octets were bought or carried over.
    pub fn effect(&self, used: Used, extra: u64, day: NaiveDate) -> Effect {
        let reached = |limit: Limit| self.share(limit, used, extra, day) >= 100;
        if self.stop_at.is_some_and(reached) {
            return Effect::Stop;
        }
        let step = self.steps.iter().enumerate().rfind(|(_, step)| reached(step.from));
        step.map_or(Effect::None, |(index, step)| Effect::Slow { step: index + 1, up_kbps: step.up_kbps, down_kbps: step.down_kbps })
    }

    /// The limit that is reached first.
    pub fn first_limit(&self) -> Limit {
        self.steps.first().map(|step| step.from).or(self.stop_at).unwrap_or_default()
    }

    /// How far it is to the first limit, when there is one.
    pub fn mark(&self, used: Used, extra: u64, day: NaiveDate) -> Option<Mark> {
        match self.share(self.first_limit(), used, extra, day) {
            100.. => Some(Mark::Hundred),
            80.. => Some(Mark::Eighty),
            _ => None,
        }
    }

    /// What is left at the end of a window and may be carried over: of what was included, not of what was bought.
    pub fn left(&self, used: Used, day: NaiveDate) -> u64 {
        self.first_limit().octets.map_or(0, |octets| self.octets_on(octets, 0, day).saturating_sub(self.moved(used)))
    }

    /// What of `extra` a window has used up that ends after `day`.
    pub fn spent(&self, used: Used, extra: u64, day: NaiveDate) -> u64 {
        self.first_limit().octets.map_or(0, |octets| self.moved(used).saturating_sub(self.octets_on(octets, 0, day)).min(extra))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GB: u64 = 1_000_000_000;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn time(hour: u32) -> NaiveTime {
        NaiveTime::from_hms_opt(hour, 0, 0).unwrap()
    }

    fn ladder() -> Policy {
        let step = |gb: u64, mbps: u32| Step { from: Limit::octets(gb * GB), up_kbps: mbps * 1_000, down_kbps: mbps * 1_000 };
        Policy {
            window: Window::Month(5),
            counted: Counted::Both,
            free: None,
            weekend_percent: 140,
            days_off: vec![Weekday::Fri, Weekday::Sat],
            steps: vec![step(10, 30), step(100, 10)],
            stop_at: Some(Limit::octets(200 * GB)),
            rollover_months: 0,
        }
    }

    fn both(gb: u64) -> Used {
        Used { up: gb * GB / 2, down: gb * GB / 2, seconds: 0 }
    }

    #[test]
    fn a_ladder_is_climbed_and_a_cap_stops() {
        let (policy, thursday) = (ladder(), day("2026-11-19"));
        let effect = |gb: u64| policy.effect(both(gb), 0, thursday);
        assert_eq!(effect(9), Effect::None);
        assert_eq!(effect(10), Effect::Slow { step: 1, up_kbps: 30_000, down_kbps: 30_000 });
        assert_eq!(effect(150), Effect::Slow { step: 2, up_kbps: 10_000, down_kbps: 10_000 });
        assert_eq!(effect(200), Effect::Stop);
        assert_eq!(policy.effect(both(200), GB, thursday), Effect::Slow { step: 2, up_kbps: 10_000, down_kbps: 10_000 }, "topped up");
        assert_eq!(policy.effect(both(13), 0, day("2026-11-20")), Effect::None, "a Friday");
        let marks = [7, 8, 10].map(|gb| policy.mark(both(gb), 0, thursday));
        assert_eq!(marks, [None, Some(Mark::Eighty), Some(Mark::Hundred)]);
        assert_eq!((policy.left(both(7), thursday), policy.left(both(70), thursday)), (3 * GB, 0));
    }

    #[test]
    fn windows_begin_at_local_midnight() {
        let month = ladder();
        assert_eq!((month.begins(day("2026-11-04")), month.ends(day("2026-11-04"))), (day("2026-10-05"), day("2026-11-05")));
        assert_eq!(month.begins(day("2026-11-05")), day("2026-11-05"));
        let week = Policy { window: Window::Week(Weekday::Sat), ..ladder() };
        assert_eq!((week.begins(day("2026-11-20")), week.ends(day("2026-11-20"))), (day("2026-11-14"), day("2026-11-21")));
        assert_eq!(Policy { window: Window::Day, ..ladder() }.ends(day("2026-11-20")), day("2026-11-21"));
    }

    #[test]
    fn free_hours_may_pass_midnight() {
        let policy = Policy { free: Some((time(23), time(6))), ..ladder() };
        let counts = |hour: u32| policy.counts(day("2026-11-19").and_hms_opt(hour, 0, 0).unwrap());
        assert_eq!([22, 23, 0, 5, 6].map(counts), [true, false, false, false, true]);
    }

    #[test]
    fn a_simulation_says_when_what_happens() {
        let policy = Policy { window: Window::Day, free: Some((time(0), time(6))), ..ladder() };
        let hours = simulate(&policy, &[both(1); 24], 0, day("2026-11-18"), 2);
        let told: Vec<_> = hours.iter().map(|hour| (hour.at.to_string(), hour.counted / GB, hour.effect != Effect::None)).collect();
        assert_eq!(
            told,
            [
                ("2026-11-18 00:00:00".to_string(), 0, false),
                ("2026-11-18 16:00:00".to_string(), 10, true),
                ("2026-11-19 00:00:00".to_string(), 0, false),
                ("2026-11-19 16:00:00".to_string(), 10, true),
            ]
        );
    }

    #[test]
    fn whichever_comes_first() {
        let limit = Limit { octets: Some(10 * GB), minutes: Some(60) };
        let policy = Policy { steps: vec![Step { from: limit, up_kbps: 1_000, down_kbps: 1_000 }], stop_at: None, ..ladder() };
        let thursday = day("2026-11-19");
        let used = |gb: u64, minutes: u64| Used { seconds: minutes * 60, ..both(gb) };
        let steps = [used(9, 59), used(10, 0), used(0, 60)].map(|used| policy.effect(used, 0, thursday) != Effect::None);
        assert_eq!(steps, [false, true, true]);
        assert_eq!(policy.mark(used(1, 48), 0, thursday), Some(Mark::Eighty));
        assert_eq!(policy.effect(used(0, 60), 0, day("2026-11-20")), Effect::None, "a Friday");
    }

    #[test]
    fn the_cycle_begins_on_the_day_of_billing() {
        let policy = Policy { window: Window::Cycle.of(10), ..ladder() };
        assert_eq!((policy.begins(day("2026-11-09")), policy.begins(day("2026-11-10"))), (day("2026-10-10"), day("2026-11-10")));
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        let keys = |policy: Policy| policy.problems().into_iter().map(|problem| problem.key).collect::<Vec<_>>();
        assert!(keys(ladder()).is_empty());
        let mut falling = ladder();
        falling.steps.reverse();
        assert_eq!(keys(falling), ["problem-fair-use-steps"]);
        assert_eq!(keys(Policy { steps: vec![], stop_at: None, ..ladder() }), ["problem-fair-use-empty"]);
        assert_eq!(keys(Policy { stop_at: Some(Limit::octets(GB)), weekend_percent: 99, ..ladder() }), ["problem-fair-use-stop", "problem-number-range"]);
    }

    proptest! {
        /// More use never makes a line faster, and more extra never makes it slower.
        #[test]
        fn more_use_is_never_faster(one in 0u64..300, more in 0u64..300, extra in 0u64..50, on in 0u64..60) {
            let rank = |effect| match effect { Effect::None => 0, Effect::Slow { step, .. } => step, Effect::Stop => 99 };
            let (policy, on) = (ladder(), day("2026-11-01") + Days::new(on));
            let effect = |gb: u64, extra: u64| rank(policy.effect(both(gb), extra * GB, on));
            prop_assert!(effect(one, extra) <= effect(one + more, extra));
            prop_assert!(effect(one, extra + more) <= effect(one, extra));
        }

        #[test]
        fn every_day_lies_in_one_window(first in 1u8..=28, on in 0u64..800) {
            let policy = Policy { window: Window::Month(first), ..ladder() };
            let on = day("2026-01-01") + Days::new(on);
            let (begins, ends) = (policy.begins(on), policy.ends(on));
            prop_assert!(begins <= on && on < ends);
            prop_assert_eq!(policy.begins(ends), ends);
        }
    }
}
