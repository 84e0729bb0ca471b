//! What one subscriber has apart from his package: a price, a speed, a volume, hours of the day, minutes; for a while or
//! until further notice (PKG-11). A price holds by business days, everything else by instants. Two of a kind never hold
//! at the same time.

use super::terms::{read_time, whole};
use super::{NotASpeed, read_speed};
use crate::{Currency, Money, OverrideId, Problem};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

/// What is different.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Apart {
    Price {
        price: Money,
    },
    Speed {
        up_kbps: Option<u32>,
        down_kbps: Option<u32>,
    },
    Volume {
        mb: u64,
    },
    /// The only hours of the day in which the line may be up.
    Hours {
        from: NaiveTime,
        to: NaiveTime,
    },
    Minutes {
        minutes: u32,
    },
}

impl Apart {
    pub const KINDS: [&str; 5] = ["price", "speed", "volume", "hours", "minutes"];

    pub fn kind(&self) -> &'static str {
        match self {
            Apart::Price { .. } => "price",
            Apart::Speed { .. } => "speed",
            Apart::Volume { .. } => "volume",
            Apart::Hours { .. } => "hours",
            Apart::Minutes { .. } => "minutes",
        }
    }
}

/// When it holds, half-open; no end: until further notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    Days { from: NaiveDate, until: Option<NaiveDate> },
    Instants { from: DateTime<Utc>, until: Option<DateTime<Utc>> },
}

impl Span {
    pub fn overlaps(&self, other: &Span) -> bool {
        fn meet<T: Ord>(a: (T, Option<T>), b: (T, Option<T>)) -> bool {
            a.1.is_none_or(|end| b.0 < end) && b.1.is_none_or(|end| a.0 < end)
        }
        match (self, other) {
            (Span::Days { from, until }, Span::Days { from: start, until: end }) => meet((*from, *until), (*start, *end)),
            (Span::Instants { from, until }, Span::Instants { from: start, until: end }) => meet((*from, *until), (*start, *end)),
            _ => false,
        }
    }

    pub fn state(&self, today: NaiveDate, now: DateTime<Utc>) -> SpanState {
        let (begun, over) = match self {
            Span::Days { from, until } => (*from <= today, until.is_some_and(|until| until <= today)),
            Span::Instants { from, until } => (*from <= now, until.is_some_and(|until| until <= now)),
        };
        match (begun, over) {
            (_, true) => SpanState::Over,
            (true, false) => SpanState::Now,
            (false, false) => SpanState::Ahead,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpanState {
    Ahead,
    Now,
    Over,
}

/// Why it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApartSource {
    Person,
    /// Terms kept until the cycle ends because the package changed.
    Proposal,
}

/// One of them, as the subscriber's page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    pub id: OverrideId,
    pub apart: Apart,
    pub span: Span,
    pub source: ApartSource,
    pub note: Option<String>,
}

/// What a form sent. Times are the ISP's wall clock, as `2026-11-21T18:30`; an empty start is now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OverrideForm {
    pub kind: String,
    pub price: String,
    pub up_mbps: String,
    pub down_mbps: String,
    pub volume_gb: String,
    pub hours_from: String,
    pub hours_to: String,
    pub minutes: String,
    pub starts: String,
    pub ends: String,
    pub note: String,
}

/// A form that was understood, but for its times, which only a server can place in a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverrideDraft {
    pub apart: Apart,
    pub starts: Option<NaiveDateTime>,
    pub ends: Option<NaiveDateTime>,
    pub note: Option<String>,
}

/// More than a year of minutes is no limit.
const MOST_MINUTES: u64 = 525_600;

/// Reads a form; every problem at once, beside its field.
pub fn read_override(form: &OverrideForm, currency: Currency) -> Result<OverrideDraft, Vec<Problem>> {
    let mut problems = Vec::new();
    let apart = read_apart(form, currency, &mut problems);
    let starts = read_moment("starts", &form.starts, &mut problems);
    let ends = read_moment("ends", &form.ends, &mut problems);
    if let (Some(starts), Some(ends)) = (starts, ends)
        && ends <= starts
    {
        problems.push(Problem::new("ends", "problem-period-order"));
    }
    let note = Some(form.note.trim().to_string()).filter(|note| !note.is_empty());
    if note.as_ref().is_some_and(|note| note.chars().count() > 500) {
        problems.push(Problem::new("note", "problem-too-long").with("most", 500));
    }
    match apart {
        Some(apart) if problems.is_empty() => Ok(OverrideDraft { apart, starts, ends, note }),
        _ => Err(problems),
    }
}

