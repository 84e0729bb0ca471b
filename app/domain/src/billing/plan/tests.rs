//! The engine's promises: every day charged exactly once, whatever the rhythm, and parts that add up to their whole.

use super::*;
use crate::billing::*;
use crate::packages::Validity;
use crate::{AddonId, CustomerId, DiscountId, InvoiceId, ServiceId};
use chrono::TimeDelta;
use proptest::prelude::*;
use rust_decimal::Decimal;
use std::sync::Arc;
use uuid::Uuid;

fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

fn term(from: NaiveDate, price_minor: i64) -> Term {
    Term {
        from,
        description: "Home 10".into(),
        currency: Currency::Bdt,
        validity: Validity::Months(1),
        custom_minor: None,
        prices: Arc::from([(day(2000, 1, 1), price_minor)]),
        tax: None,
        tax_profile: None,
        charging: Charging::Cycle,
    }
}

fn service(billed_until: NaiveDate) -> Billable {
    let profile = BillingProfile::usual(crate::BillingProfileId(Uuid::nil()), "Monthly");
    Billable {
        service_id: ServiceId(Uuid::from_u128(1)),
        customer_id: CustomerId(Uuid::from_u128(2)),
        rhythm: Rhythm::of(&profile, billed_until, None),
        terms: vec![term(billed_until, 100_000)],
        agreed: Vec::new(),
        billed_until,
        held: Vec::new(),
        addons: Vec::new(),
        discounts: Vec::new(),
        suspended: None,
        tax_exempt: false,
    }
}

fn plan(service: &Billable, on: NaiveDate) -> (Vec<InvoiceDraft>, NaiveDate) {
    plan_service(service, Currency::Bdt, on).unwrap()
}

fn nets(drafts: &[InvoiceDraft]) -> Vec<i64> {
    drafts.iter().map(InvoiceDraft::net_minor).collect()
}

fn vat(percent: i64, inclusive: bool) -> Arc<TaxTerms> {
    let rate = DatedRate { name: "VAT".into(), from_on: day(2000, 1, 1), until_on: None, rate: Decimal::from(percent) };
    Arc::new(TaxTerms { inclusive, rates: vec![rate] })
}

#[test]
fn fifteenth_of_march_pays_seventeen_thirty_firsts() {
    let (drafts, covered) = plan(&service(day(2026, 3, 15)), day(2026, 3, 15));
    assert_eq!(nets(&drafts), [54_839]);
    assert_eq!((drafts[0].lines[0].days, drafts[0].lines[0].days_in_period), (Some(17), Some(31)));
    assert_eq!(covered, day(2026, 4, 1));
}

#[test]
fn a_short_first_period_waits_for_the_next_when_the_profile_says_so() {
    let mut s = service(day(2026, 3, 15));
    s.rhythm.first_period = FirstPeriod::WithNext;
    assert_eq!(plan(&s, day(2026, 3, 31)), (vec![], day(2026, 3, 15)));
    let (drafts, covered) = plan(&s, day(2026, 4, 1));
    let lines: Vec<_> = drafts[0].lines.iter().map(|line| (line.days.unwrap(), line.net_minor)).collect();
    assert_eq!((drafts.len(), lines), (1, vec![(17, 54_839), (30, 100_000)]));
    assert_eq!(covered, day(2026, 5, 1));
    assert_eq!(s.rhythm.next_bill_on(day(2026, 3, 15), Validity::Months(1), day(2026, 3, 20)), Some(day(2026, 4, 1)));
}

#[test]
fn a_late_run_bills_each_missed_month_for_itself() {
    let (drafts, covered) = plan(&service(day(2026, 1, 1)), day(2026, 3, 5));
    let starts: Vec<_> = drafts.iter().map(|draft| draft.lines[0].period.unwrap().start).collect();
    assert_eq!(starts, [day(2026, 1, 1), day(2026, 2, 1), day(2026, 3, 1)]);
    assert_eq!((nets(&drafts), covered), (vec![100_000; 3], day(2026, 4, 1)));
}

