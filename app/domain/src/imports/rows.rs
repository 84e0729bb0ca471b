//! One row of cells to one subscriber: every cell read by its field's rules, every problem named at once. Reads nothing
//! but its own row; what other rows and the database say is decided elsewhere.

use super::cells::{self, Comment, Line};
use super::dates::{DateOrder, read_date};
use super::fields::Field;
use super::mapping::Mapping;
use super::packages::{Book, Found, PackageChoice};
use super::survey::Plan;
use crate::calendar::months_after;
use crate::customers;
use crate::{Currency, Money, PackageId, Problem};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// What a person chose beside the columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportOptions {
    /// Create the packages that the file names and the ISP does not have.
    #[serde(default)]
    pub create_packages: bool,
    /// Make a random password where the file has none.
    #[serde(default)]
    pub generate_passwords: bool,
    /// Leave out lines that the file calls disabled.
    #[serde(default)]
    pub skip_disabled: bool,
    /// For rows that say nothing of a package.
    #[serde(default)]
    pub default_package: Option<PackageId>,
    /// `None`: as the columns show.
    #[serde(default)]
    pub date_order: Option<DateOrder>,
    /// Prices of packages to be created, as typed, by folded name: for lists that hold no prices.
    #[serde(default)]
    pub package_prices: BTreeMap<String, String>,
}

/// A row that was understood. Holds no password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParsedRow {
    pub username: String,
    pub name: String,
    pub mobile: Option<String>,
    pub package: PackageChoice,
    pub package_name: String,
    /// What the row will pay a period.
    pub price: Option<Money>,
    /// Set where that is not the package's own price.
    pub custom_price: Option<Money>,
    pub address: Option<String>,
    /// Name or path of one of the zones that there are.
    #[serde(default)]
    pub zone: Option<String>,
    pub email: Option<String>,
    pub national_id: Option<String>,
    /// The number the customer had before.
    pub former_number: Option<String>,
    /// `None`: the day of the import.
    pub starts_on: Option<NaiveDate>,
    /// First day not covered; `None`: the day of the import.
    pub paid_until: Option<NaiveDate>,
    pub opening_due: Option<Money>,
    /// Held down from the start, and what the file said.
    pub blocked: Option<String>,
    pub mac: Option<String>,
    pub static_ip: Option<IpAddr>,
    pub note: Option<String>,
    pub password_generated: bool,
    /// Worth knowing, but no hindrance.
    #[serde(default)]
    pub notes: Vec<Problem>,
}

/// A paid-until date that lies more months back than the engine bills in one go is a slip or a line long gone.
const MOST_MONTHS_BACK: u32 = 36;

/// Longest password that RADIUS can carry.
const LONGEST_PASSWORD: usize = 128;

/// Everything that rows of one import share.
pub(super) struct Reader<'a> {
    columns: [Option<usize>; Field::ALL.len()],
    pub options: &'a ImportOptions,
    pub plan: &'a Plan,
    pub book: &'a Book,
    pub currency: Currency,
    pub today: NaiveDate,
}

pub(super) fn column_of(mapping: &Mapping, field: Field) -> Option<usize> {
    mapping.iter().position(|mapped| *mapped == Some(field))
}

/// The password as the file has it: nothing but the blanks around it is taken away.
pub fn password_cell(mapping: &Mapping, row: &[String]) -> Option<String> {
    let cell = row.get(column_of(mapping, Field::Password)?)?.trim();
    (!cell.is_empty()).then(|| cell.to_string())
}

/// Collects problems while fields are read.
struct Findings {
    problems: Vec<Problem>,
    notes: Vec<Problem>,
}

impl Findings {
    fn take<T>(&mut self, read: Result<Option<T>, Problem>) -> Option<T> {
        read.unwrap_or_else(|problem| {
            self.problems.push(problem);
            None
        })
    }
}

impl<'a> Reader<'a> {
    pub fn new(
        mapping: &Mapping,
        options: &'a ImportOptions,
        plan: &'a Plan,
        book: &'a Book,
        currency: Currency,
        today: NaiveDate,
    ) -> Self {
        let columns = std::array::from_fn(|at| column_of(mapping, Field::ALL[at]));
        Self { columns, options, plan, book, currency, today }
    }

