//! What a reseller pays for a master package: set by the ISP for everybody, by a reseller for those right below him. He
//! sees his own cost and what he asks, never what the ISP pays.

use super::{commit, invalid, seller};
use crate::{Error, Result, Services, require};
use domain::packages::Pricing;
use domain::packages::chain::{Level, Link};
use domain::packages::prices::{PriceChange, PriceLine, read_days};
use domain::packages::views::{Seller, parent};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{AccountId, MasterId, Money, PackageId, Problem};
use serde::{Deserialize, Serialize};
use storage::audit::Change;
use storage::{IspTx, accounts, audit, packages};

/// A price and its days, as a form sends them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PriceForm {
    pub price: String,
    pub price_from: String,
    pub price_until: String,
}

/// Sets what somebody below pays, from a day on.
pub async fn set_rate(services: &Services, caller: &Caller, master: MasterId, to: AccountId, form: &PriceForm) -> Result<()> {
    require(caller, Permission::PackagesAssign)?;
    let isp = services.isp(caller.isp_id).await?;
    let today = services.today(&isp);
    let mut problems = Vec::new();
    let price = Money::parse(&form.price, isp.currency).map_err(|error| problems.push(Problem::new("price", error.key())));
    let (from, until) = read_days(&form.price_from, &form.price_until, today, &mut problems);
    let Some(price) = price.ok().filter(|_| problems.is_empty()) else { return Err(Error::Invalid(problems)) };
    let mut tx = services.begin(caller).await?;
    let to = below(&mut tx, caller, to).await?;
    if !packages::lock_master(&mut tx, master).await? {
        return Err(Error::NotFound);
    }
    let mut chain = packages::chain(&mut tx, master, isp.currency).await?;
    let above = parent(&to.path);
    if above != "/" && chain.cost_of(above, from).is_none() {
        return Err(invalid(Problem::new("price", "problem-rate-parent-first")));
    }
    let level = Level::Rate(to.id);
    if chain.link(level).is_none() {
        chain.links.push(Link { level, name: to.name.clone(), path: to.path.clone(), line: PriceLine::default() });
    }
    let before = chain.link(level).map(|link| link.line.clone()).unwrap_or_default();
    let after = chain.change(level, PriceChange { minor: price.minor, from, until }, today).map_err(Error::Invalid)?;
    packages::write_line(&mut tx, Some(master), (level, Some(&to)), &before, &after, services.now()).await?;
    record(&mut tx, services, "rate.set", Some(master), level, Some((from, price))).await?;
    commit(tx).await
}

/// Takes back a price that is planned and has not begun.
pub async fn withdraw_price(
    services: &Services,
    caller: &Caller,
    master: Option<MasterId>,
    level: Level,
    from: chrono::NaiveDate,
) -> Result<()> {
    let own_retail = matches!(level, Level::Retail(_)) && seller(caller).is_some();
    require(
        caller,
        match level {
            Level::IspCost | Level::Ceiling => Permission::PackagesMaster,
            Level::Rate(_) => Permission::PackagesAssign,
            Level::Retail(_) if own_retail => Permission::PackagesRetail,
            Level::Retail(_) => Permission::PackagesEdit,
        },
    )?;
    let isp = services.isp(caller.isp_id).await?;
    let today = services.today(&isp);
    let mut tx = services.begin(caller).await?;
    let (master, to) = match level {
        Level::Rate(to) => (master, Some(below(&mut tx, caller, to).await?)),
        Level::Retail(package) => {
            let package = packages::find(&mut tx, package, today).await?.ok_or(Error::NotFound)?;
            super::own(caller, package.seller.map(|(id, _)| id))?;
            (package.master.map(|(id, _)| id).filter(|_| package.terms.pricing == Pricing::Paid), None)
        }
        _ => (master, None),
    };
    let (before, after) = match master {
        Some(master) => {
            if !packages::lock_master(&mut tx, master).await? {
                return Err(Error::NotFound);
            }
            let chain = packages::chain(&mut tx, master, isp.currency).await?;
            let before = chain.link(level).ok_or(Error::NotFound)?.line.clone();
            (before, chain.withdraw(level, from, today).map_err(Error::Invalid)?)
        }
        None => alone(&mut tx, level, from, today).await?,
    };
    packages::write_line(&mut tx, master, (level, to.as_ref()), &before, &after, services.now()).await?;
    record(&mut tx, services, "price.withdraw", master, level, None).await?;
    commit(tx).await
}

async fn alone(tx: &mut IspTx, level: Level, from: chrono::NaiveDate, today: chrono::NaiveDate) -> Result<(PriceLine, PriceLine)> {
    let Level::Retail(package) = level else { return Err(Error::NotFound) };
    packages::lock(tx, package).await?;
    let before = packages::retail_line(tx, package).await?;
    let after = before.withdraw(from, today).map_err(invalid)?;
    Ok((before, after))
}

/// Somebody the caller may set a price for: anybody below the ISP, those right below a reseller.
async fn below(tx: &mut IspTx, caller: &Caller, to: AccountId) -> Result<Seller> {
    let sellers = accounts::sellers(tx).await?;
    let right_below = |seller: &Seller| caller.owner_path.as_deref().is_none_or(|own| parent(&seller.path) == own);
    sellers.into_iter().find(|seller| seller.id == to && right_below(seller)).ok_or(Error::NotFound)
}

async fn record(
    tx: &mut IspTx,
    services: &Services,
    action: &str,
    master: Option<MasterId>,
    level: Level,
    price: Option<(chrono::NaiveDate, Money)>,
) -> Result<()> {
    let (kind, id) = match level {
        Level::Retail(PackageId(id)) => ("package", Some(id)),
        _ => ("master_package", master.map(|master| master.0)),
    };
    let after = serde_json::json!({ "level": level, "price": price });
    let change = Change { action, object_kind: kind, object_id: id, after: Some(after), ..Change::default() };
    Ok(audit::record(tx, services.now(), change).await?)
}
