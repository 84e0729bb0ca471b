//! What pages show of addresses: networks with how full they are, one network as a map, and who had an address when.

use crate::{Error, Result, Services, require};
use chrono::{DateTime, Utc};
use domain::addresses::{Block, BlockView, Category, Holding, Range, RangeKind, Stretch, number};
use domain::customers::{Page, Paging};
use domain::people::Caller;
use domain::rights::Permission;
use domain::trust::Network;
use domain::{BlockId, ServiceId};
use std::collections::HashMap;
use std::net::IpAddr;
use storage::IspTx;
use storage::addresses::{self, Use, Wanted};

/// Every network with how full it is, larger ones before those in them.
pub async fn list_blocks(services: &Services, caller: &Caller) -> Result<Vec<BlockView>> {
    require(caller, Permission::NetworkView)?;
    let mut tx = services.begin(caller).await?;
    views(services, &mut tx).await
}

async fn views(services: &Services, tx: &mut IspTx) -> Result<Vec<BlockView>> {
    let uses: HashMap<BlockId, Use> = addresses::uses(tx, None, services.now()).await?.into_iter().map(|one| (one.block, one)).collect();
    let mut kept: HashMap<BlockId, Vec<Range>> = HashMap::new();
    for (block, stretch) in addresses::all_stretches(tx, None).await? {
        kept.entry(block).or_default().push(stretch.range);
    }
    let blocks = addresses::blocks(tx).await?;
    let mut found: Vec<BlockView> = Vec::with_capacity(blocks.len());
    for block in blocks {
        let depth = found.iter().filter(|outer| outer.block.vrf == block.vrf && inside(&outer.block, &block)).count();
        let none: &[Range] = &[];
        found.push(view(block, depth, &uses, &kept, none));
    }
    // What holds others is as full as they are.
    for place in 0..found.len() {
        if found[place].block.category != Category::Container {
            continue;
        }
        let sums = found.iter().filter(|leaf| {
            leaf.block.category != Category::Container
                && leaf.block.vrf == found[place].block.vrf
                && inside(&found[place].block, &leaf.block)
        });
        let (used, resting, capacity) =
            sums.fold((0u64, 0u64, 0u64), |sum, leaf| (sum.0 + leaf.used, sum.1 + leaf.resting, sum.2.saturating_add(leaf.capacity)));
        let own = &mut found[place];
        (own.used, own.resting, own.capacity) = (used, resting, capacity);
    }
    Ok(found)
}

fn inside(outer: &Block, inner: &Block) -> bool {
    outer.network.prefix() < inner.network.prefix() && outer.network.contains(inner.network.address())
}

fn view(block: Block, depth: usize, uses: &HashMap<BlockId, Use>, kept: &HashMap<BlockId, Vec<Range>>, none: &[Range]) -> BlockView {
    let kept = kept.get(&block.id).map_or(none, Vec::as_slice);
    let capacity = block.capacity(kept);
    let count = |of: fn(&Use) -> i64| uses.get(&block.id).map_or(0, |one| u64::try_from(of(one)).unwrap_or(0));
    let used = if block.category == Category::Dynamic { count(|one| one.online) } else { count(|one| one.held) };
    BlockView { depth, used, resting: count(|one| one.resting), capacity, block }
}

/// What one address of a network is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Free,
    /// The network itself, its broadcast address or its gateway.
    Edge,
    Reserved,
    Dynamic,
    Held(Option<String>),
    Resting,
}

/// Everything about one network.
pub struct BlockPage {
    pub view: BlockView,
    /// Networks in it, and what holds it.
    pub inside: Vec<BlockView>,
    pub around: Vec<Block>,
    pub stretches: Vec<Stretch>,
    /// Address by address, for networks small enough to be seen at once.
    pub map: Vec<(IpAddr, Cell)>,
    pub holdings: Page<Holding>,
    /// It can be put together with the other half.
    pub merges: Option<Network>,
}

/// A network that is drawn address by address has at most so many.
const MOST_CELLS: u128 = 1_024;

