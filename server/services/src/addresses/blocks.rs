//! Draws the map: networks are added, changed, cut in parts, put together, taken off; stretches in them are kept for
//! something. Who holds an address goes on holding it.

use super::{apart, record};
use crate::{Error, Result, Services, require};
use domain::addresses::{Block, BlockDraft, BlockForm, Category, RangeForm, RangeKind, Stretch, neighbour, read_block, read_range, split};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{BlockId, Problem};
use serde_json::{Value, json};
use storage::IspTx;
use storage::addresses::{self, Wanted};
use storage::audit::{self, Change};
use uuid::Uuid;

fn told(draft: &BlockDraft) -> Value {
    json!({ "vrf": draft.vrf, "network": draft.network.to_string(), "name": draft.name, "category": draft.category.slug(),
            "gateway": draft.gateway, "piece": draft.piece, "pool": draft.pool })
}

/// Adds a network.
pub async fn create_block(services: &Services, caller: &Caller, form: &BlockForm) -> Result<BlockId> {
    require(caller, Permission::NetworkEdit)?;
    let draft = read_block(form).map_err(Error::Invalid)?;
    let id = BlockId(Uuid::now_v7());
    let mut tx = services.begin(caller).await?;
    addresses::lock_map(&mut tx, &draft.vrf).await?;
    apart(&mut tx, &draft.vrf, draft.network, draft.category == Category::Container, &[]).await?;
    addresses::create_block(&mut tx, id, &draft, services.now()).await?;
    let after = Some(told(&draft));
    let change = Change { action: "address.create", object_kind: "address_block", object_id: Some(id.0), after, ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(id)
}

/// A network that nobody changed since it was shown, locked with its map.
async fn open(tx: &mut IspTx, id: BlockId, version: Option<i32>) -> Result<Block> {
    let block = addresses::lock_block(tx, id).await?.ok_or(Error::NotFound)?;
    if version.is_some_and(|version| version != block.version) {
        return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
    }
    addresses::lock_map(tx, &block.vrf).await?;
    Ok(block)
}

/// Changes name, category, gateway, pool; where a network lies stays as it is.
pub async fn update_block(services: &Services, caller: &Caller, id: BlockId, version: i32, form: &BlockForm) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let block = open(&mut tx, id, Some(version)).await?;
    let form = BlockForm { vrf: block.vrf.clone(), network: block.network.to_string(), ..form.clone() };
    let draft = read_block(&form).map_err(Error::Invalid)?;
    apart(&mut tx, &draft.vrf, draft.network, draft.category == Category::Container, &[id]).await?;
    if draft.category != block.category {
        let others = addresses::meeting(&mut tx, &block.vrf, block.network).await?;
        if block.category == Category::Container && others.iter().any(|other| other.network.prefix() > block.network.prefix()) {
            return Err(Error::Invalid(vec![Problem::new("category", "problem-address-holds-others")]));
        }
        if draft.category == Category::Dynamic {
            nobody_holds(&mut tx, &block, "category").await?;
        }
    }
    addresses::update_block(&mut tx, id, &draft).await?;
    record(&mut tx, services, "address.update", &block, told(&draft)).await?;
    Ok(tx.commit().await?)
}

async fn nobody_holds(tx: &mut IspTx, block: &Block, field: &str) -> Result<()> {
    let wanted = Wanted { within: Some(block.network), vrf: Some(block.vrf.clone()), open: true, ..Wanted::default() };
    match addresses::history(tx, &wanted, 1, 0).await?.0.first() {
        None => Ok(()),
        Some(held) => Err(Error::Invalid(vec![Problem::new(field, "problem-address-block-held").with("address", held.what())])),
    }
}

/// Takes a network off the map. One in which somebody holds an address stays.
pub async fn remove_block(services: &Services, caller: &Caller, id: BlockId) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let block = open(&mut tx, id, None).await?;
    if block.category != Category::Container {
        nobody_holds(&mut tx, &block, "").await?;
    }
    addresses::remove_block(&mut tx, id).await?;
    record(&mut tx, services, "address.remove", &block, json!({ "network": block.network.to_string(), "name": block.name })).await?;
    Ok(tx.commit().await?)
}

/// Cuts a network into equal parts; it stays as what holds them.
pub async fn split_block(services: &Services, caller: &Caller, id: BlockId, length: u8) -> Result<usize> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let block = open(&mut tx, id, None).await?;
    let parts = split(block.network, length).map_err(|problem| Error::Invalid(vec![problem]))?;
    if block.category == Category::Container {
        return Err(Error::Invalid(vec![Problem::new("length", "problem-address-split-container")]));
    }
    if block.piece.is_some_and(|piece| piece < length) {
        return Err(Error::Invalid(vec![Problem::new("length", "problem-address-split-piece")]));
    }
    let kept = addresses::stretches(&mut tx, id).await?;
    let across = kept.iter().find(|stretch| parts.iter().all(|part| !domain::addresses::Range::of(*part).holds(&stretch.range)));
    if let Some(across) = across {
        return Err(Error::Invalid(vec![Problem::new("length", "problem-address-split-range").with("value", across.range)]));
    }
    let draft = |network, name: String, category| BlockDraft {
        vrf: block.vrf.clone(),
        network,
        name,
        category,
        gateway: block.gateway.filter(|gateway| category != Category::Container && domain::trust::Network::contains(&network, *gateway)),
        piece: block.piece.filter(|_| category == Category::Delegation),
        pool: block.pool.clone().filter(|_| category != Category::Container),
    };
    addresses::update_block(&mut tx, id, &draft(block.network, block.name.clone(), Category::Container)).await?;
    for (place, part) in parts.iter().enumerate() {
        let name: String = block.name.chars().take(54).collect();
        let part_id = BlockId(Uuid::now_v7());
        addresses::create_block(&mut tx, part_id, &draft(*part, format!("{name} {}", place + 1), block.category), services.now()).await?;
        for stretch in kept.iter().filter(|stretch| domain::addresses::Range::of(*part).holds(&stretch.range)) {
            addresses::rehome(&mut tx, stretch.id, part_id).await?;
        }
    }
    record(
        &mut tx,
        services,
        "address.split",
        &block,
        json!({ "network": block.network.to_string(), "parts": parts.len(), "length": length }),
    )
    .await?;
    tx.commit().await?;
    Ok(parts.len())
}

