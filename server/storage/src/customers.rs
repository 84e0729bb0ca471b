//! Customers, their services, and what holds a service down.

use crate::db::currency;
use crate::lines::{LineFilter, lines_behind};
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::customers::{BlockReason, CustomerDetail, LineState};
use domain::places::Place;
use domain::{BillingProfileId, CustomerId, Money, PackageId, ServiceId, ZoneId};
use uuid::Uuid;

/// Locks a customer's row until the end of the transaction: money of one customer moves one event at a time.
/// Answers with the name and address an invoice would carry.
pub async fn lock(tx: &mut IspTx, id: CustomerId) -> Result<Option<(String, Option<String>)>> {
    let isp = tx.isp();
    let row = sqlx::query!("select name, address from customer where isp_id = $1 and id = $2 for update", isp, id.0)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|row| (row.name, row.address)))
}

/// What is needed to make a customer.
#[derive(Clone, Debug)]
pub struct NewCustomer<'a> {
    pub id: CustomerId,
    pub number: &'a str,
    pub name: &'a str,
    pub mobile: Option<&'a str>,
    pub email: Option<&'a str>,
    pub national_id: Option<&'a str>,
    pub address: Option<&'a str>,
    pub billing_profile_id: BillingProfileId,
    pub search_text: &'a str,
    pub zone: Option<ZoneId>,
    pub place: Option<Place>,
}

pub async fn create(tx: &mut IspTx, customer: &NewCustomer<'_>) -> Result<()> {
    let isp = tx.isp();
    let owner = tx.caller().owner_path.clone().unwrap_or_else(|| "/".into());
    let branch = crate::branches::of_new_customer(tx);
    sqlx::query!(
        "insert into customer (isp_id, id, number, name, mobile, email, national_id, address, owner_path, billing_profile_id, search_text,
           branch_id, zone_id, latitude, longitude)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        isp,
        customer.id.0,
        customer.number,
        customer.name,
        customer.mobile,
        customer.email,
        customer.national_id,
        customer.address,
        owner,
        customer.billing_profile_id.0,
        customer.search_text,
        branch,
        customer.zone.map(|zone| zone.0),
        customer.place.map(|place| place.latitude),
        customer.place.map(|place| place.longitude)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What is needed to make a service.
#[derive(Clone, Debug)]
pub struct NewService<'a> {
    pub id: ServiceId,
    pub customer_id: CustomerId,
    pub package_id: PackageId,
    pub username: &'a str,
    pub secret_sealed: &'a [u8],
    pub starts_on: NaiveDate,
    pub billed_until: NaiveDate,
    pub expires_at: Option<DateTime<Utc>>,
    pub cutoff_at: Option<DateTime<Utc>>,
}

pub async fn create_service(tx: &mut IspTx, service: &NewService<'_>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into service (isp_id, id, customer_id, package_id, username, secret_sealed, starts_on, billed_until, expires_at, cutoff_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        isp,
        service.id.0,
        service.customer_id.0,
        service.package_id.0,
        service.username,
        service.secret_sealed,
        service.starts_on,
        service.billed_until,
        service.expires_at,
        service.cutoff_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The head of a subscriber's page with all his lines; money as of `today`.
pub async fn detail(tx: &mut IspTx, id: CustomerId, today: NaiveDate, now: DateTime<Utc>) -> Result<Option<CustomerDetail>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"select c.id, c.number, c.name, c.mobile, c.email, c.national_id, c.address, c.billing_profile_id, b.name as billing_profile, c.created_at,
             c.version, i.currency, c.zone_id, z.name as "zone?", c.latitude, c.longitude,
             coalesce((select sum(due_minor) from invoice v where v.isp_id = $1 and v.customer_id = c.id and v.due_minor > 0), 0)::bigint as "due!",
             coalesce((select sum(due_minor) from invoice v where v.isp_id = $1 and v.customer_id = c.id and v.due_minor > 0 and v.due_on < $3), 0)::bigint as "overdue!",
             coalesce((select -sum(amount_minor) from posting p where p.isp_id = $1 and p.account = 'customer_advance' and p.party_id = c.id), 0)::bigint as "credit!",
             (select min(l.period_start) from invoice v join invoice_line l on l.isp_id = v.isp_id and l.invoice_id = v.id
              where v.isp_id = $1 and v.customer_id = c.id and v.due_minor > 0) as unpaid_from,
             (select min(s.billed_until) from service s where s.isp_id = $1 and s.customer_id = c.id and s.status = 'active') as billed_until
           from customer c
           join billing_profile b on b.isp_id = c.isp_id and b.id = c.billing_profile_id
           join isp i on i.id = c.isp_id
           left join zone z on z.isp_id = c.isp_id and z.id = c.zone_id
           where c.isp_id = $1 and c.id = $2"#,
        isp,
        id.0,
        today
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let currency = currency(&row.currency)?;
    let wanted = LineFilter { customer: Some(id), ..LineFilter::default() };
    let mut services: Vec<_> =
        lines_behind(tx, &wanted, Uuid::nil(), i64::MAX, today, now).await?.into_iter().map(|(_, line)| line).collect();
    services.sort_by_key(|line| line.state == LineState::Terminated);
    Ok(Some(CustomerDetail {
        id: row.id.into(),
        number: row.number,
        name: row.name,
        mobile: row.mobile,
        email: row.email,
        national_id: row.national_id,
        address: row.address,
        zone: row.zone_id.map(ZoneId).zip(row.zone),
        place: crate::zones::place(row.latitude, row.longitude),
        billing_profile_id: row.billing_profile_id.into(),
        billing_profile: row.billing_profile,
        since: row.created_at,
        due: Money::new(row.due, currency),
        overdue: Money::new(row.overdue, currency),
        credit: Money::new(row.credit, currency),
        paid_until: row.unpaid_from.or(row.billed_until),
        services,
        version: row.version,
    }))
}

