//! Which package a row means: by its name, by its speed where that is all the file says, by its price as a last resort.
//! Two packages that fit equally well are a question for the person, not a choice for us.

use super::fields::Field;
use super::text::{clean, fold};
use crate::money::ascii_digits;
use crate::packages::{NotASpeed, read_speed, speed_text};
use crate::{Currency, Money, PackageId, Problem};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A package the ISP already sells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPackage {
    pub id: PackageId,
    pub name: String,
    pub up_kbps: Option<u32>,
    pub down_kbps: Option<u32>,
    pub price: Money,
    pub archived: bool,
}

/// What a row will hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "of")]
pub enum PackageChoice {
    Known(PackageId),
    /// One that this import creates, by its folded name.
    New(String),
}

/// A package that the file names and the ISP does not have yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPackage {
    /// Folded name: rows and options refer to it.
    pub key: String,
    pub name: String,
    pub up_kbps: Option<u32>,
    pub down_kbps: Option<u32>,
    /// What a person set, or more than half of the rows that give a price; else `None`.
    pub price: Option<Money>,
    /// Prices that other rows give for the same name: theirs alone, once the package has one.
    pub other_prices: Vec<Money>,
    /// A person set the price on screen.
    pub price_is_set: bool,
    /// Rows that will be created with it.
    pub rows: u32,
}

/// A package that rows may mean: one that is sold, or one that this import will create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    pub choice: PackageChoice,
    pub name: String,
    up_kbps: Option<u32>,
    down_kbps: Option<u32>,
    pub price: Money,
    archived: bool,
}

impl From<KnownPackage> for Offer {
    fn from(known: KnownPackage) -> Self {
        let KnownPackage { id, name, up_kbps, down_kbps, price, archived } = known;
        Self { choice: PackageChoice::Known(id), name, up_kbps, down_kbps, price, archived }
    }
}

/// Upload and download of a speed, as far as a text says.
pub(super) type Speed = (Option<u32>, u32);

/// What a row's cells lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found<'a> {
    Offer(&'a Offer, Vec<Problem>),
    /// `by_speed`: the row says nothing but the speed, so any package of that speed would do.
    Unknown {
        key: String,
        name: String,
        speed: Option<Speed>,
        by_speed: bool,
    },
    Wrong(Problem),
}

/// The packages of an ISP and of this import, ready to be looked up.
#[derive(Clone, Debug, Default)]
pub(super) struct Book {
    offers: Vec<Offer>,
    by_key: HashMap<String, Vec<usize>>,
}

impl Book {
    pub fn new(known: Vec<KnownPackage>) -> Self {
        let mut book = Self::default();
        known.into_iter().for_each(|package| book.add(package.into()));
        book
    }

    fn add(&mut self, offer: Offer) {
        self.by_key.entry(fold(&offer.name)).or_default().push(self.offers.len());
        self.offers.push(offer);
    }

    /// Makes a package that will be created one that rows can mean, so that a row reads the same before it exists and
    /// after. One without a price cannot be created.
    pub fn plan(&mut self, package: &NewPackage) {
        let Some(price) = package.price else { return };
        let choice = PackageChoice::New(package.key.clone());
        self.add(Offer {
            choice,
            name: package.name.clone(),
            up_kbps: package.up_kbps,
            down_kbps: package.down_kbps,
            price,
            archived: false,
        });
    }

    pub fn has_speed(&self, down: u32) -> bool {
        self.offers.iter().any(|offer| !offer.archived && offer.down_kbps == Some(down))
    }

