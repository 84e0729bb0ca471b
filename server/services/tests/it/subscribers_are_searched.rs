//! Words are looked for in the subscribers: few matches and many come in the order of the list, each on one page, and are
//! counted to the last.

use crate::lists_are_imported::{creating, preview, run};
use crate::seed::package;
use domain::customers::{Paging, SubscriberFilter, SubscriberSort};
use domain::people::Caller;
use services::Services;
use std::collections::BTreeSet;
use testkit::world;

const NOON: &str = "2026-03-15T06:00:00Z";
/// More than are gathered before they are put in order.
const MANY: usize = 1_210;

/// Every other one is a Rahman, and every hundredth one of Savar.
async fn crowd(services: &Services, caller: &Caller) {
    package(services, caller, "Home 10", "1000").await;
    let mut list = String::from("username,password,name,mobile,package\n");
    for n in 0..2 * MANY {
        let family = if n % 100 == 0 {
            "Rahman Savar"
        } else if n % 2 == 0 {
            "Rahman"
        } else {
            "Begum"
        };
        list += &format!("user{n:04},pw{n},{:04} {family},017{n:08},Home 10\n", (n * 7) % (2 * MANY));
    }
    let (id, totals) = preview(services, caller, "crowd.csv", list.into_bytes(), creating()).await;
    assert_eq!(totals.new, 2 * MANY as i64);
    run(services, caller, id).await;
}

fn looking(words: &str) -> SubscriberFilter {
    SubscriberFilter { search: words.into(), ..SubscriberFilter::default() }
}

async fn names(services: &Services, caller: &Caller, filter: &SubscriberFilter, page: i64) -> (i64, Vec<String>) {
    let found = services::customers::subscribers(services, caller, filter, Paging::new(page, 100)).await.unwrap();
    (found.total, found.rows.into_iter().map(|row| row.name).collect())
}

async fn all(services: &Services, caller: &Caller, filter: &SubscriberFilter) -> Vec<String> {
    let mut all = Vec::new();
    for page in 1.. {
        let (total, found) = names(services, caller, filter, page).await;
        let ended = found.is_empty();
        all.extend(found);
        if ended {
            assert_eq!(all.len() as i64, total);
            return all;
        }
    }
    unreachable!()
}

#[tokio::test]
async fn few_and_many_are_counted_and_come_in_order() {
    let w = world(NOON).await;
    let (services, padma) = (&w.services, &w.padma.admin);
    crowd(services, padma).await;
    for (words, expected) in [("rahman", MANY), ("  RAHMAN user ", MANY), ("savar", 25), ("user0007", 1), ("nobody", 0), ("100%", 0)] {
        let found = all(services, padma, &looking(words)).await;
        assert_eq!(found.len(), expected, "{words}");
        assert!(found.is_sorted(), "{words}");
        assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), expected, "{words}: one of them twice");
    }
    for words in ["rahman", "savar"] {
        let down = SubscriberFilter { sort: SubscriberSort::Name, descending: true, ..looking(words) };
        let mut turned = all(services, padma, &down).await;
        turned.reverse();
        assert_eq!(turned, all(services, padma, &looking(words)).await, "{words}");
    }
    assert_eq!(names(services, &w.meghna.admin, &looking("rahman"), 1).await, (0, vec![]), "of another ISP");
}