/// The customer and sealed secret behind a user name that may sign in to the portal.
pub async fn line_secret(tx: &mut IspTx, username: &str) -> Result<Option<(CustomerId, ServiceId, String, Vec<u8>)>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select s.id, s.customer_id, c.name, s.secret_sealed from service s join customer c on c.isp_id = s.isp_id and c.id = s.customer_id
         where s.isp_id = $1 and s.username_key = lower($2) and s.status <> 'terminated'",
        isp,
        username
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.customer_id.into(), row.id.into(), row.name, row.secret_sealed)))
}

/// The same by mobile number, when exactly one line answers to it.
pub async fn line_secret_by_mobile(tx: &mut IspTx, mobile: &str) -> Result<Option<(CustomerId, ServiceId, String, Vec<u8>)>> {
    let isp = tx.isp();
    let mut rows = sqlx::query!(
        "select s.id, s.customer_id, c.name, s.secret_sealed from customer c join service s on s.isp_id = c.isp_id and s.customer_id = c.id
         where c.isp_id = $1 and c.mobile = $2 and s.status <> 'terminated' limit 2",
        isp,
        mobile
    )
    .fetch_all(tx.conn())
    .await?;
    match (rows.pop(), rows.is_empty()) {
        (Some(row), true) => Ok(Some((row.customer_id.into(), row.id.into(), row.name, row.secret_sealed))),
        _ => Ok(None),
    }
}

/// The sealed passwords of a customer's lines.
pub async fn secrets_of(tx: &mut IspTx, customer: CustomerId) -> Result<Vec<(ServiceId, Vec<u8>)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select id, secret_sealed from service where isp_id = $1 and customer_id = $2 and status <> 'terminated' order by id limit 50",
        isp,
        customer.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id.into(), row.secret_sealed)).collect())
}

/// The first customer with this number: id, number, name.
pub async fn with_mobile(tx: &mut IspTx, mobile: &str) -> Result<Option<(CustomerId, String, String)>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select id, number, name from customer where isp_id = $1 and mobile = $2 order by created_at, id limit 1",
        isp,
        mobile
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.id.into(), row.number, row.name)))
}

/// The name of a customer in scope.
pub async fn name(tx: &mut IspTx, id: CustomerId) -> Result<Option<String>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!("select name from customer where isp_id = $1 and id = $2", isp, id.0).fetch_optional(tx.conn()).await?)
}

/// The customer a service belongs to.
pub async fn of_service(tx: &mut IspTx, id: ServiceId) -> Result<Option<(CustomerId, String)>> {
    let isp = tx.isp();
    let row = sqlx::query!("select customer_id, username from service where isp_id = $1 and id = $2", isp, id.0)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|row| (row.customer_id.into(), row.username)))
}

