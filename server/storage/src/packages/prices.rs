//! The dated prices of a chain, read whole and written by the day. The caller holds the master's lock.

use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::packages::chain::{Chain, Level, Link};
use domain::packages::prices::{DatedPrice, PriceLine};
use domain::packages::views::Seller;
use domain::{AccountId, Currency, MasterId, PackageId};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Every price of a master package that the caller may see. A reseller sees his own branch and the ceiling.
pub async fn chain(tx: &mut IspTx, master: MasterId, currency: Currency) -> Result<Chain> {
    let isp = tx.isp();
    let mut links = Vec::new();
    let rows = sqlx::query!("select level, valid_from, amount_minor from master_price where isp_id = $1 and master_id = $2", isp, master.0)
        .fetch_all(tx.conn())
        .await?;
    let of = |level: &str| {
        let prices = rows.iter().filter(|row| row.level == level).map(|row| DatedPrice { from: row.valid_from, minor: row.amount_minor });
        PriceLine::new(prices.collect())
    };
    let link = |level, line| Link { level, name: String::new(), path: "/".into(), line };
    if tx.caller().owner_path.is_none() {
        links.push(link(Level::IspCost, of("cost")));
    }
    links.push(link(Level::Ceiling, of("ceiling")));
    links.extend(rates(tx, master).await?);
    links.extend(retail(tx, master).await?);
    Ok(Chain { currency, links })
}

async fn rates(tx: &mut IspTx, master: MasterId) -> Result<Vec<Link>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select r.seller_id, r.seller_path, a.name, r.valid_from, r.cost_minor
         from package_rate r join account a on a.isp_id = r.isp_id and a.id = r.seller_id
         where r.isp_id = $1 and r.master_id = $2",
        isp,
        master.0
    )
    .fetch_all(tx.conn())
    .await?;
    let mut sellers: BTreeMap<Uuid, (String, String, Vec<DatedPrice>)> = BTreeMap::new();
    for row in rows {
        let seller = sellers.entry(row.seller_id).or_insert_with(|| (row.name, row.seller_path, Vec::new()));
        seller.2.push(DatedPrice { from: row.valid_from, minor: row.cost_minor });
    }
    let link = |(id, (name, path, prices)): (Uuid, _)| Link { level: Level::Rate(AccountId(id)), name, path, line: PriceLine::new(prices) };
    Ok(sellers.into_iter().map(link).collect())
}

async fn retail(tx: &mut IspTx, master: MasterId) -> Result<Vec<Link>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select p.id, p.name, p.seller_path, v.valid_from, v.amount_minor
         from package p join package_price v on v.isp_id = p.isp_id and v.package_id = p.id
         where p.isp_id = $1 and p.master_id = $2 and p.pricing = 'paid'",
        isp,
        master.0
    )
    .fetch_all(tx.conn())
    .await?;
    let mut packages: BTreeMap<Uuid, (String, String, Vec<DatedPrice>)> = BTreeMap::new();
    for row in rows {
        let package = packages.entry(row.id).or_insert_with(|| (row.name, row.seller_path, Vec::new()));
        package.2.push(DatedPrice { from: row.valid_from, minor: row.amount_minor });
    }
    let link =
        |(id, (name, path, prices)): (Uuid, _)| Link { level: Level::Retail(PackageId(id)), name, path, line: PriceLine::new(prices) };
    Ok(packages.into_iter().map(link).collect())
}

/// The prices of a package that stands alone or in a chain.
pub async fn retail_line(tx: &mut IspTx, package: PackageId) -> Result<PriceLine> {
    let isp = tx.isp();
    let rows = sqlx::query!("select valid_from, amount_minor from package_price where isp_id = $1 and package_id = $2", isp, package.0)
        .fetch_all(tx.conn())
        .await?;
    Ok(PriceLine::new(rows.into_iter().map(|row| DatedPrice { from: row.valid_from, minor: row.amount_minor }).collect()))
}

/// What a seller pays on a day, by master.
pub async fn rates_of_seller(tx: &mut IspTx, seller: AccountId, day: NaiveDate) -> Result<Vec<(MasterId, i64)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select distinct on (master_id) master_id, cost_minor from package_rate
         where isp_id = $1 and seller_id = $2 and valid_from <= $3 order by master_id, valid_from desc",
        isp,
        seller.0,
        day
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.master_id.into(), row.cost_minor)).collect())
}

