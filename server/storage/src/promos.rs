//! Promo codes and their uses. A use holds its place from the moment it is intended: it counts for good once a bill with
//! it was paid, and gives its place back when its days are over and no bill took it.

use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::billing::{PromoCode, PromoDraft, PromoRow};
use domain::zones::{self, Tz};
use domain::{Currency, CustomerId, DiscountId, InvoiceId, Money, PackageId, PaymentId, PromoCodeId, ServiceId};
use uuid::Uuid;

/// Codes that may be used, or those that were put away, the newest first.
pub async fn list(tx: &mut IspTx, archived: bool, books: Currency, zone: Tz, today: NaiveDate) -> Result<Vec<PromoRow>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"with used as (
             select r.promo_code_id, count(*) as uses, count(*) filter (where r.state = 'counted') as paid
             from promo_redemption r join discount d on d.isp_id = $1 and d.id = r.discount_id
             where r.isp_id = $1 and (r.state = 'counted' or r.state = 'intended' and (d.ends_on > $3 or exists (
               select 1 from invoice_line l where l.isp_id = $1 and l.service_id = r.service_id and l.kind = 'discount' and not l.void
                 and l.description = d.reason and l.period_start >= d.starts_on and l.period_start < d.ends_on)))
             group by r.promo_code_id)
           select p.id, p.code, p.percent, p.amount_minor, p.starts_at, p.ends_at, p.uses_total, p.uses_per_customer, p.minimum_minor, p.periods, p.stacks,
             p.active, p.version, coalesce(u.uses, 0) as "uses!", coalesce(u.paid, 0) as "paid!",
             coalesce((select array_agg(k.name order by k.name) from package k where k.isp_id = $1 and k.id = any(p.packages)), '{}') as "packages!"
           from promo_code p left join used u on u.promo_code_id = p.id
           where p.isp_id = $1 and p.active <> $2 order by p.created_at desc, p.id desc limit 500"#,
        isp,
        archived,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(|row| PromoRow {
        id: row.id.into(),
        code: row.code,
        percent: row.percent,
        amount: row.amount_minor.map(|minor| Money::new(minor, books)),
        starts_on: zones::business_day(row.starts_at, zone),
        ends_on: row.ends_at.and_then(|at| zones::business_day(at, zone).pred_opt()),
        uses_total: row.uses_total,
        uses_per_customer: row.uses_per_customer,
        minimum: Money::new(row.minimum_minor, books),
        periods: row.periods.unsigned_abs(),
        stacks: row.stacks,
        packages: row.packages,
        used: row.uses,
        paid: row.paid,
        active: row.active,
        version: row.version,
    });
    Ok(rows.collect())
}

/// `promo_code_key` refuses a code that is there already.
pub async fn create(tx: &mut IspTx, id: PromoCodeId, draft: &PromoDraft, zone: Tz, at: DateTime<Utc>) -> Result<()> {
    let (isp, name) = (tx.isp(), tx.caller().actor_name().to_string());
    let packages: Vec<Uuid> = draft.packages.iter().map(|id| id.0).collect();
    let ends_at = draft.ends_on.and_then(|day| day.succ_opt()).map(|day| zones::start_of_day(day, zone));
    sqlx::query!(
        "insert into promo_code (isp_id, id, code, percent, amount_minor, starts_at, ends_at, uses_total, uses_per_customer, minimum_minor, packages, stacks,
           periods, created_at, created_name)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        isp,
        id.0,
        draft.code,
        draft.percent,
        draft.amount_minor,
        zones::start_of_day(draft.starts_on, zone),
        ends_at,
        draft.uses_total,
        draft.uses_per_customer,
        draft.minimum_minor,
        &packages,
        draft.stacks,
        draft.periods.cast_signed(),
        at,
        name
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Puts a code away or takes it out again; answers with the code. `None`: somebody changed it, or there is none.
pub async fn set_active(tx: &mut IspTx, id: PromoCodeId, version: i32, active: bool) -> Result<Option<String>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(
        "update promo_code set active = $4, version = version + 1 where isp_id = $1 and id = $2 and version = $3 and active <> $4 returning code",
        isp,
        id.0,
        version,
        active
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Is there such a code?
pub async fn exists(tx: &mut IspTx, id: PromoCodeId) -> Result<bool> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(r#"select exists (select 1 from promo_code where isp_id = $1 and id = $2) as "there!""#, isp, id.0)
        .fetch_one(tx.conn())
        .await?)
}

/// How many of these packages there are.
pub async fn known_packages(tx: &mut IspTx, packages: &[PackageId]) -> Result<usize> {
    let isp = tx.isp();
    let ids: Vec<Uuid> = packages.iter().map(|id| id.0).collect();
    let count = sqlx::query_scalar!(r#"select count(*) as "n!" from package where isp_id = $1 and id = any($2)"#, isp, &ids)
        .fetch_one(tx.conn())
        .await?;
    Ok(usize::try_from(count).unwrap_or(0))
}

/// A code by what was typed, locked: who uses it stands in line, so that no limit is passed.
pub async fn lock(tx: &mut IspTx, code: &str) -> Result<Option<PromoCode>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select id, percent, amount_minor, starts_at, ends_at, uses_total, uses_per_customer, minimum_minor, packages, stacks, active, periods
         from promo_code where isp_id = $1 and code = $2 for update",
        isp,
        code
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| PromoCode {
        id: row.id.into(),
        percent: row.percent,
        amount_minor: row.amount_minor,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        uses_total: row.uses_total,
        uses_per_customer: row.uses_per_customer,
        minimum_minor: row.minimum_minor,
        packages: row.packages.into_iter().map(Into::into).collect(),
        stacks: row.stacks,
        active: row.active,
        periods: row.periods.unsigned_abs(),
    }))
}

