//! Dates as lists and routers write them. Day first unless a whole column shows otherwise; a day that does not exist is
//! refused, never moved to the next month.

use super::text::clean;
use crate::Problem;
use crate::money::ascii_digits;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// How 03/04/2026 is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    #[default]
    DayFirst,
    MonthFirst,
}

/// A date taken apart, before anybody said which number is the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Year, month, day are clear.
    Clear(i32, u32, u32),
    /// Two numbers and a year: day and month in one order or the other.
    Numbers(u32, u32, i32),
    /// Days since the last day of 1899, as spreadsheets count.
    Serial(u32),
}

const MONTHS: [(&str, u32); 38] = [
    ("jan", 1),
    ("feb", 2),
    ("mar", 3),
    ("apr", 4),
    ("may", 5),
    ("jun", 6),
    ("jul", 7),
    ("aug", 8),
    ("sep", 9),
    ("oct", 10),
    ("nov", 11),
    ("dec", 12),
    ("january", 1),
    ("february", 2),
    ("march", 3),
    ("april", 4),
    ("june", 6),
    ("july", 7),
    ("august", 8),
    ("sept", 9),
    ("september", 9),
    ("october", 10),
    ("november", 11),
    ("december", 12),
    ("জানুয়ারি", 1),
    ("জানুয়ারী", 1),
    ("ফেব্রুয়ারি", 2),
    ("ফেব্রুয়ারী", 2),
    ("মার্চ", 3),
    ("এপ্রিল", 4),
    ("মে", 5),
    ("জুন", 6),
    ("জুলাই", 7),
    ("আগস্ট", 8),
    ("সেপ্টেম্বর", 9),
    ("অক্টোবর", 10),
    ("নভেম্বর", 11),
    ("ডিসেম্বর", 12),
];

fn month_name(word: &str) -> Option<u32> {
    let word = word.to_lowercase();
    MONTHS.iter().find(|(name, _)| *name == word || clean(name) == word).map(|(_, month)| *month)
}

/// The whole year of a written one: 26 is 2026, 98 is 1998.
fn year(text: &str) -> Option<i32> {
    let number: i32 = text.parse().ok()?;
    match text.len() {
        2 if number < 70 => Some(2000 + number),
        2 => Some(1900 + number),
        4 => Some(number),
        _ => None,
    }
}

pub(super) fn shape(text: &str) -> Option<Shape> {
    let text = ascii_digits(&clean(text));
    let text = without_time(&text);
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return match text.len() {
            5 => text.parse().ok().filter(|n| (20_000..80_000).contains(n)).map(Shape::Serial),
            8 => Some(Shape::Clear(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?)),
            _ => None,
        };
    }
    let separators = |c: char| matches!(c, '/' | '-' | '.' | ' ' | ',' | '\'' | '–');
    let parts: Vec<&str> = text.split(separators).filter(|part| !part.is_empty()).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    if let Some(month) = month_name(second) {
        return match first.len() {
            4 => Some(Shape::Clear(year(first)?, month, day(third)?)),
            _ => Some(Shape::Clear(year(third)?, month, day(first)?)),
        };
    }
    if let Some(month) = month_name(first) {
        return Some(Shape::Clear(year(third)?, month, day(second)?));
    }
    if first.len() == 4 {
        return Some(Shape::Clear(year(first)?, number(second)?, number(third)?));
    }
    Some(Shape::Numbers(number(first)?, number(second)?, year(third)?))
}

