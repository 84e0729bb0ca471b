//! From which day on a line may be cut: the day after due date and grace are over. RADIUS hands the time that is left
//! to the router, so even a dead server gives nothing away.

use crate::calendar::add_days;
use chrono::NaiveDate;

/// First day on which an unpaid invoice may cut the line: the due date and every day of grace are still good.
pub fn cut_on(due_on: NaiveDate, grace_days: u16) -> Option<NaiveDate> {
    add_days(due_on, u32::from(grace_days) + 1)
}

/// First day on which a line may be cut if nobody pays from now on: by the oldest unpaid invoice, else by the invoice
/// that comes next, if one comes by itself.
pub fn line_cut_on(oldest_unpaid: Option<NaiveDate>, next_bill_on: Option<NaiveDate>, due_days: u16, grace_days: u16) -> Option<NaiveDate> {
    let next = next_bill_on.and_then(|day| add_days(day, u32::from(due_days))).and_then(|due_on| cut_on(due_on, grace_days));
    [oldest_unpaid, next].into_iter().flatten().min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap()
    }

    #[test]
    fn grace_days_are_whole_days() {
        assert_eq!(cut_on(day(1, 10), 0), Some(day(1, 11)));
        assert_eq!(cut_on(day(1, 10), 3), Some(day(1, 14)));
    }

    #[test]
    fn an_unpaid_bill_cuts_before_the_next_one_would() {
        assert_eq!(line_cut_on(Some(day(1, 14)), Some(day(2, 1)), 7, 3), Some(day(1, 14)));
        assert_eq!(line_cut_on(None, Some(day(2, 1)), 7, 3), Some(day(2, 12)));
        assert_eq!(line_cut_on(None, None, 7, 3), None);
    }
}
