//! Days on which nobody is cut off: the weekend and the holidays of an ISP.

use crate::Problem;
use chrono::{Datelike, Days, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// The days an ISP does not work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// ISO days of the week, 1 is Monday.
    pub weekend: Vec<i16>,
    pub holidays: BTreeSet<NaiveDate>,
}

/// No country rests longer than this in one go; a list that says so is wrong and must not spare anybody for ever.
const LONGEST_REST: u64 = 60;

/// The weekend of the country that a zone belongs to, as far as it differs from Saturday and Sunday.
pub fn weekend_of(zone: &str) -> Vec<i16> {
    const FRIDAY_AND_SATURDAY: [&str; 12] = [
        "Asia/Dhaka",
        "Asia/Riyadh",
        "Asia/Kuwait",
        "Asia/Qatar",
        "Asia/Bahrain",
        "Asia/Baghdad",
        "Asia/Amman",
        "Asia/Damascus",
        "Africa/Cairo",
        "Africa/Khartoum",
        "Asia/Aden",
        "Africa/Tripoli",
    ];
    if FRIDAY_AND_SATURDAY.contains(&zone) { vec![5, 6] } else { vec![6, 7] }
}

/// `day`, or the first one after it that is no day of rest of the kinds that count.
pub fn next_working_day(day: NaiveDate, calendar: &Calendar, skip_weekends: bool, skip_holidays: bool) -> NaiveDate {
    let rests = |day: NaiveDate| {
        let week_day = i16::try_from(day.weekday().number_from_monday()).unwrap_or_default();
        (skip_weekends && calendar.weekend.contains(&week_day)) || (skip_holidays && calendar.holidays.contains(&day))
    };
    (0..=LONGEST_REST).filter_map(|days| day.checked_add_days(Days::new(days))).find(|day| !rests(*day)).unwrap_or(day)
}

/// Reads a pasted list: a day (2026-12-16, 16/12/2026, 16.12.2026 or 16-12-2026) and a name on each line, in either
/// script. Answers with what is wrong by line, or with all days.
pub fn read_holidays(text: &str) -> Result<BTreeMap<NaiveDate, String>, Vec<Problem>> {
    let (mut days, mut problems) = (BTreeMap::new(), Vec::new());
    for (line, text) in text.lines().enumerate() {
        let text = text.trim().trim_start_matches('\u{feff}');
        if text.is_empty() {
            continue;
        }
        let (day, name) = text.split_once(|c: char| c.is_whitespace() || c == ',' || c == ';').unwrap_or((text, ""));
        let name = name.trim_matches(|c: char| c.is_whitespace() || c == ',' || c == ';' || c == '"');
        match read_day(day.trim_matches('"')) {
            Some(_) if name.chars().count() > 100 => problems.push(Problem::new("days", "problem-holiday-name").with("line", line + 1)),
            Some(day) => {
                days.insert(day, if name.is_empty() { day.to_string() } else { name.to_string() });
            }
            None => problems.push(
                Problem::new("days", "problem-holiday-line").with("line", line + 1).with("text", day.chars().take(30).collect::<String>()),
            ),
        }
        if problems.len() >= 10 {
            break;
        }
    }
    if days.is_empty() && problems.is_empty() {
        problems.push(Problem::new("days", "problem-holiday-none"));
    }
    if days.len() > 2_000 {
        problems.push(Problem::new("days", "problem-holiday-many"));
    }
    if problems.is_empty() { Ok(days) } else { Err(problems) }
}

fn read_day(text: &str) -> Option<NaiveDate> {
    let text = crate::money::ascii_digits(text);
    let day = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"].iter().find_map(|format| NaiveDate::parse_from_str(&text, format).ok())?;
    (2000..2100).contains(&day.year()).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_day_moves_over_a_weekend_with_a_holiday_after_it() {
        // 16 December 2026 is a Wednesday, victory day; Friday and Saturday are the weekend of Dhaka.
        let calendar = Calendar { weekend: weekend_of("Asia/Dhaka"), holidays: [day("2026-12-16"), day("2026-12-20")].into() };
        assert_eq!(next_working_day(day("2026-12-18"), &calendar, true, true), day("2026-12-21"));
        assert_eq!(next_working_day(day("2026-12-18"), &calendar, true, false), day("2026-12-20"));
        assert_eq!(next_working_day(day("2026-12-18"), &calendar, false, true), day("2026-12-18"));
        assert_eq!(next_working_day(day("2026-12-16"), &calendar, false, true), day("2026-12-17"));
    }

    #[test]
    fn a_list_without_end_spares_nobody_for_ever() {
        let start = day("2026-01-01");
        let calendar = Calendar { weekend: Vec::new(), holidays: start.iter_days().take(400).collect() };
        assert_eq!(next_working_day(start, &calendar, false, true), start);
    }

    #[test]
    fn a_pasted_list_is_read_in_either_script() {
        let list = read_holidays("2026-12-16 Victory Day\n\n21/02/2027, Language Day\n২৬.০৩.২০২৭\tস্বাধীনতা দিবস\n01-05-2027").unwrap();
        let names: Vec<_> = list.values().map(String::as_str).collect();
        assert_eq!(names, ["Victory Day", "Language Day", "স্বাধীনতা দিবস", "2027-05-01"]);
        let problems = read_holidays("2026-12-16 ok\n31/02/2027 no such day\nnonsense").unwrap_err();
        assert_eq!(problems.iter().map(|p| p.args[0].1.as_str()).collect::<Vec<_>>(), ["2", "3"]);
        assert_eq!(read_holidays("  \n").unwrap_err()[0].key, "problem-holiday-none");
    }
}
