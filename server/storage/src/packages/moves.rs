//! Subscribers moved from one package to another, a batch a transaction. Who has been moved no longer holds the old
//! package, so nobody is moved twice and a move that was cut off goes on where it was.

use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::packages::views::{MoveState, PackageMove};
use domain::{MoveId, PackageId};
use uuid::Uuid;

/// A move as its job needs it.
#[derive(Clone, Copy, Debug)]
pub struct StoredMove {
    pub id: MoveId,
    pub from: PackageId,
    pub to: PackageId,
    pub keep_price: bool,
    pub state: MoveState,
    pub moved: i32,
}

pub async fn create_move(
    tx: &mut IspTx,
    id: MoveId,
    (from, to): (PackageId, PackageId),
    keep_price: bool,
    total: i64,
    now: DateTime<Utc>,
) -> Result<()> {
    let (isp, by) = (tx.isp(), tx.caller().actor_id());
    sqlx::query!(
        "insert into package_move (isp_id, id, from_package, to_package, keep_price, total, started_by, started_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        isp,
        id.0,
        from.0,
        to.0,
        keep_price,
        i32::try_from(total).unwrap_or(i32::MAX),
        by,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Locks a move: one worker at a time carries it on.
pub async fn lock_move(tx: &mut IspTx, id: MoveId) -> Result<Option<StoredMove>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select from_package, to_package, keep_price, state, moved from package_move where isp_id = $1 and id = $2 for update",
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        Ok(StoredMove {
            id,
            from: row.from_package.into(),
            to: row.to_package.into(),
            keep_price: row.keep_price,
            state: known(MoveState::from_slug(&row.state), "move state", &row.state)?,
            moved: row.moved,
        })
    })
    .transpose()
}

/// Moves up to `limit` services; each leaves an entry on its customer's timeline. Whoever would pay more keeps his price
/// where the move says so. Answers how many were moved.
pub async fn move_batch(tx: &mut IspTx, of: &StoredMove, today: NaiveDate, now: DateTime<Utc>, limit: i64) -> Result<u64> {
    let isp = tx.isp();
    let ids = sqlx::query_scalar!(
        "select id from service where isp_id = $1 and package_id = $2 and status <> 'terminated' order by id limit $3 for update",
        isp,
        of.from.0,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    if ids.is_empty() {
        return Ok(0);
    }
    if of.keep_price {
        keep_old_price(tx, of, &ids, today, now).await?;
    }
    sqlx::query!("update service set package_id = $3, version = version + 1 where isp_id = $1 and id = any($2)", isp, &ids, of.to.0)
        .execute(tx.conn())
        .await?;
    record(tx, of, &ids, now).await?;
    let moved = i32::try_from(ids.len()).unwrap_or(i32::MAX);
    sqlx::query!("update package_move set state = 'running', moved = moved + $3 where isp_id = $1 and id = $2", isp, of.id.0, moved)
        .execute(tx.conn())
        .await?;
    Ok(ids.len() as u64)
}

/// A price of his own for whoever was cheaper before and has none.
async fn keep_old_price(tx: &mut IspTx, of: &StoredMove, ids: &[Uuid], today: NaiveDate, now: DateTime<Utc>) -> Result<()> {
    let (isp, by) = (tx.isp(), tx.caller().actor_id());
    let keep: Vec<_> = sqlx::query!(
        r#"select s.id, old.price_minor as "price_minor!"
           from service s
           cross join lateral service_price_on(s.isp_id, s.id, $3) old
           join lateral (select v.amount_minor from package_price v where v.isp_id = s.isp_id and v.package_id = $4 and v.valid_from <= $3
             order by v.valid_from desc limit 1) new on old.price_minor < new.amount_minor
           where s.isp_id = $1 and s.id = any($2) and s.custom_price_minor is null
             and not exists (select 1 from service_override o where o.isp_id = $1 and o.service_id = s.id and o.kind = 'price'
               and (o.ends_on is null or o.ends_on > $3))"#,
        isp,
        ids,
        today,
        of.to.0
    )
    .fetch_all(tx.conn())
    .await?;
    let new_ids: Vec<_> = keep.iter().map(|_| Uuid::now_v7()).collect();
    let services: Vec<_> = keep.iter().map(|row| row.id).collect();
    let prices: Vec<_> = keep.iter().map(|row| row.price_minor).collect();
    sqlx::query!(
        "insert into service_override (isp_id, id, service_id, kind, source_id, price_minor, starts_on, created_by, created_at)
         select $1, w.id, w.service, 'price', $2, w.price, $3, $4, $5 from unnest($6::uuid[], $7::uuid[], $8::bigint[]) as w (id, service, price)",
        isp,
        of.id.0,
        today,
        by,
        now,
        &new_ids,
        &services,
        &prices
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn record(tx: &mut IspTx, of: &StoredMove, services: &[Uuid], now: DateTime<Utc>) -> Result<()> {
    let (isp, caller) = (tx.isp(), tx.caller().clone());
    let ids: Vec<_> = services.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "insert into audit_entry (isp_id, id, at, actor_id, actor_name, action, object_kind, object_id, customer_id, before, after)
         select $1, w.id, $2, $3, $4, 'service.move', 'service', s.id, s.customer_id, jsonb_build_object('package_id', $5::uuid),
           jsonb_build_object('package_id', $6::uuid, 'package', p.name)
         from unnest($7::uuid[], $8::uuid[]) as w (id, service)
         join service s on s.isp_id = $1 and s.id = w.service
         join package p on p.isp_id = $1 and p.id = $6",
        isp,
        now,
        caller.actor_id(),
        caller.actor_name(),
        of.from.0,
        of.to.0,
        &ids,
        services
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn finish_move(tx: &mut IspTx, id: MoveId, now: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update package_move set state = 'done', finished_at = $3 where isp_id = $1 and id = $2", isp, id.0, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Moves from or to a package, or all of them: newest first, at most a hundred.
pub async fn moves_of(tx: &mut IspTx, package: Option<PackageId>) -> Result<Vec<PackageMove>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select m.id, m.from_package, f.name as from_name, m.to_package, t.name as to_name, m.keep_price, m.state, m.total, m.moved, m.started_at, m.finished_at
         from package_move m
         join package f on f.isp_id = m.isp_id and f.id = m.from_package
         join package t on t.isp_id = m.isp_id and t.id = m.to_package
         where m.isp_id = $1 and ($2::uuid is null or $2 in (m.from_package, m.to_package))
         order by m.started_at desc, m.id desc limit 100",
        isp,
        package.map(|id| id.0)
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(PackageMove {
                id: row.id.into(),
                from: (row.from_package.into(), row.from_name),
                to: (row.to_package.into(), row.to_name),
                keep_price: row.keep_price,
                state: known(MoveState::from_slug(&row.state), "move state", &row.state)?,
                total: row.total,
                moved: row.moved,
                started_at: row.started_at,
                finished_at: row.finished_at,
            })
        })
        .collect()
}
