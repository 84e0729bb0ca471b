//! What the pages of packages and prices show. Only what the caller may see is ever in them: another seller's cost is
//! not hidden by a page, it is not there.

use super::apart::{ApartSource, Override};
use super::chain::{Chain, Level};
use super::margin::{Margin, margin};
use super::{Terms, TermsField};
use crate::people::Role;
use crate::{AccountId, MasterId, Money, MoveId, PackageId, ProposalId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A master package in a list and on its page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MasterPackage {
    pub id: MasterId,
    pub name: String,
    pub terms: Terms,
    /// What the ISP pays; `None` where that is nobody's business.
    pub cost: Option<Money>,
    pub ceiling: Option<Money>,
    pub archived: bool,
    /// Packages made of it, and services on them.
    pub packages: i64,
    pub services: i64,
    /// Resellers that have a rate.
    pub rates: i64,
    pub open_proposals: i64,
    pub version: i32,
}

/// Somebody who sells below the ISP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seller {
    pub id: AccountId,
    pub name: String,
    pub role: Role,
    /// Branch of the tree: his own id comes last.
    pub path: String,
    pub active: bool,
}

/// One level of the chain as the lens shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LensRow {
    pub level: Level,
    pub name: String,
    /// How far down the tree.
    pub depth: usize,
    pub price: Option<Money>,
    /// What whoever asks this price pays himself.
    pub cost: Option<Money>,
    pub margin: Option<Margin>,
    pub planned: Vec<(NaiveDate, Money)>,
}

/// Every level of a chain on a day, from the ISP's cost down the tree to the ceiling, each with what it leaves.
pub fn lens(chain: &Chain, day: NaiveDate) -> Vec<LensRow> {
    let mut rows: Vec<_> = chain
        .links
        .iter()
        .map(|link| {
            let price = chain.on(link.level, day);
            let seller = match link.level {
                Level::IspCost => None,
                // A rate is asked by whoever stands above.
                Level::Rate(_) => Some(parent(&link.path)),
                Level::Retail(_) => Some(link.path.as_str()),
                Level::Ceiling => Some("/"),
            };
            let cost = seller.and_then(|path| chain.cost_of(path, day));
            let planned = link.line.planned(day).map(|price| (price.from, Money::new(price.minor, chain.currency))).collect();
            let margin = price.zip(cost).and_then(|(price, cost)| margin(cost, price));
            LensRow { level: link.level, name: link.name.clone(), depth: depth(&link.path), price, cost, margin, planned }
        })
        .zip(chain.links.iter().map(|link| link.path.clone()))
        .collect();
    let rank = |level: &Level| match level {
        Level::IspCost => 0,
        Level::Rate(_) => 1,
        Level::Retail(_) => 2,
        Level::Ceiling => 3,
    };
    rows.sort_by(|(a, at), (b, bt)| {
        let ends = |row: &LensRow| (row.level == Level::Ceiling, row.level != Level::IspCost);
        ends(a).cmp(&ends(b)).then_with(|| at.cmp(bt)).then_with(|| rank(&a.level).cmp(&rank(&b.level))).then_with(|| a.name.cmp(&b.name))
    });
    rows.into_iter().map(|(row, _)| row).collect()
}

/// The branch above a branch: `/a/b/` hangs on `/a/`, `/a/` on `/`.
pub fn parent(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    trimmed.rfind('/').map_or("/", |at| &path[..=at])
}

fn depth(path: &str) -> usize {
    path.matches('/').count().saturating_sub(1)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    Open,
    Applying,
    Applied,
    Declined,
    Superseded,
}

impl ProposalState {
    pub const ALL: [ProposalState; 5] =
        [ProposalState::Open, ProposalState::Applying, ProposalState::Applied, ProposalState::Declined, ProposalState::Superseded];

    pub fn slug(self) -> &'static str {
        match self {
            ProposalState::Open => "open",
            ProposalState::Applying => "applying",
            ProposalState::Applied => "applied",
            ProposalState::Declined => "declined",
            ProposalState::Superseded => "superseded",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.slug() == slug)
    }
}

/// What a changed master proposes to one package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub id: ProposalId,
    pub package_id: PackageId,
    pub package: String,
    pub master_id: MasterId,
    pub master: String,
    pub before: Terms,
    pub after: Terms,
    pub fields: Vec<TermsField>,
    pub state: ProposalState,
    /// Subscribers of the package: now while it is open, then as it was when somebody said yes.
    pub customers: i64,
    /// Of them, so many keep their speed until their cycle ends.
    pub kept: i64,
    pub made_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoveState {
    Waiting,
    Running,
    Done,
    Failed,
}

impl MoveState {
    pub const ALL: [MoveState; 4] = [MoveState::Waiting, MoveState::Running, MoveState::Done, MoveState::Failed];

    pub fn slug(self) -> &'static str {
        match self {
            MoveState::Waiting => "waiting",
            MoveState::Running => "running",
            MoveState::Done => "done",
            MoveState::Failed => "failed",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.slug() == slug)
    }
}

/// Subscribers on their way from one package to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageMove {
    pub id: MoveId,
    pub from: (PackageId, String),
    pub to: (PackageId, String),
    pub keep_price: bool,
    pub state: MoveState,
    pub total: i32,
    pub moved: i32,
    pub started_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

/// What one line has apart, for a badge: the kinds that hold now by a person's decision.
pub fn badges(overrides: &[Override], today: NaiveDate, now: DateTime<Utc>) -> Vec<&'static str> {
    let holds = |one: &&Override| one.source == ApartSource::Person && one.span.state(today, now) == super::apart::SpanState::Now;
    let mut kinds: Vec<_> = overrides.iter().filter(holds).map(|one| one.apart.kind()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;
    use crate::packages::chain::Link;
    use crate::packages::prices::{DatedPrice, PriceLine};
    use uuid::Uuid;

    #[test]
    fn the_lens_walks_down_the_tree_and_says_what_each_level_leaves() {
        let day: NaiveDate = "2026-11-21".parse().unwrap();
        let link = |level, name: &str, path: &str, minor| Link {
            level,
            name: name.into(),
            path: path.into(),
            line: PriceLine::new(vec![DatedPrice { from: day, minor }]),
        };
        let rate = |n| Level::Rate(AccountId(Uuid::from_u128(n)));
        let retail = |n| Level::Retail(PackageId(Uuid::from_u128(n)));
        let links = vec![
            link(Level::Ceiling, "ceiling", "/", 1_000),
            link(retail(2), "at sub", "/a/b/", 900),
            link(rate(2), "sub", "/a/b/", 600),
            link(retail(1), "own", "/", 800),
            link(rate(1), "north", "/a/", 500),
            link(Level::IspCost, "cost", "/", 400),
        ];
        let rows = lens(&Chain { currency: Currency::Bdt, links }, day);
        let seen: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.margin.map(|m| m.amount.minor))).collect();
        assert_eq!(
            seen,
            [("cost", None), ("own", Some(400)), ("north", Some(100)), ("sub", Some(100)), ("at sub", Some(300)), ("ceiling", Some(600))]
        );
        assert_eq!((parent("/a/b/"), parent("/a/")), ("/a/", "/"));
    }
}
