//! Data beside what is included: offers, what was bought and left over, and lines that buy by themselves.

use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::fair_use::{Credit, Offer, OfferDraft, TopUp};
use domain::{CustomerId, InvoiceId, Money, OfferId, ServiceId, TaxProfileId, TopUpId};
use std::collections::HashMap;
use uuid::Uuid;

fn octets(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Offers by their size; archived ones last.
pub async fn offers(tx: &mut IspTx, currency: domain::Currency) -> Result<Vec<Offer>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select o.id, o.name, o.octets, o.price_minor, o.tax_profile_id, o.months, o.in_portal, o.archived, o.version,
             (select count(*) from top_up t where t.isp_id = $1 and t.offer_id = o.id) as "sold!"
           from top_up_offer o where o.isp_id = $1 order by o.archived, o.octets, lower(o.name)"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(|row| Offer {
        id: row.id.into(),
        name: row.name,
        octets: row.octets.unsigned_abs(),
        price: Money::new(row.price_minor, currency),
        tax_profile_id: row.tax_profile_id.map(TaxProfileId),
        months: u8::try_from(row.months).unwrap_or(0),
        in_portal: row.in_portal,
        archived: row.archived,
        version: row.version,
        sold: row.sold,
    });
    Ok(rows.collect())
}

pub async fn create_offer(tx: &mut IspTx, id: OfferId, draft: &OfferDraft) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into top_up_offer (isp_id, id, name, octets, price_minor, tax_profile_id, months, in_portal) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        isp,
        id.0,
        draft.name,
        octets(draft.octets),
        draft.price.minor,
        draft.tax_profile_id.map(|id| id.0),
        i16::from(draft.months),
        draft.in_portal
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes an offer off, or brings it back. What was sold stays as it was sold.
pub async fn set_offer_archived(tx: &mut IspTx, id: OfferId, archived: bool) -> Result<bool> {
    let isp = tx.isp();
    let done =
        sqlx::query!("update top_up_offer set archived = $3, version = version + 1 where isp_id = $1 and id = $2", isp, id.0, archived)
            .execute(tx.conn())
            .await?;
    Ok(done.rows_affected() == 1)
}

/// What lines have beside what is included and is not gone before `since`, what ends first standing first; locked when
/// it is about to be spent.
pub async fn credits(tx: &mut IspTx, services: &[ServiceId], since: DateTime<Utc>, lock: bool) -> Result<HashMap<ServiceId, Vec<Credit>>> {
    let isp = tx.isp();
    let ids: Vec<Uuid> = services.iter().map(|id| id.0).collect();
    if lock {
        sqlx::query!(
            "select 1 as one from data_credit where isp_id = $1 and service_id = any($2) and left_octets > 0 order by service_id, id for update",
            isp,
            &ids
        )
        .fetch_all(tx.conn())
        .await?;
    }
    let rows = sqlx::query!(
        "select c.id, c.service_id, c.source, c.octets, c.left_octets, c.since, c.expires_at
         from data_credit c join service s on s.isp_id = $1 and s.id = c.service_id
         where c.isp_id = $1 and c.service_id = any($2) and c.left_octets > 0 and c.expires_at > $3 order by c.expires_at, c.id",
        isp,
        &ids,
        since
    )
    .fetch_all(tx.conn())
    .await?;
    let mut found: HashMap<ServiceId, Vec<Credit>> = HashMap::new();
    for row in rows {
        found.entry(row.service_id.into()).or_default().push(Credit {
            id: row.id,
            source: row.source,
            octets: row.octets.unsigned_abs(),
            left: row.left_octets.unsigned_abs(),
            since: row.since,
            expires_at: row.expires_at,
        });
    }
    Ok(found)
}

