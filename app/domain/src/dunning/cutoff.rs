//! From which instant on a line may be cut, and the only place that decides it: RADIUS hands the time that is left to the
//! router, the run that suspends and the subscriber's own page say the same. Nobody is cut for a bill that nobody wrote.

use super::days::{Calendar, next_working_day};
use crate::billing::cut_on;
use crate::calendar::add_days;
use crate::zones::{Tz, at_time};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

/// What the billing profile says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    pub zone: Tz,
    pub auto_suspend: bool,
    /// Bills are made without anybody asking for them.
    pub bills_by_itself: bool,
    pub due_days: u16,
    pub grace_days: u16,
    /// Not before this local time.
    pub suspend_time: NaiveTime,
    pub skip_weekends: bool,
    pub skip_holidays: bool,
    /// Overdue up to this much does not cut.
    pub tolerance_minor: i64,
    /// Nor does a debt up to this much.
    pub credit_limit_minor: Option<i64>,
}

/// A bill with something due: the day after its last day of grace, and how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenBill {
    pub cut_on: NaiveDate,
    pub due_minor: i64,
}

/// What the customer owes, and up to which day this line was billed.
#[derive(Clone, Copy, Debug)]
pub struct Debt<'a> {
    pub open: &'a [OpenBill],
    pub billed_until: NaiveDate,
}

/// Whether a person has stopped this customer from being cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hold {
    #[default]
    None,
    /// A run was stopped and nobody has decided yet.
    Open,
    /// Somebody decided to spare him until the start of this day.
    Until(NaiveDate),
}

/// Why somebody who owes is not cut yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mercy {
    /// Last day of an open promise to pay.
    pub promised_until: Option<NaiveDate>,
    /// Exempt, to the end of this day or without an end.
    pub exempt: Option<Option<NaiveDate>>,
    pub hold: Hold,
    /// A payment is under way and may arrive until then.
    pub payment_pending_until: Option<DateTime<Utc>>,
}

/// The instant from which on the line may be down. `today` is the business day on which this is asked: a bill that was
/// not written yet cannot be due before it was, so as long as somebody asks, no line is cut for want of a bill.
pub fn cut_off_at(terms: &Terms, calendar: &Calendar, debt: Debt<'_>, mercy: &Mercy, today: NaiveDate) -> Option<DateTime<Utc>> {
    if !terms.auto_suspend || mercy.hold == Hold::Open || mercy.exempt == Some(None) {
        return None;
    }
    let next = if terms.bills_by_itself { next_bill(terms, debt.billed_until.max(today)) } else { None };
    let day = [tips_on(terms, debt.open), next].into_iter().flatten().min()?;
    let after = |day: NaiveDate| day.checked_add_days(Days::new(1)).unwrap_or(day);
    let spared = [
        mercy.promised_until.map(after),
        mercy.exempt.flatten().map(after),
        match mercy.hold {
            Hold::Until(day) => Some(day),
            Hold::None | Hold::Open => None,
        },
    ];
    let day = spared.into_iter().flatten().fold(day, NaiveDate::max);
    let day = next_working_day(day, calendar, terms.skip_weekends, terms.skip_holidays);
    let at = at_time(day, terms.suspend_time, terms.zone);
    Some(mercy.payment_pending_until.map_or(at, |until| until.max(at)))
}

/// The first day on which bills past their grace add up to more than is tolerated.
fn tips_on(terms: &Terms, open: &[OpenBill]) -> Option<NaiveDate> {
    let owed: i64 = open.iter().map(|bill| bill.due_minor).sum();
    if terms.credit_limit_minor.is_some_and(|limit| owed <= limit) {
        return None;
    }
    let mut bills: Vec<OpenBill> = open.to_vec();
    bills.sort_by_key(|bill| bill.cut_on);
    let mut overdue = 0;
    bills.into_iter().find_map(|bill| {
        overdue += bill.due_minor;
        (overdue > terms.tolerance_minor).then_some(bill.cut_on)
    })
}

