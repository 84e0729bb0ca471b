//! Master packages: what the ISP buys or makes, from which it and its resellers sell.

use super::columns::{Columns, columns};
use crate::db::currency;
use crate::{IspTx, Result};
use chrono::NaiveDate;
use domain::packages::views::MasterPackage;
use domain::packages::{MasterDraft, Terms};
use domain::{MasterId, Money};

/// All masters the caller may know of, archived ones last, with their prices on a day.
pub async fn masters(tx: &mut IspTx, today: NaiveDate) -> Result<Vec<MasterPackage>> {
    select(tx, None, today).await
}

pub async fn find_master(tx: &mut IspTx, id: MasterId, today: NaiveDate) -> Result<Option<MasterPackage>> {
    Ok(select(tx, Some(id), today).await?.pop())
}

async fn select(tx: &mut IspTx, only: Option<MasterId>, today: NaiveDate) -> Result<Vec<MasterPackage>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select m.id, m.name, m.kind, m.pricing, m.currency, m.validity_unit, m.validity_count, m.up_kbps, m.down_kbps, m.volume_mb,
             m.burst_up_kbps, m.burst_down_kbps, m.burst_from_up_kbps, m.burst_from_down_kbps, m.burst_seconds, m.priority, m.contention,
             m.night_up_kbps, m.night_down_kbps, m.night_from, m.night_to, m.visibility, m.status, m.version,
             (select v.amount_minor from master_price v where v.isp_id = $1 and v.master_id = m.id and v.level = 'cost' and v.valid_from <= $3
               order by v.valid_from desc limit 1) as cost,
             (select v.amount_minor from master_price v where v.isp_id = $1 and v.master_id = m.id and v.level = 'ceiling' and v.valid_from <= $3
               order by v.valid_from desc limit 1) as ceiling,
             (select count(*) from package p where p.isp_id = $1 and p.master_id = m.id) as "packages!",
             (select count(*) from package p join service s on s.isp_id = p.isp_id and s.package_id = p.id and s.status <> 'terminated'
               where p.isp_id = $1 and p.master_id = m.id) as "services!",
             (select count(distinct r.seller_id) from package_rate r where r.isp_id = $1 and r.master_id = m.id) as "rates!",
             (select count(*) from package_proposal q where q.isp_id = $1 and q.master_id = m.id and q.state = 'open') as "open_proposals!"
           from master_package m
           where m.isp_id = $1 and ($2::uuid is null or m.id = $2)
           order by m.status = 'archived', lower(m.name), m.id"#,
        isp,
        only.map(|id| id.0),
        today
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency = currency(&row.currency)?;
            let money = |minor: Option<i64>| minor.map(|minor| Money::new(minor, currency));
            Ok(MasterPackage {
                id: row.id.into(),
                name: row.name,
                cost: money(row.cost),
                ceiling: money(row.ceiling),
                archived: row.status == "archived",
                packages: row.packages,
                services: row.services,
                rates: row.rates,
                open_proposals: row.open_proposals,
                version: row.version,
                terms: columns!(row).terms()?,
            })
        })
        .collect()
}

/// Locks a master: its chain of prices is read and changed by one at a time. `false`: there is none.
pub async fn lock_master(tx: &mut IspTx, id: MasterId) -> Result<bool> {
    let isp = tx.isp();
    let found = sqlx::query_scalar!(r#"select true as "there!" from master_package where isp_id = $1 and id = $2 for update"#, isp, id.0)
        .fetch_optional(tx.conn())
        .await?;
    Ok(found.is_some())
}

pub async fn create_master(tx: &mut IspTx, id: MasterId, draft: &MasterDraft) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into master_package (isp_id, id, name, kind, pricing, currency, validity_unit, validity_count)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        isp,
        id.0,
        draft.name,
        draft.terms.kind.slug(),
        draft.terms.pricing.slug(),
        draft.ceiling.currency.code(),
        draft.terms.validity.unit(),
        draft.terms.validity.count().cast_signed()
    )
    .execute(tx.conn())
    .await?;
    write_terms(tx, id, &draft.terms).await
}

/// Overwrites name and terms if it still has `version`; prices are written by their dates.
pub async fn update_master(tx: &mut IspTx, id: MasterId, version: i32, name: &str, terms: &Terms) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "update master_package set name = $4, version = version + 1 where isp_id = $1 and id = $2 and version = $3",
        isp,
        id.0,
        version,
        name
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    write_terms(tx, id, terms).await?;
    Ok(true)
}

async fn write_terms(tx: &mut IspTx, id: MasterId, terms: &Terms) -> Result<()> {
    let (isp, c) = (tx.isp(), Columns::from(terms));
    sqlx::query!(
        "update master_package set kind = $3, pricing = $4, validity_unit = $5, validity_count = $6, up_kbps = $7, down_kbps = $8, volume_mb = $9,
           burst_up_kbps = $10, burst_down_kbps = $11, burst_from_up_kbps = $12, burst_from_down_kbps = $13, burst_seconds = $14, priority = $15,
           contention = $16, night_up_kbps = $17, night_down_kbps = $18, night_from = $19, night_to = $20, visibility = $21
         where isp_id = $1 and id = $2",
        isp,
        id.0,
        c.kind,
        c.pricing,
        c.validity_unit,
        c.validity_count,
        c.up_kbps,
        c.down_kbps,
        c.volume_mb,
        c.burst_up_kbps,
        c.burst_down_kbps,
        c.burst_from_up_kbps,
        c.burst_from_down_kbps,
        c.burst_seconds,
        c.priority,
        c.contention,
        c.night_up_kbps,
        c.night_down_kbps,
        c.night_from,
        c.night_to,
        c.visibility
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// No new packages are made of it, or again.
pub async fn archive_master(tx: &mut IspTx, id: MasterId, archived: bool) -> Result<bool> {
    let isp = tx.isp();
    let status = if archived { "archived" } else { "active" };
    let done =
        sqlx::query!("update master_package set status = $3, version = version + 1 where isp_id = $1 and id = $2", isp, id.0, status)
            .execute(tx.conn())
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes a master that nothing refers to, with its prices.
pub async fn delete_master(tx: &mut IspTx, id: MasterId) -> Result<bool> {
    let isp = tx.isp();
    sqlx::query!("delete from master_price where isp_id = $1 and master_id = $2", isp, id.0).execute(tx.conn()).await?;
    let done = sqlx::query!("delete from master_package where isp_id = $1 and id = $2", isp, id.0).execute(tx.conn()).await?;
    Ok(done.rows_affected() == 1)
}
