//! May somebody promise to pay later (BIL-19)? A promise gives days, never money, and a broken one costs the right to
//! promise again from the portal.

use crate::Problem;
use chrono::NaiveDate;

/// What an ISP allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PromiseRules {
    pub days: i16,
    pub per_cycle: i16,
    pub per_year: i16,
    /// May subscribers promise from the portal?
    pub by_customer: bool,
}

/// What is known of the customer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PromiseFacts {
    /// What he owes.
    pub due_minor: i64,
    /// He has promised already and the day is not over.
    pub open: bool,
    pub in_cycle: i64,
    pub in_year: i64,
    /// Promises of the last year that were not kept.
    pub broken: i64,
}

/// Refuses a promise with what is wrong about it.
pub fn check_promise(
    rules: PromiseRules,
    facts: PromiseFacts,
    today: NaiveDate,
    until: NaiveDate,
    by_customer: bool,
) -> Result<(), Problem> {
    let days = (until - today).num_days();
    if !(1..=i64::from(rules.days)).contains(&days) {
        return Err(Problem::new("until", "problem-promise-days").with("days", rules.days));
    }
    if by_customer && !rules.by_customer {
        return Err(Problem::new("", "problem-promise-not-offered"));
    }
    if facts.due_minor <= 0 {
        return Err(Problem::new("", "problem-promise-nothing-due"));
    }
    if facts.open {
        return Err(Problem::new("", "problem-promise-open"));
    }
    if facts.in_cycle >= i64::from(rules.per_cycle) {
        return Err(Problem::new("", "problem-promise-cycle").with("count", rules.per_cycle));
    }
    if facts.in_year >= i64::from(rules.per_year) {
        return Err(Problem::new("", "problem-promise-year").with("count", rules.per_year));
    }
    if by_customer && facts.broken > 0 {
        return Err(Problem::new("", "problem-promise-broken"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_a_month_three_a_year_and_seven_days_at_most() {
        let rules = PromiseRules { days: 7, per_cycle: 1, per_year: 3, by_customer: true };
        let owes = PromiseFacts { due_minor: 1, ..PromiseFacts::default() };
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let key = |facts, until, by| check_promise(rules, facts, day("2026-11-10"), day(until), by).err().map(|problem| problem.key);
        assert_eq!(key(owes, "2026-11-17", true), None);
        for wrong in ["2026-11-18", "2026-11-10", "2026-11-09"] {
            assert_eq!(key(owes, wrong, false).as_deref(), Some("problem-promise-days"), "{wrong}");
        }
        assert_eq!(key(PromiseFacts::default(), "2026-11-12", false).as_deref(), Some("problem-promise-nothing-due"));
        assert_eq!(key(PromiseFacts { open: true, ..owes }, "2026-11-12", false).as_deref(), Some("problem-promise-open"));
        assert_eq!(key(PromiseFacts { in_cycle: 1, ..owes }, "2026-11-12", false).as_deref(), Some("problem-promise-cycle"));
        assert_eq!(key(PromiseFacts { in_year: 3, ..owes }, "2026-11-12", false).as_deref(), Some("problem-promise-year"));
        let broke = PromiseFacts { broken: 1, in_year: 1, ..owes };
        assert_eq!(key(broke, "2026-11-12", true).as_deref(), Some("problem-promise-broken"));
        assert_eq!(key(broke, "2026-11-12", false), None, "a person may still trust him");
    }
}