    /// `name` and `speed` as the cells have them.
    pub fn find(&self, name: &str, speed: &str, price: Option<Money>, default: Option<PackageId>, currency: Currency) -> Found<'_> {
        let name = clean(name);
        let wanted = match read_pair(speed) {
            Ok(wanted) => wanted,
            Err(NotASpeed) => {
                return Found::Wrong(Problem::new(Field::Speed.slug(), "problem-speed").with("value", super::cells::quote(speed)));
            }
        };
        if name.starts_with('=') {
            return Found::Wrong(Problem::new(Field::Package.slug(), "import-problem-formula").with("value", super::cells::quote(&name)));
        }
        if name.chars().count() > 100 {
            return Found::Wrong(Problem::new(Field::Package.slug(), "problem-name-length").with("most", 100));
        }
        if let Some(package) = self.by_name(&name, wanted, price) {
            return Found::Offer(package, Vec::new());
        }
        let named_speed = read_pair(&name).ok().flatten();
        if let (true, Some(speed)) = (name.is_empty() || named_speed.is_some(), named_speed.or(wanted)) {
            return self.by_speed(speed, &name, price);
        }
        let named_price = price_name(&name, currency);
        if !name.is_empty() && named_price.is_none() {
            return Found::Unknown { key: fold(&name), speed: wanted.or_else(|| speed_inside(&name)), name, by_speed: false };
        }
        self.by_price(named_price.or(price), default)
    }

    fn by_name(&self, name: &str, speed: Option<Speed>, price: Option<Money>) -> Option<&Offer> {
        let key = fold(name);
        let mut found: Vec<&Offer> = self.by_key.get(&key).filter(|_| !key.is_empty())?.iter().map(|at| &self.offers[*at]).collect();
        // Names that fold alike ("Home 10", "Home-10"): the one in sale, then the one whose figures fit, then as written.
        found.sort_by_key(|package| {
            let speed_differs = speed.is_some_and(|(_, down)| package.down_kbps != Some(down));
            (
                package.archived,
                speed_differs,
                price.is_some_and(|price| package.price != price),
                package.name.to_lowercase() != name.to_lowercase(),
            )
        });
        found.first().copied()
    }

    fn by_speed(&self, (up, down): Speed, name: &str, price: Option<Money>) -> Found<'_> {
        let fits =
            |package: &&Offer| !package.archived && package.down_kbps == Some(down) && up.is_none_or(|up| package.up_kbps == Some(up));
        let found: Vec<&Offer> = self.offers.iter().filter(fits).collect();
        let priced: Vec<&Offer> = found.iter().copied().filter(|package| price.is_some_and(|price| package.price == price)).collect();
        match (found.as_slice(), priced.as_slice()) {
            ([one], _) | (_, [one]) => Found::Offer(one, Vec::new()),
            ([], _) => {
                let name = if name.is_empty() { speed_text(down) } else { name.to_string() };
                Found::Unknown { key: fold(&name), name, speed: Some((up, down)), by_speed: true }
            }
            _ => Found::Wrong(ambiguous(&found)),
        }
    }

    fn by_price(&self, price: Option<Money>, default: Option<PackageId>) -> Found<'_> {
        let found: Vec<&Offer> = self.offers.iter().filter(|package| !package.archived && Some(package.price) == price).collect();
        if let Some(package) = default.and_then(|id| self.offers.iter().find(|package| package.choice == PackageChoice::Known(id))) {
            return Found::Offer(package, Vec::new());
        }
        match found.as_slice() {
            [one] => Found::Offer(one, vec![Problem::new(Field::Package.slug(), "import-note-package-by-price").with("name", &one.name)]),
            [] => Found::Wrong(Problem::new(Field::Package.slug(), "import-problem-package-empty")),
            _ => Found::Wrong(ambiguous(&found)),
        }
    }
}

fn ambiguous(found: &[&Offer]) -> Problem {
    let names: Vec<&str> = found.iter().take(4).map(|package| package.name.as_str()).collect();
    Problem::new(Field::Package.slug(), "import-problem-package-ambiguous").with("names", names.join(", "))
}

/// `৳500`, `500 Tk`: packages that are called by their price.
fn price_name(name: &str, currency: Currency) -> Option<Money> {
    let marked = name.contains(['৳', '$', '₹']) || ["tk", "taka", "টাকা", "bdt", "/-"].iter().any(|mark| name.to_lowercase().contains(mark));
    if marked { Money::parse(name, currency).ok() } else { None }
}

/// `10`, `10M`, `10 Mbps`, `10mb`, `5M/10M` (up/down, as routers write it), `10/10`. Empty says nothing.
fn read_pair(text: &str) -> Result<Option<Speed>, NotASpeed> {
    let text: String = ascii_digits(&clean(text)).to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    if text.is_empty() || text == "-" {
        return Ok(None);
    }
    match text.split_once('/') {
        Some((up, down)) if !matches!(down, "s" | "sec") && !up.is_empty() => {
            // The unit may stand once, at the end: 10/10Mbps.
            let unit = down.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
            let up = if up.ends_with(|c: char| c.is_ascii_digit()) { format!("{up}{unit}") } else { up.to_string() };
            Ok(Some((one_speed(&up)?, one_speed(down)?.ok_or(NotASpeed)?)))
        }
        _ => Ok(one_speed(&text)?.map(|down| (None, down))),
    }
}

