//! What a router shows beside what it should show. Routers write the same thing in many ways (`yes` and `true`, `10M` and
//! `10000000`), so values are compared by what they mean; what is not ours is never changed.

use super::{Kind, OURS, Wish};
use crate::routers::is_ours;
use crate::{provisioning, router_moves};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An object as a router shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// `*1A`.
    pub id: String,
    pub properties: BTreeMap<String, String>,
}

impl Found {
    fn get(&self, property: &str) -> &str {
        self.properties.get(property).map(String::as_str).unwrap_or_default()
    }

    /// Is it there for a line of ours? What a router was set up with from a template is ours too, and no line's to change or
    /// to take away.
    pub fn ours(&self, kind: Kind) -> bool {
        let comment = self.get("comment");
        if kind.has_comment() { is_ours(comment) && !comment.starts_with(provisioning::TAG) } else { self.get("name").starts_with(OURS) }
    }

    /// Does it sleep because its line was moved to RADIUS? Then only who moved it takes it away.
    pub fn is_moved(&self) -> bool {
        self.get("comment").starts_with(router_moves::TAG)
    }
}

/// A property that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub property: String,
    pub wanted: String,
    pub found: String,
}

/// What makes the router's object the wanted one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Nothing,
    Add,
    Change {
        id: String,
        set: Vec<(String, String)>,
    },
    Remove {
        id: String,
    },
    /// Somebody made it by hand under the same name: it stays, and a person decides.
    Foreign,
}

/// Which properties differ. What the wish does not name is nobody's business.
pub fn differences(wish: &Wish, found: &Found) -> Vec<Difference> {
    let named = wish.properties.iter().filter(|(property, _)| !property.starts_with('~'));
    let differs = named.filter(|(property, wanted)| !same(property, wanted, found.get(property)));
    let told = |(property, wanted): (&String, &String)| Difference {
        property: property.clone(),
        wanted: wanted.clone(),
        found: found.get(property).to_owned(),
    };
    differs.map(told).collect()
}

/// The step from what was found to what is wanted (`None`: must not be there). `adopt`: a person said that an object made
/// by hand shall be ours from now on.
pub fn step(kind: Kind, wish: Option<&Wish>, found: Option<&Found>, adopt: bool) -> Step {
    match (wish, found) {
        (None, None) => Step::Nothing,
        (Some(_), None) => Step::Add,
        (None, Some(found)) if found.ours(kind) && !found.is_moved() => Step::Remove { id: found.id.clone() },
        // What somebody made by hand stays: nothing of ours is there, which is what was wanted.
        (None, Some(_)) => Step::Nothing,
        (Some(_), Some(found)) if !adopt && !found.ours(kind) => Step::Foreign,
        (Some(wish), Some(found)) => {
            let set: Vec<_> = differences(wish, found).into_iter().map(|one| (one.property, one.wanted)).collect();
            if set.is_empty() { Step::Nothing } else { Step::Change { id: found.id.clone(), set } }
        }
    }
}

/// Do two values of a property mean the same?
fn same(property: &str, wanted: &str, found: &str) -> bool {
    if wanted == found {
        return true;
    }
    match property {
        "rate-limit" | "max-limit" | "burst-limit" | "burst-threshold" => rates(wanted) == rates(found),
        "caller-id" | "mac-address" => wanted.eq_ignore_ascii_case(found),
        "target" | "address" | "remote-address" => wanted.trim_end_matches("/32") == found.trim_end_matches("/32"),
        "address-pool" => plain(wanted) == plain(found),
        "burst-time" => seconds(wanted) == seconds(found),
        _ => flag(wanted) == flag(found),
    }
}

fn plain(value: &str) -> &str {
    if value == "none" { "" } else { value }
}

/// `yes` and `true` are one; nothing is no.
fn flag(value: &str) -> &str {
    match value {
        "true" | "yes" => "yes",
        "false" | "no" | "" => "no",
        other => other,
    }
}

fn seconds(value: &str) -> Vec<&str> {
    value.split('/').map(|one| one.trim_end_matches('s')).collect()
}

