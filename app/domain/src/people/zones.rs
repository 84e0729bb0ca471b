//! Zones of an ISP as a tree of values: what a form must say, which zone a place lies in, and what somebody means who
//! writes a zone's name. Nothing stands below itself.

use super::Role;
use super::tree::{Node, with_below};
use crate::places::{Place, Shape};
use crate::{Problem, ZoneId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const MOST_NAME: usize = 60;
/// As many are offered to choose from; where there are more, the name is typed.
pub const MOST_LISTED: usize = 300;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    pub id: ZoneId,
    pub parent: Option<ZoneId>,
    pub name: String,
    pub shape: Option<Shape>,
    pub version: i32,
}

impl Node for Zone {
    type Id = ZoneId;
    fn id(&self) -> ZoneId {
        self.id
    }
    fn parent(&self) -> Option<ZoneId> {
        self.parent
    }
}

/// What is said of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneForm {
    pub name: String,
    pub parent: Option<ZoneId>,
    pub shape: Option<Shape>,
}

/// The same as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneInput {
    #[serde(default)]
    pub name: String,
    /// Its id, its name or its path.
    #[serde(default)]
    pub parent: String,
    /// `circle`, `outline` or nothing.
    #[serde(default)]
    pub shape: String,
    #[serde(default)]
    pub latitude: String,
    #[serde(default)]
    pub longitude: String,
    #[serde(default)]
    pub metres: String,
    #[serde(default)]
    pub outline: String,
}

impl ZoneInput {
    /// Reads it against the zones that there are; `id`: the one that is changed.
    pub fn read(&self, id: Option<ZoneId>, all: &[Zone]) -> Result<ZoneForm, Vec<Problem>> {
        let mut problems = Vec::new();
        let name = self.name.trim().to_owned();
        // A path is written with slashes between the names.
        if !(1..=MOST_NAME).contains(&name.chars().count()) || name.contains('/') {
            problems.push(Problem::new("name", "problem-zone-name").with("most", MOST_NAME));
        }
        let parent = find_zone("parent", &self.parent, all).unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        if let (Some(id), Some(parent)) = (id, parent)
            && with_below(id, all).contains(&parent)
        {
            problems.push(Problem::new("parent", "problem-zone-ring"));
        }
        let taken = |zone: &Zone| Some(zone.id) != id && zone.parent == parent && zone.name.to_lowercase() == name.to_lowercase();
        if all.iter().any(taken) {
            problems.push(Problem::new("name", "problem-zone-taken"));
        }
        let shape = self.shape().unwrap_or_else(|found| {
            problems.extend(found);
            None
        });
        if problems.is_empty() { Ok(ZoneForm { name, parent, shape }) } else { Err(problems) }
    }

    fn shape(&self) -> Result<Option<Shape>, Vec<Problem>> {
        let one = |problem| vec![problem];
        match self.shape.as_str() {
            "circle" => {
                let centre = Place::read(&self.latitude, &self.longitude)?;
                let centre = centre.ok_or_else(|| one(Problem::new("latitude", "problem-zone-centre")))?;
                Shape::circle(centre, &self.metres).map(Some).map_err(one)
            }
            "outline" => Shape::outline(&self.outline).map(Some).map_err(one),
            "" => Ok(None),
            _ => Err(one(Problem::new("shape", "problem-choice"))),
        }
    }
}

/// Who may be held to zones.
pub fn held_to_zones(role: Role) -> bool {
    matches!(role, Role::Manager | Role::Staff | Role::Reseller | Role::SubReseller)
}

/// Which zone is meant by an id, by a name that only one has, or by a path like `Dhaka / Mirpur`.
pub fn find_zone(field: &str, text: &str, all: &[Zone]) -> Result<Option<ZoneId>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if let Some(zone) = text.parse().ok().and_then(|id: ZoneId| all.iter().find(|zone| zone.id == id)) {
        return Ok(Some(zone.id));
    }
    let names: Vec<String> = text.split('/').map(|name| name.trim().to_lowercase()).collect();
    let known: BTreeMap<ZoneId, &Zone> = all.iter().map(|zone| (zone.id, zone)).collect();
    let named = |zone: &&Zone| {
        let mut here = Some(*zone);
        names.iter().rev().all(|name| {
            let found = here.is_some_and(|zone| zone.name.to_lowercase() == *name);
            here = here.and_then(|zone| known.get(&zone.parent?).copied());
            found
        })
    };
    let mut found: Vec<&Zone> = all.iter().filter(named).collect();
    // The whole path of one may be the end of another's.
    if found.len() > 1 {
        found.retain(|zone| zone_path(zone.id, &known).len() == names.len());
    }
    match found[..] {
        [zone] => Ok(Some(zone.id)),
        [] if all.iter().filter(named).nth(1).is_some() => Err(Problem::new(field, "problem-zone-which").with("name", text)),
        _ => Err(Problem::new(field, "problem-zone-unknown").with("name", text)),
    }
}