#[test]
fn nothing_is_due_before_the_period_begins_and_in_arrears_before_it_ends() {
    assert_eq!(plan(&service(day(2026, 4, 1)), day(2026, 3, 31)), (vec![], day(2026, 4, 1)));
    let mut s = service(day(2026, 3, 15));
    s.rhythm.charge_in = ChargeIn::Arrears;
    assert_eq!(plan(&s, day(2026, 3, 31)), (vec![], day(2026, 3, 15)));
    let (drafts, covered) = plan(&s, day(2026, 4, 1));
    assert_eq!((nets(&drafts), covered), (vec![54_839], day(2026, 4, 1)));
}

#[test]
fn an_anniversary_of_the_thirty_first_does_not_drift() {
    let mut s = service(day(2026, 1, 31));
    s.rhythm.kind = ProfileKind::Anniversary;
    let (drafts, _) = plan(&s, day(2026, 4, 30));
    let starts: Vec<_> = drafts.iter().map(|draft| draft.lines[0].period.unwrap().start).collect();
    assert_eq!(starts, [day(2026, 1, 31), day(2026, 2, 28), day(2026, 3, 31), day(2026, 4, 30)]);
    assert_eq!(nets(&drafts), [100_000; 4]);
}

#[test]
fn february_of_a_leap_year() {
    let (drafts, _) = plan(&service(day(2028, 2, 29)), day(2028, 2, 29));
    assert_eq!((drafts[0].lines[0].days, drafts[0].lines[0].days_in_period, nets(&drafts)), (Some(1), Some(29), vec![3_448]));
}

#[test]
fn a_service_nobody_looked_at_for_years_waits_for_a_person() {
    assert_eq!(plan_service(&service(day(2010, 1, 1)), Currency::Bdt, day(2026, 3, 5)), Err(Refusal::TooFarBehind));
    assert_eq!(plan_service(&service(day(2026, 1, 1)), Currency::Usd, day(2026, 3, 5)), Err(Refusal::OtherCurrency));
}

#[test]
fn less_than_the_least_waits_for_the_next_bill() {
    let mut s = service(day(2026, 1, 1));
    s.rhythm.minimum_minor = 150_000;
    assert_eq!(plan(&s, day(2026, 1, 1)), (vec![], day(2026, 1, 1)));
    let (drafts, covered) = plan(&s, day(2026, 2, 1));
    assert_eq!((drafts.len(), drafts[0].lines.len(), covered), (1, 2, day(2026, 3, 1)));
}

#[test]
fn a_suspended_line_is_charged_as_its_profile_says_and_never_for_what_was_let_go() {
    let suspended = |charging, charged| {
        let mut s = service(day(2026, 3, 1));
        s.rhythm.suspended_charging = charging;
        s.rhythm.suspended_periods = 2;
        s.suspended = Some(Suspended { since: day(2026, 2, 12), charged });
        s
    };
    assert_eq!(nets(&plan(&suspended(SuspendedCharging::Bill, 9), day(2026, 3, 1)).0), [100_000]);
    assert_eq!(plan(&suspended(SuspendedCharging::Skip, 0), day(2026, 3, 1)), (vec![], day(2026, 3, 2)));
    assert_eq!(nets(&plan(&suspended(SuspendedCharging::Limit, 1), day(2026, 3, 1)).0), [100_000]);
    assert_eq!(plan(&suspended(SuspendedCharging::Limit, 2), day(2026, 3, 1)), (vec![], day(2026, 3, 2)));
    // Back on the 16th: the rest of March, not the fifteen days without service.
    let mut back = service(day(2026, 3, 16));
    back.rhythm.starts_on = day(2025, 1, 1);
    assert_eq!(nets(&plan(&back, day(2026, 3, 16)).0), [51_613]);
}