/// Adds a reason that holds a service down. `false`: it held already.
pub async fn block(tx: &mut IspTx, id: ServiceId, reason: BlockReason, since: DateTime<Utc>, note: Option<&str>) -> Result<bool> {
    let isp = tx.isp();
    let by = tx.caller().actor_id();
    let done = sqlx::query!(
        "insert into service_block (isp_id, service_id, reason, since, note, set_by) values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        isp,
        id.0,
        reason.slug(),
        since,
        note,
        by
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes one reason away from the given services and answers with those that had it.
pub async fn unblock(tx: &mut IspTx, ids: &[ServiceId], reason: BlockReason) -> Result<Vec<ServiceId>> {
    let isp = tx.isp();
    let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    let freed = sqlx::query_scalar!(
        "delete from service_block where isp_id = $1 and service_id = any($2) and reason = $3 returning service_id",
        isp,
        &ids,
        reason.slug()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(freed.into_iter().map(ServiceId).collect())
}

/// The ids of a customer's services that are not terminated.
pub async fn service_ids(tx: &mut IspTx, id: CustomerId) -> Result<Vec<ServiceId>> {
    let isp = tx.isp();
    let ids = sqlx::query_scalar!("select id from service where isp_id = $1 and customer_id = $2 and status <> 'terminated'", isp, id.0)
        .fetch_all(tx.conn())
        .await?;
    Ok(ids.into_iter().map(ServiceId).collect())
}

/// Sets the prepaid end of a service and answers with what it was.
pub async fn set_expiry(tx: &mut IspTx, id: ServiceId, end: Option<DateTime<Utc>>) -> Result<Option<DateTime<Utc>>> {
    let isp = tx.isp();
    let before = sqlx::query_scalar!("select expires_at from service where isp_id = $1 and id = $2 for update", isp, id.0)
        .fetch_one(tx.conn())
        .await?;
    sqlx::query!("update service set expires_at = $3, version = version + 1 where isp_id = $1 and id = $2", isp, id.0, end)
        .execute(tx.conn())
        .await?;
    Ok(before)
}

/// Up to `limit` active lines with their sealed secrets, oldest first: for the simulated routers of the demo.
pub async fn line_secrets(tx: &mut IspTx, limit: i64) -> Result<Vec<(ServiceId, String, Vec<u8>)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select id, username, secret_sealed from service where isp_id = $1 and status = 'active' order by id limit $2",
        isp,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id.into(), row.username, row.secret_sealed)).collect())
}

/// How to reach these customers: id, name, number, mobile, email.
pub async fn contacts(
    tx: &mut IspTx,
    customers: &[CustomerId],
) -> Result<Vec<(CustomerId, String, String, Option<String>, Option<String>)>> {
    let isp = tx.isp();
    let ids: Vec<_> = customers.iter().map(|id| id.0).collect();
    let rows = sqlx::query!("select id, name, number, mobile, email from customer where isp_id = $1 and id = any($2)", isp, &ids)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|row| (row.id.into(), row.name, row.number, row.mobile, row.email)).collect())
}

/// A line whose prepaid time ends soon.
#[derive(Clone, Debug)]
pub struct ExpiringLine {
    pub service_id: ServiceId,
    pub username: String,
    pub package: String,
    pub customer_id: CustomerId,
    pub name: String,
    pub number: String,
    pub mobile: Option<String>,
    pub email: Option<String>,
}

/// Active lines whose prepaid time ends within `[from, until)` and whose customer is not exempt.
pub async fn expiring(tx: &mut IspTx, from: DateTime<Utc>, until: DateTime<Utc>) -> Result<Vec<ExpiringLine>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select s.id, s.username, p.name as package, s.customer_id, c.name, c.number, c.mobile, c.email from service s
         join customer c on c.isp_id = $1 and c.id = s.customer_id join package p on p.isp_id = $1 and p.id = s.package_id
         where s.isp_id = $1 and s.status = 'active' and s.expires_at >= $2 and s.expires_at < $3 and c.status = 'active'
           and not exists (select 1 from dunning_exemption x where x.isp_id = $1 and x.customer_id = c.id and x.until_on is null)",
        isp,
        from,
        until
    )
    .fetch_all(tx.conn())
    .await?;
    let line = |id: uuid::Uuid, customer: uuid::Uuid| (ServiceId(id), CustomerId(customer));
    Ok(rows
        .into_iter()
        .map(|row| {
            let (service_id, customer_id) = line(row.id, row.customer_id);
            ExpiringLine {
                service_id,
                customer_id,
                username: row.username,
                package: row.package,
                name: row.name,
                number: row.number,
                mobile: row.mobile,
                email: row.email,
            }
        })
        .collect())
}

/// The customer of a number, if he is there for the caller.
pub async fn by_number(tx: &mut IspTx, number: &str) -> Result<Option<CustomerId>> {
    let isp = tx.isp();
    let id =
        sqlx::query_scalar!("select id from customer where isp_id = $1 and number = $2", isp, number).fetch_optional(tx.conn()).await?;
    Ok(id.map(CustomerId))
}
