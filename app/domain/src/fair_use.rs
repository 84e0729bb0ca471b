//! Fair use: what a line may still do after what it has moved in a window. Steps that make it slower, a cap that slows
//! or stops it, hours that do not count, weekends with more. Functions of values; who counts and who tells the routers
//! is elsewhere.

mod counter;
mod end;
mod form;
mod simulate;
mod views;

pub use counter::{Closed, Counter, Lot, Standing, Taken, extra_on};
pub use end::{AtEnd, AtEndForm, read_at_end};
pub use form::{FairUseForm, OfferDraft, OfferForm, StepForm, WEEK, gigabytes, read_fair_use, read_offer};
pub use simulate::{SimulatedHour, simulate};
pub use views::{Account, Credit, Event, Offer, PastWindow, PolicyRow, TopUp, TopUser};

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
        if self
            .stop_at
            .is_some_and(|stop| stop.is_none() || stop.is_zero() || self.steps.last().is_some_and(|last| !stop.is_beyond(last.from)))
        {
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

    /// A limit on a day, with what was bought or carried over on top.
    pub fn limit_on(&self, limit: Limit, extra: u64, day: NaiveDate) -> Limit {
        let minutes = |minutes| u32::try_from(self.seconds_on(minutes, day) / 60).unwrap_or(u32::MAX);
        Limit { octets: limit.octets.map(|octets| self.octets_on(octets, extra, day)), minutes: limit.minutes.map(minutes) }
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

    /// The policy of a line that wants something else at its end.
    #[must_use]
    pub fn with_end(self, end: AtEnd) -> Self {
        match (end, self.stop_at) {
            (AtEnd::Slow { up_kbps, down_kbps }, Some(from)) => {
                let last = Step { from, up_kbps, down_kbps };
                Self { steps: self.steps.into_iter().chain([last]).collect(), stop_at: None, ..self }
            }
            _ => self,
        }
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
mod tests;