#[test]
fn in_arrears_only_the_days_that_a_line_was_up_are_charged() {
    let mut s = service(day(2026, 4, 1));
    s.rhythm.starts_on = day(2025, 1, 1);
    s.rhythm.charge_in = ChargeIn::Arrears;
    s.rhythm.suspended_charging = SuspendedCharging::Skip;
    // Held down on the 11th and still down when the month is over: ten days.
    s.suspended = Some(Suspended { since: day(2026, 4, 11), charged: 0 });
    assert_eq!((nets(&plan(&s, day(2026, 5, 1)).0), plan(&s, day(2026, 5, 1)).1), (vec![33_333], day(2026, 5, 1)));
    // And nothing for the months it stays down.
    assert_eq!((nets(&plan(&s, day(2026, 7, 1)).0), plan(&s, day(2026, 7, 1)).1), (vec![33_333], day(2026, 7, 1)));
    // Back on the 21st: ten days before, ten days after.
    s.suspended = None;
    s.held = vec![Period::new(day(2026, 4, 11), day(2026, 4, 21)).unwrap()];
    assert_eq!(nets(&plan(&s, day(2026, 5, 1)).0), [66_667]);
    s.held.clear();
    s.suspended = Some(Suspended { since: day(2026, 3, 20), charged: 1 });
    s.rhythm.suspended_charging = SuspendedCharging::Limit;
    s.rhythm.suspended_periods = 1;
    assert_eq!(plan(&s, day(2026, 5, 1)), (vec![], day(2026, 5, 1)));
    s.rhythm.suspended_charging = SuspendedCharging::Bill;
    assert_eq!(nets(&plan(&s, day(2026, 5, 1)).0), [100_000]);
}

#[test]
fn a_discount_has_dates_a_cap_and_never_takes_more_than_there_is() {
    let with = |rule, ends_on| {
        let mut s = service(day(2026, 1, 1));
        let discount = |n, rule, ends_on| Discount {
            id: DiscountId(Uuid::from_u128(n)),
            rule,
            reason: "Neighbour".into(),
            starts_on: day(2026, 1, 1),
            ends_on,
        };
        s.discounts = vec![discount(1, rule, ends_on), discount(2, DiscountRule::Fixed { amount_minor: 95_000 }, Some(day(2026, 2, 1)))];
        s.terms[0].tax = Some(vat(5, false));
        plan(&s, day(2026, 2, 1)).0
    };
    let ten = DiscountRule::Percent { percent: Decimal::from(10), most_minor: Some(8_000) };
    let drafts = with(ten, None);
    assert_eq!(nets(&drafts), [0, 92_000], "8,000 and then only what is left; in February the fixed one has dropped by itself");
    assert_eq!(drafts[1].tax_minor(), 4_600);
    assert!(drafts[0].entry(InvoiceId(Uuid::nil()), "INV-1").is_ok());
    assert_eq!(nets(&with(ten, Some(day(2026, 2, 1)))), [0, 100_000]);
}

#[test]
fn addons_stand_on_lines_of_their_own_for_their_own_days() {
    let mut s = service(day(2026, 4, 1));
    let addon = |n, price_minor, from, until| Addon {
        id: AddonId(Uuid::from_u128(n)),
        name: "Static IP".into(),
        quantity: 2,
        price_minor,
        tax: None,
        starts_on: from,
        ends_on: until,
    };
    s.addons = vec![addon(1, 15_000, day(2026, 1, 1), None), addon(2, 30_000, day(2026, 1, 1), Some(day(2026, 4, 11)))];
    let (drafts, _) = plan(&s, day(2026, 4, 1));
    let lines: Vec<_> = drafts[0].lines.iter().map(|line| (line.kind, line.net_minor)).collect();
    assert_eq!(lines, [(LineKind::Recurring, 100_000), (LineKind::Addon, 30_000), (LineKind::Addon, 20_000)]);
}

