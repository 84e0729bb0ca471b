//! One place's settings as a page shows them, computed from the rows of all the levels around it.

use chrono::{DateTime, Utc};
use domain::settings::{self, Change, Group, Key, Layer, Level, Values, standing};
use serde_json::{Map, Value, json};
use storage::settings::{Place, Row};

/// Who supplied a value; without one it is the usual one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub level: Level,
    /// Of a branch or a reseller.
    pub name: String,
}

/// A value that this place set itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    pub value: String,
    pub locked: bool,
    pub by: String,
    pub at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingView {
    pub key: Key,
    /// What holds here.
    pub value: String,
    pub source: Option<Source>,
    pub own: Option<Own>,
    /// What would hold without the own value, and by whom.
    pub without: String,
    pub without_source: Option<Source>,
    /// A level above does not let it be changed.
    pub fixed: bool,
    /// Somebody is below for whom it could be locked.
    pub can_lock: bool,
}

#[derive(Clone, Debug)]
pub struct GroupView {
    pub group: Group,
    pub may_change: bool,
    pub settings: Vec<SettingView>,
}

#[derive(Clone, Debug)]
pub struct SettingsPage {
    pub level: Level,
    /// Of the tenant, branch or reseller.
    pub name: String,
    pub groups: Vec<GroupView>,
}

/// Everything around one place.
pub(super) struct Chain {
    pub place: Place,
    pub zone: String,
    /// The places above it, outermost first, with their names.
    pub above: Vec<(Place, String)>,
    pub rows: Vec<Row>,
}

impl Chain {
    pub fn view(&self, key: Key) -> SettingView {
        let level = self.place.level;
        let found: Vec<(&Row, &str)> = self
            .above
            .iter()
            .flat_map(|(place, name)| self.rows.iter().filter(move |row| row.place == *place).map(move |row| (row, name.as_str())))
            .collect();
        let layers: Vec<Layer> = found.iter().map(|(row, _)| row.layer.clone()).collect();
        let outside = standing(layers.iter(), key);
        let without = Values::new(&self.zone, layers).text(key);
        let source = |place: usize| Source { level: found[place].0.layer.level, name: found[place].1.to_string() };
        let without_source = outside.from.map(source);
        let own = self.rows.iter().find(|row| row.place == self.place && row.layer.key == key);
        let own = own.map(|row| Own { value: row.layer.value.clone(), locked: row.layer.locked, by: row.by.clone(), at: row.at });
        let fixed = outside.locked;
        let (value, source) = match own.as_ref().filter(|_| !fixed) {
            Some(own) => (own.value.clone(), Some(Source { level, name: String::new() })),
            None => (without.clone(), without_source.clone()),
        };
        let can_lock = key.def().levels.iter().any(|below| *below > level);
        SettingView { key, value, source, own, without, without_source, fixed, can_lock }
    }

    pub fn group(&self, group: Group, may_change: bool) -> Option<GroupView> {
        let keys = group.keys().filter(|key| key.def().levels.contains(&self.place.level));
        let settings: Vec<SettingView> = keys.map(|key| self.view(key)).collect();
        (!settings.is_empty()).then_some(GroupView { group, may_change, settings })
    }

    /// What the rules of a form compare with.
    pub fn standing(&self, group: Group) -> Vec<settings::At> {
        let at = |view: SettingView| settings::At {
            key: view.key,
            own: view.own.map(|own| (own.value, own.locked)),
            without: view.without,
            fixed: view.fixed,
        };
        self.group(group, true).map(|group| group.settings.into_iter().map(at).collect()).unwrap_or_default()
    }
}

/// Before and after, for the log.
pub(super) fn told(was: &[settings::At], changes: &[Change]) -> (Value, Value) {
    let own = |key: Key| was.iter().find(|at| at.key == key).and_then(|at| at.own.as_ref());
    let words = |value: &str, locked: bool| if locked { json!(format!("{value} (locked)")) } else { json!(value) };
    let before: Map<String, Value> = changes
        .iter()
        .map(|change| (change.key.slug().to_owned(), own(change.key).map_or(Value::Null, |(value, locked)| words(value, *locked))))
        .collect();
    let after: Map<String, Value> =
        changes.iter().map(|change| (change.key.slug().to_owned(), words(&change.value, change.locked))).collect();
    (before.into(), after.into())
}