fn number(text: &str) -> Option<u32> {
    (text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// `1`, `01`, `1st`, `22nd`.
fn day(text: &str) -> Option<u32> {
    let text = text.to_lowercase();
    let bare = ["st", "nd", "rd", "th"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(&text);
    number(bare)
}

/// `2026-03-01T00:00:00`, `mar/01/2026 10:22:01`, `01/03/2026 5:00 PM` without the time of day.
fn without_time(text: &str) -> &str {
    let end = text.find(':').map_or(text.len(), |colon| text[..colon].rfind([' ', 'T', 't']).unwrap_or(text.len()));
    text[..end].trim()
}

/// Does this cell show the order of its column? `None` when it fits both or neither.
pub(super) fn evidence(text: &str) -> Option<DateOrder> {
    match shape(text)? {
        Shape::Numbers(first, second, _) if (13..=31).contains(&first) && (1..=12).contains(&second) => Some(DateOrder::DayFirst),
        Shape::Numbers(first, second, _) if (13..=31).contains(&second) && (1..=12).contains(&first) => Some(DateOrder::MonthFirst),
        _ => None,
    }
}

/// Could be read both ways, and the two days differ.
pub(super) fn is_ambiguous(text: &str) -> bool {
    matches!(shape(text), Some(Shape::Numbers(first, second, _)) if first <= 12 && second <= 12 && first != second)
}

/// Reads a date. The problem names the field of `field`.
pub fn read_date(text: &str, order: DateOrder, field: &str) -> Result<NaiveDate, Problem> {
    let problem = |key: &str| Problem::new(field, key).with("value", text.trim().chars().take(40).collect::<String>());
    let date = match shape(text).ok_or_else(|| problem("problem-date"))? {
        Shape::Clear(year, month, day) => NaiveDate::from_ymd_opt(year, month, day),
        Shape::Numbers(day, month, year) if order == DateOrder::DayFirst => NaiveDate::from_ymd_opt(year, month, day),
        Shape::Numbers(month, day, year) => NaiveDate::from_ymd_opt(year, month, day),
        Shape::Serial(days) => {
            NaiveDate::from_ymd_opt(1899, 12, 30).and_then(|start| start.checked_add_days(chrono::Days::new(u64::from(days))))
        }
    };
    let date = date.ok_or_else(|| problem("problem-date-not-real"))?;
    if (1990..=2100).contains(&date.year()) { Ok(date) } else { Err(problem("problem-date-far")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<String, String> {
        read_date(text, DateOrder::DayFirst, "starts-on").map(|date| date.to_string()).map_err(|problem| problem.key)
    }

    #[test]
    fn one_day_in_many_hands() {
        for text in [
            "2026-03-01",
            "2026-03-01T00:00:00",
            "2026-03-01 14:30",
            "2026/3/1",
            "01/03/2026",
            "1/3/26",
            "01.03.2026",
            "01-03-2026",
            "1-Mar-26",
            "1 March 2026",
            "01/Mar/2026",
            "1st Mar 2026",
            "March 1, 2026",
            "Mar 1 2026",
            "mar/01/2026",
            "mar/01/2026 10:22:01",
            "০১/০৩/২০২৬",
            "১ মার্চ ২০২৬",
            "46082",
            "20260301",
            "2026-Mar-01",
            "01/03/2026 5:00 PM",
        ] {
            assert_eq!(read(text).as_deref(), Ok("2026-03-01"), "{text}");
        }
        assert_eq!(read("২৬ ফেব্রুয়ারি ২০২৬").as_deref(), Ok("2026-02-26"));
        assert_eq!(read_date("03/01/2026", DateOrder::MonthFirst, "").unwrap().to_string(), "2026-03-01");
    }

    #[test]
    fn days_that_are_none() {
        for (text, key) in [
            ("31/02/2026", "problem-date-not-real"),
            ("2026-02-31", "problem-date-not-real"),
            ("29-Feb-2026", "problem-date-not-real"),
            ("13/13/2026", "problem-date-not-real"),
            ("01/03/1899", "problem-date-far"),
            ("soon", "problem-date"),
            ("", "problem-date"),
            ("1/3", "problem-date"),
            ("01/03/202", "problem-date"),
            ("5", "problem-date"),
            ("jan/1970/02", "problem-date"),
        ] {
            assert_eq!(read(text).as_ref().map_err(String::as_str), Err(key), "{text}");
        }
    }

    #[test]
    fn what_shows_the_order() {
        assert_eq!(evidence("25/12/2026"), Some(DateOrder::DayFirst));
        assert_eq!(evidence("12/25/2026"), Some(DateOrder::MonthFirst));
        assert_eq!(evidence("2026-12-25"), None);
        assert_eq!(evidence("31/32/2026"), None);
        assert!(is_ambiguous("03/04/2026") && !is_ambiguous("04/04/2026") && !is_ambiguous("1-Mar-26"));
    }

    proptest! {
        #[test]
        fn every_written_day_reads_back(offset in 0i64..40_000, style in 0usize..6) {
            let date = NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + chrono::TimeDelta::days(offset);
            let text = date.format(["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%b-%Y", "%b/%d/%Y 10:00:00", "%B %d, %Y"][style]).to_string();
            prop_assert_eq!(read_date(&text, DateOrder::DayFirst, ""), Ok(date));
        }

        #[test]
        fn no_text_breaks_it(text in ".{0,30}") {
            let _ = read_date(&text, DateOrder::DayFirst, "");
            let _ = evidence(&text);
        }
    }
}