#[test]
fn a_change_shows_both_lines_and_a_cheaper_one_becomes_credit() {
    let profile = BillingProfile { change_fee_up_minor: 5_000, ..BillingProfile::usual(crate::BillingProfileId(Uuid::nil()), "Monthly") };
    let mut s = service(day(2026, 4, 1));
    s.billed_until = day(2026, 5, 1);
    let dearer = change_lines(&s, &term(day(2026, 4, 11), 160_000), &profile, day(2026, 4, 11)).unwrap();
    let kinds = |lines: &[LineDraft]| lines.iter().map(|line| (line.kind, line.net_minor)).collect::<Vec<_>>();
    assert_eq!(kinds(&dearer), [(LineKind::ChangeNew, 106_667), (LineKind::ChangeOld, -66_667), (LineKind::Fee, 5_000)]);
    let cheaper = change_lines(&s, &term(day(2026, 4, 11), 70_000), &profile, day(2026, 4, 11)).unwrap();
    assert_eq!(kinds(&cheaper), [(LineKind::ChangeNew, 46_667), (LineKind::ChangeOld, -66_667), (LineKind::ToCredit, 20_000)]);
    let lost = BillingProfile { change_refund: ChangeRefund::None, ..profile };
    let cheaper = change_lines(&s, &term(day(2026, 4, 11), 70_000), &lost, day(2026, 4, 11)).unwrap();
    assert_eq!(kinds(&cheaper)[2], (LineKind::Adjustment, 20_000));
    assert_eq!(InvoiceDraft::of(&s, cheaper, Currency::Bdt, day(2026, 4, 11)).unwrap().total_minor(), 0);
}

#[test]
fn a_dated_tax_rate_changes_on_its_day_and_the_exempt_pay_none() {
    let mut terms = TaxTerms { inclusive: false, rates: vat(5, false).rates.clone() };
    let new = DatedRate { name: "VAT".into(), from_on: day(2026, 2, 1), until_on: None, rate: Decimal::from(10) };
    terms.add(new, true).unwrap();
    let mut s = service(day(2026, 1, 1));
    s.terms[0].tax = Some(Arc::new(terms));
    assert_eq!(plan(&s, day(2026, 1, 31)).0[0].tax_minor(), 5_000);
    assert_eq!(plan(&s, day(2026, 2, 1)).0[0].tax_minor(), 10_000);
    s.tax_exempt = true;
    assert_eq!(plan(&s, day(2026, 1, 31)).0[0].tax_minor(), 0);
}

prop_compose! {
    fn any_service()(
        start in 0i64..3_000, billing_day in 1u16..=28, price in 10_000i64..10_000_000, days in prop::option::of(1u16..60),
        rate in 0i64..30, inclusive: bool, kind in 0usize..2, arrears: bool, with_next: bool, months in prop::sample::select(vec![1u16, 1, 1, 3, 12]),
        holds in prop::collection::vec((0i64..400, 1i64..50), 0..3),
    ) -> Billable {
        let mut s = service(day(2020, 1, 1) + TimeDelta::days(start));
        s.rhythm.billing_day = billing_day;
        s.rhythm.kind = [ProfileKind::Monthly, ProfileKind::Anniversary][kind];
        if arrears { s.rhythm.charge_in = ChargeIn::Arrears; }
        if with_next { s.rhythm.first_period = FirstPeriod::WithNext; }
        s.terms = vec![Term { tax: Some(vat(rate, inclusive)), validity: days.map_or(Validity::Months(months), Validity::Days), ..term(s.billed_until, price) }];
        s.held = holds.into_iter().filter_map(|(at, long)| {
            let from = s.billed_until + TimeDelta::days(at);
            Period::new(from, from + TimeDelta::days(long))
        }).collect();
        s
    }
}