/// Uses that hold a place: by everybody, by one customer.
pub async fn uses(tx: &mut IspTx, code: PromoCodeId, customer: CustomerId, today: NaiveDate) -> Result<(i32, i32)> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"select count(*)::integer as "all_uses!", (count(*) filter (where r.customer_id = $3))::integer as "own!"
           from promo_redemption r join discount d on d.isp_id = $1 and d.id = r.discount_id
           where r.isp_id = $1 and r.promo_code_id = $2 and (r.state = 'counted' or r.state = 'intended' and (d.ends_on > $4 or exists (
             select 1 from invoice_line l where l.isp_id = $1 and l.service_id = r.service_id and l.kind = 'discount' and not l.void
               and l.description = d.reason and l.period_start >= d.starts_on and l.period_start < d.ends_on)))"#,
        isp,
        code.0,
        customer.0,
        today
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.all_uses, row.own))
}

/// A use that is intended.
#[derive(Clone, Copy, Debug)]
pub struct NewUse<'a> {
    pub code: PromoCodeId,
    pub customer: CustomerId,
    pub service: ServiceId,
    pub discount: DiscountId,
    pub amount_minor: i64,
    pub key: &'a str,
}

pub async fn insert_use(tx: &mut IspTx, new: NewUse<'_>, at: DateTime<Utc>) -> Result<()> {
    let (isp, name) = (tx.isp(), tx.caller().actor_name().to_string());
    sqlx::query!(
        "insert into promo_redemption (isp_id, id, promo_code_id, customer_id, state, amount_minor, at, discount_id, service_id, by_name, idempotency_key)
         values ($1, $2, $3, $4, 'intended', $5, $6, $7, $8, $9, $10)",
        isp,
        Uuid::now_v7(),
        new.code.0,
        new.customer.0,
        new.amount_minor,
        at,
        new.discount.0,
        new.service.0,
        name,
        new.key
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The service that a form used a code for before.
pub async fn use_by_key(tx: &mut IspTx, key: &str) -> Result<Option<ServiceId>> {
    let isp = tx.isp();
    let service = sqlx::query_scalar!(
        r#"select service_id as "service!" from promo_redemption where isp_id = $1 and idempotency_key = $2 and service_id is not null"#,
        isp,
        key
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(service.map(ServiceId))
}

/// Counts the uses that stand on bills which this payment went to.
pub async fn count_paid(tx: &mut IspTx, payment: PaymentId, customer: CustomerId) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update promo_redemption r set state = 'counted', payment_id = $2
         from discount d
         where r.isp_id = $1 and r.customer_id = $3 and r.state = 'intended' and d.isp_id = $1 and d.id = r.discount_id
           and exists (select 1 from allocation a join invoice_line l on l.isp_id = $1 and l.invoice_id = a.invoice_id
             where a.isp_id = $1 and a.payment_id = $2 and l.kind = 'discount' and not l.void and l.service_id = r.service_id
               and l.description = d.reason and l.period_start >= d.starts_on and l.period_start < d.ends_on)",
        isp,
        payment.0,
        customer.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Counts the uses that stand on bills which credit went to.
pub async fn count_from_credit(tx: &mut IspTx, bills: &[(CustomerId, InvoiceId)]) -> Result<()> {
    let isp = tx.isp();
    let (customers, invoices): (Vec<_>, Vec<_>) = bills.iter().map(|(customer, invoice)| (customer.0, invoice.0)).unzip();
    sqlx::query!(
        "update promo_redemption r set state = 'counted'
         from discount d
         where r.isp_id = $1 and r.customer_id = any($2) and r.state = 'intended' and d.isp_id = $1 and d.id = r.discount_id
           and exists (select 1 from invoice_line l
             where l.isp_id = $1 and l.invoice_id = any($3) and l.kind = 'discount' and not l.void and l.service_id = r.service_id
               and l.description = d.reason and l.period_start >= d.starts_on and l.period_start < d.ends_on)",
        isp,
        &customers,
        &invoices
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Money was taken back from bills of this customer: a use whose bills have none left is not counted any more, whether
/// it came from a payment or from credit.
pub async fn uncount(tx: &mut IspTx, customer: CustomerId) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update promo_redemption r set state = 'intended', payment_id = null
         from discount d
         where r.isp_id = $1 and r.customer_id = $2 and r.state = 'counted' and d.isp_id = $1 and d.id = r.discount_id
           and coalesce((select sum(a.amount_minor) from allocation a
             where a.isp_id = $1 and num_nonnulls(a.credit_note_id, a.write_off_id) = 0 and a.invoice_id in (
               select l.invoice_id from invoice_line l where l.isp_id = $1 and l.service_id = r.service_id and l.kind = 'discount'
                 and not l.void and l.description = d.reason and l.period_start >= d.starts_on and l.period_start < d.ends_on)), 0) <= 0",
        isp,
        customer.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
