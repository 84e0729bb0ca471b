//! Zones of an ISP: the tree with its shapes, and who is held to which.

use crate::{Error, IspTx, Result};
use domain::people::{Zone, ZoneForm};
use domain::places::{Place, Shape};
use domain::{AccountId, ZoneId};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

fn shape(middle: Option<Place>, metres: Option<i32>, outline: Option<Vec<i32>>) -> Option<Shape> {
    let corner = |pair: &[i32]| Place { latitude: pair[0], longitude: pair[1] };
    match (middle.zip(metres), outline) {
        (Some((centre, metres)), _) => Some(Shape::Circle { centre, metres }),
        (None, outline) => outline.map(|corners| Shape::Outline(corners.chunks_exact(2).map(corner).collect())),
    }
}

pub(crate) fn place(latitude: Option<i32>, longitude: Option<i32>) -> Option<Place> {
    latitude.zip(longitude).map(|(latitude, longitude)| Place { latitude, longitude })
}

/// All of them, by name.
pub async fn all(tx: &mut IspTx) -> Result<Vec<Zone>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select id, parent_id, name, latitude, longitude, metres, outline, version from zone where isp_id = $1 order by lower(name), id",
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    let zones = rows.into_iter().map(|row| Zone {
        id: row.id.into(),
        parent: row.parent_id.map(ZoneId),
        name: row.name,
        shape: shape(place(row.latitude, row.longitude), row.metres, row.outline),
        version: row.version,
    });
    Ok(zones.collect())
}

/// How many customers lie in each, and how many people are held to it.
pub async fn counts(tx: &mut IspTx) -> Result<BTreeMap<ZoneId, (i64, i64)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"with lies as (select zone_id, count(*) as n from customer where isp_id = $1 and zone_id is not null group by zone_id),
           held as (select zone_id, count(*) as n from account_zone where isp_id = $1 group by zone_id)
           select coalesce(l.zone_id, h.zone_id) as "id!", coalesce(l.n, 0) as "customers!", coalesce(h.n, 0) as "people!"
           from lies l full join held h on h.zone_id = l.zone_id"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (ZoneId(row.id), (row.customers, row.people))).collect())
}

/// Trees are changed one after the other, so that two moves make no ring.
pub async fn lock_tree(tx: &mut IspTx) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('zones ' || $1::uuid::text, 0))", isp).fetch_one(tx.conn()).await?;
    Ok(())
}

/// Makes one, or changes the one that still has this version; `false`: somebody was faster.
pub async fn save(tx: &mut IspTx, id: ZoneId, version: Option<i32>, form: &ZoneForm) -> Result<bool> {
    let isp = tx.isp();
    let (middle, metres) = match &form.shape {
        Some(Shape::Circle { centre, metres }) => (Some(*centre), Some(*metres)),
        _ => (None, None),
    };
    let outline: Option<Vec<i32>> = match &form.shape {
        Some(Shape::Outline(corners)) => Some(corners.iter().flat_map(|corner| [corner.latitude, corner.longitude]).collect()),
        _ => None,
    };
    let done = sqlx::query!(
        "insert into zone (isp_id, id, parent_id, name, latitude, longitude, metres, outline)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (isp_id, id) do update set parent_id = excluded.parent_id, name = excluded.name, latitude = excluded.latitude,
           longitude = excluded.longitude, metres = excluded.metres, outline = excluded.outline, version = zone.version + 1
         where zone.version = $9",
        isp,
        id.0,
        form.parent.map(|parent| parent.0),
        form.name,
        middle.map(|place| place.latitude),
        middle.map(|place| place.longitude),
        metres,
        outline.as_deref(),
        version
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

pub async fn delete(tx: &mut IspTx, id: ZoneId) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("delete from zone where isp_id = $1 and id = $2", isp, id.0).execute(tx.conn()).await?;
    Ok(())
}

/// The zones somebody is held to with everything below them, as far as whoever stands above him is not held to others;
/// `None`: to none. `path`: his place in the tree of sellers.
pub async fn holding(tx: &mut IspTx, account: AccountId, path: &str) -> Result<Option<Vec<ZoneId>>> {
    let isp = tx.isp();
    let above =
        path.split('/').filter(|name| !name.is_empty()).map(|name| name.parse().map_err(|_| Error::Corrupt(format!("path {path}"))));
    let mut accounts = above.collect::<Result<Vec<Uuid>>>()?;
    accounts.push(account.0);
    let rows = sqlx::query!(
        r#"with recursive held as (
             select account_id, zone_id as id from account_zone where isp_id = $1 and account_id = any($2)
             union select h.account_id, z.id from zone z join held h on z.parent_id = h.id where z.isp_id = $1)
           select array_agg(h.id) as "ids!" from held h group by h.account_id"#,
        isp,
        &accounts
    )
    .fetch_all(tx.conn())
    .await?;
    let sets = rows.into_iter().map(|row| row.ids.into_iter().map(ZoneId).collect::<BTreeSet<_>>());
    let common = sets.reduce(|common, set| common.intersection(&set).copied().collect());
    Ok(common.map(|zones| zones.into_iter().collect()))
}

/// The ones he was put into, by name.
pub async fn of_person(tx: &mut IspTx, account: AccountId) -> Result<Vec<(ZoneId, String)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select z.id, z.name from account_zone a join zone z on z.isp_id = $1 and z.id = a.zone_id
         where a.isp_id = $1 and a.account_id = $2 order by lower(z.name), z.id",
        isp,
        account.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id.into(), row.name)).collect())
}

/// These and no others; none is all of them.
pub async fn hold(tx: &mut IspTx, account: AccountId, zones: &[ZoneId]) -> Result<()> {
    let isp = tx.isp();
    let ids: Vec<Uuid> = zones.iter().map(|id| id.0).collect();
    sqlx::query!("delete from account_zone where isp_id = $1 and account_id = $2", isp, account.0).execute(tx.conn()).await?;
    sqlx::query!(
        "insert into account_zone (isp_id, account_id, zone_id) select distinct $1::uuid, $2::uuid, id from unnest($3::uuid[]) as id",
        isp,
        account.0,
        &ids
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A zone and everything below it.
pub async fn below(tx: &mut IspTx, id: ZoneId) -> Result<Vec<Uuid>> {
    let isp = tx.isp();
    let ids = sqlx::query_scalar!(
        r#"with recursive found as (
             select id from zone where isp_id = $1 and id = $2
             union select z.id from zone z join found f on z.parent_id = f.id where z.isp_id = $1)
           select f.id as "id!" from found f"#,
        isp,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}

/// Where a customer goes whom the caller makes without saying where: into the first zone he is held to.
pub fn of_new_customer(tx: &IspTx) -> Option<ZoneId> {
    tx.caller().bounds.zones.as_ref()?.first().copied()
}
