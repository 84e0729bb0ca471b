//! The difference between what is wanted and what a router has, object by object, and how each is taken back. What
//! people made by hand is left alone: where it stands in the way, that is told instead of changed.

use super::compare::same;
use super::parts::{Key, LAST, Object, Place};
use super::{PREFIX, TAG};
use crate::Problem;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One row as the router shows it.
pub type Row = BTreeMap<String, String>;
/// Rows by menu.
pub type Rows = BTreeMap<String, Vec<Row>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Add,
    Change,
    Keep,
}

impl Action {
    pub fn slug(self) -> &'static str {
        match self {
            Action::Add => "add",
            Action::Change => "change",
            Action::Keep => "keep",
        }
    }
}

/// One property that will be different.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    pub property: String,
    pub before: String,
    pub after: String,
}

/// What will happen to one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub object: Object,
    pub action: Action,
    pub settings: Vec<Setting>,
    /// The row that is changed.
    pub id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub items: Vec<Item>,
}

/// What is written to the router.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    Add { menu: String, set: Vec<(String, String)>, before: Option<String> },
    Set { menu: String, id: Option<String>, set: Vec<(String, String)> },
    Remove { menu: String, id: String },
}

const SECRETS: [&str; 2] = ["secret", "password"];

impl Setting {
    /// As it may be shown.
    pub fn shown(&self) -> Self {
        if !SECRETS.contains(&self.property.as_str()) {
            return self.clone();
        }
        let mask = |value: &str| if value.is_empty() { String::new() } else { "••••••••".into() };
        Self { property: self.property.clone(), before: mask(&self.before), after: mask(&self.after) }
    }
}

impl Plan {
    pub fn count(&self, action: Action) -> usize {
        self.items.iter().filter(|item| item.action == action).count()
    }

    pub fn is_empty(&self) -> bool {
        self.count(Action::Keep) == self.items.len()
    }
}

/// The whole difference; or everything that stands in its way.
pub fn plan(objects: &[Object], rows: &Rows) -> Result<Plan, Vec<Problem>> {
    let (mut plan, mut problems) = (Plan::default(), missing_interfaces(objects, rows));
    for object in objects {
        match decide(object, rows.get(&object.menu).map(Vec::as_slice).unwrap_or_default()) {
            Ok(item) => plan.items.push(item),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(plan) } else { Err(problems) }
}

fn missing_interfaces(objects: &[Object], rows: &Rows) -> Vec<Problem> {
    let Some(there) = rows.get("/interface") else { return Vec::new() };
    let mut wanted: Vec<&str> =
        ["interface", "in-interface", "out-interface"].iter().flat_map(|name| objects.iter().map(|object| object.value(name))).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let missing = |name: &&str| !name.is_empty() && !there.iter().any(|row| text(row, "name") == *name);
    wanted.into_iter().filter(missing).map(|name| Problem::new("", "problem-provision-no-interface").with("name", name)).collect()
}

/// What has to happen to one object, given the rows of its menu.
pub fn decide(object: &Object, rows: &[Row]) -> Result<Item, Problem> {
    let Some(row) = find(object, rows) else {
        let added =
            |(property, after): &(String, String)| Setting { property: property.clone(), before: String::new(), after: after.clone() };
        return Ok(Item { object: object.clone(), action: Action::Add, settings: object.set.iter().map(added).collect(), id: None });
    };
    let differs = |(property, after): &(String, String)| {
        let before = row.get(property).map(String::as_str);
        (!same(property, before, after)).then(|| Setting {
            property: property.clone(),
            before: before.unwrap_or_default().into(),
            after: after.clone(),
        })
    };
    let settings: Vec<Setting> = object.set.iter().filter_map(differs).collect();
    let id = row.get(".id").cloned();
    if settings.is_empty() {
        return Ok(Item { object: object.clone(), action: Action::Keep, settings, id });
    }
    if !is_ours(object, row) {
        return Err(Problem::new("", "problem-provision-by-hand").with("menu", &object.menu).with("name", object.name()));
    }
    // Without the policy to see secrets nobody can tell whether ours is the right one.
    if let Some(setting) =
        settings.iter().find(|setting| SECRETS.contains(&setting.property.as_str()) && !row.contains_key(&setting.property))
    {
        return Err(Problem::new("", "problem-provision-sensitive").with("menu", &object.menu).with("property", &setting.property));
    }
    Ok(Item { object: object.clone(), action: Action::Change, settings, id })
}

fn text<'a>(row: &'a Row, property: &str) -> &'a str {
    row.get(property).map(String::as_str).unwrap_or_default()
}

fn find<'a>(object: &Object, rows: &'a [Row]) -> Option<&'a Row> {
    match &object.key {
        Key::Single => rows.first(),
        Key::Named(names) => rows.iter().find(|row| !is_dynamic(row) && names.iter().all(|name| text(row, name) == object.value(name))),
        Key::Tagged(_) => {
            let comment = object.comment()?;
            rows.iter().find(|row| text(row, "comment") == comment)
        }
    }
}

fn is_dynamic(row: &Row) -> bool {
    text(row, "dynamic") == "true"
}

/// What stands once is there to be set; of the rest only what carries our comment, or our name where none is kept.
fn is_ours(object: &Object, row: &Row) -> bool {
    match (&object.key, object.comment()) {
        (Key::Single, _) => true,
        (_, Some(_)) => text(row, "comment").starts_with(TAG),
        (_, None) => text(row, "name").starts_with(PREFIX),
    }
}

impl Item {
    /// What makes it so. `rows`: its menu as it is now, for the place of what is added.
    pub fn write(&self, rows: &[Row]) -> Option<Write> {
        let menu = self.object.menu.clone();
        let set: Vec<(String, String)> = self.settings.iter().map(|setting| (setting.property.clone(), setting.after.clone())).collect();
        match self.action {
            Action::Keep => None,
            Action::Change => Some(Write::Set { menu, id: self.id.clone(), set }),
            Action::Add => {
                let comment = self.object.comment().map(|comment| ("comment".to_owned(), comment));
                let stays_behind = |comment: &str| !comment.starts_with(TAG) || comment.ends_with(LAST);
                let first = rows.iter().find(|row| !is_dynamic(row) && stays_behind(text(row, "comment")));
                let before = first.filter(|_| self.object.place == Place::First).and_then(|row| row.get(".id").cloned());
                Some(Write::Add { menu, set: set.into_iter().chain(comment).collect(), before })
            }
        }
    }
}

/// What takes it back, given the rows of its menu now. Only what is still as we left it: what people have changed since
/// is theirs.
pub fn undo(item: &Item, rows: &[Row]) -> Option<Write> {
    let row = find(&item.object, rows)?;
    let menu = item.object.menu.clone();
    match item.action {
        Action::Keep => None,
        Action::Add => {
            let id = row.get(".id").cloned().filter(|_| is_ours(&item.object, row))?;
            Some(Write::Remove { menu, id })
        }
        Action::Change => {
            let ours = |setting: &&Setting| {
                let is = row.get(&setting.property).map(String::as_str);
                same(&setting.property, is, &setting.after) && !same(&setting.property, is, &setting.before)
            };
            let set: Vec<(String, String)> =
                item.settings.iter().filter(ours).map(|setting| (setting.property.clone(), setting.before.clone())).collect();
            let id = row.get(".id").cloned();
            (!set.is_empty()).then_some(Write::Set { menu, id, set })
        }
    }
}
