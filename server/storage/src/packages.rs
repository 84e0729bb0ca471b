//! Packages and the taxes on them.

use crate::db::currency;
use crate::error::known;
use crate::{IspTx, Result};
use domain::packages::{Package, PackageDraft, TaxProfile, Validity};
use domain::{Money, PackageId, TaxProfileId};
use rust_decimal::Decimal;

/// All packages by name, archived ones last, each with the number of services that hold it.
pub async fn list(tx: &mut IspTx) -> Result<Vec<Package>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select p.id, p.name, p.up_kbps, p.down_kbps, p.price_minor, p.currency, p.validity_unit, p.validity_count, p.status, p.version,
             t.id as "tax_id?", t.name as "tax_name?", t.rate as "tax_rate?", t.inclusive as "tax_inclusive?",
             coalesce(s.services, 0) as "services!"
           from package p
           left join tax_profile t on t.isp_id = p.isp_id and t.id = p.tax_profile_id
           left join (select package_id, count(*) as services from service where isp_id = $1 and status <> 'terminated' group by package_id) s on s.package_id = p.id
           where p.isp_id = $1
           order by p.status = 'archived', lower(p.name)"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let tax = row.tax_id.map(|id| TaxProfile {
                id: TaxProfileId(id),
                name: row.tax_name.unwrap_or_default(),
                rate: row.tax_rate.unwrap_or_default(),
                inclusive: row.tax_inclusive.unwrap_or_default(),
            });
            Ok(Package {
                id: row.id.into(),
                name: row.name,
                up_kbps: row.up_kbps.map(i32::unsigned_abs),
                down_kbps: row.down_kbps.map(i32::unsigned_abs),
                price: Money::new(row.price_minor, currency(&row.currency)?),
                validity: known(Validity::read(&row.validity_unit, row.validity_count.unsigned_abs()), "validity", &row.validity_unit)?,
                tax,
                archived: row.status == "archived",
                services: row.services,
                version: row.version,
            })
        })
        .collect()
}

/// Ids and names alone, archived ones too (services may still hold them): what a filter offers.
pub async fn names(tx: &mut IspTx) -> Result<Vec<(PackageId, String)>> {
    let isp = tx.isp();
    let rows = sqlx::query!("select id, name from package where isp_id = $1 order by status = 'archived', lower(name)", isp)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|row| (row.id.into(), row.name)).collect())
}

pub async fn find(tx: &mut IspTx, id: PackageId) -> Result<Option<Package>> {
    Ok(list(tx).await?.into_iter().find(|package| package.id == id))
}

pub async fn create(tx: &mut IspTx, id: PackageId, draft: &PackageDraft) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into package (isp_id, id, name, up_kbps, down_kbps, price_minor, currency, validity_unit, validity_count, tax_profile_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        isp,
        id.0,
        draft.name,
        draft.up_kbps.map(u32::cast_signed),
        draft.down_kbps.map(u32::cast_signed),
        draft.price.minor,
        draft.price.currency.code(),
        draft.validity.unit(),
        draft.validity.count() as i16,
        draft.tax_profile_id.map(|id| id.0)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Overwrites a package if it still has `version`. `false`: somebody was faster, or there is none.
pub async fn update(tx: &mut IspTx, id: PackageId, version: i32, draft: &PackageDraft) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "update package set name = $4, up_kbps = $5, down_kbps = $6, price_minor = $7, validity_unit = $8, validity_count = $9, tax_profile_id = $10,
           version = version + 1
         where isp_id = $1 and id = $2 and version = $3",
        isp,
        id.0,
        version,
        draft.name,
        draft.up_kbps.map(u32::cast_signed),
        draft.down_kbps.map(u32::cast_signed),
        draft.price.minor,
        draft.validity.unit(),
        draft.validity.count() as i16,
        draft.tax_profile_id.map(|id| id.0)
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
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

pub async fn taxes(tx: &mut IspTx) -> Result<Vec<TaxProfile>> {
    let isp = tx.isp();
    let rows =
        sqlx::query!("select id, name, rate, inclusive from tax_profile where isp_id = $1 order by name", isp).fetch_all(tx.conn()).await?;
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