fn one_speed(text: &str) -> Result<Option<u32>, NotASpeed> {
    for (endings, unit) in [
        (["এমবিপিএস", "এমবি", "mbps", "mb/s", "mbit", "mb"], "m"),
        (["কেবিপিএস", "কেবি", "kbps", "kb/s", "kbit", "kb"], "k"),
        (["জিবিপিএস", "জিবি", "gbps", "gb/s", "gbit", "gb"], "g"),
    ] {
        if let Some(number) = endings.iter().find_map(|ending| text.strip_suffix(ending)) {
            return read_speed(&format!("{number}{unit}"));
        }
    }
    read_speed(text)
}

/// The speed in a longer name: `Home 10 Mbps`, `Night-5M`.
fn speed_inside(name: &str) -> Option<Speed> {
    let lower = ascii_digits(name).to_lowercase();
    let bytes = lower.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() || (at > 0 && (bytes[at - 1].is_ascii_digit() || bytes[at - 1] == b'.')) {
            at += 1;
            continue;
        }
        let end = lower[at..].find(|c: char| !c.is_ascii_digit() && c != '.').map_or(lower.len(), |length| at + length);
        let unit: String = lower[end..].trim_start().chars().take_while(|c| c.is_alphabetic() || *c == '/').collect();
        if matches!(unit.as_str(), "m" | "mb" | "mbps" | "mbit" | "k" | "kbps" | "g" | "gbps" | "mb/s") {
            return one_speed(&format!("{}{unit}", &lower[at..end])).ok().flatten().map(|down| (None, down));
        }
        at = end.max(at + 1);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn package(id: u128, name: &str, mbps: u32, taka: i64) -> KnownPackage {
        let speed = Some(mbps * 1_000);
        KnownPackage {
            id: PackageId(Uuid::from_u128(id)),
            name: name.into(),
            up_kbps: speed,
            down_kbps: speed,
            price: Money::new(taka * 100, Currency::Bdt),
            archived: false,
        }
    }

    fn book() -> Book {
        Book::new(vec![
            package(1, "Home 5", 5, 500),
            package(2, "Home 10", 10, 800),
            package(3, "Night 10", 10, 600),
            package(4, "Office 50", 50, 5000),
        ])
    }

    fn found(name: &str, speed: &str, price: Option<i64>) -> String {
        match book().find(name, speed, price.map(|taka| Money::new(taka * 100, Currency::Bdt)), None, Currency::Bdt) {
            Found::Offer(package, _) => package.name.clone(),
            Found::Unknown { name, speed, .. } => format!("new {name} {}", speed.map_or(0, |(_, down)| down)),
            Found::Wrong(problem) => problem.key,
        }
    }

    #[test]
    fn packages_as_rows_name_them() {
        assert_eq!(found(" home-10 ", "", None), "Home 10");
        assert_eq!(found("HOME ১০", "10 Mbps", Some(800)), "Home 10");
        assert_eq!(found("5M", "", None), "Home 5");
        assert_eq!(found("5M/5M", "", None), "Home 5");
        assert_eq!(found("", "৫ এমবিপিএস", None), "Home 5");
        assert_eq!(found("10 Mbps", "", Some(600)), "Night 10");
        assert_eq!(found("10 Mbps", "", None), "import-problem-package-ambiguous");
        assert_eq!(found("", "", Some(5000)), "Office 50");
        assert_eq!(found("500 Tk", "", None), "Home 5");
        assert_eq!(found("", "", None), "import-problem-package-empty");
        assert_eq!(found("", "fast", None), "problem-speed");
        assert_eq!(found("Gamer 20 Mbps", "", None), "new Gamer 20 Mbps 20000");
        assert_eq!(found("Gamer", "20", None), "new Gamer 20000");
        assert_eq!(found("20M", "", None), "new 20M 20000");
        assert_eq!(found("", "20", None), "new 20 Mbps 20000");
        assert_eq!(found("5M/20M", "", None), "new 5M/20M 20000");
    }

    #[test]
    fn speeds_in_pairs() {
        assert_eq!(read_pair("5M/10M"), Ok(Some((Some(5_000), 10_000))));
        assert_eq!(read_pair("10/10 Mbps"), Ok(Some((Some(10_000), 10_000))));
        assert_eq!(read_pair("512k/1M"), Ok(Some((Some(512), 1_000))));
        assert_eq!(read_pair("10 mb/s"), Ok(Some((None, 10_000))));
        assert_eq!(read_pair("-"), Ok(None));
        assert_eq!(read_pair("fast"), Err(NotASpeed));
    }

    proptest! {
        #[test]
        fn no_name_breaks_it(name in ".{0,30}", speed in ".{0,12}") {
            let _ = book().find(&name, &speed, None, None, Currency::Bdt);
            let _ = speed_inside(&name);
        }
    }
}