fn read_apart(form: &OverrideForm, currency: Currency, problems: &mut Vec<Problem>) -> Option<Apart> {
    match form.kind.trim() {
        "price" => match Money::parse(&form.price, currency) {
            Ok(price) if price.is_zero() => problems.push(Problem::new("price", "problem-price-zero")),
            Ok(price) => return Some(Apart::Price { price }),
            Err(error) => problems.push(Problem::new("price", error.key())),
        },
        "speed" => {
            let mut speed = |field: &str, text: &str| {
                let speed = read_speed(text);
                if speed == Err(NotASpeed) {
                    problems.push(Problem::new(field, "problem-speed"));
                }
                speed.unwrap_or_default()
            };
            let (up_kbps, down_kbps) = (speed("up_mbps", &form.up_mbps), speed("down_mbps", &form.down_mbps));
            return Some(Apart::Speed { up_kbps, down_kbps });
        }
        "volume" => match whole("volume_gb", &form.volume_gb, 1, 1_000_000, problems) {
            Some(gb) => return Some(Apart::Volume { mb: gb * 1_024 }),
            None => needs("volume_gb", 1_000_000, problems),
        },
        "hours" => {
            let from = read_time("hours_from", &form.hours_from, problems);
            let to = read_time("hours_to", &form.hours_to, problems);
            match (from, to) {
                (Some(from), Some(to)) if from != to => return Some(Apart::Hours { from, to }),
                (Some(_), Some(_)) => problems.push(Problem::new("hours_to", "problem-window-empty")),
                _ => {
                    let field = if from.is_none() { "hours_from" } else { "hours_to" };
                    if !problems.iter().any(|problem| problem.field == field) {
                        problems.push(Problem::new(field, "problem-time-of-day"));
                    }
                }
            }
        }
        "minutes" => match whole("minutes", &form.minutes, 1, MOST_MINUTES, problems).and_then(|minutes| u32::try_from(minutes).ok()) {
            Some(minutes) => return Some(Apart::Minutes { minutes }),
            None => needs("minutes", MOST_MINUTES, problems),
        },
        _ => problems.push(Problem::new("kind", "problem-choice")),
    }
    None
}

fn needs(field: &str, most: u64, problems: &mut Vec<Problem>) {
    if !problems.iter().any(|problem| problem.field == field) {
        problems.push(Problem::new(field, "problem-number-range").with("least", 1).with("most", most));
    }
}

/// A day or a moment of a day, or nothing.
fn read_moment(field: &str, text: &str, problems: &mut Vec<Problem>) -> Option<NaiveDateTime> {
    let text = crate::money::ascii_digits(text.trim());
    if text.is_empty() {
        return None;
    }
    let day = || NaiveDate::parse_from_str(&text, "%Y-%m-%d").map(|day| day.and_time(NaiveTime::MIN));
    let moment = NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M").or_else(|_| day()).ok();
    if moment.is_none() {
        problems.push(Problem::new(field, "problem-moment"));
    }
    moment
}

/// The first of those that hold at the same time.
pub fn overlap<'a>(apart: &Apart, span: &Span, others: &'a [Override]) -> Option<&'a Override> {
    others.iter().find(|other| other.source == ApartSource::Person && other.apart.kind() == apart.kind() && other.span.overlaps(span))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: OverrideForm) -> Result<OverrideDraft, Vec<(String, String)>> {
        read_override(&form, Currency::Bdt).map_err(|problems| problems.into_iter().map(|p| (p.field, p.key)).collect())
    }

    fn form(kind: &str) -> OverrideForm {
        OverrideForm { kind: kind.into(), ..OverrideForm::default() }
    }

    #[test]
    fn a_wrong_form_names_its_fields() {
        for (form, field, key) in [
            (form(""), "kind", "problem-choice"),
            (OverrideForm { price: "0".into(), ..form("price") }, "price", "problem-price-zero"),
            (OverrideForm { price: "-5".into(), ..form("price") }, "price", "problem-amount-negative"),
            (OverrideForm { down_mbps: "0".into(), ..form("speed") }, "down_mbps", "problem-speed"),
            (OverrideForm { volume_gb: "0".into(), ..form("volume") }, "volume_gb", "problem-number-range"),
            (form("volume"), "volume_gb", "problem-number-range"),
            (OverrideForm { minutes: "999999999".into(), ..form("minutes") }, "minutes", "problem-number-range"),
            (OverrideForm { hours_from: "08:00".into(), hours_to: "08:00".into(), ..form("hours") }, "hours_to", "problem-window-empty"),
            (OverrideForm { hours_from: "25:00".into(), hours_to: "08:00".into(), ..form("hours") }, "hours_from", "problem-time-of-day"),
            (
                OverrideForm { price: "5".into(), starts: "2026-11-22".into(), ends: "2026-11-22".into(), ..form("price") },
                "ends",
                "problem-period-order",
            ),
            (OverrideForm { price: "5".into(), starts: "soon".into(), ..form("price") }, "starts", "problem-moment"),
        ] {
            assert_eq!(read(form).unwrap_err(), [(field.to_string(), key.to_string())]);
        }
    }

    #[test]
    fn spans_are_half_open() {
        let day = |n: u32| NaiveDate::from_ymd_opt(2026, 11, n).unwrap();
        let days = |from, until: Option<u32>| Span::Days { from: day(from), until: until.map(day) };
        assert!(!days(1, Some(5)).overlaps(&days(5, None)));
        assert!(days(1, Some(6)).overlaps(&days(5, None)));
        assert!(days(9, None).overlaps(&days(5, None)));
        let now = "2026-11-05T00:00:00Z".parse().unwrap();
        assert_eq!(days(1, Some(5)).state(day(5), now), SpanState::Over);
        assert_eq!(days(5, None).state(day(5), now), SpanState::Now);
        assert_eq!(days(6, None).state(day(5), now), SpanState::Ahead);
    }
}
