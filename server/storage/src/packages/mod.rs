//! Packages and the taxes on them. What a package costs on a day is in its dated prices; the column beside it is what
//! was said last.

mod columns;
mod masters;
mod moves;
mod prices;
mod proposals;

pub use masters::{archive_master, create_master, delete_master, find_master, lock_master, masters, update_master};
pub use moves::{StoredMove, create_move, finish_move, lock_move, move_batch, moves_of};
pub use prices::{chain, rates_of_seller, retail_line, write_line};
pub use proposals::{begin_proposal, create_proposal, finish_proposal, keep_speed, lock_proposal, proposals, set_proposal_state};

pub(crate) use columns::{burst, night};

use crate::db::currency;
use crate::error::known;
use crate::{IspTx, Result};
use chrono::NaiveDate;
use columns::{Columns, columns};
use domain::packages::{Package, PackageDraft, TaxProfile, Terms, TermsField};
use domain::{AccountId, Money, PackageId, TaxProfileId};
use rust_decimal::Decimal;
use uuid::Uuid;

/// All packages by name, archived ones last, each with the number of services that hold it and its price on a day.
pub async fn list(tx: &mut IspTx, today: NaiveDate) -> Result<Vec<Package>> {
    select(tx, None, today).await
}

pub async fn find(tx: &mut IspTx, id: PackageId, today: NaiveDate) -> Result<Option<Package>> {
    Ok(select(tx, Some(id), today).await?.pop())
}

async fn select(tx: &mut IspTx, only: Option<PackageId>, today: NaiveDate) -> Result<Vec<Package>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select p.id, p.name, p.kind, p.pricing, p.validity_unit, p.validity_count, p.up_kbps, p.down_kbps, p.volume_mb, p.burst_up_kbps,
             p.burst_down_kbps, p.burst_from_up_kbps, p.burst_from_down_kbps, p.burst_seconds, p.priority, p.contention, p.night_up_kbps,
             p.night_down_kbps, p.night_from, p.night_to, p.visibility, p.overridden, p.currency, p.status, p.version,
             coalesce(v.amount_minor, p.price_minor) as "price_minor!", n.valid_from as "next_from?", n.amount_minor as "next_minor?",
             t.id as "tax_id?", t.name as "tax_name?", tax_rate_on($1, t.id, $3) as "tax_rate?", t.inclusive as "tax_inclusive?",
             p.master_id, m.name as "master_name?", p.seller_id, a.name as "seller_name?",
             (select count(*) from service s where s.isp_id = $1 and s.package_id = p.id and s.status <> 'terminated') as "services!"
           from package p
           left join tax_profile t on t.isp_id = p.isp_id and t.id = p.tax_profile_id
           left join master_package m on m.isp_id = p.isp_id and m.id = p.master_id
           left join account a on a.isp_id = p.isp_id and a.id = p.seller_id
           left join lateral (select w.amount_minor from package_price w where w.isp_id = p.isp_id and w.package_id = p.id and w.valid_from <= $3
             order by w.valid_from desc limit 1) v on true
           left join lateral (select w.valid_from, w.amount_minor from package_price w where w.isp_id = p.isp_id and w.package_id = p.id
             and w.valid_from > $3 order by w.valid_from limit 1) n on true
           where p.isp_id = $1 and ($2::uuid is null or p.id = $2)
           order by p.status = 'archived', lower(p.name), p.id"#,
        isp,
        only.map(|id| id.0),
        today
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency = currency(&row.currency)?;
            let tax = row.tax_id.map(|id| TaxProfile {
                id: TaxProfileId(id),
                name: row.tax_name.unwrap_or_default(),
                rate: row.tax_rate.unwrap_or_default(),
                inclusive: row.tax_inclusive.unwrap_or_default(),
            });
            Ok(Package {
                id: row.id.into(),
                name: row.name,
                price: Money::new(row.price_minor, currency),
                next_price: row.next_from.zip(row.next_minor).map(|(from, minor)| (from, Money::new(minor, currency))),
                tax,
                archived: row.status == "archived",
                services: row.services,
                master: row.master_id.map(|id| (id.into(), row.master_name.unwrap_or_default())),
                overridden: fields(&row.overridden)?,
                seller: row.seller_id.map(|id| (AccountId(id), row.seller_name.unwrap_or_default())),
                version: row.version,
                terms: columns!(row).terms()?,
            })
        })
        .collect()
}

fn fields(slugs: &[String]) -> Result<Vec<TermsField>> {
    slugs.iter().map(|slug| known(TermsField::from_slug(slug), "field", slug)).collect()
}

/// Ids and names alone, archived ones too (services may still hold them): what a filter offers.
pub async fn names(tx: &mut IspTx) -> Result<Vec<(PackageId, String)>> {
    let isp = tx.isp();
    let rows = sqlx::query!("select id, name from package where isp_id = $1 order by status = 'archived', lower(name)", isp)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|row| (row.id.into(), row.name)).collect())
}

