//! The chain of prices of one master package: `ISP cost <= reseller cost <= sub-reseller cost <= retail <= ceiling`, on
//! every day (PKG-02). A change that would break it anywhere, at any level, on any day to come, is refused with the level
//! it runs into; nothing here changes a second price to make room for the first.

use super::prices::{PriceChange, PriceLine};
use crate::{AccountId, Currency, Money, PackageId, Problem};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Where in the chain a price stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "level", content = "id")]
pub enum Level {
    IspCost,
    /// What a reseller or sub-reseller pays.
    Rate(AccountId),
    /// What a subscriber pays for a package.
    Retail(PackageId),
    Ceiling,
}

/// One price of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub level: Level,
    /// Whose price it is, for people.
    pub name: String,
    /// Branch of the seller; `/` is the ISP itself.
    pub path: String,
    pub line: PriceLine,
}

/// All prices of one master package that the caller may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    pub currency: Currency,
    pub links: Vec<Link>,
}

impl Link {
    /// Must this one be at most that one?
    fn below(&self, other: &Link) -> bool {
        let under = other.path.starts_with(&self.path);
        match (self.level, other.level) {
            (Level::IspCost, Level::Rate(_) | Level::Ceiling) => true,
            (Level::IspCost, Level::Retail(_)) => other.path == "/",
            (Level::Rate(_), Level::Rate(_)) => under && self.path != other.path,
            (Level::Rate(_), Level::Retail(_)) => self.path == other.path,
            (Level::Rate(_) | Level::Retail(_), Level::Ceiling) => true,
            _ => false,
        }
    }
}

impl Chain {
    pub fn link(&self, level: Level) -> Option<&Link> {
        self.links.iter().find(|link| link.level == level)
    }

    pub fn on(&self, level: Level, day: NaiveDate) -> Option<Money> {
        Some(Money::new(self.link(level)?.line.on(day)?, self.currency))
    }

    /// What the seller on a branch pays on a day; `/` is the ISP.
    pub fn cost_of(&self, path: &str, day: NaiveDate) -> Option<Money> {
        let link = self.links.iter().find(|link| match link.level {
            Level::IspCost => path == "/",
            Level::Rate(_) => link.path == path,
            _ => false,
        })?;
        Some(Money::new(link.line.on(day)?, self.currency))
    }

    /// The line that a level has after a change, if the whole chain holds on every day from then on.
    pub fn change(&self, level: Level, change: PriceChange, today: NaiveDate) -> Result<PriceLine, Vec<Problem>> {
        let link = self.link(level).ok_or_else(|| vec![Problem::new("", "problem-choice")])?;
        let line = link.line.change(change, today).map_err(|problem| vec![problem])?;
        self.fits(level, line, today)
    }

    /// The line that a level has without a planned change, if the whole chain holds.
    pub fn withdraw(&self, level: Level, from: NaiveDate, today: NaiveDate) -> Result<PriceLine, Vec<Problem>> {
        let link = self.link(level).ok_or_else(|| vec![Problem::new("", "problem-choice")])?;
        let line = link.line.withdraw(from, today).map_err(|problem| vec![problem])?;
        self.fits(level, line, today)
    }

    /// A package that joins the chain with the prices it has.
    pub fn joins(&self, package: PackageId, today: NaiveDate) -> Result<(), Vec<Problem>> {
        let link = self.link(Level::Retail(package)).ok_or_else(|| vec![Problem::new("", "problem-choice")])?;
        self.fits(link.level, link.line.clone(), today).map(drop)
    }

    fn fits(&self, level: Level, line: PriceLine, today: NaiveDate) -> Result<PriceLine, Vec<Problem>> {
        let Some(link) = self.link(level) else { return Err(vec![Problem::new("", "problem-choice")]) };
        let changed = Link { line, ..link.clone() };
        let mut days: Vec<_> = self.links.iter().chain([&changed]).flat_map(|link| link.line.days()).filter(|day| *day > today).collect();
        days.push(today);
        days.sort();
        days.dedup();
        if let Some(problem) = days.into_iter().find_map(|day| self.breach(&changed, day)) {
            return Err(vec![problem]);
        }
        Ok(changed.line)
    }

    /// What a changed price runs into on a day.
    fn breach(&self, changed: &Link, day: NaiveDate) -> Option<Problem> {
        let price = changed.line.on(day)?;
        for other in self.links.iter().filter(|other| other.level != changed.level) {
            let Some(there) = other.line.on(day) else { continue };
            let amount = || Money::new(there, self.currency).plain();
            if changed.below(other) && price > there {
                let problem = match other.level {
                    Level::Ceiling => Problem::new("price", "problem-above-ceiling").with("most", amount()),
                    // What somebody further down asks is his own business: only that it is in the way.
                    _ => Problem::new("price", "problem-above-next").with("who", &other.name),
                };
                return Some(problem.with("date", day));
            }
            if other.below(changed) && price < there {
                let problem = match (changed.level, other.level) {
                    (Level::Ceiling, _) => Problem::new("price", "problem-ceiling-below").with("who", &other.name),
                    _ => Problem::new("price", "problem-below-cost").with("least", amount()),
                };
                return Some(problem.with("date", day));
            }
        }
        None
    }

    /// Is every price in order on a day?
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        let out_of_order = |low: &Link, high: &Link| {
            low.below(high) && matches!((low.line.on(day), high.line.on(day)), (Some(low), Some(high)) if low > high)
        };
        !self.links.iter().any(|low| self.links.iter().any(|high| out_of_order(low, high)))
    }
}

/// What a price must say of itself: more than nothing unless the package is free or a trial (PKG-07), and nothing when it
/// is free.
pub fn price_suits(pricing: super::Pricing, minor: i64) -> Result<(), Problem> {
    match (pricing, minor) {
        (super::Pricing::Paid, 0) => Err(Problem::new("price", "problem-price-zero")),
        (super::Pricing::Free, 1..) => Err(Problem::new("price", "problem-price-free")),
        _ => Ok(()),
    }
}