/// One network; `ended`: with those who gave their addresses back.
pub async fn find_block(services: &Services, caller: &Caller, id: BlockId, ended: bool, paging: Paging) -> Result<BlockPage> {
    require(caller, Permission::NetworkView)?;
    let mut tx = services.begin(caller).await?;
    let all = views(services, &mut tx).await?;
    let one = all.iter().find(|view| view.block.id == id).cloned().ok_or(Error::NotFound)?;
    let block = &one.block;
    let same = |other: &&BlockView| other.block.vrf == block.vrf;
    let within = all.iter().filter(same).filter(|other| inside(block, &other.block)).cloned().collect::<Vec<_>>();
    let around = all.iter().filter(same).filter(|other| inside(&other.block, block)).map(|view| view.block.clone()).collect();
    let alike = |other: Network| {
        let found = all.iter().filter(same).find(|view| view.block.network == other);
        found.is_some_and(|found| found.block.category == block.category && found.block.piece == block.piece)
    };
    let merges = domain::addresses::neighbour(block.network).filter(|(other, _)| block.category != Category::Container && alike(*other));
    let stretches = addresses::stretches(&mut tx, id).await?;
    let map = map(services, &mut tx, block, &stretches).await?;
    let wanted = Wanted { within: Some(block.network), vrf: Some(block.vrf.clone()), open: !ended, ..Wanted::default() };
    let (rows, total) = addresses::history(&mut tx, &wanted, paging.size, paging.offset()).await?;
    let holdings = Page { rows, total, page: paging.page, size: paging.size };
    Ok(BlockPage { inside: within, around, stretches, map, holdings, merges: merges.map(|(_, both)| both), view: one })
}

async fn map(services: &Services, tx: &mut IspTx, block: &Block, stretches: &[Stretch]) -> Result<Vec<(IpAddr, Cell)>> {
    let range = block.range();
    let IpAddr::V4(first) = range.first() else { return Ok(Vec::new()) };
    if range.count() > MOST_CELLS || block.category == Category::Container {
        return Ok(Vec::new());
    }
    let held: HashMap<IpAddr, (bool, Option<String>)> = addresses::addresses_held(tx, &block.vrf, range, services.now())
        .await?
        .into_iter()
        .map(|(address, held, username)| (address, (held, username)))
        .collect();
    let fixed = block.fixed();
    let count = u32::try_from(range.count()).unwrap_or(0);
    let cell = |at: IpAddr| match (held.get(&at), stretches.iter().find(|stretch| stretch.range.contains(at))) {
        (Some((true, username)), _) => Cell::Held(username.clone()),
        _ if fixed.iter().any(|range| range.contains(at)) => Cell::Edge,
        (_, Some(stretch)) if stretch.kind == RangeKind::Dynamic => Cell::Dynamic,
        (_, Some(_)) => Cell::Reserved,
        _ if block.category == Category::Dynamic => Cell::Dynamic,
        (Some(_), _) => Cell::Resting,
        (None, None) => Cell::Free,
    };
    let all = (0..count).map(|more| IpAddr::from((u32::from(first).saturating_add(more)).to_be_bytes()));
    Ok(all.map(|at| (at, cell(at))).collect())
}

/// Networks that lines are given addresses or pieces of, for a choice.
pub async fn blocks_of(services: &Services, caller: &Caller) -> Result<Vec<Block>> {
    require(caller, Permission::NetworkView)?;
    let mut tx = services.begin(caller).await?;
    let mut blocks = addresses::blocks(&mut tx).await?;
    blocks.retain(|block| matches!(block.category, Category::Static | Category::Delegation));
    blocks.sort_by_key(|block| (block.category == Category::Delegation, block.vrf.clone(), number(block.network.address())));
    Ok(blocks)
}

/// What a line holds now, and what it held.
pub async fn held_by(services: &Services, caller: &Caller, service: ServiceId) -> Result<Vec<Holding>> {
    require(caller, Permission::SessionsView)?;
    let mut tx = services.begin(caller).await?;
    storage::customers::of_service(&mut tx, service).await?.ok_or(Error::NotFound)?;
    Ok(addresses::held_by(&mut tx, service).await?)
}

/// Who had an address or a network, or who had it at a moment.
pub async fn who_had(
    services: &Services,
    caller: &Caller,
    within: Option<Network>,
    at: Option<DateTime<Utc>>,
    paging: Paging,
) -> Result<Page<Holding>> {
    require(caller, Permission::NetworkView)?;
    let mut tx = services.begin(caller).await?;
    let (rows, total) = addresses::history(&mut tx, &Wanted { within, at, ..Wanted::default() }, paging.size, paging.offset()).await?;
    Ok(Page { rows, total, page: paging.page, size: paging.size })
}
