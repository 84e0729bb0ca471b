//! Tax profiles and their dated rates.

use crate::{IspTx, Result};
use chrono::NaiveDate;
use domain::TaxProfileId;
use domain::billing::{DatedRate, TaxTerms, TaxView};
use uuid::Uuid;

/// Every profile with its rates and how many packages use it.
pub async fn list(tx: &mut IspTx, today: NaiveDate) -> Result<Vec<TaxView>> {
    let isp = tx.isp();
    let terms = crate::billing::taxes(tx).await?;
    let rows = sqlx::query!(
        r#"select t.id, t.name, t.inclusive, (select count(*) from package p where p.isp_id = $1 and p.tax_profile_id = t.id) as "packages!"
           from tax_profile t where t.isp_id = $1 order by lower(t.name)"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    let view = |id: Uuid, name, inclusive, packages| {
        let terms = terms.get(&id).map_or_else(|| TaxTerms { inclusive, rates: Vec::new() }, |terms| TaxTerms::clone(terms));
        TaxView { id: id.into(), name, rate: terms.on(today).rate, packages, terms }
    };
    Ok(rows.into_iter().map(|row| view(row.id, row.name, row.inclusive, row.packages)).collect())
}

/// Locks a profile and reads its rates.
pub async fn lock(tx: &mut IspTx, id: TaxProfileId) -> Result<Option<TaxTerms>> {
    let isp = tx.isp();
    let found = sqlx::query_scalar!("select inclusive from tax_profile where isp_id = $1 and id = $2 for update", isp, id.0)
        .fetch_optional(tx.conn())
        .await?;
    let Some(inclusive) = found else { return Ok(None) };
    let terms = crate::billing::taxes(tx).await?;
    Ok(Some(terms.get(&id.0).map_or(TaxTerms { inclusive, rates: Vec::new() }, |terms| TaxTerms::clone(terms))))
}

/// Writes a new rate, and the day on which the one before it ends.
pub async fn add_rate(tx: &mut IspTx, id: TaxProfileId, rate: &DatedRate, closes: bool) -> Result<()> {
    let isp = tx.isp();
    if closes {
        sqlx::query!(
            "update tax_rate set until_on = $4 where isp_id = $1 and tax_profile_id = $2 and lower(name) = lower($3) and until_on is null and from_on < $4",
            isp,
            id.0,
            rate.name,
            rate.from_on
        )
        .execute(tx.conn())
        .await?;
    }
    sqlx::query!(
        "insert into tax_rate (isp_id, tax_profile_id, name, from_on, until_on, rate) values ($1, $2, $3, $4, $5, $6)",
        isp,
        id.0,
        rate.name,
        rate.from_on,
        rate.until_on,
        rate.rate
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The day of the newest bill that a rate of this profile stands on: rates of days up to it may not change any more.
pub async fn last_billed(tx: &mut IspTx) -> Result<Option<NaiveDate>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(
        "select issued_on from invoice where isp_id = $1 and tax_minor <> 0 order by issued_on desc, id desc limit 1",
        isp
    )
    .fetch_optional(tx.conn())
    .await?)
}
