//! What one line gets where its policy would stop it: that it is stopped as the company stops lines, that it is refused, that
//! it reaches the pay page alone, or that it goes on slowly.

use crate::Problem;
use crate::access::SuspendedAccess;
use crate::packages::read_speed;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AtEnd {
    /// As the company wants it for every line that may not be up.
    #[default]
    Usual,
    Reject,
    Walled,
    Slow {
        up_kbps: u32,
        down_kbps: u32,
    },
}

impl AtEnd {
    pub fn slug(self) -> &'static str {
        match self {
            AtEnd::Usual => "usual",
            AtEnd::Reject => "reject",
            AtEnd::Walled => "walled",
            AtEnd::Slow { .. } => "slow",
        }
    }

    /// As it is stored; `None`: there is no such thing.
    pub fn read(slug: &str, speed: Option<(u32, u32)>) -> Option<Self> {
        match (slug, speed) {
            ("usual", _) => Some(AtEnd::Usual),
            ("reject", _) => Some(AtEnd::Reject),
            ("walled", _) => Some(AtEnd::Walled),
            ("slow", Some((up_kbps, down_kbps))) => Some(AtEnd::Slow { up_kbps, down_kbps }),
            _ => None,
        }
    }

    pub fn speed(self) -> Option<(u32, u32)> {
        match self {
            AtEnd::Slow { up_kbps, down_kbps } => Some((up_kbps, down_kbps)),
            _ => None,
        }
    }

    /// What RADIUS answers instead of what the company wants.
    pub fn access(self) -> Option<SuspendedAccess> {
        match self {
            AtEnd::Reject => Some(SuspendedAccess::Reject),
            AtEnd::Walled => Some(SuspendedAccess::Walled),
            AtEnd::Usual | AtEnd::Slow { .. } => None,
        }
    }
}

/// As it is asked for; speeds only matter where the line goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AtEndForm {
    pub at_end: String,
    pub down: String,
    pub up: String,
}

pub fn read_at_end(form: &AtEndForm) -> Result<AtEnd, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut kbps = |field: &str, text: &str| match read_speed(text) {
        Ok(Some(kbps)) => kbps,
        _ => {
            problems.push(Problem::new(field, "problem-speed"));
            1
        }
    };
    let speed = (form.at_end == "slow").then(|| (kbps("up", &form.up), kbps("down", &form.down)));
    match AtEnd::read(&form.at_end, speed) {
        Some(end) if problems.is_empty() => Ok(end),
        Some(_) => Err(problems),
        None => Err(vec![Problem::new("at_end", "problem-choice")]),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Effect, Limit, Policy, Step, Used, Window};
    use super::*;

    #[test]
    fn a_speed_is_only_asked_for_where_the_line_goes_on() {
        let form = |at_end: &str, down: &str, up: &str| AtEndForm { at_end: at_end.into(), down: down.into(), up: up.into() };
        assert_eq!(read_at_end(&form("walled", "", "x")).unwrap(), AtEnd::Walled);
        assert_eq!(read_at_end(&form("slow", "2", "1")).unwrap(), AtEnd::Slow { up_kbps: 1_000, down_kbps: 2_000 });
        let fields = |form| read_at_end(&form).unwrap_err().into_iter().map(|problem| problem.field).collect::<Vec<_>>();
        assert_eq!(fields(form("slow", "", "none")), ["up", "down"]);
        assert_eq!(fields(form("shout", "", "")), ["at_end"]);
    }

    #[test]
    fn a_line_that_goes_on_is_slow_from_where_it_would_stop() {
        const GB: u64 = 1_000_000_000;
        let policy = Policy {
            window: Window::Day,
            counted: Default::default(),
            free: None,
            weekend_percent: 100,
            days_off: vec![],
            steps: vec![Step { from: Limit::octets(GB), up_kbps: 5_000, down_kbps: 5_000 }],
            stop_at: Some(Limit::octets(2 * GB)),
            rollover_months: 0,
        };
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        let effect = |policy: Policy| policy.effect(Used { up: 0, down: 2 * GB, seconds: 0 }, 0, day);
        assert_eq!(effect(policy.clone().with_end(AtEnd::Walled)), Effect::Stop);
        let slow = policy.clone().with_end(AtEnd::Slow { up_kbps: 256, down_kbps: 512 });
        assert_eq!(effect(slow), Effect::Slow { step: 2, up_kbps: 256, down_kbps: 512 });
        let endless = Policy { stop_at: None, ..policy };
        assert_eq!(endless.clone().with_end(AtEnd::Slow { up_kbps: 1, down_kbps: 1 }), endless, "where nothing ends, nothing changes");
    }
}