/// Puts a network together with the other half of the next larger one; answers what came of it.
pub async fn merge_block(services: &Services, caller: &Caller, id: BlockId) -> Result<BlockId> {
    require(caller, Permission::NetworkEdit)?;
    let refused = |key: &str| Error::Conflict(Problem::new("", key));
    let mut tx = services.begin(caller).await?;
    let seen = addresses::block(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let (other, both) = neighbour(seen.network).ok_or_else(|| refused("problem-address-merge-none"))?;
    let around = addresses::meeting(&mut tx, &seen.vrf, both).await?;
    let other = around.iter().find(|block| block.network == other).ok_or_else(|| refused("problem-address-merge-none"))?.id;
    // One order for everybody who locks two.
    let (first, second) = (id.min(other), id.max(other));
    let first = addresses::lock_block(&mut tx, first).await?.ok_or(Error::NotFound)?;
    let second = addresses::lock_block(&mut tx, second).await?.ok_or(Error::NotFound)?;
    addresses::lock_map(&mut tx, &seen.vrf).await?;
    if first.category != second.category || first.piece != second.piece || first.category == Category::Container {
        return Err(refused("problem-address-merge-unlike"));
    }
    let draft = BlockDraft {
        vrf: first.vrf.clone(),
        network: both,
        name: first.name.clone(),
        category: first.category,
        gateway: first.gateway.or(second.gateway),
        piece: first.piece,
        pool: first.pool.clone().or_else(|| second.pool.clone()),
    };
    let kept: Vec<Stretch> = [addresses::stretches(&mut tx, first.id).await?, addresses::stretches(&mut tx, second.id).await?].concat();
    for half in [first.id, second.id] {
        addresses::remove_block(&mut tx, half).await?;
    }
    // What held the two alone becomes the whole itself.
    let whole = match around.iter().find(|block| block.network == both) {
        Some(holder) => {
            addresses::update_block(&mut tx, holder.id, &BlockDraft { name: holder.name.clone(), ..draft.clone() }).await?;
            holder.id
        }
        None => {
            let whole = BlockId(Uuid::now_v7());
            addresses::create_block(&mut tx, whole, &draft, services.now()).await?;
            whole
        }
    };
    let block = addresses::block(&mut tx, whole).await?.ok_or(Error::NotFound)?;
    for stretch in &kept {
        addresses::keep(&mut tx, &block, stretch).await?;
    }
    record(&mut tx, services, "address.merge", &block, told(&draft)).await?;
    tx.commit().await?;
    Ok(whole)
}

/// Keeps stretches of a network for something: reserved, or handed out by routers.
pub async fn keep_range(services: &Services, caller: &Caller, id: BlockId, form: &RangeForm) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let block = open(&mut tx, id, None).await?;
    let draft = read_range(form, block.network).map_err(Error::Invalid)?;
    if matches!(block.category, Category::Container | Category::Delegation) {
        return Err(Error::Invalid(vec![Problem::new("ranges", "problem-address-range-here")]));
    }
    let kept = addresses::stretches(&mut tx, id).await?;
    for range in draft.ranges.iter() {
        if let Some(other) = kept.iter().find(|stretch| stretch.range.overlaps(range)) {
            let problem = Problem::new("ranges", "problem-address-range-overlap").with("value", range).with("other", other.range);
            return Err(Error::Invalid(vec![problem]));
        }
        if draft.kind == RangeKind::Dynamic
            && let Some((held, ..)) =
                addresses::addresses_held(&mut tx, &block.vrf, *range, services.now()).await?.into_iter().find(|(_, held, _)| *held)
        {
            return Err(Error::Invalid(vec![Problem::new("ranges", "problem-address-block-held").with("address", held)]));
        }
        let stretch = Stretch { id: Uuid::now_v7(), range: *range, kind: draft.kind, pool: draft.pool.clone(), note: draft.note.clone() };
        addresses::keep(&mut tx, &block, &stretch).await?;
    }
    let after =
        json!({ "network": block.network.to_string(), "ranges": draft.ranges.to_string(), "kind": draft.kind.slug(), "pool": draft.pool });
    record(&mut tx, services, "address.keep", &block, after).await?;
    Ok(tx.commit().await?)
}

/// Lets go of a stretch that was kept.
pub async fn let_go(services: &Services, caller: &Caller, id: BlockId, stretch: Uuid) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let block = open(&mut tx, id, None).await?;
    let kept = addresses::stretches(&mut tx, id).await?.into_iter().find(|kept| kept.id == stretch).ok_or(Error::NotFound)?;
    addresses::let_go(&mut tx, stretch).await?;
    let after = json!({ "network": block.network.to_string(), "ranges": kept.range.to_string(), "kind": kept.kind.slug() });
    record(&mut tx, services, "address.let_go", &block, after).await?;
    Ok(tx.commit().await?)
}