    fn cell<'r>(&self, row: &'r [String], field: Field) -> &'r str {
        let column = Field::ALL.iter().position(|known| *known == field).and_then(|at| self.columns[at]);
        column.and_then(|column| row.get(column)).map_or("", String::as_str)
    }

    fn has(&self, field: Field) -> bool {
        Field::ALL.iter().position(|known| *known == field).is_some_and(|at| self.columns[at].is_some())
    }

    /// Nothing in any column that matters.
    pub fn is_blank(&self, row: &[String]) -> bool {
        row.iter().enumerate().filter(|(at, _)| self.columns.contains(&Some(*at))).all(|(_, cell)| cell.trim().is_empty())
    }

    pub fn username(&self, row: &[String]) -> Result<String, Problem> {
        let cell: String = self.cell(row, Field::Username).chars().filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}')).collect();
        if self.has(Field::Username) {
            customers::username(&cell)
        } else {
            Err(Problem::new(Field::Username.slug(), "import-problem-username-unmapped"))
        }
    }

    pub fn static_ip(&self, row: &[String]) -> Option<IpAddr> {
        cells::static_ip(self.cell(row, Field::StaticIp)).ok().flatten()
    }

    /// A line that is switched off and not wanted.
    pub fn is_skipped(&self, row: &[String]) -> bool {
        self.options.skip_disabled && cells::disabled(self.cell(row, Field::Disabled)) == Ok(true)
    }

    /// The name as the row gives it, for telling two people with one user name apart.
    pub fn name(&self, row: &[String]) -> Option<String> {
        cells::text(self.cell(row, Field::Name), Field::Name, 200).ok().flatten()
    }

    /// Reads everything; `Err` holds every problem of the row.
    pub fn read(&self, row: &[String], username: String) -> Result<ParsedRow, Vec<Problem>> {
        let mut findings = Findings { problems: Vec::new(), notes: Vec::new() };
        let (name, mobile, note) = self.person(row, &username, &mut findings);
        let price = findings.take(self.money(row, Field::Price));
        let package = self.package(row, price, &mut findings);
        let starts_on = findings.take(self.date(row, Field::StartsOn));
        let paid_until = findings.take(self.date(row, Field::PaidUntil));
        self.check_dates(starts_on, paid_until, &mut findings);
        let blocked = self.blocked(row, paid_until, &mut findings);
        let mac = findings.take(cells::mac(self.cell(row, Field::Mac)));
        let static_ip = self.address_of_line(row, &mut findings);
        let password_generated = self.check_password(row, &mut findings);
        let mut text = |field, most| findings.take(cells::text(self.cell(row, field), field, most));
        let (address, national_id, former_number) = (text(Field::Address, 500), text(Field::NationalId, 40), text(Field::Number, 40));
        let zone = text(Field::Zone, 400);
        let email = findings.take(cells::email(self.cell(row, Field::Email)));
        let opening_due = findings.take(self.money(row, Field::OpeningDue)).filter(|due| !due.is_zero());
        let (Some((package, package_name, package_price)), true) = (package, findings.problems.is_empty()) else {
            return Err(findings.problems);
        };
        Ok(ParsedRow {
            username,
            name,
            mobile,
            package,
            package_name,
            price: price.or(package_price),
            custom_price: price.filter(|price| package_price != Some(*price)),
            address,
            zone,
            email,
            national_id,
            former_number,
            starts_on,
            paid_until,
            opening_due,
            blocked,
            mac,
            static_ip,
            note,
            password_generated,
            notes: findings.notes,
        })
    }

    /// Name, phone and what is left of the comment.
    fn person(&self, row: &[String], username: &str, findings: &mut Findings) -> (String, Option<String>, Option<String>) {
        let mut name = findings.take(cells::text(self.cell(row, Field::Name), Field::Name, 200));
        let found = findings.take(cells::mobile(self.cell(row, Field::Mobile)));
        let mut note = findings.take(cells::text(self.cell(row, Field::Note), Field::Note, 1_000));
        let (mut mobile, others) = found.map_or((None, Vec::new()), |(first, others)| (Some(first), others));
        if !others.is_empty() {
            let others = others.iter().map(|number| customers::phone_local(number)).collect::<Vec<_>>().join(", ");
            findings.notes.push(Problem::new(Field::Mobile.slug(), "import-note-more-mobiles").with("value", &others));
            note = Some(note.map_or(others.clone(), |note| format!("{note}; {others}")));
        }
        if let (false, Some(comment)) = (self.has(Field::Name), note.as_deref()) {
            let comment = Comment::split(comment);
            name = comment.name;
            mobile = mobile.or(comment.mobile);
            note = comment.rest;
        }
        let name = name.unwrap_or_else(|| {
            findings.notes.push(Problem::new(Field::Name.slug(), "import-note-name-from-username"));
            username.to_string()
        });
        (name, mobile, note)
    }

    fn money(&self, row: &[String], field: Field) -> Result<Option<Money>, Problem> {
        let cell = self.cell(row, field).trim();
        if cell.is_empty() || cell == "-" {
            return Ok(None);
        }
        let problem = |key: &str| Problem::new(field.slug(), key).with("value", cells::quote(cell));
        if cell.starts_with('=') {
            return Err(problem("import-problem-formula"));
        }
        Money::parse(cell, self.currency).map(Some).map_err(|error| problem(error.key()))
    }

    fn date(&self, row: &[String], field: Field) -> Result<Option<NaiveDate>, Problem> {
        let cell = self.cell(row, field).trim();
        if cell.is_empty() || matches!(cell, "-" | "0" | "N/A" | "n/a" | "never") {
            return Ok(None);
        }
        let order = self.options.date_order.unwrap_or_else(|| self.plan.order(field));
        read_date(cell, order, field.slug()).map(Some)
    }

    fn check_dates(&self, starts_on: Option<NaiveDate>, paid_until: Option<NaiveDate>, findings: &mut Findings) {
        let Some(paid) = paid_until else { return };
        let field = Field::PaidUntil.slug();
        if starts_on.is_some_and(|start| paid < start) {
            findings.problems.push(Problem::new(field, "import-problem-paid-before-start").with("value", paid));
        }
        let months = (1..=MOST_MONTHS_BACK + 1).take_while(|n| months_after(paid, *n).is_some_and(|day| day <= self.today)).count();
        if months > MOST_MONTHS_BACK as usize {
            findings.problems.push(Problem::new(field, "import-problem-paid-until-old").with("value", paid).with("most", MOST_MONTHS_BACK));
        } else if months > 0 {
            findings.notes.push(Problem::new(field, "import-note-months-open").with("value", paid).with("months", months));
        }
    }

    fn package(&self, row: &[String], price: Option<Money>, findings: &mut Findings) -> Option<(PackageChoice, String, Option<Money>)> {
        let problem = match self.find_package(row, price) {
            Found::Offer(package, notes) => {
                findings.notes.extend(notes);
                if let Some(own) = price.filter(|price| *price != package.price) {
                    let note = Problem::new(Field::Price.slug(), "import-note-own-price").with("value", own.plain());
                    findings.notes.push(note.with("price", package.price.plain()));
                }
                return Some((package.choice.clone(), package.name.clone(), Some(package.price)));
            }
            Found::Unknown { key, name, .. } => self.not_offered(&key, &name),
            Found::Wrong(problem) => problem,
        };
        findings.problems.push(problem);
        None
    }

    pub fn find_package(&self, row: &[String], price: Option<Money>) -> Found<'_> {
        let (name, speed) = (self.cell(row, Field::Package), self.cell(row, Field::Speed));
        self.book.find(name, speed, price, self.options.default_package, self.currency)
    }

    /// The price cell, when it holds a price.
    pub fn price(&self, row: &[String]) -> Option<Money> {
        self.money(row, Field::Price).ok().flatten()
    }

    /// Why a package that does not exist will not be created either.
    fn not_offered(&self, key: &str, name: &str) -> Problem {
        let problem = |key: &str| Problem::new(Field::Package.slug(), key).with("name", cells::quote(name));
        match self.plan.new_packages.iter().find(|package| package.key == key) {
            None => problem("import-problem-package-unknown"),
            Some(planned) if planned.other_prices.is_empty() => problem("import-problem-package-no-price"),
            Some(planned) => {
                let prices: Vec<String> = planned.other_prices.iter().take(5).map(|price| price.plain()).collect();
                problem("import-problem-package-price").with("prices", prices.join(", "))
            }
        }
    }

    fn blocked(&self, row: &[String], paid_until: Option<NaiveDate>, findings: &mut Findings) -> Option<String> {
        let cell = self.cell(row, Field::Status);
        let line = findings.take(cells::status(cell).map(Some)).unwrap_or(Line::Active);
        let disabled = findings.take(cells::disabled(self.cell(row, Field::Disabled)).map(Some)).unwrap_or(false);
        match line {
            Line::Left => {
                findings.problems.push(Problem::new(Field::Status.slug(), "import-problem-left").with("value", cells::quote(cell)))
            }
            Line::Blocked => return Some(super::clean(cell)),
            // Where the date says it, the date holds the line down by itself and a payment brings it up.
            Line::Expired if paid_until.is_none() => return Some(super::clean(cell)),
            Line::Active | Line::Expired => {}
        }
        disabled.then(|| "disabled".to_string())
    }

    fn address_of_line(&self, row: &[String], findings: &mut Findings) -> Option<IpAddr> {
        match cells::static_ip(self.cell(row, Field::StaticIp)) {
            Ok(address) => address,
            Err(Some(problem)) => {
                findings.problems.push(problem);
                None
            }
            Err(None) => {
                let pool = cells::quote(self.cell(row, Field::StaticIp));
                findings.notes.push(Problem::new(Field::StaticIp.slug(), "import-note-pool").with("value", pool));
                None
            }
        }
    }

    /// Is a password to be made? Names the problem when there is none and none may be made.
    fn check_password(&self, row: &[String], findings: &mut Findings) -> bool {
        let field = Field::Password.slug();
        let cell = self.cell(row, Field::Password).trim();
        if cell.is_empty() && self.options.generate_passwords {
            findings.notes.push(Problem::new(field, "import-note-password-generated"));
            return true;
        }
        if cell.is_empty() {
            findings.problems.push(Problem::new(field, "import-problem-password-empty"));
        } else if cell.len() > LONGEST_PASSWORD || cell.chars().any(char::is_control) {
            findings.problems.push(Problem::new(field, "import-problem-password").with("most", LONGEST_PASSWORD));
        }
        false
    }
}
