//! Dates and times as people write them, and how far away they are in words.
//! It never asks what time it is: `now` is passed in, and instants arrive already moved to the reader's zone.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike, Weekday};

use crate::{Arg, Language, digits, text, text_with};

/// `21 Nov 2026`, `২১ নভেম্বর ২০২৬`.
pub fn date(language: Language, date: NaiveDate) -> String {
    format!("{} {}", day_and_month(language, date), year(language, date))
}

/// `21 Nov`, `২১ নভেম্বর`.
pub fn day_and_month(language: Language, date: NaiveDate) -> String {
    let day = digits(language, &date.day().to_string());
    format!("{day} {}", month_short(language, date.month()))
}

/// `November 2026`, `নভেম্বর ২০২৬`: a billing period's name.
pub fn month_and_year(language: Language, date: NaiveDate) -> String {
    format!("{} {}", month(language, date.month()), year(language, date))
}

/// `14:05`, `১৪:০৫`.
pub fn time(language: Language, at: NaiveDateTime) -> String {
    digits(language, &format!("{:02}:{:02}", at.hour(), at.minute()))
}

/// `21 Nov 2026, 14:05`.
pub fn date_time(language: Language, at: NaiveDateTime) -> String {
    format!("{}, {}", date(language, at.date()), time(language, at))
}

/// The month's full name; `number` counts from 1.
pub fn month(language: Language, number: u32) -> String {
    text(language, &format!("month-{number}"))
}

fn month_short(language: Language, number: u32) -> String {
    text(language, &format!("month-short-{number}"))
}

/// The weekday's full name.
pub fn weekday(language: Language, day: Weekday) -> String {
    text(language, &format!("weekday-{}", day.number_from_monday()))
}

fn year(language: Language, date: NaiveDate) -> String {
    digits(language, &date.year().to_string())
}

/// `today`, `tomorrow`, `3 days ago`, `in 2 months`: how far `day` is from `today`.
pub fn days_from(language: Language, day: NaiveDate, today: NaiveDate) -> String {
    let days = day.signed_duration_since(today).num_days();
    let (unit, count) = match days.unsigned_abs() {
        0 => return text(language, "relative-today"),
        1 if days > 0 => return text(language, "relative-tomorrow"),
        1 => return text(language, "relative-yesterday"),
        distance @ 2..=44 => ("days", distance),
        distance @ 45..=544 => ("months", (distance + 15) / 30),
        distance => ("years", (distance + 182) / 365),
    };
    worded(language, unit, days > 0, count)
}

/// `just now`, `5 minutes ago`, `in 3 hours`, and in days from a day on.
pub fn relative(language: Language, at: NaiveDateTime, now: NaiveDateTime) -> String {
    let seconds = at.signed_duration_since(now).num_seconds();
    let (unit, count) = match seconds.unsigned_abs() {
        0..=44 => return text(language, "relative-now"),
        distance @ 45..=3_569 => ("minutes", (distance + 30) / 60),
        distance @ 3_570..=84_599 => ("hours", (distance + 1_800) / 3_600),
        distance => {
            let whole = i64::try_from((distance + 43_200) / 86_400).unwrap_or(i64::MAX);
            let days = if seconds > 0 { whole } else { -whole };
            let today = now.date();
            return match today.checked_add_signed(chrono::Duration::days(days.clamp(-999_999, 999_999))) {
                Some(day) => days_from(language, day, today),
                None => date(language, at.date()),
            };
        }
    };
    worded(language, unit, seconds > 0, count)
}

fn worded(language: Language, unit: &str, ahead: bool, count: u64) -> String {
    let direction = if ahead { "ahead" } else { "ago" };
    text_with(language, &format!("relative-{unit}-{direction}"), &[("count", Arg::from(count))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{Bengali, English};

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a real day")
    }

    fn at(hour: u32, minute: u32) -> NaiveDateTime {
        day(2026, 11, 21).and_hms_opt(hour, minute, 0).expect("a real time")
    }

    #[test]
    fn dates_in_both_languages() {
        assert_eq!(date(English, day(2026, 11, 21)), "21 Nov 2026");
        assert_eq!(date(Bengali, day(2026, 11, 21)), "২১ নভেম্বর ২০২৬");
        assert_eq!(month_and_year(English, day(2026, 2, 1)), "February 2026");
        assert_eq!(month_and_year(Bengali, day(2026, 2, 1)), "ফেব্রুয়ারি ২০২৬");
        assert_eq!(date_time(English, at(9, 5)), "21 Nov 2026, 09:05");
        assert_eq!(date_time(Bengali, at(14, 5)), "২১ নভেম্বর ২০২৬, ১৪:০৫");
        assert_eq!(weekday(English, Weekday::Sat), "Saturday");
        assert_eq!(weekday(Bengali, Weekday::Sat), "শনিবার");
    }

    #[test]
    fn every_month_has_a_name() {
        for language in Language::ALL {
            for number in 1..=12 {
                assert!(!month(language, number).starts_with("month-"));
                assert!(!month_short(language, number).starts_with("month-"));
            }
        }
    }

    #[test]
    fn distance_in_days() {
        let today = day(2026, 11, 21);
        assert_eq!(days_from(English, today, today), "today");
        assert_eq!(days_from(English, day(2026, 11, 22), today), "tomorrow");
        assert_eq!(days_from(English, day(2026, 11, 20), today), "yesterday");
        assert_eq!(days_from(English, day(2026, 11, 18), today), "3 days ago");
        assert_eq!(days_from(Bengali, day(2026, 11, 18), today), "৩ দিন আগে");
        assert_eq!(days_from(English, day(2026, 12, 1), today), "in 10 days");
        assert_eq!(days_from(English, day(2027, 1, 21), today), "in 2 months");
        assert_eq!(days_from(Bengali, day(2024, 11, 21), today), "২ বছর আগে");
    }

    #[test]
    fn distance_in_time() {
        assert_eq!(relative(English, at(12, 0), at(12, 0)), "just now");
        assert_eq!(relative(English, at(11, 59), at(12, 0)), "1 minute ago");
        assert_eq!(relative(English, at(12, 45), at(12, 0)), "in 45 minutes");
        assert_eq!(relative(Bengali, at(9, 0), at(12, 0)), "৩ ঘণ্টা আগে");
        let before = day(2026, 11, 19).and_hms_opt(12, 0, 0).expect("a real time");
        assert_eq!(relative(English, before, at(12, 0)), "2 days ago");
    }
}
