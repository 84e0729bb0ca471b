//! The fate of every row, in the order of the file: what it repeats, what is here already, what is wrong with it, what
//! it will become. The first of two rows with one user name wins, unless the first is wrong.

use super::fields::Field;
use super::mapping::Mapping;
use super::rows::{ImportOptions, ParsedRow, Reader};
use super::survey::{Plan, SurveyedBook};
use super::text::fold;
use super::views::Fate;
use crate::people::{Zone, find_zone};
use crate::{Currency, Problem};
use chrono::NaiveDate;
use std::collections::HashMap;
use std::net::IpAddr;

/// What the ISP already has of the user names and addresses in question.
#[derive(Clone, Debug, Default)]
pub struct Existing {
    /// Lower-case user name to the customer's number and name.
    pub usernames: HashMap<String, (String, String)>,
    /// Fixed address to the user name that holds it.
    pub addresses: HashMap<IpAddr, String>,
    /// All zones that may be named.
    pub zones: Vec<Zone>,
}

/// What was decided for one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    pub fate: Fate,
    pub parsed: Option<ParsedRow>,
    /// For `wrong`: what to correct. For `duplicate` and `same`: of what.
    pub problems: Vec<Problem>,
}

impl Decided {
    fn without_row(fate: Fate, problems: Vec<Problem>) -> Self {
        Self { fate, parsed: None, problems }
    }
}

/// Why the zone that a row names is none; a list is corrected in another way than a form.
pub fn zone_problem(named: &str, zones: &[Zone]) -> Option<Problem> {
    let problem = find_zone(Field::Zone.slug(), named, zones).err()?;
    let unknown = problem.key == "problem-zone-unknown";
    Some(if unknown { Problem { key: "import-problem-zone".into(), ..problem } } else { problem })
}

/// The second walk over a file.
pub struct Decider<'a> {
    reader: Reader<'a>,
    usernames: HashMap<String, u32>,
    addresses: HashMap<IpAddr, u32>,
    new_packages: HashMap<String, u32>,
    /// What was found of each name of a zone.
    zones: HashMap<String, Option<Problem>>,
}

impl<'a> Decider<'a> {
    pub fn new(
        mapping: &Mapping,
        options: &'a ImportOptions,
        plan: &'a Plan,
        book: &'a SurveyedBook,
        currency: Currency,
        today: NaiveDate,
    ) -> Self {
        let reader = Reader::new(mapping, options, plan, &book.book, currency, today);
        Self { reader, usernames: HashMap::new(), addresses: HashMap::new(), new_packages: HashMap::new(), zones: HashMap::new() }
    }

    /// The user name (lower case) and address to look up before this row is decided.
    pub fn keys(&self, row: &[String]) -> (Option<String>, Option<IpAddr>) {
        (self.reader.username(row).ok().map(|name| name.to_lowercase()), self.reader.static_ip(row))
    }

    pub fn decide(&mut self, row_number: u32, row: &[String], existing: &Existing) -> Decided {
        if self.reader.is_blank(row) {
            return Decided::without_row(Fate::Blank, Vec::new());
        }
        if self.reader.is_skipped(row) {
            return Decided::without_row(Fate::Skipped, Vec::new());
        }
        let username = match self.reader.username(row) {
            Ok(username) => username,
            Err(problem) => {
                let mut problems = vec![problem];
                // The other cells are read all the same: one look at a row is enough to correct it.
                problems.extend(self.reader.read(row, "-".into()).err().unwrap_or_default());
                return Decided::without_row(Fate::Wrong, problems);
            }
        };
        let key = username.to_lowercase();
        if let Some(first) = self.usernames.get(&key) {
            let problem = Problem::new(Field::Username.slug(), "import-duplicate-of").with("row", first);
            return Decided::without_row(Fate::Duplicate, vec![problem]);
        }
        if let Some((number, name)) = existing.usernames.get(&key) {
            self.usernames.insert(key, row_number);
            let differs = self.reader.name(row).is_some_and(|here| fold(&here) != fold(name));
            let sentence = if differs { "import-same-but-named" } else { "import-same-as" };
            let problem = Problem::new(Field::Username.slug(), sentence).with("number", number).with("name", name);
            return Decided::without_row(Fate::Same, vec![problem]);
        }
        match self.reader.read(row, username) {
            Err(problems) => Decided::without_row(Fate::Wrong, problems),
            Ok(parsed) => self.admit(row_number, key, parsed, existing),
        }
    }

    fn admit(&mut self, row_number: u32, key: String, parsed: ParsedRow, existing: &Existing) -> Decided {
        if let Some(zone) = &parsed.zone {
            let known = self.zones.entry(zone.clone()).or_insert_with(|| zone_problem(zone, &existing.zones));
            if let Some(problem) = known {
                return Decided::without_row(Fate::Wrong, vec![problem.clone()]);
            }
        }
        if let Some(address) = parsed.static_ip {
            let taken = |sentence: &str, name: &str, value: &dyn std::fmt::Display| {
                let problem = Problem::new(Field::StaticIp.slug(), sentence).with("value", address).with(name, value);
                Decided::without_row(Fate::Wrong, vec![problem])
            };
            if let Some(holder) = existing.addresses.get(&address) {
                return taken("import-problem-ip-taken", "username", holder);
            }
            if let Some(first) = self.addresses.get(&address) {
                return taken("import-problem-ip-twice", "row", first);
            }
            self.addresses.insert(address, row_number);
        }
        self.usernames.insert(key, row_number);
        if let super::PackageChoice::New(package) = &parsed.package {
            *self.new_packages.entry(package.clone()).or_default() += 1;
        }
        Decided { fate: Fate::New, parsed: Some(parsed), problems: Vec::new() }
    }

    /// The plan with the rows of each new package counted; packages that no good row needs are left out, unless all
    /// they lack is a price.
    pub fn finish(self) -> Plan {
        let mut plan = self.reader.plan.clone();
        for package in &mut plan.new_packages {
            package.rows = self.new_packages.get(&package.key).copied().unwrap_or(0);
        }
        plan.new_packages.retain(|package| package.rows > 0 || package.price.is_none());
        plan
    }
}
