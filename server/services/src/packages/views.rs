//! What the pages of packages and prices are made from. A reseller's pages hold his own cost and his own prices.

use super::seller;
use crate::{Error, Result, Services, require};
use chrono::NaiveDate;
use domain::packages::Package;
use domain::packages::chain::{Chain, Level};
use domain::packages::views::{LensRow, MasterPackage, PackageMove, Proposal, Seller, lens};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{MasterId, Money, PackageId};
use storage::{accounts, packages};

/// Packages of the caller: the ISP sees all, a reseller his own.
pub async fn list_packages(services: &Services, caller: &Caller) -> Result<Vec<Package>> {
    require(caller, Permission::PackagesView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let all = packages::list(&mut tx, services.today(&isp)).await?;
    Ok(match seller(caller) {
        Some((own, _)) => all.into_iter().filter(|package| package.seller.as_ref().is_some_and(|(id, _)| *id == own)).collect(),
        None => all,
    })
}

/// What a new line of the caller may be sold: his own packages, and the ISP's where a reseller has none of his own.
pub async fn packages_for_sale(services: &Services, caller: &Caller) -> Result<Vec<Package>> {
    require(caller, Permission::PackagesView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let all = packages::list(&mut tx, services.today(&isp)).await?;
    let own = seller(caller).map(|(id, _)| id);
    let of = |package: &Package| package.seller.as_ref().map(|(id, _)| *id);
    let mine = if own.is_some() && all.iter().any(|package| of(package) == own) { own } else { None };
    Ok(all.into_iter().filter(|package| !package.archived && of(package) == mine).collect())
}

/// Ids and names, for a filter.
pub async fn package_names(services: &Services, caller: &Caller) -> Result<Vec<(PackageId, String)>> {
    require(caller, Permission::PackagesView)?;
    let mut tx = services.begin(caller).await?;
    Ok(packages::names(&mut tx).await?)
}

/// Costs and ceilings are for whoever deals in them.
fn deals(caller: &Caller) -> bool {
    [Permission::PackagesMaster, Permission::PackagesAssign, Permission::PackagesRetail].iter().any(|right| caller.allowed(*right))
}

fn require_dealer(caller: &Caller) -> Result<()> {
    if deals(caller) { Ok(()) } else { Err(Error::Denied(Permission::PackagesRetail)) }
}

pub async fn list_masters(services: &Services, caller: &Caller) -> Result<Vec<MasterPackage>> {
    require_dealer(caller)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    Ok(packages::masters(&mut tx, services.today(&isp)).await?)
}

/// A package with where it stands in its chain.
#[derive(Clone, Debug)]
pub struct PackagePage {
    pub package: Package,
    pub master: Option<MasterPackage>,
    /// What the caller pays for it, and the most he may ask.
    pub cost: Option<Money>,
    pub ceiling: Option<Money>,
    pub lens: Vec<LensRow>,
    pub planned: Vec<(NaiveDate, Money)>,
    pub proposals: Vec<Proposal>,
    pub moves: Vec<PackageMove>,
}

pub async fn package(services: &Services, caller: &Caller, id: PackageId) -> Result<PackagePage> {
    require(caller, Permission::PackagesView)?;
    let isp = services.isp(caller.isp_id).await?;
    let today = services.today(&isp);
    let mut tx = services.begin(caller).await?;
    let package = packages::find(&mut tx, id, today).await?.ok_or(Error::NotFound)?;
    // The ISP's own are no secret of a reseller's; another seller's are not there for him.
    let of = package.seller.as_ref().map(|(id, _)| *id);
    if of.is_some() {
        super::own(caller, of)?;
    }
    if !deals(caller) || (seller(caller).is_some() && of.is_none()) {
        let (proposals, moves) = (Vec::new(), Vec::new());
        return Ok(PackagePage {
            package,
            master: None,
            cost: None,
            ceiling: None,
            lens: Vec::new(),
            planned: Vec::new(),
            proposals,
            moves,
        });
    }
    let master = match &package.master {
        Some((master, _)) => packages::find_master(&mut tx, *master, today).await?,
        None => None,
    };
    let chain = match &master {
        Some(master) => Some(packages::chain(&mut tx, master.id, isp.currency).await?),
        None => None,
    };
    let line = packages::retail_line(&mut tx, id).await?;
    let planned = line.planned(today).map(|price| (price.from, Money::new(price.minor, isp.currency))).collect();
    // Of a reseller's package the ISP sees what the reseller pays.
    let path = chain.as_ref().and_then(|chain| chain.link(Level::Retail(id))).map_or("/", |link| link.path.as_str()).to_string();
    Ok(PackagePage {
        cost: chain.as_ref().and_then(|chain| chain.cost_of(&path, today)),
        ceiling: chain.as_ref().and_then(|chain| chain.on(Level::Ceiling, today)),
        lens: chain.map(|chain| seen(caller, chain, today)).unwrap_or_default(),
        planned,
        proposals: packages::proposals(&mut tx, None, Some(id)).await?,
        moves: packages::moves_of(&mut tx, Some(id)).await?,
        master,
        package,
    })
}

/// A master with its whole chain.
#[derive(Clone, Debug)]
pub struct MasterPage {
    pub master: MasterPackage,
    pub lens: Vec<LensRow>,
    /// Everybody below the caller, with or without a rate.
    pub sellers: Vec<Seller>,
    pub packages: Vec<Package>,
    pub proposals: Vec<Proposal>,
}

pub async fn master(services: &Services, caller: &Caller, id: MasterId) -> Result<MasterPage> {
    require_dealer(caller)?;
    let isp = services.isp(caller.isp_id).await?;
    let today = services.today(&isp);
    let mut tx = services.begin(caller).await?;
    let master = packages::find_master(&mut tx, id, today).await?.ok_or(Error::NotFound)?;
    let chain = packages::chain(&mut tx, id, isp.currency).await?;
    let own = seller(caller).map(|(id, _)| id);
    let of_master = |package: &Package| {
        package.master.as_ref().is_some_and(|(master, _)| *master == id)
            && (own.is_none() || package.seller.as_ref().map(|(id, _)| *id) == own)
    };
    let packages: Vec<_> = packages::list(&mut tx, today).await?.into_iter().filter(of_master).collect();
    Ok(MasterPage {
        master,
        lens: seen(caller, chain, today),
        sellers: accounts::sellers(&mut tx).await?,
        proposals: packages::proposals(&mut tx, Some(id), None)
            .await?
            .into_iter()
            .filter(|one| packages.iter().any(|p| p.id == one.package_id))
            .collect(),
        packages,
    })
}

/// The lens of a caller: a reseller sees what he pays, what he asks of those right below him and of his own subscribers,
/// and the ceiling. What they make of it is theirs.
fn seen(caller: &Caller, chain: Chain, today: NaiveDate) -> Vec<LensRow> {
    let Some((_, own)) = seller(caller) else { return lens(&chain, today) };
    let visible = |link: &domain::packages::chain::Link| match link.level {
        Level::Ceiling => true,
        Level::IspCost => false,
        Level::Rate(_) => link.path == own || domain::packages::views::parent(&link.path) == own,
        Level::Retail(_) => link.path == own,
    };
    let currency = chain.currency;
    let mut rows = lens(&Chain { currency, links: chain.links.into_iter().filter(visible).collect() }, today);
    // The ceiling is nobody's price: what it would leave is said of a price only.
    rows.iter_mut().filter(|row| row.level == Level::Ceiling).for_each(|row| row.margin = None);
    rows
}

/// One master as a reseller's price list shows it.
#[derive(Clone, Debug)]
pub struct PriceRow {
    pub master: MasterPackage,
    pub cost: Option<Money>,
    pub suggested: Option<Money>,
    pub packages: Vec<Package>,
}

/// What the caller pays, might ask, and asks, by master.
pub async fn my_prices(services: &Services, caller: &Caller) -> Result<Vec<PriceRow>> {
    require_dealer(caller)?;
    let isp = services.isp(caller.isp_id).await?;
    let today = services.today(&isp);
    let mut tx = services.begin(caller).await?;
    let masters = packages::masters(&mut tx, today).await?;
    let own = seller(caller).map(|(id, _)| id);
    let rates = match own {
        Some(own) => packages::rates_of_seller(&mut tx, own, today).await?,
        None => Vec::new(),
    };
    let all = packages::list(&mut tx, today).await?;
    let row = |master: MasterPackage| {
        let rate = rates.iter().find(|(id, _)| *id == master.id).map(|(_, minor)| Money::new(*minor, isp.currency));
        let cost = if own.is_some() { rate } else { master.cost };
        let mine = |package: &&Package| {
            package.master.as_ref().is_some_and(|(id, _)| *id == master.id) && package.seller.as_ref().map(|(id, _)| *id) == own
        };
        let packages = all.iter().filter(mine).cloned().collect();
        let suggested = cost.and_then(|cost| domain::packages::margin::suggested(cost, master.ceiling));
        PriceRow { cost, suggested, packages, master }
    };
    Ok(masters.into_iter().filter(|master| !master.archived).map(row).collect())
}

/// Everything that waits for a yes or no, and what was decided lately.
pub async fn all_proposals(services: &Services, caller: &Caller) -> Result<Vec<Proposal>> {
    require(caller, Permission::PackagesView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let all = packages::proposals(&mut tx, None, None).await?;
    let Some((own, _)) = seller(caller) else { return Ok(all) };
    let mine: Vec<_> = packages::list(&mut tx, services.today(&isp)).await?;
    let is_mine = |id: PackageId| mine.iter().any(|one| one.id == id && one.seller.as_ref().is_some_and(|(id, _)| *id == own));
    Ok(all.into_iter().filter(|proposal| is_mine(proposal.package_id)).collect())
}
