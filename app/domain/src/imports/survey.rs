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
    name: String,
    speed: Option<Speed>,
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
        if let Found::Unknown { key, name, speed } = reader.find_package(row, price) {
            let named = self.named.entry(key).or_insert_with(|| Named { name, speed, first_seen: self.seen, prices: BTreeMap::new() });
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
        let new_packages = named.into_iter().map(|(key, named)| new_package(key, named, &self.options, self.currency)).collect();
        let plan = Plan { readings, new_packages };
        (plan, SurveyedBook { book: self.book })
    }
}

/// The looked-up packages, handed on to the second walk.
pub struct SurveyedBook {
    pub(super) book: Book,
}

fn new_package(key: String, named: Named, options: &ImportOptions, currency: Currency) -> NewPackage {
    let set = options.package_prices.get(&key).and_then(|text| Money::parse(text, currency).ok());
    // The price of most rows; of equals, the one that was seen first.
    let most = named
        .prices
        .iter()
        .max_by_key(|(_, (rows, first))| (*rows, std::cmp::Reverse(*first)))
        .map(|(minor, _)| Money::new(*minor, currency));
    let price = set.or(most);
    let other_prices = named.prices.keys().map(|minor| Money::new(*minor, currency)).filter(|other| Some(*other) != price).collect();
    let down_kbps = named.speed.map(|(_, down)| down);
    let up_kbps = named.speed.map(|(up, down)| up.unwrap_or(down));
    NewPackage { key, name: named.name, up_kbps, down_kbps, price, other_prices, price_is_set: set.is_some(), rows: 0 }
}