/// When a bill issued on a day could cut.
fn next_bill(terms: &Terms, issued_on: NaiveDate) -> Option<NaiveDate> {
    add_days(issued_on, u32::from(terms.due_days)).and_then(|due_on| cut_on(due_on, terms.grace_days))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zones::business_day;
    use chrono::Datelike;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> Option<DateTime<Utc>> {
        Some(text.parse().unwrap())
    }

    fn terms() -> Terms {
        Terms {
            zone: Tz::Asia__Dhaka,
            auto_suspend: true,
            bills_by_itself: true,
            due_days: 7,
            grace_days: 3,
            suspend_time: NaiveTime::MIN,
            skip_weekends: false,
            skip_holidays: false,
            tolerance_minor: 0,
            credit_limit_minor: None,
        }
    }

    fn bill(cut_on: &str, due_minor: i64) -> OpenBill {
        OpenBill { cut_on: day(cut_on), due_minor }
    }

    fn asked(terms: &Terms, open: &[OpenBill], mercy: &Mercy) -> Option<DateTime<Utc>> {
        cut_off_at(terms, &Calendar::default(), Debt { open, billed_until: day("2026-12-01") }, mercy, day("2026-11-01"))
    }

    #[test]
    fn an_unpaid_bill_cuts_after_grace_at_the_profiles_hour() {
        let open = [bill("2026-11-12", 100_000)];
        assert_eq!(asked(&terms(), &open, &Mercy::default()), at("2026-11-11T18:00:00Z"));
        let at_ten = Terms { suspend_time: NaiveTime::from_hms_opt(10, 0, 0).unwrap(), ..terms() };
        assert_eq!(asked(&at_ten, &open, &Mercy::default()), at("2026-11-12T04:00:00Z"));
        assert_eq!(asked(&terms(), &[], &Mercy::default()), at("2026-12-11T18:00:00Z"), "the next bill, if nobody pays it");
        assert_eq!(asked(&Terms { auto_suspend: false, ..terms() }, &open, &Mercy::default()), None);
        assert_eq!(asked(&Terms { bills_by_itself: false, ..terms() }, &[], &Mercy::default()), None);
    }

    #[test]
    fn what_is_tolerated_cuts_nobody() {
        let tolerant = Terms { tolerance_minor: 500, ..terms() };
        assert_eq!(asked(&tolerant, &[bill("2026-11-12", 500)], &Mercy::default()), at("2026-12-11T18:00:00Z"));
        let two = [bill("2026-11-20", 1), bill("2026-11-12", 500)];
        assert_eq!(asked(&tolerant, &two, &Mercy::default()), at("2026-11-19T18:00:00Z"), "with the second bill it is too much");
        let limited = Terms { credit_limit_minor: Some(200_000), ..terms() };
        assert_eq!(asked(&limited, &[bill("2026-11-12", 200_000)], &Mercy::default()), at("2026-12-11T18:00:00Z"));
        assert_eq!(asked(&limited, &[bill("2026-11-12", 200_001)], &Mercy::default()), at("2026-11-11T18:00:00Z"));
    }

    #[test]
    fn promise_exemption_hold_and_a_payment_on_its_way_put_it_off() {
        let open = [bill("2026-11-12", 100_000)];
        let with = |mercy: Mercy| asked(&terms(), &open, &mercy);
        assert_eq!(with(Mercy { promised_until: Some(day("2026-11-15")), ..Mercy::default() }), at("2026-11-15T18:00:00Z"));
        assert_eq!(with(Mercy { promised_until: Some(day("2026-11-05")), ..Mercy::default() }), at("2026-11-11T18:00:00Z"));
        assert_eq!(with(Mercy { exempt: Some(Some(day("2026-11-20"))), ..Mercy::default() }), at("2026-11-20T18:00:00Z"));
        assert_eq!(with(Mercy { exempt: Some(None), ..Mercy::default() }), None);
        assert_eq!(with(Mercy { hold: Hold::Open, ..Mercy::default() }), None);
        assert_eq!(with(Mercy { hold: Hold::Until(day("2026-11-14")), ..Mercy::default() }), at("2026-11-13T18:00:00Z"));
        let pending = at("2026-11-11T18:20:00Z");
        assert_eq!(with(Mercy { payment_pending_until: pending, ..Mercy::default() }), pending);
    }

    #[test]
    fn a_promise_that_ends_before_a_weekend_gives_the_weekend_too() {
        let terms = Terms { skip_weekends: true, ..terms() };
        let calendar = Calendar { weekend: vec![5, 6], ..Calendar::default() };
        let open = [bill("2026-11-12", 100_000)];
        // 12 November 2026 is a Thursday.
        let mercy = Mercy { promised_until: Some(day("2026-11-12")), ..Mercy::default() };
        let debt = Debt { open: &open, billed_until: day("2026-12-01") };
        assert_eq!(cut_off_at(&terms, &calendar, debt, &mercy, day("2026-11-01")), at("2026-11-14T18:00:00Z"));
    }

    #[test]
    fn a_bill_that_nobody_wrote_cuts_nobody_while_somebody_looks() {
        let late = cut_off_at(
            &terms(),
            &Calendar::default(),
            Debt { open: &[], billed_until: day("2026-10-01") },
            &Mercy::default(),
            day("2026-11-01"),
        );
        assert_eq!(late, at("2026-11-11T18:00:00Z"));
    }

    proptest! {
        /// In every zone and over every change of clocks: never before the grace is over, never on a day of rest, never
        /// while something spares the customer, and never for a debt that is tolerated.
        #[test]
        fn nobody_is_cut_too_early(
            offset in 0i64..2_000, grace in 0u16..20, hour in 0u32..24, minute in 0u32..60, skip: bool, tolerance in 0i64..3_000,
            bills in prop::collection::vec((0i64..60, 1i64..2_000), 0..5), promise in proptest::option::of(0u64..80),
            exempt in proptest::option::of(0u64..80), hold in proptest::option::of(0u64..80), today in 0u64..90,
            zone in prop::sample::select(vec![
                "Asia/Dhaka", "Pacific/Kiritimati", "Etc/GMT+12", "Etc/GMT-14", "Europe/London", "America/New_York", "America/Santiago",
                "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca", "Asia/Beirut",
            ])
        ) {
            let zone: Tz = zone.parse().unwrap();
            let first = day("2024-01-01") + chrono::TimeDelta::days(offset);
            let plus = |days: u64| first + Days::new(days);
            let terms = Terms {
                zone, grace_days: grace, suspend_time: NaiveTime::from_hms_opt(hour, minute, 0).unwrap(), skip_weekends: skip,
                skip_holidays: skip, tolerance_minor: tolerance, ..terms()
            };
            let calendar = Calendar { weekend: vec![5, 6], holidays: [plus(3), plus(17), plus(18)].into() };
            let open: Vec<OpenBill> = bills.iter().map(|(days, due_minor)| OpenBill { cut_on: first + chrono::TimeDelta::days(*days), due_minor: *due_minor }).collect();
            let mercy = Mercy {
                promised_until: promise.map(plus), exempt: exempt.map(|days| Some(plus(days))),
                hold: hold.map_or(Hold::None, |days| Hold::Until(plus(days))), payment_pending_until: None,
            };
            let today = plus(today);
            let debt = Debt { open: &open, billed_until: first };
            let cut = cut_off_at(&terms, &calendar, debt, &mercy, today).unwrap();
            let local = business_day(cut, zone);
            let overdue = |on: NaiveDate| open.iter().filter(|bill| bill.cut_on <= on).map(|bill| bill.due_minor).sum::<i64>();
            if local <= today {
                prop_assert!(overdue(local) > tolerance, "cut although no more is overdue than is tolerated");
            }
            for (spared, name) in [(mercy.promised_until, "promise"), (exempt.map(plus), "exemption")] {
                prop_assert!(spared.is_none_or(|last| local > last), "cut during a {}", name);
            }
            prop_assert!(hold.is_none_or(|days| local >= plus(days)));
            if skip {
                prop_assert!(!calendar.weekend.contains(&(local.weekday().number_from_monday() as i16)) && !calendar.holidays.contains(&local));
            }
            // Paying everything always moves it beyond today.
            let paid = cut_off_at(&terms, &calendar, Debt { open: &[], ..debt }, &Mercy::default(), today).unwrap();
            prop_assert!(business_day(paid, zone) > today);
        }
    }
}
