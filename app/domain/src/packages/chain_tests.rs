//! Any edits that the chain accepts leave it in order at every level on every day, seen by a reader that knows nothing
//! of how the chain decides.

use super::chain::{Chain, Level, Link};
use super::prices::{PriceChange, PriceLine};
use crate::{AccountId, Currency, PackageId, Problem};
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use uuid::Uuid;

const NORTH: Level = Level::Rate(AccountId(Uuid::from_u128(1)));
const UNDER_NORTH: Level = Level::Rate(AccountId(Uuid::from_u128(2)));
const SOUTH: Level = Level::Rate(AccountId(Uuid::from_u128(3)));
const OWN: Level = Level::Retail(PackageId(Uuid::from_u128(10)));
const AT_NORTH: Level = Level::Retail(PackageId(Uuid::from_u128(11)));
const BELOW_NORTH: Level = Level::Retail(PackageId(Uuid::from_u128(12)));
const LEVELS: [Level; 8] = [Level::IspCost, Level::Ceiling, NORTH, UNDER_NORTH, SOUTH, OWN, AT_NORTH, BELOW_NORTH];

fn today() -> NaiveDate {
    "2026-11-21".parse().unwrap()
}

fn empty() -> Chain {
    let path = |level| match level {
        NORTH | AT_NORTH => "/n/",
        UNDER_NORTH | BELOW_NORTH => "/n/u/",
        SOUTH => "/s/",
        _ => "/",
    };
    let link = |level| Link { level, name: format!("{level:?}"), path: path(level).into(), line: PriceLine::default() };
    Chain { currency: Currency::Bdt, links: LEVELS.map(link).into() }
}

fn put(chain: &mut Chain, level: Level, line: PriceLine) {
    if let Some(link) = chain.links.iter_mut().find(|link| link.level == level) {
        link.line = line;
    }
}

fn set(chain: &mut Chain, level: Level, minor: i64, from: u64, until: Option<u64>) -> Result<(), Vec<Problem>> {
    let day = |n| today() + Days::new(n);
    let line = chain.change(level, PriceChange { minor, from: day(from), until: until.map(day) }, today())?;
    put(chain, level, line);
    Ok(())
}

/// The rule once more, written out by hand for these five sellers.
fn in_order(chain: &Chain, day: NaiveDate) -> bool {
    let at = |level| chain.link(level).and_then(|link| link.line.on(day));
    let pairs = [
        (Level::IspCost, NORTH),
        (Level::IspCost, SOUTH),
        (Level::IspCost, UNDER_NORTH),
        (NORTH, UNDER_NORTH),
        (Level::IspCost, OWN),
        (NORTH, AT_NORTH),
        (UNDER_NORTH, BELOW_NORTH),
        (Level::IspCost, Level::Ceiling),
        (NORTH, Level::Ceiling),
        (SOUTH, Level::Ceiling),
        (UNDER_NORTH, Level::Ceiling),
        (OWN, Level::Ceiling),
        (AT_NORTH, Level::Ceiling),
        (BELOW_NORTH, Level::Ceiling),
    ];
    pairs.into_iter().all(|(low, high)| match (at(low), at(high)) {
        (Some(low), Some(high)) => low <= high,
        _ => true,
    })
}

#[test]
fn each_refusal_names_what_it_runs_into_and_what_to_do() {
    let mut chain = empty();
    for (level, minor) in [(Level::IspCost, 300), (Level::Ceiling, 1_000), (NORTH, 400), (UNDER_NORTH, 500), (BELOW_NORTH, 700), (OWN, 800)]
    {
        set(&mut chain, level, minor, 0, None).unwrap();
    }
    let mut refused = |level, minor| set(&mut chain, level, minor, 0, None).unwrap_err().remove(0);
    for (level, minor, key, args) in [
        (OWN, 1_001, "problem-above-ceiling", "most=10.00"),
        (NORTH, 1_001, "problem-above-ceiling", "most=10.00"),
        (OWN, 299, "problem-below-cost", "least=3.00"),
        (UNDER_NORTH, 399, "problem-below-cost", "least=4.00"),
        (NORTH, 501, "problem-above-next", "who="),
        (UNDER_NORTH, 701, "problem-above-next", "who="),
        (Level::Ceiling, 799, "problem-ceiling-below", "who="),
        (Level::IspCost, 401, "problem-above-next", "who="),
    ] {
        let problem = refused(level, minor);
        let first = format!("{}={}", problem.args[0].0, problem.args[0].1);
        assert_eq!((problem.field.as_str(), problem.key.as_str()), ("price", key));
        assert!(first.starts_with(args), "{first}");
        assert_eq!(problem.args[1], ("date".to_string(), today().to_string()));
    }
}

#[test]
fn a_price_to_come_counts_on_the_day_it_comes() {
    let mut chain = empty();
    for (level, minor, from) in [(Level::Ceiling, 1_000, 0), (OWN, 900, 0), (Level::Ceiling, 950, 30)] {
        set(&mut chain, level, minor, from, None).unwrap();
    }
    let problem = set(&mut chain, OWN, 960, 5, None).unwrap_err().remove(0);
    assert_eq!((problem.key.as_str(), problem.args[1].1.as_str()), ("problem-above-ceiling", "2026-12-21"));
    set(&mut chain, OWN, 960, 5, Some(20)).unwrap();
    let later = chain.withdraw(Level::Ceiling, today() + Days::new(30), today()).unwrap();
    put(&mut chain, Level::Ceiling, later);
    assert!(in_order(&chain, today() + Days::new(60)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn accepted_edits_keep_the_chain_in_order_on_every_day(
        edits in proptest::collection::vec((0usize..8, 0i64..12, 0u64..40, proptest::option::of(1u64..20), 0u8..5), 1..60)
    ) {
        let mut chain = empty();
        let mut accepted = 0;
        for (level, minor, from, length, kind) in edits {
            let level = LEVELS[level];
            if kind == 0 {
                if let Ok(line) = chain.withdraw(level, today() + Days::new(from), today()) {
                    put(&mut chain, level, line);
                }
            } else if set(&mut chain, level, minor, from, length.map(|length| from + length)).is_ok() {
                accepted += 1;
            }
            for n in 0..70 {
                let day = today() + Days::new(n);
                prop_assert!(in_order(&chain, day), "{day}: {chain:?}");
                prop_assert!(chain.holds_on(day));
            }
        }
        prop_assert!(accepted > 0 || chain.links.iter().all(|link| link.line.is_empty()));
    }
}