/// Locks a package until the end of the transaction. `false`: there is none.
pub async fn lock(tx: &mut IspTx, id: PackageId) -> Result<bool> {
    let isp = tx.isp();
    let found = sqlx::query_scalar!(r#"select true as "there!" from package where isp_id = $1 and id = $2 for update"#, isp, id.0)
        .fetch_optional(tx.conn())
        .await?;
    Ok(found.is_some())
}

/// What of a package is the seller's and its master's.
#[derive(Clone, Copy, Debug, Default)]
pub struct Origin<'a> {
    pub overridden: &'a [TermsField],
    pub seller: Option<(AccountId, &'a str)>,
}

pub async fn create(tx: &mut IspTx, id: PackageId, draft: &PackageDraft, origin: Origin<'_>) -> Result<()> {
    let isp = tx.isp();
    let overridden: Vec<_> = origin.overridden.iter().map(|field| field.slug().to_string()).collect();
    sqlx::query!(
        "insert into package (isp_id, id, name, price_minor, currency, validity_unit, validity_count, kind, pricing, tax_profile_id, master_id,
           overridden, seller_id, seller_path)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        isp,
        id.0,
        draft.name,
        draft.price.minor,
        draft.price.currency.code(),
        draft.terms.validity.unit(),
        draft.terms.validity.count().cast_signed(),
        draft.terms.kind.slug(),
        draft.terms.pricing.slug(),
        draft.tax_profile_id.map(|id| id.0),
        draft.master_id.map(|id| id.0),
        &overridden,
        origin.seller.map(|(id, _)| id.0),
        origin.seller.map_or("/", |(_, path)| path)
    )
    .execute(tx.conn())
    .await?;
    write_terms(tx, id, &draft.terms).await
}

/// Overwrites a package if it still has `version`. Its price is written by its dates. `false`: somebody was faster, or
/// there is none.
pub async fn update(tx: &mut IspTx, id: PackageId, version: i32, draft: &PackageDraft, overridden: &[TermsField]) -> Result<bool> {
    let isp = tx.isp();
    let overridden: Vec<_> = overridden.iter().map(|field| field.slug().to_string()).collect();
    let done = sqlx::query!(
        "update package set name = $4, tax_profile_id = $5, overridden = $6, master_id = $7, price_minor = $8, version = version + 1
         where isp_id = $1 and id = $2 and version = $3",
        isp,
        id.0,
        version,
        draft.name,
        draft.tax_profile_id.map(|id| id.0),
        &overridden,
        draft.master_id.map(|id| id.0),
        draft.price.minor
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    write_terms(tx, id, &draft.terms).await?;
    Ok(true)
}

/// Takes over terms of the master; the version moves, so that a form opened before is refused.
pub async fn take_terms(tx: &mut IspTx, id: PackageId, terms: &Terms) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update package set version = version + 1 where isp_id = $1 and id = $2", isp, id.0).execute(tx.conn()).await?;
    write_terms(tx, id, terms).await
}

async fn write_terms(tx: &mut IspTx, id: PackageId, terms: &Terms) -> Result<()> {
    let (isp, c) = (tx.isp(), Columns::from(terms));
    sqlx::query!(
        "update package set kind = $3, pricing = $4, validity_unit = $5, validity_count = $6, up_kbps = $7, down_kbps = $8, volume_mb = $9,
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

/// Takes a package out of sale, or back into it.
pub async fn set_archived(tx: &mut IspTx, id: PackageId, archived: bool) -> Result<bool> {
    let isp = tx.isp();
    let status = if archived { "archived" } else { "active" };
    let done = sqlx::query!("update package set status = $3, version = version + 1 where isp_id = $1 and id = $2", isp, id.0, status)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Who stands in the way of a package's end: services that hold it, services that once did.
pub async fn holders(tx: &mut IspTx, id: PackageId) -> Result<(i64, i64)> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"select count(*) filter (where status <> 'terminated') as "now!", count(*) filter (where status = 'terminated') as "once!"
           from service where isp_id = $1 and package_id = $2"#,
        isp,
        id.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.now, row.once))
}

/// Removes a package nobody ever had.
pub async fn delete(tx: &mut IspTx, id: PackageId) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!("delete from package where isp_id = $1 and id = $2", isp, id.0).execute(tx.conn()).await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that somebody had a trial. `Some`: this identity had one before.
pub async fn use_trial(
    tx: &mut IspTx,
    identities: &[String],
    service: Uuid,
    package: PackageId,
    at: chrono::DateTime<chrono::Utc>,
) -> Result<Option<String>> {
    let isp = tx.isp();
    let had = sqlx::query_scalar!(
        "select identity from trial_use where isp_id = $1 and identity = any($2) order by identity limit 1",
        isp,
        identities
    )
    .fetch_optional(tx.conn())
    .await?;
    if had.is_some() {
        return Ok(had);
    }
    sqlx::query!(
        "insert into trial_use (isp_id, identity, service_id, package_id, at) select $1, w.identity, $3, $4, $5 from unnest($2::text[]) as w (identity)",
        isp,
        identities,
        service,
        package.0,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(None)
}

/// Every tax with the rate of a day.
pub async fn taxes(tx: &mut IspTx, today: NaiveDate) -> Result<Vec<TaxProfile>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select id, name, tax_rate_on($1, id, $2) as "rate!", inclusive from tax_profile where isp_id = $1 order by name"#,
        isp,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| TaxProfile { id: row.id.into(), name: row.name, rate: row.rate, inclusive: row.inclusive }).collect())
}

pub async fn create_tax(tx: &mut IspTx, id: TaxProfileId, name: &str, rate: Decimal, inclusive: bool) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into tax_profile (isp_id, id, name, rate, inclusive) values ($1, $2, $3, $4, $5)",
        isp,
        id.0,
        name,
        rate,
        inclusive
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
