//! Customers and their services by the hundred, for imports: looked up, written and taken away again a batch at a time.

use crate::addresses::{self, NewHolding};
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::trust::Network;
use domain::{BillingProfileId, CustomerId, ImportId, PackageId, ServiceId, ZoneId};
use ipnetwork::IpNetwork;
use std::collections::HashSet;
use std::net::IpAddr;
use uuid::Uuid;

/// User names (lower case) that are taken: with the number and name of who has them.
pub async fn usernames_taken(tx: &mut IspTx, usernames: &[String]) -> Result<Vec<(String, String, String)>> {
    let isp = tx.isp();
    // One look into the index for each name, whatever the planner believes of the size of the tables.
    let rows = sqlx::query!(
        r#"select u.name as "username_key!", c.number, c.name from unnest($2::text[]) as u (name)
           cross join lateral (select customer_id from service s
             where s.isp_id = $1 and s.username_key = u.name and s.status <> 'terminated' limit 1) s
           cross join lateral (select number, name from customer c where c.isp_id = $1 and c.id = s.customer_id limit 1) c"#,
        isp,
        usernames
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.username_key, row.number, row.name)).collect())
}

/// Fixed addresses that are taken, and by which user name.
pub async fn addresses_taken(tx: &mut IspTx, addresses: &[IpAddr]) -> Result<Vec<(IpAddr, String)>> {
    let isp = tx.isp();
    let addresses: Vec<IpNetwork> = addresses.iter().copied().map(IpNetwork::from).collect();
    let rows = sqlx::query!(
        "select h.address, s.username from address_holding h join service s on s.isp_id = $1 and s.id = h.service_id
         where h.isp_id = $1 and h.vrf = '' and h.address = any($2) and h.until is null",
        isp,
        &addresses
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.address.ip(), row.username)).collect())
}

/// A customer with one service, as an import makes them.
#[derive(Clone, Debug)]
pub struct BulkCustomer {
    pub id: CustomerId,
    pub service_id: ServiceId,
    pub number: String,
    pub name: String,
    pub mobile: Option<String>,
    pub email: Option<String>,
    pub national_id: Option<String>,
    pub address: Option<String>,
    pub zone: Option<ZoneId>,
    pub former_number: Option<String>,
    pub note: Option<String>,
    pub search_text: String,
    pub package_id: PackageId,
    pub username: String,
    pub secret_sealed: Vec<u8>,
    /// `AA:BB:CC:00:11:22`.
    pub mac: Option<String>,
    pub static_ip: Option<IpAddr>,
    pub custom_price_minor: Option<i64>,
    pub starts_on: NaiveDate,
    pub billed_until: NaiveDate,
    pub cutoff_at: Option<DateTime<Utc>>,
    /// Held down from the start, and why.
    pub blocked: Option<String>,
}

/// Writes customers, services and what holds them down, in a few statements.
pub async fn create(tx: &mut IspTx, import: ImportId, profile: BillingProfileId, rows: &[BulkCustomer], at: DateTime<Utc>) -> Result<()> {
    create_customers(tx, import, profile, rows, at).await?;
    create_services(tx, rows, at).await?;
    let held = rows.iter().filter_map(|row| Some((row.service_id, row.static_ip?)));
    let held = held.filter_map(|(service, ip)| {
        let network = Network::new(ip, if ip.is_ipv4() { 32 } else { 128 })?;
        Some(NewHolding { service, vrf: String::new(), kind: "address", network })
    });
    addresses::hold(tx, &held.collect::<Vec<_>>(), at).await?;
    block(tx, rows, at).await
}