/// Each figure of a limit in bits a second; nothing at all limits nothing, as `0/0` does.
fn rates(value: &str) -> Vec<String> {
    let one = |text: &str| {
        let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let times = match unit {
            "k" | "K" => 1_000,
            "M" => 1_000_000,
            "G" => 1_000_000_000,
            _ => 1,
        };
        digits.parse::<u64>().ok().and_then(|number| number.checked_mul(times)).map_or_else(|| text.to_owned(), |bits| bits.to_string())
    };
    let all: Vec<String> = value.split(['/', ' ']).filter(|text| !text.is_empty()).map(one).collect();
    if all.iter().all(|figure| figure == "0") { Vec::new() } else { all }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
    }

    fn wish(pairs: &[(&str, &str)]) -> Wish {
        Wish { properties: map(pairs), like: None }
    }

    fn found(pairs: &[(&str, &str)]) -> Found {
        Found { id: "*1".into(), properties: map(pairs) }
    }

    #[test]
    fn the_same_is_the_same_however_it_is_written() {
        let wanted = wish(&[("disabled", "no"), ("max-limit", "5M/10M"), ("target", "10.0.0.5/32"), ("caller-id", ""), ("~start", "x")]);
        let shown = found(&[("disabled", "false"), ("max-limit", "5000000/10000000"), ("target", "10.0.0.5"), ("password", "kept")]);
        assert_eq!(differences(&wanted, &shown), []);
        let other = found(&[("disabled", "true"), ("max-limit", "5M/11M"), ("target", "10.0.0.5/32")]);
        let named: Vec<_> = differences(&wanted, &other).into_iter().map(|one| one.property).collect();
        assert_eq!(named, ["disabled", "max-limit"]);
    }

    #[test]
    fn what_somebody_made_by_hand_stays() {
        let wanted = wish(&[("profile", "gold"), ("comment", "lastmile:line:1")]);
        let by_hand = found(&[("name", "rahim"), ("profile", "silver"), ("comment", "since 2019")]);
        assert_eq!(step(Kind::PppSecret, Some(&wanted), Some(&by_hand), false), Step::Foreign);
        assert_eq!(step(Kind::PppSecret, None, Some(&by_hand), false), Step::Nothing);
        assert!(matches!(step(Kind::PppSecret, Some(&wanted), Some(&by_hand), true), Step::Change { set, .. } if set.len() == 2));
        let ours = found(&[("name", "rahim"), ("profile", "gold"), ("comment", "lastmile:line:1")]);
        assert_eq!(step(Kind::PppSecret, Some(&wanted), Some(&ours), false), Step::Nothing);
        assert_eq!(step(Kind::PppSecret, None, Some(&ours), false), Step::Remove { id: "*1".into() });
        assert_eq!(step(Kind::PppSecret, Some(&wanted), None, false), Step::Add);
        assert_eq!(step(Kind::HotspotProfile, None, Some(&found(&[("name", "lastmile-5M")])), false), Step::Remove { id: "*1".into() });
    }

    #[test]
    fn what_a_router_was_set_up_with_is_no_line_s() {
        let pool = found(&[("name", "lastmile-subscribers"), ("comment", "lastmile:provision:pppoe")]);
        assert!(!pool.ours(Kind::Pool));
        assert_eq!(step(Kind::Pool, None, Some(&pool), false), Step::Nothing);
        let wanted = Wish { properties: BTreeMap::from([("ranges".into(), "10.0.0.2-10.0.0.9".into())]), like: None };
        assert_eq!(step(Kind::Pool, Some(&wanted), Some(&pool), false), Step::Foreign);
        assert!(found(&[("name", "lastmile-5M"), ("comment", "lastmile:profile")]).ours(Kind::PppProfile));
    }

    #[test]
    fn a_secret_that_sleeps_after_a_move_is_woken_and_never_removed() {
        let moved = found(&[("disabled", "true"), ("comment", "lastmile:moved:1")]);
        assert_eq!(step(Kind::PppSecret, None, Some(&moved), false), Step::Nothing);
        let wanted = wish(&[("disabled", "no"), ("comment", "lastmile:line:1")]);
        assert!(matches!(step(Kind::PppSecret, Some(&wanted), Some(&moved), false), Step::Change { set, .. } if set.len() == 2));
    }

    proptest! {
        /// After a step is taken there is nothing left to do, and untagged objects are never changed or removed.
        #[test]
        fn a_step_is_taken_once(
            wanted in prop::option::of(prop::collection::btree_map("[a-d]", "[0-9]{0,2}", 0..5)),
            shown in prop::option::of(prop::collection::btree_map("[a-d]", "[0-9]{0,2}", 0..5)), tagged: bool,
        ) {
            let tag = |mut all: BTreeMap<String, String>, ours: bool| {
                all.insert("comment".into(), if ours { crate::routers::tag("line", 1) } else { "by hand".into() });
                all
            };
            let wanted = wanted.map(|properties| Wish { properties: tag(properties, true), like: None });
            let mut shown = shown.map(|properties| Found { id: "*1".into(), properties: tag(properties, tagged) });
            let before = shown.clone();
            match step(Kind::PppSecret, wanted.as_ref(), shown.as_ref(), false) {
                Step::Nothing => {}
                Step::Foreign => prop_assert!(!tagged),
                Step::Add => shown = wanted.clone().map(|wish| Found { id: "*2".into(), properties: wish.properties }),
                Step::Change { set, .. } => {
                    prop_assert!(tagged);
                    shown.as_mut().unwrap().properties.extend(set);
                }
                Step::Remove { .. } => {
                    prop_assert!(tagged);
                    shown = None;
                }
            }
            if before.is_some() && !tagged {
                prop_assert_eq!(&shown, &before);
            } else {
                prop_assert_eq!(step(Kind::PppSecret, wanted.as_ref(), shown.as_ref(), false), Step::Nothing);
            }
        }
    }
}
