use super::*;
use proptest::prelude::*;

const GB: u64 = 1_000_000_000;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn time(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).unwrap()
}

fn ladder() -> Policy {
    let step = |gb: u64, mbps: u32| Step { from: Limit::octets(gb * GB), up_kbps: mbps * 1_000, down_kbps: mbps * 1_000 };
    Policy {
        window: Window::Month(5),
        counted: Counted::Both,
        free: None,
        weekend_percent: 140,
        days_off: vec![Weekday::Fri, Weekday::Sat],
        steps: vec![step(10, 30), step(100, 10)],
        stop_at: Some(Limit::octets(200 * GB)),
        rollover_months: 0,
    }
}

fn both(gb: u64) -> Used {
    Used { up: gb * GB / 2, down: gb * GB / 2, seconds: 0 }
}

#[test]
fn a_ladder_is_climbed_and_a_cap_stops() {
    let (policy, thursday) = (ladder(), day("2026-11-19"));
    let effect = |gb: u64| policy.effect(both(gb), 0, thursday);
    assert_eq!(effect(9), Effect::None);
    assert_eq!(effect(10), Effect::Slow { step: 1, up_kbps: 30_000, down_kbps: 30_000 });
    assert_eq!(effect(150), Effect::Slow { step: 2, up_kbps: 10_000, down_kbps: 10_000 });
    assert_eq!(effect(200), Effect::Stop);
    assert_eq!(policy.effect(both(200), GB, thursday), Effect::Slow { step: 2, up_kbps: 10_000, down_kbps: 10_000 }, "topped up");
    assert_eq!(policy.effect(both(13), 0, day("2026-11-20")), Effect::None, "a Friday");
    let marks = [7, 8, 10].map(|gb| policy.mark(both(gb), 0, thursday));
    assert_eq!(marks, [None, Some(Mark::Eighty), Some(Mark::Hundred)]);
    assert_eq!((policy.left(both(7), thursday), policy.left(both(70), thursday)), (3 * GB, 0));
}

#[test]
fn windows_begin_at_local_midnight() {
    let month = ladder();
    assert_eq!((month.begins(day("2026-11-04")), month.ends(day("2026-11-04"))), (day("2026-10-05"), day("2026-11-05")));
    assert_eq!(month.begins(day("2026-11-05")), day("2026-11-05"));
    let week = Policy { window: Window::Week(Weekday::Sat), ..ladder() };
    assert_eq!((week.begins(day("2026-11-20")), week.ends(day("2026-11-20"))), (day("2026-11-14"), day("2026-11-21")));
    assert_eq!(Policy { window: Window::Day, ..ladder() }.ends(day("2026-11-20")), day("2026-11-21"));
}

#[test]
fn free_hours_may_pass_midnight() {
    let policy = Policy { free: Some((time(23), time(6))), ..ladder() };
    let counts = |hour: u32| policy.counts(day("2026-11-19").and_hms_opt(hour, 0, 0).unwrap());
    assert_eq!([22, 23, 0, 5, 6].map(counts), [true, false, false, false, true]);
}

#[test]
fn a_simulation_says_when_what_happens() {
    let policy = Policy { window: Window::Day, free: Some((time(0), time(6))), ..ladder() };
    let hours = simulate(&policy, &[both(1); 24], 0, day("2026-11-18"), 2);
    let told: Vec<_> = hours.iter().map(|hour| (hour.at.to_string(), hour.counted / GB, hour.effect != Effect::None)).collect();
    assert_eq!(
        told,
        [
            ("2026-11-18 00:00:00".to_string(), 0, false),
            ("2026-11-18 16:00:00".to_string(), 10, true),
            ("2026-11-19 00:00:00".to_string(), 0, false),
            ("2026-11-19 16:00:00".to_string(), 10, true),
        ]
    );
}

#[test]
fn whichever_comes_first() {
    let limit = Limit { octets: Some(10 * GB), minutes: Some(60) };
    let policy = Policy { steps: vec![Step { from: limit, up_kbps: 1_000, down_kbps: 1_000 }], stop_at: None, ..ladder() };
    let thursday = day("2026-11-19");
    let used = |gb: u64, minutes: u64| Used { seconds: minutes * 60, ..both(gb) };
    let steps = [used(9, 59), used(10, 0), used(0, 60)].map(|used| policy.effect(used, 0, thursday) != Effect::None);
    assert_eq!(steps, [false, true, true]);
    assert_eq!(policy.mark(used(1, 48), 0, thursday), Some(Mark::Eighty));
    assert_eq!(policy.effect(used(0, 60), 0, day("2026-11-20")), Effect::None, "a Friday");
}

#[test]
fn the_cycle_begins_on_the_day_of_billing() {
    let policy = Policy { window: Window::Cycle.of(10), ..ladder() };
    assert_eq!((policy.begins(day("2026-11-09")), policy.begins(day("2026-11-10"))), (day("2026-10-10"), day("2026-11-10")));
}

#[test]
fn what_makes_no_sense_is_named() {
    let keys = |policy: Policy| policy.problems().into_iter().map(|problem| problem.key).collect::<Vec<_>>();
    assert!(keys(ladder()).is_empty());
    let mut falling = ladder();
    falling.steps.reverse();
    assert_eq!(keys(falling), ["problem-fair-use-steps"]);
    assert_eq!(keys(Policy { steps: vec![], stop_at: None, ..ladder() }), ["problem-fair-use-empty"]);
    assert_eq!(
        keys(Policy { stop_at: Some(Limit::octets(GB)), weekend_percent: 99, ..ladder() }),
        ["problem-fair-use-stop", "problem-number-range"]
    );
}

proptest! {
    /// More use never makes a line faster, and more extra never makes it slower.
    #[test]
    fn more_use_is_never_faster(one in 0u64..300, more in 0u64..300, extra in 0u64..50, on in 0u64..60) {
        let rank = |effect| match effect { Effect::None => 0, Effect::Slow { step, .. } => step, Effect::Stop => 99 };
        let (policy, on) = (ladder(), day("2026-11-01") + Days::new(on));
        let effect = |gb: u64, extra: u64| rank(policy.effect(both(gb), extra * GB, on));
        prop_assert!(effect(one, extra) <= effect(one + more, extra));
        prop_assert!(effect(one, extra + more) <= effect(one, extra));
    }

    #[test]
    fn every_day_lies_in_one_window(first in 1u8..=28, on in 0u64..800) {
        let policy = Policy { window: Window::Month(first), ..ladder() };
        let on = day("2026-01-01") + Days::new(on);
        let (begins, ends) = (policy.begins(on), policy.ends(on));
        prop_assert!(begins <= on && on < ends);
        prop_assert_eq!(policy.begins(ends), ends);
    }
}