async fn create_customers(
    tx: &mut IspTx,
    import: ImportId,
    profile: BillingProfileId,
    rows: &[BulkCustomer],
    at: DateTime<Utc>,
) -> Result<()> {
    let isp = tx.isp();
    let owner = tx.caller().owner_path.clone().unwrap_or_else(|| "/".into());
    let branch = crate::branches::of_new_customer(tx);
    let own = crate::zones::of_new_customer(tx);
    let zones: Vec<Option<Uuid>> = rows.iter().map(|row| row.zone.or(own).map(|zone| zone.0)).collect();
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
    let numbers: Vec<String> = rows.iter().map(|row| row.number.clone()).collect();
    let names: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
    let searches: Vec<String> = rows.iter().map(|row| row.search_text.clone()).collect();
    let text =
        |of: fn(&BulkCustomer) -> &Option<String>| -> Vec<String> { rows.iter().map(|row| of(row).clone().unwrap_or_default()).collect() };
    sqlx::query!(
        "insert into customer (isp_id, id, number, name, search_text, mobile, email, national_id, address, former_number, note,
           owner_path, billing_profile_id, import_id, created_at, branch_id, zone_id)
         select $1, id, number, name, search_text, nullif(mobile, ''), nullif(email, ''), nullif(national_id, ''), nullif(address, ''),
           nullif(former_number, ''), nullif(note, ''), $12, $13, $14, $15, $16, zone_id
         from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $17::uuid[])
           as u (id, number, name, search_text, mobile, email, national_id, address, former_number, note, zone_id)",
        isp,
        &ids,
        &numbers,
        &names,
        &searches,
        &text(|row| &row.mobile),
        &text(|row| &row.email),
        &text(|row| &row.national_id),
        &text(|row| &row.address),
        &text(|row| &row.former_number),
        &text(|row| &row.note),
        owner,
        profile.0,
        import.0,
        at,
        branch,
        &zones as &[Option<Uuid>]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn create_services(tx: &mut IspTx, rows: &[BulkCustomer], at: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    let ids: Vec<Uuid> = rows.iter().map(|row| row.service_id.0).collect();
    let customers: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
    let packages: Vec<Uuid> = rows.iter().map(|row| row.package_id.0).collect();
    let usernames: Vec<String> = rows.iter().map(|row| row.username.clone()).collect();
    let secrets: Vec<Vec<u8>> = rows.iter().map(|row| row.secret_sealed.clone()).collect();
    let macs: Vec<String> = rows.iter().map(|row| row.mac.clone().unwrap_or_default()).collect();
    // Prices are never negative: -1 stands for none.
    let prices: Vec<i64> = rows.iter().map(|row| row.custom_price_minor.unwrap_or(-1)).collect();
    let starts: Vec<NaiveDate> = rows.iter().map(|row| row.starts_on).collect();
    let billed: Vec<NaiveDate> = rows.iter().map(|row| row.billed_until).collect();
    let cutoffs: Vec<Option<DateTime<Utc>>> = rows.iter().map(|row| row.cutoff_at).collect();
    sqlx::query!(
        "insert into service (isp_id, id, customer_id, package_id, username, secret_sealed, mac, custom_price_minor,
           starts_on, billed_until, cutoff_at, created_at)
         select $1, id, customer_id, package_id, username, secret_sealed, nullif(mac, '')::macaddr, nullif(price, -1),
           starts_on, billed_until, cutoff_at, $12
         from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bytea[], $7::text[], $8::bigint[], $9::date[], $10::date[], $11::timestamptz[])
           as u (id, customer_id, package_id, username, secret_sealed, mac, price, starts_on, billed_until, cutoff_at)",
        isp,
        &ids,
        &customers,
        &packages,
        &usernames,
        &secrets,
        &macs,
        &prices,
        &starts,
        &billed,
        &cutoffs as &[Option<DateTime<Utc>>],
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn block(tx: &mut IspTx, rows: &[BulkCustomer], at: DateTime<Utc>) -> Result<()> {
    let (isp, by) = (tx.isp(), tx.caller().actor_id());
    let blocked: Vec<(Uuid, String)> = rows.iter().filter_map(|row| Some((row.service_id.0, row.blocked.clone()?))).collect();
    if blocked.is_empty() {
        return Ok(());
    }
    let (services, notes): (Vec<Uuid>, Vec<String>) = blocked.into_iter().unzip();
    sqlx::query!(
        "insert into service_block (isp_id, service_id, reason, since, note, set_by)
         select $1, s, 'admin', $4, n, $5 from unnest($2::uuid[], $3::text[]) as u (s, n)",
        isp,
        &services,
        &notes,
        at,
        by
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A customer that an import made, and whether anybody or anything has used him since.
#[derive(Clone, Debug)]
pub struct Imported {
    pub row_number: i32,
    pub customer_id: CustomerId,
    pub service_id: ServiceId,
    pub touched: bool,
}

/// The next customers an import made and nobody has looked at for undoing, locked against use until the transaction
/// ends. Whoever got a bill, a payment, a session, a second line, a login or a change is touched.
pub async fn imported(tx: &mut IspTx, import: ImportId, most: i64) -> Result<Vec<Imported>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select row_number, customer_id as "customer_id!", service_id as "service_id!" from import_row
           where isp_id = $1 and import_id = $2 and fate = 'created' order by row_number limit $3"#,
        isp,
        import.0,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let customers: Vec<Uuid> = rows.iter().map(|row| row.customer_id).collect();
    let services: Vec<Uuid> = rows.iter().map(|row| row.service_id).collect();
    sqlx::query!("select id from customer where isp_id = $1 and id = any($2) order by id for update", isp, &customers)
        .fetch_all(tx.conn())
        .await?;
    let touched = touched(tx, &customers, &services).await?;
    let imported = rows.into_iter().map(|row| Imported {
        row_number: row.row_number,
        customer_id: row.customer_id.into(),
        service_id: row.service_id.into(),
        touched: touched.contains(&row.customer_id),
    });
    Ok(imported.collect())
}

/// Which of these customers somebody or something has used. Each question is one look into an index, however large the
/// tables are: hence the limits.
async fn touched(tx: &mut IspTx, customers: &[Uuid], services: &[Uuid]) -> Result<HashSet<Uuid>> {
    let isp = tx.isp();
    let found = sqlx::query_scalar!(
        r#"select u.c as "c!" from unnest($2::uuid[], $3::uuid[]) as u (c, s)
           where (select 1 from customer x where x.isp_id = $1 and x.id = u.c and x.version = 1 limit 1) is null
              or (select 1 from service x where x.isp_id = $1 and x.id = u.s and x.version = 1 and x.status = 'active' limit 1) is null
              or (select 1 from service x where x.isp_id = $1 and x.customer_id = u.c and x.id <> u.s limit 1) is not null
              or (select 1 from service_block x where x.isp_id = $1 and x.service_id = u.s and x.reason <> 'admin' limit 1) is not null
              or (select 1 from invoice x where x.isp_id = $1 and x.customer_id = u.c limit 1) is not null
              or (select 1 from payment x where x.isp_id = $1 and x.customer_id = u.c limit 1) is not null
              or (select 1 from audit_entry x where x.isp_id = $1 and x.customer_id = u.c limit 1) is not null
              or (select 1 from message x where x.isp_id = $1 and x.customer_id = u.c limit 1) is not null
              or (select 1 from account x where x.isp_id = $1 and x.customer_id = u.c limit 1) is not null
              or (select 1 from radius_session_ever x where x.isp_id = $1 and x.customer_id = u.c limit 1) is not null
              or (select 1 from usage_day x where x.isp_id = $1 and x.service_id = u.s limit 1) is not null
              or (select 1 from billing_run_problem x where x.isp_id = $1 and x.service_id = u.s limit 1) is not null"#,
        isp,
        customers,
        services
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(found.into_iter().collect())
}

/// Takes customers away as if they had never come. Only for those that nothing refers to.
pub async fn remove(tx: &mut IspTx, customers: &[CustomerId], services: &[ServiceId]) -> Result<()> {
    let isp = tx.isp();
    let customers: Vec<Uuid> = customers.iter().map(|id| id.0).collect();
    let services: Vec<Uuid> = services.iter().map(|id| id.0).collect();
    sqlx::query!("delete from service_block where isp_id = $1 and service_id = any($2)", isp, &services).execute(tx.conn()).await?;
    sqlx::query!("delete from service where isp_id = $1 and id = any($2)", isp, &services).execute(tx.conn()).await?;
    sqlx::query!("delete from customer where isp_id = $1 and id = any($2)", isp, &customers).execute(tx.conn()).await?;
    Ok(())
}

/// Takes packages away that no service ever held and nobody changed. Answers how many.
pub async fn remove_unused_packages(tx: &mut IspTx, packages: &[PackageId]) -> Result<u64> {
    let isp = tx.isp();
    let packages: Vec<Uuid> = packages.iter().map(|id| id.0).collect();
    let done = sqlx::query!(
        "delete from package p where p.isp_id = $1 and p.id = any($2) and p.version = 1
           and not exists (select 1 from service s where s.isp_id = $1 and s.package_id = p.id)",
        isp,
        &packages
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Tells the planner that the tables have grown. A connection that planned its checks of references on empty tables
/// would walk all customers for each new line until somebody else says so.
pub async fn refresh_statistics(tx: &mut IspTx) -> Result<()> {
    // Not a checked query: it has no plan to describe.
    sqlx::query("analyze customer, service").execute(tx.conn()).await?;
    Ok(())
}
