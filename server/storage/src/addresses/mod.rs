//! Networks of an ISP and what in them is kept. Who holds an address stands in the file beside this one; which address is
//! free next is decided elsewhere.

mod holdings;

pub use holdings::*;

use crate::error::known;
use crate::{Error, IspTx, Result};
use chrono::{DateTime, Utc};
use domain::BlockId;
use domain::addresses::{Block, BlockDraft, Category, Range, RangeKind, Stretch};
use domain::trust::Network;
use ipnetwork::IpNetwork;
use std::net::IpAddr;
use uuid::Uuid;

pub(super) fn stored(network: Network) -> Result<IpNetwork> {
    IpNetwork::new(network.address(), network.prefix()).map_err(|error| Error::Corrupt(error.to_string()))
}

struct BlockRow {
    id: Uuid,
    vrf: String,
    network: IpNetwork,
    name: String,
    category: String,
    gateway: Option<IpNetwork>,
    piece: Option<i16>,
    pool: Option<String>,
    last_given: Option<IpNetwork>,
    version: i32,
}

impl BlockRow {
    fn block(self) -> Result<Block> {
        let network = Network::new(self.network.ip(), self.network.prefix());
        Ok(Block {
            id: self.id.into(),
            vrf: self.vrf,
            network: known(network, "network", "")?,
            name: self.name,
            category: known(Category::from_slug(&self.category), "category", &self.category)?,
            gateway: self.gateway.map(|gateway| gateway.ip()),
            piece: self.piece.and_then(|piece| u8::try_from(piece).ok()),
            pool: self.pool,
            last_given: self.last_given.map(|address| address.ip()),
            version: self.version,
        })
    }
}

/// Every network, the larger before those in it.
pub async fn blocks(tx: &mut IspTx) -> Result<Vec<Block>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        BlockRow,
        "select id, vrf, network, name, category, gateway, piece, pool, last_given, version from address_block
         where isp_id = $1 order by vrf, network",
        isp
    );
    rows.fetch_all(tx.conn()).await?.into_iter().map(BlockRow::block).collect()
}

pub async fn block(tx: &mut IspTx, id: BlockId) -> Result<Option<Block>> {
    let isp = tx.isp();
    let row = sqlx::query_as!(
        BlockRow,
        "select id, vrf, network, name, category, gateway, piece, pool, last_given, version from address_block where isp_id = $1 and id = $2",
        isp,
        id.0
    );
    row.fetch_optional(tx.conn()).await?.map(BlockRow::block).transpose()
}

/// The same, and nobody else gives from it or redraws it until the transaction ends.
pub async fn lock_block(tx: &mut IspTx, id: BlockId) -> Result<Option<Block>> {
    let isp = tx.isp();
    sqlx::query!("select id from address_block where isp_id = $1 and id = $2 for update", isp, id.0).fetch_optional(tx.conn()).await?;
    block(tx, id).await
}

/// Nobody else draws this map until the transaction ends.
pub async fn lock_map(tx: &mut IspTx, vrf: &str) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("select pg_advisory_xact_lock(address_lock($1, $2))", isp, vrf).execute(tx.conn()).await?;
    Ok(())
}

/// Networks that meet this one: it, those in it, those that hold it.
pub async fn meeting(tx: &mut IspTx, vrf: &str, network: Network) -> Result<Vec<Block>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        BlockRow,
        "select id, vrf, network, name, category, gateway, piece, pool, last_given, version from address_block
         where isp_id = $1 and vrf = $2 and network && $3 order by network",
        isp,
        vrf,
        stored(network)?
    );
    rows.fetch_all(tx.conn()).await?.into_iter().map(BlockRow::block).collect()
}

