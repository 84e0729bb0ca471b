//! What a simulated router holds: rows in menus, changed by the same verbs and refused with the same words as on the real
//! thing. It knows nothing of connections.

use super::menus::{Kind, MENUS, Menu, menu_at};
use super::query::{holds, truth};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;

/// A command taken apart.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Without the verb.
    pub path: String,
    pub verb: String,
    pub attributes: Vec<(String, String)>,
    /// With their question marks.
    pub queries: Vec<String>,
}

/// What a command gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Nothing,
    Rows(Vec<Values>),
    /// The id of what was added, or a count.
    Ret(String),
}

/// Properties of a row in the order of its menu.
pub type Values = Vec<(String, String)>;

/// A refusal in the router's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub category: Option<u8>,
    pub message: String,
}

impl Refusal {
    pub fn new(message: impl Into<String>) -> Self {
        Self { category: None, message: message.into() }
    }

    fn of(category: u8, message: impl Into<String>) -> Self {
        Self { category: Some(category), message: message.into() }
    }
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    id: u32,
    /// Shared until it is written: menus are copied before each command, to see what it changed.
    values: Arc<BTreeMap<String, String>>,
    /// Cannot be removed.
    builtin: bool,
    /// Made by the router.
    dynamic: bool,
}

impl Item {
    pub fn id(&self) -> String {
        format!("*{:X}", self.id)
    }

    pub(super) fn number(&self) -> u32 {
        self.id
    }

    fn is(&self, id: &str) -> bool {
        id.strip_prefix('*').and_then(|id| u32::from_str_radix(id, 16).ok()) == Some(self.id)
    }

    /// Made by the router.
    pub fn is_dynamic(&self) -> bool {
        self.dynamic
    }

    pub fn pairs(&self) -> impl Iterator<Item = (String, String)> {
        self.values.iter().map(|(name, value)| (name.clone(), value.clone()))
    }

    pub fn get(&self, property: &str) -> &str {
        self.values.get(property).map(String::as_str).unwrap_or_default()
    }
}

/// All menus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    menus: BTreeMap<&'static str, Vec<Item>>,
    next_id: u32,
}

impl Default for Tree {
    /// As it comes out of the box.
    fn default() -> Self {
        let mut tree = Self { menus: MENUS.iter().map(|menu| (menu.path, Vec::new())).collect(), next_id: 1 };
        for menu in MENUS.iter().filter(|menu| menu.kind == Kind::Single) {
            tree.put(menu.path, &[], true);
        }
        for (path, name) in [
            ("/ppp/profile", "default"),
            ("/ppp/profile", "default-encryption"),
            ("/ip/hotspot/profile", "default"),
            ("/ip/hotspot/user/profile", "default"),
            ("/snmp/community", "public"),
        ] {
            tree.put(path, &[("name", name)], true);
        }
        for (name, policy) in [("read", "read,test,api,rest-api"), ("full", "read,write,policy,test,api,rest-api,ssh,ftp,sensitive,reboot")]
        {
            tree.put("/user/group", &[("name", name), ("policy", policy)], true);
        }
        for (name, port) in [("api", "8728"), ("api-ssl", "8729"), ("ssh", "22"), ("winbox", "8291"), ("www", "80"), ("www-ssl", "443")] {
            tree.put("/ip/service", &[("name", name), ("port", port)], true);
        }
        for name in ["ether1", "ether2", "ether3", "ether4", "ether5"] {
            let running = if name < "ether4" { "true" } else { "false" };
            tree.put("/interface", &[("name", name), ("type", "ether"), ("running", running), ("link-downs", "0")], true);
        }
        tree
    }
}

impl Tree {
    pub fn rows(&self, path: &str) -> &[Item] {
        self.menus.get(path).map(Vec::as_slice).unwrap_or_default()
    }