/// Brings the stored prices of a level from one state to another: what is new is written, what is gone is removed.
pub async fn write_line(
    tx: &mut IspTx,
    master: Option<MasterId>,
    (level, seller): (Level, Option<&Seller>),
    before: &PriceLine,
    after: &PriceLine,
    at: DateTime<Utc>,
) -> Result<()> {
    let (isp, by) = (tx.isp(), tx.caller().actor_id());
    let added = after.added_to(before);
    let gone: Vec<_> = before.days().filter(|day| !after.days().any(|kept| kept == *day)).collect();
    let days: Vec<_> = added.iter().map(|price| price.from).collect();
    let amounts: Vec<_> = added.iter().map(|price| price.minor).collect();
    match (level, master, seller) {
        (Level::IspCost | Level::Ceiling, Some(master), _) => {
            let level = if level == Level::IspCost { "cost" } else { "ceiling" };
            sqlx::query!(
                "insert into master_price (isp_id, master_id, level, valid_from, amount_minor, set_by, set_at)
                 select $1, $2, $3, w.day, w.amount, $6, $7 from unnest($4::date[], $5::bigint[]) as w (day, amount)
                 on conflict (isp_id, master_id, level, valid_from) do update set amount_minor = excluded.amount_minor, set_by = $6, set_at = $7",
                isp,
                master.0,
                level,
                &days,
                &amounts,
                by,
                at
            )
            .execute(tx.conn())
            .await?;
            sqlx::query!(
                "delete from master_price where isp_id = $1 and master_id = $2 and level = $3 and valid_from = any($4)",
                isp,
                master.0,
                level,
                &gone
            )
            .execute(tx.conn())
            .await?;
        }
        (Level::Rate(_), Some(master), Some(seller)) => {
            sqlx::query!(
                "insert into package_rate (isp_id, master_id, seller_id, seller_path, valid_from, cost_minor, set_by, set_at)
                 select $1, $2, $3, $4, w.day, w.amount, $7, $8 from unnest($5::date[], $6::bigint[]) as w (day, amount)
                 on conflict (isp_id, master_id, seller_id, valid_from) do update set cost_minor = excluded.cost_minor, set_by = $7, set_at = $8",
                isp,
                master.0,
                seller.id.0,
                seller.path,
                &days,
                &amounts,
                by,
                at
            )
            .execute(tx.conn())
            .await?;
            sqlx::query!(
                "delete from package_rate where isp_id = $1 and master_id = $2 and seller_id = $3 and valid_from = any($4)",
                isp,
                master.0,
                seller.id.0,
                &gone
            )
            .execute(tx.conn())
            .await?;
        }
        (Level::Retail(package), ..) => {
            write_retail(tx, package, &added, at).await?;
            sqlx::query!("delete from package_price where isp_id = $1 and package_id = $2 and valid_from = any($3)", isp, package.0, &gone)
                .execute(tx.conn())
                .await?;
        }
        (Level::IspCost | Level::Ceiling | Level::Rate(_), ..) => {
            return Err(crate::Error::Corrupt("a price of a chain without its master".into()));
        }
    }
    Ok(())
}

async fn write_retail(tx: &mut IspTx, package: PackageId, prices: &[DatedPrice], at: DateTime<Utc>) -> Result<()> {
    let (isp, by) = (tx.isp(), tx.caller().actor_id());
    let days: Vec<_> = prices.iter().map(|price| price.from).collect();
    let amounts: Vec<_> = prices.iter().map(|price| price.minor).collect();
    sqlx::query!(
        "insert into package_price (isp_id, package_id, valid_from, amount_minor, set_by, set_at)
         select $1, $2, w.day, w.amount, $5, $6 from unnest($3::date[], $4::bigint[]) as w (day, amount)
         on conflict (isp_id, package_id, valid_from) do update set amount_minor = excluded.amount_minor, set_by = $5, set_at = $6",
        isp,
        package.0,
        &days,
        &amounts,
        by,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