/// Sets what is left of credits.
pub async fn spend(tx: &mut IspTx, left: &[(Uuid, u64)]) -> Result<()> {
    if left.is_empty() {
        return Ok(());
    }
    let isp = tx.isp();
    let ids: Vec<Uuid> = left.iter().map(|(id, _)| *id).collect();
    let amounts: Vec<i64> = left.iter().map(|(_, left)| octets(*left)).collect();
    sqlx::query!(
        "update data_credit c set left_octets = u.amount from unnest($2::uuid[], $3::bigint[]) u (id, amount) where c.isp_id = $1 and c.id = u.id",
        isp,
        &ids,
        &amounts
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Data that a line has from now on.
#[derive(Clone, Copy, Debug)]
pub struct NewCredit {
    pub id: Uuid,
    pub service_id: ServiceId,
    pub source: &'static str,
    pub octets: u64,
    pub since: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

pub async fn give(tx: &mut IspTx, credits: &[NewCredit]) -> Result<()> {
    if credits.is_empty() {
        return Ok(());
    }
    let isp = tx.isp();
    let ids: Vec<Uuid> = credits.iter().map(|one| one.id).collect();
    let services: Vec<Uuid> = credits.iter().map(|one| one.service_id.0).collect();
    let sources: Vec<&str> = credits.iter().map(|one| one.source).collect();
    let amounts: Vec<i64> = credits.iter().map(|one| octets(one.octets)).collect();
    let since: Vec<DateTime<Utc>> = credits.iter().map(|one| one.since).collect();
    let until: Vec<DateTime<Utc>> = credits.iter().map(|one| one.expires_at).collect();
    sqlx::query!(
        "insert into data_credit (isp_id, id, service_id, source, octets, left_octets, since, expires_at)
         select $1, u.id, u.service, u.source, u.octets, u.octets, u.since, u.until
         from unnest($2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::timestamptz[], $7::timestamptz[]) u (id, service, source, octets, since, until)",
        isp,
        &ids,
        &services,
        &sources as _,
        &amounts,
        &since,
        &until
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A purchase as it is written.
#[derive(Clone, Debug)]
pub struct NewTopUp<'a> {
    pub id: TopUpId,
    pub service_id: ServiceId,
    pub customer_id: CustomerId,
    pub offer: &'a Offer,
    pub invoice_id: InvoiceId,
    pub credit_id: Uuid,
    pub source: &'static str,
    pub at: DateTime<Utc>,
    pub key: &'a str,
}

pub async fn insert(tx: &mut IspTx, new: &NewTopUp<'_>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into top_up (isp_id, id, service_id, customer_id, offer_id, name, octets, price_minor, invoice_id, credit_id, source, at, idempotency_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        isp,
        new.id.0,
        new.service_id.0,
        new.customer_id.0,
        new.offer.id.0,
        new.offer.name,
        octets(new.offer.octets),
        new.offer.price.minor,
        new.invoice_id.0,
        new.credit_id,
        new.source,
        new.at,
        new.key
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The purchase that was made with this key: its line, what it was and its bill.
pub async fn by_key(tx: &mut IspTx, key: &str) -> Result<Option<(TopUpId, ServiceId, OfferId, InvoiceId)>> {
    let isp = tx.isp();
    let row = sqlx::query!("select id, service_id, offer_id, invoice_id from top_up where isp_id = $1 and idempotency_key = $2", isp, key)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|row| (row.id.into(), row.service_id.into(), row.offer_id.into(), row.invoice_id.into())))
}

/// What was bought for a line lately, the newest first.
pub async fn bought(tx: &mut IspTx, service: ServiceId, currency: domain::Currency, most: i64) -> Result<Vec<TopUp>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select t.at, t.name, t.octets, t.price_minor, t.invoice_id, t.source from top_up t
         where t.isp_id = $1 and t.service_id = $2 order by t.at desc, t.id desc limit $3",
        isp,
        service.0,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(|row| TopUp {
        at: row.at,
        name: row.name,
        octets: row.octets.unsigned_abs(),
        price: Money::new(row.price_minor, currency),
        invoice_id: row.invoice_id.into(),
        source: row.source,
    });
    Ok(rows.collect())
}

/// Sets what a line buys by itself, or that it buys nothing.
pub async fn set_auto(tx: &mut IspTx, service: ServiceId, rule: Option<(OfferId, u8)>) -> Result<()> {
    let isp = tx.isp();
    match rule {
        None => {
            sqlx::query!("delete from auto_top_up where isp_id = $1 and service_id = $2", isp, service.0).execute(tx.conn()).await?;
        }
        Some((offer, most)) => {
            sqlx::query!(
                "insert into auto_top_up (isp_id, service_id, offer_id, most) values ($1, $2, $3, $4)
                 on conflict (isp_id, service_id) do update set offer_id = excluded.offer_id, most = excluded.most",
                isp,
                service.0,
                offer.0,
                i16::from(most)
            )
            .execute(tx.conn())
            .await?;
        }
    }
    Ok(())
}

pub async fn auto_of(tx: &mut IspTx, service: ServiceId) -> Result<Option<(OfferId, u8)>> {
    let isp = tx.isp();
    let row = sqlx::query!("select offer_id, most from auto_top_up where isp_id = $1 and service_id = $2", isp, service.0)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|row| (row.offer_id.into(), u8::try_from(row.most).unwrap_or(1))))
}

/// Lines that are at their limit, buy by themselves and may again: with the offer, the window and the number of the
/// purchase in it.
pub async fn auto_due(tx: &mut IspTx, most: i64) -> Result<Vec<(ServiceId, OfferId, chrono::NaiveDate, i64)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select a.service_id, a.offer_id, c.begins, n.bought as "bought!"
           from auto_top_up a
           join fair_use_counter c on c.isp_id = $1 and c.service_id = a.service_id and c.standing <> 0
           join isp i on i.id = $1
           join top_up_offer o on o.isp_id = $1 and o.id = a.offer_id and not o.archived
           cross join lateral (select count(*) as bought from top_up t
             where t.isp_id = $1 and t.service_id = a.service_id and t.source = 'auto' and t.at >= c.begins::timestamp at time zone i.time_zone) n
           where a.isp_id = $1 and n.bought < a.most order by a.service_id limit $2"#,
        isp,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.service_id.into(), row.offer_id.into(), row.begins, row.bought)).collect())
}