proptest! {
    /// However often the run comes, the same days are covered once, without a hole, and each entry balances.
    #[test]
    fn runs_in_any_rhythm_cover_every_day_once(s in any_service(), steps in prop::collection::vec(1i64..70, 1..8)) {
        let mut s = s;
        let (first, mut today) = (s.billed_until, s.billed_until);
        let mut charged: Vec<Period> = Vec::new();
        for step in steps {
            let planned = plan_service(&s, Currency::Bdt, today);
            if planned == Err(Refusal::TooFarBehind) { return Ok(()); }
            let (drafts, covered) = planned.unwrap();
            for draft in &drafts {
                prop_assert!(draft.total_minor() > 0);
                prop_assert!(draft.entry(InvoiceId(Uuid::from_u128(9)), "INV-1").is_ok());
                for line in &draft.lines {
                    prop_assert!(line.days <= line.days_in_period);
                    prop_assert_eq!(line.days, Some(s.charged_days(line.period.unwrap())));
                    charged.push(line.period.unwrap());
                }
            }
            prop_assert!(covered >= s.billed_until);
            if s.rhythm.charge_in == ChargeIn::Advance && s.rhythm.first_period == FirstPeriod::Alone { prop_assert!(covered > today); }
            s.billed_until = covered;
            today += TimeDelta::days(step);
        }
        for pair in charged.windows(2) { prop_assert!(pair[0].end <= pair[1].start); }
        // What was settled but not charged is exactly what holds took out.
        if let Some(all) = Period::new(first, s.billed_until) {
            let days: i64 = charged.iter().map(|period| s.charged_days(*period)).sum();
            prop_assert_eq!(days, s.charged_days(all));
        }
    }

    /// In advance, in arrears and in any rhythm of runs the same service pays the same in the end.
    #[test]
    fn advance_and_arrears_charge_the_same(s in any_service(), step in 1i64..=30) {
        let total = |charge_in: ChargeIn, step: i64| {
            let mut s = s.clone();
            s.rhythm.charge_in = charge_in;
            s.rhythm.first_period = FirstPeriod::Alone;
            let end = s.billed_until + TimeDelta::days(700);
            let (mut today, mut sums) = (s.billed_until, Vec::new());
            while today <= end {
                let (drafts, covered) = plan_service(&s, Currency::Bdt, today).unwrap();
                sums.extend(drafts.iter().map(InvoiceDraft::total_minor));
                s.billed_until = covered;
                today += TimeDelta::days(step);
            }
            sums.truncate(11.min(sums.len().saturating_sub(1)));
            sums
        };
        let (advance, arrears) = (total(ChargeIn::Advance, step), total(ChargeIn::Arrears, 1));
        let common = advance.len().min(arrears.len());
        prop_assert_eq!(&advance[..common], &arrears[..common]);
    }

    /// Any set of days on which the package "changes" to one of the same price adds up to the month, in arrears as parts
    /// of one bill and in advance as changes of what was billed.
    #[test]
    fn proration_over_any_set_of_change_days_adds_up_to_the_month(
        price in 0i64..100_000_000, start in 0i64..3_000, changes in prop::collection::btree_set(1i64..31, 0..6), billing_day in 1u16..=28,
    ) {
        let mut s = service(day(2020, 1, 1) + TimeDelta::days(start));
        s.rhythm.billing_day = billing_day;
        s.terms = vec![term(s.billed_until, price)];
        let whole = s.whole_period(s.billed_until).unwrap();
        let days: Vec<NaiveDate> = changes.iter().map(|n| whole.start + TimeDelta::days(*n)).filter(|d| *d < whole.end && *d > s.billed_until).collect();
        let one = period_lines(&s, Period::new(s.billed_until, whole.end).unwrap(), whole, whole.start).unwrap();
        let one: i64 = one.iter().map(LineDraft::total_minor).sum();

        let mut parts = s.clone();
        parts.terms.extend(days.iter().map(|from| term(*from, price)));
        let lines = period_lines(&parts, Period::new(s.billed_until, whole.end).unwrap(), whole, whole.start).unwrap();
        prop_assert_eq!(lines.iter().map(LineDraft::total_minor).sum::<i64>(), one);

        let profile = BillingProfile::usual(crate::BillingProfileId(Uuid::nil()), "Monthly");
        let mut billed = s.clone();
        billed.billed_until = whole.end;
        for change in days {
            let lines = change_lines(&billed, &term(change, price), &profile, change).unwrap();
            prop_assert_eq!(lines.iter().map(LineDraft::total_minor).sum::<i64>(), 0);
        }
    }

    /// Changing the package on any days in advance or having had it so in arrears is the same money.
    #[test]
    fn changes_in_advance_are_what_arrears_would_have_charged(
        prices in prop::collection::vec(1i64..50_000_000, 1..5), gaps in prop::collection::vec(1i64..9, 4),
    ) {
        let mut s = service(day(2026, 5, 1));
        s.terms = vec![term(day(2026, 5, 1), prices[0])];
        let whole = s.whole_period(s.billed_until).unwrap();
        let profile = BillingProfile::usual(crate::BillingProfileId(Uuid::nil()), "Monthly");
        let mut advance = prices[0];
        let mut now = Billable { billed_until: whole.end, ..s.clone() };
        let mut at = whole.start;
        for (price, gap) in prices[1..].iter().zip(&gaps) {
            at += TimeDelta::days(*gap);
            if at >= whole.end { break; }
            let lines = change_lines(&now, &term(at, *price), &profile, at).unwrap();
            advance += lines.iter().filter(|line| line.kind != LineKind::ToCredit).map(LineDraft::total_minor).sum::<i64>();
            now.terms.push(term(at, *price));
            s.terms.push(term(at, *price));
        }
        let arrears = period_lines(&s, whole, whole, whole.end).unwrap();
        prop_assert_eq!(arrears.iter().map(LineDraft::total_minor).sum::<i64>(), advance);
    }

    /// A hold that is credited and a hold that was known before are within the rounding of one line of each other.
    #[test]
    fn held_days_cost_nothing_whether_billed_before_or_after(price in 1i64..10_000_000, from in 0i64..30, long in 1i64..30) {
        let s = service(day(2026, 1, 1));
        let s = Billable { terms: vec![term(day(2026, 1, 1), price)], ..s };
        let whole = s.whole_period(s.billed_until).unwrap();
        let hold = Period::new(whole.start + TimeDelta::days(from), whole.start + TimeDelta::days(from + long)).unwrap();
        let known = Billable { held: vec![hold], ..s.clone() };
        let before: i64 = period_lines(&known, whole, whole, whole.start).unwrap().iter().map(LineDraft::total_minor).sum();
        let billed = Billable { billed_until: whole.end, ..s };
        let credit: i64 = hold_lines(&billed, hold, 0, whole.start).unwrap().iter().filter(|line| line.kind == LineKind::ToCredit).map(LineDraft::total_minor).sum();
        prop_assert!((price - credit - before).abs() <= 1);
    }
}