    /// Adds a row that the router makes itself; returns its id.
    pub fn put(&mut self, path: &str, values: &[(&str, &str)], builtin: bool) -> u32 {
        let id = self.next_id;
        self.next_id += 1;
        let defaults = menu_at(path).into_iter().flat_map(Menu::defaults);
        let mut all: BTreeMap<String, String> = defaults.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        all.extend(values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        if let Some(rows) = self.menus.get_mut(path) {
            rows.push(Item { id, values: Arc::new(all), builtin, dynamic: !builtin });
        }
        id
    }

    /// Writes properties that only the router writes, of the first row that `chosen` picks.
    pub fn write(&mut self, path: &str, chosen: impl Fn(&Item) -> bool, values: &[(&str, String)]) {
        if let Some(item) = self.menus.get_mut(path).and_then(|rows| rows.iter_mut().find(|item| chosen(item))) {
            Arc::make_mut(&mut item.values).extend(values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        }
    }

    /// Puts rows as another router showed them in the place of what a menu holds.
    pub fn fill(&mut self, path: &str, rows: &[BTreeMap<String, String>]) {
        let shown = |row: &BTreeMap<String, String>| {
            let values = row.iter().filter(|(name, _)| *name != ".id" && *name != "dynamic");
            values.map(|(name, value)| (name.clone(), value.clone())).collect::<Vec<_>>()
        };
        if menu_at(path).is_some_and(|menu| menu.kind == Kind::Single) {
            for row in rows {
                let values: Vec<(String, String)> = shown(row);
                let values: Vec<(&str, String)> = values.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
                self.write(path, |_| true, &values);
            }
            return;
        }
        self.take(path, |_| true);
        for row in rows {
            let values = shown(row);
            let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            self.put(path, &values, row.get("dynamic").is_none_or(|dynamic| dynamic != "true"));
        }
    }

    /// Takes rows out, whatever they are.
    pub fn take(&mut self, path: &str, chosen: impl Fn(&Item) -> bool) -> Vec<Item> {
        self.menus.get_mut(path).map(|rows| rows.extract_if(.., |item| chosen(item)).collect()).unwrap_or_default()
    }

    /// Files are not part of a backup: they stay as they are.
    pub(super) fn keep_files_of(&mut self, other: &Self) {
        self.menus.insert("/file", other.rows("/file").to_vec());
        self.next_id = self.next_id.max(other.next_id);
    }

    /// One command of a menu.
    pub fn run(&mut self, request: &Request) -> Result<Outcome, Refusal> {
        let menu = menu_at(&request.path).ok_or_else(|| Refusal::of(0, "no such command prefix"))?;
        match (request.verb.as_str(), menu.kind) {
            ("print" | "getall", _) => Ok(self.print(menu, request)),
            ("add", Kind::Table | Kind::Ordered) => self.add(menu, request),
            ("set" | "comment", Kind::Table | Kind::Ordered | Kind::Single) => self.set(menu, request),
            ("remove", Kind::Table | Kind::Ordered | Kind::Live) => self.remove(menu, request),
            ("enable", Kind::Table | Kind::Ordered) => self.switch(menu, request, "false"),
            ("disable", Kind::Table | Kind::Ordered) => self.switch(menu, request, "true"),
            ("unset", Kind::Table | Kind::Ordered) => self.unset(menu, request),
            ("move", Kind::Ordered) => self.shift(menu, request),
            _ => Err(Refusal::of(0, "no such command")),
        }
    }

    fn print(&self, menu: &Menu, request: &Request) -> Outcome {
        let only: Option<Vec<&str>> = request.attribute(".proplist").map(|list| list.split(',').collect());
        // An id is written when it is asked for, the values live as long as the tree: compare it apart.
        let (by_id, others): (Vec<_>, Vec<_>) =
            request.queries.iter().cloned().partition(|word| word.trim_start_matches(['?', '=']).starts_with(".id="));
        let chosen = self.rows(menu.path).iter().filter(|item| {
            by_id.iter().all(|word| word.rsplit('=').next().is_some_and(|place| item.is(place)))
                && holds(&others, |name| match name {
                    "dynamic" => Some(if item.dynamic { "true" } else { "false" }),
                    other => item.values.get(other).map(String::as_str),
                })
        });
        if request.attribute("count-only").is_some() {
            return Outcome::Ret(chosen.count().to_string());
        }
        Outcome::Rows(chosen.map(|item| shown(menu, item, only.as_deref())).collect())
    }

    fn add(&mut self, menu: &Menu, request: &Request) -> Result<Outcome, Refusal> {
        let mut values: BTreeMap<String, String> = menu.defaults().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        values.extend(self.checked(menu, request)?);
        if let Some(missing) = menu.required.iter().find(|name| values.get(**name).is_none_or(String::is_empty)) {
            return Err(Refusal::new(format!("failure: {missing} must be specified")));
        }
        self.refuse_conflict(menu, &values, None)?;
        let before = match request.attribute("place-before") {
            Some(place) => Some(self.position(menu, place)?),
            None => None,
        };
        let item = Item { id: self.next_id, values: Arc::new(values), builtin: false, dynamic: false };
        self.next_id += 1;
        let ret = item.id();
        let rows = self.menus.entry(menu.path).or_default();
        rows.insert(before.unwrap_or(rows.len()), item);
        Ok(Outcome::Ret(ret))
    }

    fn set(&mut self, menu: &Menu, request: &Request) -> Result<Outcome, Refusal> {
        let values = self.checked(menu, request)?;
        for position in self.addressed(menu, request)? {
            let Some(item) = self.rows(menu.path).get(position) else { continue };
            let mut all = BTreeMap::clone(&item.values);
            all.extend(values.clone());
            self.refuse_conflict(menu, &all, Some(item.id))?;
            if item.builtin && menu.kind != Kind::Single && values.get("name").is_some_and(|name| name != item.get("name")) {
                return Err(Refusal::new("failure: default item can not be renamed"));
            }
            if let Some(item) = self.menus.get_mut(menu.path).and_then(|rows| rows.get_mut(position)) {
                item.values = Arc::new(all);
            }
        }
        Ok(Outcome::Nothing)
    }

    fn remove(&mut self, menu: &Menu, request: &Request) -> Result<Outcome, Refusal> {
        let mut positions = self.addressed(menu, request)?;
        if positions.iter().any(|position| self.rows(menu.path).get(*position).is_some_and(|item| item.builtin)) {
            return Err(Refusal::new("failure: can not remove default item"));
        }
        positions.sort_unstable();
        positions.dedup();
        let rows = self.menus.entry(menu.path).or_default();
        positions.iter().rev().for_each(|position| drop(rows.remove(*position)));
        Ok(Outcome::Nothing)
    }

    fn switch(&mut self, menu: &Menu, request: &Request, disabled: &str) -> Result<Outcome, Refusal> {
        if !menu.may_set("disabled") {
            return Err(Refusal::of(0, "no such command"));
        }
        let positions = self.addressed(menu, request)?;
        let rows = self.menus.entry(menu.path).or_default();
        for position in positions {
            if let Some(item) = rows.get_mut(position) {
                Arc::make_mut(&mut item.values).insert("disabled".into(), disabled.into());
            }
        }
        Ok(Outcome::Nothing)
    }

    fn unset(&mut self, menu: &Menu, request: &Request) -> Result<Outcome, Refusal> {
        let name = request.attribute("value-name").unwrap_or_default();
        let Some((_, default)) = menu.defaults().find(|(property, _)| *property == name) else {
            return Err(Refusal::of(1, "input does not match any value of value-name"));
        };
        let positions = self.addressed(menu, request)?;
        let rows = self.menus.entry(menu.path).or_default();
        for position in positions {
            if let Some(item) = rows.get_mut(position) {
                Arc::make_mut(&mut item.values).insert(name.into(), default.into());
            }
        }
        Ok(Outcome::Nothing)
    }

    fn shift(&mut self, menu: &Menu, request: &Request) -> Result<Outcome, Refusal> {
        let positions = self.addressed(menu, request)?;
        let to = request.attribute("destination").map(|place| self.position(menu, place)).transpose()?;
        let rows = self.menus.entry(menu.path).or_default();
        for position in positions {
            let item = rows.remove(position);
            let to = to.unwrap_or(rows.len());
            rows.insert(if to > position { to - 1 } else { to }.min(rows.len()), item);
        }
        Ok(Outcome::Nothing)
    }

    /// The properties that are set, in the form they are kept in.
    fn checked(&self, menu: &Menu, request: &Request) -> Result<BTreeMap<String, String>, Refusal> {
        let settings =
            request.attributes.iter().filter(|(name, _)| !["numbers", "place-before"].contains(&name.as_str()) && !name.starts_with('.'));
        let mut values = BTreeMap::new();
        for (name, value) in settings {
            let Some((_, default)) = menu.defaults().find(|(property, _)| property == name) else {
                return Err(Refusal::new(format!("unknown parameter {name}")));
            };
            let kept = if ["true", "false"].contains(&default) { truth(value) } else { value };
            if ["true", "false"].contains(&default) && !["true", "false"].contains(&kept) {
                return Err(Refusal::of(1, format!("input does not match any value of {name}")));
            }
            self.refuse_nonsense(menu, name, kept)?;
            values.insert(name.clone(), kept.to_owned());
        }
        Ok(values)
    }

    fn refuse_nonsense(&self, menu: &Menu, name: &str, value: &str) -> Result<(), Refusal> {
        let named = |path: &str| self.rows(path).iter().any(|item| item.get("name") == value);
        let unknown = || Err(Refusal::of(1, format!("input does not match any value of {name}")));
        if let Some((_, path)) = menu.names.iter().find(|(property, _)| *property == name)
            && !named(path)
        {
            return unknown();
        }
        if ["local-address", "remote-address"].contains(&name)
            && !value.is_empty()
            && value.parse::<Ipv4Addr>().is_err()
            && !named("/ip/pool")
        {
            return unknown();
        }
        let ranges = || value.split(',').all(|range| range.split(['-', '/']).next().is_some_and(|first| first.parse::<Ipv4Addr>().is_ok()));
        if menu.path == "/ip/pool" && name == "ranges" && !ranges() {
            return Err(Refusal::of(1, "invalid value for argument ranges"));
        }
        Ok(())
    }

    fn refuse_conflict(&self, menu: &Menu, values: &BTreeMap<String, String>, but: Option<u32>) -> Result<(), Refusal> {
        let same = |item: &Item| menu.unique.iter().all(|name| values.get(*name).is_some_and(|value| value == item.get(name)));
        if !menu.unique.is_empty() && self.rows(menu.path).iter().any(|item| Some(item.id) != but && same(item)) {
            return Err(Refusal::new(menu.conflict));
        }
        Ok(())
    }

    /// Where the rows are that a command names by `.id` or `numbers`: ids, or names where the menu has them.
    fn addressed(&self, menu: &Menu, request: &Request) -> Result<Vec<usize>, Refusal> {
        if menu.kind == Kind::Single {
            return Ok(vec![0]);
        }
        let places = request.attribute(".id").or_else(|| request.attribute("numbers"));
        let Some(places) = places else { return Err(Refusal::of(0, "no such item")) };
        places.split(',').map(|place| self.position(menu, place)).collect()
    }

    fn position(&self, menu: &Menu, place: &str) -> Result<usize, Refusal> {
        let found = self.rows(menu.path).iter().position(|item| item.is(place) || (!place.is_empty() && item.get("name") == place));
        found.ok_or_else(|| Refusal::of(0, "no such item"))
    }
}

fn shown(menu: &Menu, item: &Item, only: Option<&[&str]>) -> Values {
    let names = menu.defaults().map(|(name, _)| name).chain(menu.read_only.split_whitespace());
    let mut values = vec![(".id".to_owned(), item.id())];
    if menu.kind == Kind::Single {
        values.clear();
    }
    values.extend(names.map(|name| (name.to_owned(), item.get(name).to_owned())).filter(|(_, value)| !value.is_empty()));
    if item.dynamic {
        values.push(("dynamic".into(), "true".into()));
    }
    if item.builtin && menu.kind == Kind::Table {
        values.push(("default".into(), "true".into()));
    }
    if let Some(only) = only {
        values.retain(|(name, _)| only.contains(&name.as_str()));
    }
    values
}

impl Request {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The path with its verb.
    pub fn whole(&self) -> String {
        format!("{}/{}", self.path, self.verb)
    }
}
