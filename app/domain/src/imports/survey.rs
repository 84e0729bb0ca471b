//! The first walk over a file, before any row is judged: in which order its dates are written, and which packages it
//! names that do not exist yet. What a single row cannot tell, all rows together do.

use super::dates::{self, DateOrder};
use super::fields::Field;
use super::mapping::Mapping;
use super::packages::{Book, Found, KnownPackage, NewPackage, Speed};
use super::rows::{ImportOptions, Reader, column_of};
use crate::{Currency, Money};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a column of dates is read, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateReading {
    pub field: Field,
    pub order: DateOrder,
    /// Cells that can only be day first, only month first, or both.
    pub day_first: u32,
    pub month_first: u32,
    pub ambiguous: u32,
}

/// What the whole file decided.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    #[serde(default)]
    pub readings: Vec<DateReading>,
    #[serde(default)]
    pub new_packages: Vec<NewPackage>,
}

impl Plan {
    pub(super) fn order(&self, field: Field) -> DateOrder {
        self.readings.iter().find(|reading| reading.field == field).map_or(DateOrder::default(), |reading| reading.order)
    }
}

struct Named {
    /// Ways to write it, to the rows that do and the first of them.
    names: BTreeMap<String, (u32, usize)>,
    speed: Option<Speed>,
    by_speed: bool,
    first_seen: usize,
    /// Price in minor units to the rows that give it and the first of them.
    prices: BTreeMap<i64, (u32, usize)>,
}

/// The walk itself.
pub struct Survey {
    mapping: Mapping,
    options: ImportOptions,
    book: Book,
    currency: Currency,
    readings: Vec<(usize, DateReading)>,
    named: BTreeMap<String, Named>,
    seen: usize,
}

impl Survey {
    pub fn new(mapping: Mapping, options: ImportOptions, known: Vec<KnownPackage>, currency: Currency) -> Self {
        let reading = |field: &Field| {
            let column = column_of(&mapping, *field)?;
            Some((column, DateReading { field: *field, order: DateOrder::DayFirst, day_first: 0, month_first: 0, ambiguous: 0 }))
        };
        let readings = Field::ALL.iter().filter(|field| field.is_date()).filter_map(reading).collect();
        Self { readings, options, book: Book::new(known), currency, named: BTreeMap::new(), seen: 0, mapping }
    }

    pub fn observe(&mut self, row: &[String]) {
        self.seen += 1;
        for (column, reading) in &mut self.readings {
            let cell = row.get(*column).map_or("", String::as_str);
            match dates::evidence(cell) {
                Some(DateOrder::DayFirst) => reading.day_first += 1,
                Some(DateOrder::MonthFirst) => reading.month_first += 1,
                None if dates::is_ambiguous(cell) => reading.ambiguous += 1,
                None => {}
            }
        }
        let plan = Plan::default();
        let reader = Reader::new(&self.mapping, &self.options, &plan, &self.book, self.currency, NaiveDate::default());
        if reader.is_blank(row) || reader.username(row).is_err() {
            return;
        }
        let price = reader.price(row);
        if let Found::Unknown { key, name, speed, by_speed } = reader.find_package(row, price) {
            let fresh = || Named { names: BTreeMap::new(), speed, by_speed, first_seen: self.seen, prices: BTreeMap::new() };
            let named = self.named.entry(key).or_insert_with(fresh);
            named.names.entry(name).or_insert((0, self.seen)).0 += 1;
            named.speed = named.speed.or(speed);
            if let Some(price) = price {
                named.prices.entry(price.minor).or_insert((0, self.seen)).0 += 1;
            }
        }
    }

    /// Day first, unless a column holds dates that are only possible the other way and none that are only possible so.
    pub fn finish(self) -> (Plan, SurveyedBook) {
        let readings = self.readings.into_iter().map(|(_, mut reading)| {
            let shown = if reading.month_first > 0 && reading.day_first == 0 { DateOrder::MonthFirst } else { DateOrder::DayFirst };
            reading.order = self.options.date_order.unwrap_or(shown);
            reading
        });
        let readings = readings.collect();
        let mut named: Vec<(String, Named)> = if self.options.create_packages { self.named.into_iter().collect() } else { Vec::new() };
        named.sort_by_key(|(_, named)| named.first_seen);
        let (by_speed, by_name): (Vec<_>, Vec<_>) = named.into_iter().partition(|(_, named)| named.by_speed);
        let mut book = self.book;
        let mut new_packages = Vec::new();
        // Rows that say only a speed take a package of that speed where the file names one.
        for (key, named) in by_name.into_iter().chain(by_speed) {
            if named.by_speed && named.speed.is_some_and(|(_, down)| book.has_speed(down)) {
                continue;
            }
            let package = new_package(key, named, &self.options, self.currency);
            book.plan(&package);
            new_packages.push(package);
        }
        (Plan { readings, new_packages }, SurveyedBook { book })
    }
}

/// The looked-up packages, handed on to the second walk.
pub struct SurveyedBook {
    pub(super) book: Book,
}

fn new_package(key: String, named: Named, options: &ImportOptions, currency: Currency) -> NewPackage {
    let set = options.package_prices.get(&key).and_then(|text| Money::parse(text, currency).ok());
    let asked: u32 = named.prices.values().map(|(rows, _)| rows).sum();
    let most = named.prices.iter().find(|(_, (rows, _))| rows * 2 > asked).map(|(minor, _)| Money::new(*minor, currency));
    let name = most_common(&named.names).cloned().unwrap_or_default();
    let price = set.or(most);
    let other_prices = named.prices.keys().map(|minor| Money::new(*minor, currency)).filter(|other| Some(*other) != price).collect();
    let down_kbps = named.speed.map(|(_, down)| down);
    let up_kbps = named.speed.map(|(up, down)| up.unwrap_or(down));
    NewPackage { key, name, up_kbps, down_kbps, price, other_prices, price_is_set: set.is_some(), rows: 0 }
}

/// What most rows say; of equals, what was seen first.
fn most_common<T>(seen: &BTreeMap<T, (u32, usize)>) -> Option<&T> {
    seen.iter().max_by_key(|(_, (rows, first))| (*rows, std::cmp::Reverse(*first))).map(|(what, _)| what)
}