pub async fn create_block(tx: &mut IspTx, id: BlockId, draft: &BlockDraft, at: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into address_block (isp_id, id, vrf, network, name, category, gateway, piece, pool, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        isp,
        id.0,
        draft.vrf,
        stored(draft.network)?,
        draft.name,
        draft.category.slug(),
        draft.gateway.map(IpNetwork::from),
        draft.piece.map(i16::from),
        draft.pool,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes what may change of a network: everything but where it lies.
pub async fn update_block(tx: &mut IspTx, id: BlockId, draft: &BlockDraft) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update address_block set name = $3, category = $4, gateway = $5, piece = $6, pool = $7, version = version + 1 where isp_id = $1 and id = $2",
        isp,
        id.0,
        draft.name,
        draft.category.slug(),
        draft.gateway.map(IpNetwork::from),
        draft.piece.map(i16::from),
        draft.pool
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a network off the map with what was kept in it. Who holds addresses of it goes on holding them.
pub async fn remove_block(tx: &mut IspTx, id: BlockId) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("delete from address_range where isp_id = $1 and block_id = $2", isp, id.0).execute(tx.conn()).await?;
    sqlx::query!("delete from address_block where isp_id = $1 and id = $2", isp, id.0).execute(tx.conn()).await?;
    Ok(())
}

/// Where the search for the next free one goes on.
pub async fn note_given(tx: &mut IspTx, id: BlockId, address: IpAddr) -> Result<()> {
    let isp = tx.isp();
    let address = IpNetwork::from(address);
    sqlx::query!("update address_block set last_given = $3 where isp_id = $1 and id = $2", isp, id.0, address).execute(tx.conn()).await?;
    Ok(())
}

/// What is kept in a network, in order.
pub async fn stretches(tx: &mut IspTx, block: BlockId) -> Result<Vec<Stretch>> {
    Ok(all_stretches(tx, Some(block)).await?.into_iter().map(|(_, stretch)| stretch).collect())
}

/// What is kept in which network; of one or of all.
pub async fn all_stretches(tx: &mut IspTx, only: Option<BlockId>) -> Result<Vec<(BlockId, Stretch)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select id, block_id, first, last, kind, pool, note from address_range where isp_id = $1 and ($2::uuid is null or block_id = $2) order by first",
        isp,
        only.map(|id| id.0)
    );
    let mut found = Vec::new();
    for row in rows.fetch_all(tx.conn()).await? {
        let range = known(Range::new(row.first.ip(), row.last.ip()), "range", "")?;
        let kind = known(RangeKind::from_slug(&row.kind), "kind of range", &row.kind)?;
        found.push((row.block_id.into(), Stretch { id: row.id, range, kind, pool: row.pool, note: row.note }));
    }
    Ok(found)
}

pub async fn keep(tx: &mut IspTx, block: &Block, stretch: &Stretch) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into address_range (isp_id, id, block_id, vrf, first, last, kind, pool, note) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        isp,
        stretch.id,
        block.id.0,
        block.vrf,
        IpNetwork::from(stretch.range.first()),
        IpNetwork::from(stretch.range.last()),
        stretch.kind.slug(),
        stretch.pool,
        stretch.note
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Moves what is kept to the network that it lies in after the map was redrawn.
pub async fn rehome(tx: &mut IspTx, stretch: Uuid, block: BlockId) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update address_range set block_id = $3 where isp_id = $1 and id = $2", isp, stretch, block.0).execute(tx.conn()).await?;
    Ok(())
}

pub async fn let_go(tx: &mut IspTx, stretch: Uuid) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!("delete from address_range where isp_id = $1 and id = $2", isp, stretch).execute(tx.conn()).await?;
    Ok(done.rows_affected() > 0)
}

/// How many pieces of each network somebody holds, how many rest, and how many sessions are open in it.
#[derive(Clone, Copy, Debug)]
pub struct Use {
    pub block: BlockId,
    pub held: i64,
    pub resting: i64,
    pub online: i64,
}

pub async fn uses(tx: &mut IspTx, only: Option<BlockId>, now: DateTime<Utc>) -> Result<Vec<Use>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"with held as (
             select b.id, count(*) filter (where h.until is null) as held, count(*) filter (where h.until is not null) as resting
             from address_block b join address_holding h on h.isp_id = $1 and h.vrf = b.vrf
               and h.address between b.network::inet and set_masklen(broadcast(b.network)::inet, case family(b.network) when 4 then 32 else 128 end)
               and (h.until is null or h.free_from > $3)
             where b.isp_id = $1 and ($2::uuid is null or b.id = $2) group by b.id),
           online as (
             select b.id, count(*) as online from address_block b
             join radius_session s on s.isp_id = $1 and coalesce(s.stopped_at, 'infinity') = 'infinity' and s.framed_ip <<= b.network
             where b.isp_id = $1 and ($2::uuid is null or b.id = $2) group by b.id)
           select b.id, coalesce(h.held, 0) as "held!", coalesce(h.resting, 0) as "resting!", coalesce(o.online, 0) as "online!"
           from address_block b left join held h on h.id = b.id left join online o on o.id = b.id
           where b.isp_id = $1 and ($2::uuid is null or b.id = $2)"#,
        isp,
        only.map(|id| id.0),
        now
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| Use { block: row.id.into(), held: row.held, resting: row.resting, online: row.online }).collect())
}