/// The names from the top down to it.
pub fn zone_path<'a>(id: ZoneId, known: &BTreeMap<ZoneId, &'a Zone>) -> Vec<&'a str> {
    let mut names = Vec::new();
    let mut next = known.get(&id);
    while let Some(zone) = next {
        names.push(zone.name.as_str());
        next = zone.parent.filter(|_| names.len() < known.len()).and_then(|parent| known.get(&parent));
    }
    names.reverse();
    names
}

/// The smallest zone whose shape holds a place.
pub fn holding(place: Place, all: &[Zone]) -> Option<&Zone> {
    let around = all.iter().filter_map(|zone| Some((zone.shape.as_ref().filter(|shape| shape.holds(place))?.square_metres(), zone)));
    around.min_by_key(|(size, zone)| (*size, zone.id)).map(|(_, zone)| zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn zone(id: u128, parent: Option<u128>, name: &str) -> Zone {
        let id_of = |id| ZoneId(Uuid::from_u128(id));
        Zone { id: id_of(id), parent: parent.map(id_of), name: name.into(), shape: None, version: 1 }
    }

    fn some() -> Vec<Zone> {
        vec![zone(1, None, "Dhaka"), zone(2, Some(1), "Mirpur"), zone(3, Some(2), "Ten"), zone(4, None, "Khulna"), zone(5, Some(4), "Ten")]
    }

    fn problems(input: ZoneInput, id: Option<u128>) -> Vec<String> {
        let id = id.map(|id| ZoneId(Uuid::from_u128(id)));
        input.read(id, &some()).unwrap_err().into_iter().map(|problem| problem.key).collect()
    }

    #[test]
    fn a_zone_is_named_by_its_name_its_path_or_its_id() {
        let all = some();
        let find = |text: &str| find_zone("zone", text, &all).map(|id| id.map(|id| id.0.as_u128())).map_err(|problem| problem.key);
        assert_eq!(find(" mirpur "), Ok(Some(2)));
        assert_eq!(find("Dhaka/Mirpur / TEN"), Ok(Some(3)));
        assert_eq!(find("Khulna / Ten"), Ok(Some(5)));
        assert_eq!(find("Ten"), Err("problem-zone-which".into()));
        assert_eq!(find("Sylhet"), Err("problem-zone-unknown".into()));
        assert_eq!(find(&all[2].id.to_string()), Ok(Some(3)));
        assert_eq!(find(""), Ok(None));
        let twice = [zone(1, None, "Ten"), zone(2, None, "Dhaka"), zone(3, Some(2), "Ten")];
        assert_eq!(find_zone("zone", "Ten", &twice).unwrap(), Some(twice[0].id), "the whole path of one is meant");
    }

    #[test]
    fn nothing_stands_below_itself_and_names_are_their_siblings_own() {
        let below = |parent: &str| ZoneInput { name: "New".into(), parent: parent.into(), ..ZoneInput::default() };
        assert_eq!(problems(below("Dhaka / Mirpur / Ten"), Some(1)), ["problem-zone-ring"]);
        assert_eq!(problems(below("Mirpur"), Some(2)), ["problem-zone-ring"]);
        assert!(below("Mirpur").read(None, &some()).is_ok());
        let named = |name: &str, parent: &str| ZoneInput { name: name.into(), ..below(parent) };
        assert_eq!(problems(named("TEN", "Mirpur"), None), ["problem-zone-taken"]);
        assert!(named("Ten", "Dhaka").read(None, &some()).is_ok(), "elsewhere the name is free");
        assert_eq!(problems(named("a/b", ""), None), ["problem-zone-name"]);
    }

    #[test]
    fn a_shape_is_whole_or_left_out() {
        let input = |shape: &str| ZoneInput { name: "New".into(), shape: shape.into(), ..ZoneInput::default() };
        assert_eq!(problems(input("circle"), None), ["problem-zone-centre"]);
        assert_eq!(problems(input("outline"), None), ["problem-zone-corners"]);
        assert_eq!(problems(input("star"), None), ["problem-choice"]);
        assert_eq!(input("").read(None, &some()).unwrap().shape, None);
    }

    #[test]
    fn of_several_zones_around_a_place_the_smallest_is_meant() {
        let place = Place { latitude: 23_810_000, longitude: 90_410_000 };
        let around = |metres| Some(Shape::Circle { centre: place, metres });
        let mut all = some();
        assert_eq!(holding(place, &all), None);
        all[0].shape = around(9_000);
        all[1].shape = around(2_000);
        assert_eq!(holding(place, &all).map(|zone| zone.name.as_str()), Some("Mirpur"));
        assert_eq!(holding(Place { latitude: 23_850_000, ..place }, &all).map(|zone| zone.name.as_str()), Some("Dhaka"));
    }
}