#[test]
fn a_cycle_that_ends_with_the_month_begins_with_the_rest_of_one() {
    let mut s = service(day(2026, 3, 10));
    (s.rhythm.billing_day, s.rhythm.cycle_ends_with_month) = (5, true);
    let (drafts, covered) = plan(&s, day(2026, 3, 10));
    assert_eq!((nets(&drafts), covered), (vec![70_968], day(2026, 4, 1)), "22 of 31 days, at once");
    s.billed_until = covered;
    assert_eq!(plan(&s, day(2026, 4, 4)), (vec![], day(2026, 4, 1)), "the billing day says when");
    let (drafts, covered) = plan(&s, day(2026, 4, 5));
    let period = drafts[0].lines[0].period.unwrap();
    assert_eq!((period.start, period.end, nets(&drafts)), (day(2026, 4, 1), day(2026, 5, 1), vec![100_000]));
    assert_eq!(s.rhythm.next_bill_on(covered, Validity::Months(1), day(2026, 4, 5)), Some(day(2026, 5, 5)));
    s.rhythm.charge_in = ChargeIn::Arrears;
    assert_eq!(plan(&s, day(2026, 5, 4)).0, vec![]);
    assert_eq!(nets(&plan(&s, day(2026, 5, 5)).0), [100_000]);
    // Three months at once: to the end of the third, of which twenty-two days of March were not had.
    let whole = s.rhythm.period(day(2026, 3, 10), Validity::Months(3)).unwrap();
    assert_eq!((whole.start, whole.end), (day(2026, 3, 1), day(2026, 6, 1)));
}

proptest! {
    /// Whatever the day of its beginning and of its bills, calendar months leave no day out and none twice.
    #[test]
    fn calendar_months_cover_each_day_once(offset in 0i64..1_500, billing_day in 1u16..=28, months in 1u16..=12) {
        let start = day(2024, 1, 1) + TimeDelta::days(offset);
        let mut s = service(start);
        (s.rhythm.billing_day, s.rhythm.cycle_ends_with_month) = (billing_day, true);
        let mut covered = start;
        for _ in 0..6 {
            let period = s.rhythm.period(covered, Validity::Months(months)).unwrap();
            prop_assert!(period.start <= covered && covered < period.end && period.end.format("%d").to_string() == "01");
            prop_assert!(s.rhythm.next_bill_on(covered, Validity::Months(months), covered - TimeDelta::days(1)).unwrap() >= covered);
            covered = period.end;
        }
    }
}
