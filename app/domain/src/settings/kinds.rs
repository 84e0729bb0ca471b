//! What a value may be. Values are kept as text in one way of writing each, so that two that mean the same are the same.

use crate::Problem;
use crate::money::ascii_digits;
use crate::{Currency, Money};
use chrono::NaiveTime;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Number {
        least: i64,
        most: i64,
    },
    /// The same, or nothing.
    NumberOrNone {
        least: i64,
        most: i64,
    },
    /// Money of whatever currency the ISP has, in whole units with two digits behind the point at most.
    Amount,
    /// `yes` or `no`.
    YesNo,
    Choice(&'static [&'static str]),
    /// A time of day, `21:00`.
    Time,
    /// Days of the week, ISO numbers with commas; never all seven.
    Weekdays,
    /// A name that routers understand.
    Word {
        most: usize,
    },
}

impl Kind {
    /// The one way of writing what was typed, or what is wrong with it beside its field.
    pub fn read(self, field: &str, typed: &str) -> Result<String, Problem> {
        let text = ascii_digits(typed.trim());
        match self {
            Kind::Number { least, most } => match text.parse::<i64>() {
                Ok(number) if (least..=most).contains(&number) => Ok(number.to_string()),
                _ => Err(Problem::new(field, "problem-number-range").with("least", least).with("most", most)),
            },
            Kind::NumberOrNone { .. } if text.is_empty() => Ok(text),
            Kind::NumberOrNone { least, most } => Kind::Number { least, most }.read(field, &text),
            Kind::Amount => amount(field, &text),
            Kind::YesNo => choice(field, text, &["yes", "no"]),
            Kind::Choice(choices) => choice(field, text, choices),
            Kind::Time => {
                time(&text).map(|time| time.format("%H:%M").to_string()).ok_or_else(|| Problem::new(field, "problem-time-of-day"))
            }
            Kind::Weekdays => weekdays(field, &text),
            Kind::Word { most } => {
                let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
                match (1..=most).contains(&text.len()) && text.chars().all(good) {
                    true => Ok(text),
                    false => Err(Problem::new(field, "problem-setting-word").with("most", most)),
                }
            }
        }
    }
}

fn amount(field: &str, text: &str) -> Result<String, Problem> {
    let money = Money::parse(text, Currency::Bdt).map_err(|error| Problem::new(field, error.key()))?;
    Ok(money.plain().trim_end_matches('0').trim_end_matches('.').to_owned())
}

fn choice(field: &str, text: String, choices: &[&str]) -> Result<String, Problem> {
    if choices.contains(&text.as_str()) { Ok(text) } else { Err(Problem::new(field, "problem-choice")) }
}

pub(super) fn time(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S")).ok()
}

fn weekdays(field: &str, text: &str) -> Result<String, Problem> {
    let parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let mut days: Vec<i16> = parts.iter().filter_map(|part| part.parse().ok()).filter(|day| (1..=7).contains(day)).collect();
    if days.len() != parts.len() {
        return Err(Problem::new(field, "problem-choice"));
    }
    days.sort_unstable();
    days.dedup();
    match days.len() {
        7 => Err(Problem::new(field, "problem-weekend-whole")),
        _ => Ok(days.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_typed_is_read_in_both_scripts_and_refused_with_its_range() {
        let days = Kind::Number { least: 0, most: 90 };
        assert_eq!(days.read("due", " ০৭ ").as_deref(), Ok("7"));
        let problem = days.read("due", "91").unwrap_err();
        assert_eq!((problem.field.as_str(), problem.key.as_str()), ("due", "problem-number-range"));
        assert_eq!(problem.args, [("least".to_string(), "0".to_string()), ("most".to_string(), "90".to_string())]);
        assert_eq!(Kind::Time.read("from", "২১:০০").as_deref(), Ok("21:00"));
        assert!(Kind::Time.read("from", "25:00").is_err());
        assert_eq!(Kind::Weekdays.read("weekend", "6, 5,5").as_deref(), Ok("5,6"));
        assert_eq!(Kind::Weekdays.read("weekend", "").as_deref(), Ok(""));
        assert_eq!(Kind::Weekdays.read("weekend", "1,2,3,4,5,6,7").unwrap_err().key, "problem-weekend-whole");
        assert_eq!(Kind::Amount.read("most", "৫,০০০.৫০").as_deref(), Ok("5000.5"));
        assert_eq!(Kind::Amount.read("most", "0").as_deref(), Ok("0"));
        assert!(Kind::Amount.read("most", "-5").is_err() && Kind::Amount.read("most", "").is_err());
        let never = Kind::NumberOrNone { least: 0, most: 30 };
        assert_eq!((never.read("days", " ").as_deref(), never.read("days", "31").is_err()), (Ok(""), true));
        assert!(Kind::Word { most: 5 }.read("list", "a b").is_err());
        assert!(Kind::Choice(&["a"]).read("x", "b").is_err() && Kind::YesNo.read("x", "").is_err());
    }

    proptest! {
        /// What was read once is read again as it stands, whatever was typed.
        #[test]
        fn there_is_one_way_of_writing_a_value(typed in "[0-9০-৯:, a-z-]{0,12}", which in 0usize..7) {
            let kind = [Kind::Number { least: -5, most: 5000 }, Kind::YesNo, Kind::Time, Kind::Weekdays, Kind::Word { most: 9 }, Kind::Amount,
                Kind::NumberOrNone { least: 0, most: 30 }][which];
            if let Ok(read) = kind.read("x", &typed) {
                prop_assert_eq!(kind.read("x", &read), Ok(read.clone()));
            }
        }
    }
}
