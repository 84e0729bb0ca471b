//! Rehearsals of runs: written and read set by set, never one row at a time. They touch no ledger.

use crate::db::currency;
use crate::error::known;
use crate::words::containing;
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::billing::{Mark, Rehearsal, RehearsalDetail, RehearsalRow, RehearsalState, RehearsedLine};
use domain::customers::{Page, Paging};
use domain::{Currency, Money, RehearsalId, ServiceId};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// Opens the rehearsal of a day, or begins the one that is there anew. `None`: it was approved and stays as it is.
pub async fn begin(tx: &mut IspTx, on: NaiveDate, at: DateTime<Utc>, books: Currency) -> Result<Option<RehearsalId>> {
    let isp = tx.isp();
    let id = sqlx::query_scalar!(
        "insert into rehearsal as r (isp_id, id, business_date, state, built_at, currency) values ($1, $2, $3, 'building', $4, $5)
         on conflict (isp_id, business_date) do update set state = 'building', built_at = $4, decided_at = null, decided_by = null, decided_name = null
           where r.state <> 'approved'
         returning id",
        isp,
        Uuid::now_v7(),
        on,
        at,
        books.code()
    )
    .fetch_optional(tx.conn())
    .await?;
    if let Some(id) = id {
        sqlx::query!("delete from rehearsal_row where isp_id = $1 and rehearsal_id = $2", isp, id).execute(tx.conn()).await?;
    }
    Ok(id.map(RehearsalId))
}

/// What the engine plans for one service.
#[derive(Clone, Debug)]
pub struct Planned {
    pub service_id: ServiceId,
    pub covered_until: NaiveDate,
    pub invoices: i16,
    pub total_minor: i64,
    /// `Partial` or nothing: what only the engine knows.
    pub flags: i16,
    pub refusal: Option<&'static str>,
    pub lines: Value,
}

/// Writes planned services beside what they were billed in the month before, and marks them. What was billed is looked
/// up line by line: right after a run nothing is known of the new rows, and a join of two guesses may be a loop in a loop.
pub async fn insert_rows(tx: &mut IspTx, id: RehearsalId, planned: &[Planned]) -> Result<()> {
    let isp = tx.isp();
    macro_rules! column {
        ($f:expr) => {
            planned.iter().map($f).collect::<Vec<_>>()
        };
    }
    sqlx::query!(
        r#"with v as (
             select * from unnest($3::uuid[], $4::date[], $5::smallint[], $6::bigint[], $7::smallint[], $8::text[], $9::jsonb[])
               as v (service_id, covered_until, invoices, total, flags, refusal, lines)),
           marked as (
             select v.*, s.customer_id, s.username, s.package_id, s.billed_until, coalesce(s.custom_price_minor, p.price_minor) as price,
               p.name as package, c.name, c.number, coalesce(b.total, 0) as before,
               v.flags
                 | case when v.refusal is not null then 256 when v.total = 0 then 4 when b.total is null then 32
                     when v.total::numeric * 10 > b.total::numeric * 13 then 1 when v.total::numeric * 10 < b.total::numeric * 7 then 2 else 0 end
                 | case when p.status = 'archived' then 16 else 0 end
                 | case when h.service_id is not null then 128 else 0 end as marks
             from v join service s on s.isp_id = $1 and s.id = v.service_id
             join customer c on c.isp_id = $1 and c.id = s.customer_id
             join package p on p.isp_id = $1 and p.id = s.package_id
             left join billing_hold h on h.isp_id = $1 and h.service_id = v.service_id
             cross join lateral (
               select sum(i.total_minor)::bigint as total from (
                 select distinct l.invoice_id from invoice_line l
                 where l.isp_id = $1 and l.service_id = v.service_id and l.kind = 'recurring' and not l.void
                   and l.period_start >= (s.billed_until - interval '1 month')::date and l.period_start < s.billed_until) x
               cross join lateral (
                 select i.total_minor from invoice i where i.isp_id = $1 and i.id = x.invoice_id and i.status = 'issued' limit 1) i) b)
           insert into rehearsal_row (isp_id, rehearsal_id, service_id, customer_id, customer_name, customer_number, username, package, package_id,
             price_minor, billed_until, covered_until, invoices, total_minor, before_minor, refusal, flags, rank, lines)
           select $1, $2, service_id, customer_id, name, number, username, package, package_id, price, billed_until, covered_until, invoices, total, before,
             refusal, marks::smallint,
             case when marks & 280 <> 0 then 0 when marks & 7 <> 0 then 1 when marks & 224 <> 0 then 2 else 3 end, lines
           from marked"#,
        isp,
        id.0,
        &column!(|p| p.service_id.0),
        &column!(|p| p.covered_until),
        &column!(|p| p.invoices),
        &column!(|p| p.total_minor),
        &column!(|p| p.flags),
        &column!(|p| p.refusal) as &[Option<&str>],
        &column!(|p| p.lines.clone())
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Adds who was billed last month and is not any more, finds what is there twice, and opens the rehearsal.
pub async fn finish(tx: &mut IspTx, id: RehearsalId, on: NaiveDate) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into rehearsal_row (isp_id, rehearsal_id, service_id, customer_id, customer_name, customer_number, username, package, package_id,
           price_minor, billed_until, covered_until, invoices, total_minor, before_minor, flags, rank, lines)
         select $1, $2, s.id, s.customer_id, c.name, c.number, s.username, p.name, s.package_id, coalesce(s.custom_price_minor, p.price_minor),
           s.billed_until, s.billed_until, 0, 0, b.total, 64, 2, '[]'
         from service s
         join customer c on c.isp_id = $1 and c.id = s.customer_id
         join package p on p.isp_id = $1 and p.id = s.package_id
         join lateral (
           select sum(i.total_minor)::bigint as total from (
             select distinct l.invoice_id from invoice_line l
             where l.isp_id = $1 and l.service_id = s.id and l.kind = 'recurring' and not l.void
               and l.period_start >= (s.billed_until - interval '1 month')::date and l.period_start < s.billed_until) x
           cross join lateral (
             select i.total_minor from invoice i where i.isp_id = $1 and i.id = x.invoice_id and i.status = 'issued' limit 1) i) b on b.total > 0
         where s.isp_id = $1 and s.status <> 'active' and s.billed_until <= $3 and s.billed_until > ($3::date - interval '1 month')::date
         on conflict do nothing",
        isp,
        id.0,
        on
    )
    .execute(tx.conn())
    .await?;
    // Found by its key: the rows are new, the planner knows nothing of them, and any other join may be a loop in a loop.
    sqlx::query!(
        "update rehearsal_row r set flags = r.flags | 8, rank = 0
         from (select service_id, count(*) over (partition by customer_id, package_id) as alike
               from rehearsal_row where isp_id = $1 and rehearsal_id = $2 and total_minor > 0) d
         where r.isp_id = $1 and r.rehearsal_id = $2 and r.service_id = d.service_id and d.alike > 1",
        isp,
        id.0
    )
    .execute(tx.conn())
    .await?;
    recount(tx, id).await?;
    sqlx::query!("update rehearsal set state = 'open' where isp_id = $1 and id = $2", isp, id.0).execute(tx.conn()).await?;
    Ok(())
}

/// Sums the rows into their head. What is held or refused is not billed and not counted in the total.
pub async fn recount(tx: &mut IspTx, id: RehearsalId) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update rehearsal r set services = t.services, invoices = t.invoices, total_minor = t.total, before_minor = t.before, counts = t.counts
         from (
           select count(*)::integer as services, coalesce(sum(invoices) filter (where flags & 128 = 0), 0)::integer as invoices,
             coalesce(sum(total_minor) filter (where flags & 128 = 0), 0)::bigint as total, coalesce(sum(before_minor), 0)::bigint as before,
             jsonb_build_object('up', count(*) filter (where flags & 1 <> 0), 'down', count(*) filter (where flags & 2 <> 0),
               'zero', count(*) filter (where flags & 4 <> 0), 'duplicate', count(*) filter (where flags & 8 <> 0),
               'no_package', count(*) filter (where flags & 16 <> 0), 'new', count(*) filter (where flags & 32 <> 0),
               'gone', count(*) filter (where flags & 64 <> 0), 'held', count(*) filter (where flags & 128 <> 0),
               'refused', count(*) filter (where flags & 256 <> 0), 'partial', count(*) filter (where flags & 512 <> 0)) as counts
           from rehearsal_row where isp_id = $1 and rehearsal_id = $2) t
         where r.isp_id = $1 and r.id = $2",
        isp,
        id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

struct Head {
    id: Uuid,
    business_date: NaiveDate,
    state: String,
    built_at: DateTime<Utc>,
    services: i32,
    invoices: i32,
    total_minor: i64,
    before_minor: i64,
    counts: Value,
    currency: String,
    decided_at: Option<DateTime<Utc>>,
    decided_name: Option<String>,
}

fn head(row: Head) -> Result<Rehearsal> {
    let currency = currency(&row.currency)?;
    Ok(Rehearsal {
        id: row.id.into(),
        business_date: row.business_date,
        state: known(RehearsalState::from_slug(&row.state), "state", &row.state)?,
        built_at: row.built_at,
        services: row.services,
        invoices: row.invoices,
        total: Money::new(row.total_minor, currency),
        before: Money::new(row.before_minor, currency),
        counts: Mark::ALL.into_iter().map(|mark| (mark, row.counts.get(mark.slug()).and_then(Value::as_i64).unwrap_or(0))).collect(),
        decided_at: row.decided_at,
        decided_name: row.decided_name,
    })
}

/// The last rehearsals, newest day first.
pub async fn list(tx: &mut IspTx, limit: i64) -> Result<Vec<Rehearsal>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Head,
        "select id, business_date, state, built_at, services, invoices, total_minor, before_minor, counts, currency, decided_at, decided_name
         from rehearsal where isp_id = $1 order by business_date desc limit $2",
        isp,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(head).collect()
}

pub async fn find(tx: &mut IspTx, id: RehearsalId) -> Result<Option<Rehearsal>> {
    let isp = tx.isp();
    let row = sqlx::query_as!(
        Head,
        "select id, business_date, state, built_at, services, invoices, total_minor, before_minor, counts, currency, decided_at, decided_name
         from rehearsal where isp_id = $1 and id = $2",
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(head).transpose()
}

/// The rehearsal of a day, locked: two people do not decide it at once.
pub async fn lock(tx: &mut IspTx, on: NaiveDate) -> Result<Option<Rehearsal>> {
    let isp = tx.isp();
    let row = sqlx::query_as!(
        Head,
        "select id, business_date, state, built_at, services, invoices, total_minor, before_minor, counts, currency, decided_at, decided_name
         from rehearsal where isp_id = $1 and business_date = $2 for update",
        isp,
        on
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(head).transpose()
}

/// Those that nobody decided, up to the day `on`, oldest first.
pub async fn undecided(tx: &mut IspTx, on: NaiveDate) -> Result<Vec<NaiveDate>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(
        "select business_date from rehearsal where isp_id = $1 and state = 'open' and business_date <= $2 order by business_date",
        isp,
        on
    )
    .fetch_all(tx.conn())
    .await?)
}

pub async fn decide(tx: &mut IspTx, id: RehearsalId, state: RehearsalState, at: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    let (by, name) = (tx.caller().actor_id(), tx.caller().actor_name().to_string());
    sqlx::query!(
        "update rehearsal set state = $3, decided_at = $4, decided_by = $5, decided_name = $6 where isp_id = $1 and id = $2",
        isp,
        id.0,
        state.slug(),
        at,
        by,
        name
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Which rows a list wants.
#[derive(Clone, Debug, Default)]
pub struct RowFilter {
    pub mark: Option<Mark>,
    /// Words of a name, a number, a user name or a package.
    pub search: String,
}

/// One page of a rehearsal: what needs a look first.
pub async fn page(tx: &mut IspTx, id: RehearsalId, filter: &RowFilter, paging: Paging, books: Currency) -> Result<Page<RehearsalRow>> {
    let isp = tx.isp();
    let bit = filter.mark.map(Mark::bit);
    let search = filter.search.trim().to_lowercase();
    let pattern = (!search.is_empty()).then(|| containing(&search));
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from rehearsal_row r where r.isp_id = $1 and r.rehearsal_id = $2 and ($3::smallint is null or r.flags & $3 <> 0)
             and ($4::text is null or lower(r.customer_name || ' ' || r.customer_number || ' ' || r.username || ' ' || r.package) like $4)"#,
        isp,
        id.0,
        bit,
        pattern
    )
    .fetch_one(tx.conn())
    .await?;
    let rows = sqlx::query_as!(
        Stored,
        r#"select r.service_id, r.customer_id, r.customer_name, r.customer_number, r.username, r.package, r.invoices, r.total_minor, r.before_minor, r.flags,
             r.refusal, (s.billed_until <> r.billed_until or s.package_id <> r.package_id
               or coalesce(s.custom_price_minor, p.price_minor) <> r.price_minor or (s.status <> 'active') <> (r.flags & 64 <> 0)) as "stale!"
           from (
             select * from rehearsal_row r where r.isp_id = $1 and r.rehearsal_id = $2 and ($3::smallint is null or r.flags & $3 <> 0)
               and ($4::text is null or lower(r.customer_name || ' ' || r.customer_number || ' ' || r.username || ' ' || r.package) like $4)
             order by r.rank, r.customer_name, r.service_id limit $5 offset $6) r
           join service s on s.isp_id = $1 and s.id = r.service_id
           join package p on p.isp_id = $1 and p.id = s.package_id
           order by r.rank, r.customer_name, r.service_id"#,
        isp,
        id.0,
        bit,
        pattern,
        paging.size,
        paging.offset()
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(|row| row.read(books)).collect();
    Ok(Page { rows, total, page: paging.page, size: paging.size })
}

struct Stored {
    service_id: Uuid,
    customer_id: Uuid,
    customer_name: String,
    customer_number: String,
    username: String,
    package: String,
    invoices: i16,
    total_minor: i64,
    before_minor: i64,
    flags: i16,
    refusal: Option<String>,
    stale: bool,
}

impl Stored {
    fn read(self, books: Currency) -> RehearsalRow {
        RehearsalRow {
            service_id: self.service_id.into(),
            customer_id: self.customer_id.into(),
            customer_name: self.customer_name,
            customer_number: self.customer_number,
            username: self.username,
            package: self.package,
            invoices: self.invoices,
            total: Money::new(self.total_minor, books),
            before: Money::new(self.before_minor, books),
            marks: Mark::of(self.flags),
            refusal: self.refusal,
            stale: self.stale,
        }
    }
}

/// How many rows say something else than the services do now. Counts at most `most`.
pub async fn count_stale(tx: &mut IspTx, id: RehearsalId, most: i64) -> Result<i64> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from (
             select 1 from rehearsal_row r join service s on s.isp_id = $1 and s.id = r.service_id join package p on p.isp_id = $1 and p.id = s.package_id
             where r.isp_id = $1 and r.rehearsal_id = $2 and (s.billed_until <> r.billed_until or s.package_id <> r.package_id
               or coalesce(s.custom_price_minor, p.price_minor) <> r.price_minor or (s.status <> 'active') <> (r.flags & 64 <> 0)) limit $3) stale"#,
        isp,
        id.0,
        most
    )
    .fetch_one(tx.conn())
    .await?)
}

/// One subscriber's rehearsal, new lines beside those of last month.
pub async fn detail(tx: &mut IspTx, id: RehearsalId, service: ServiceId, books: Currency) -> Result<Option<RehearsalDetail>> {
    let isp = tx.isp();
    let row = sqlx::query_as!(
        Stored,
        r#"select r.service_id, r.customer_id, r.customer_name, r.customer_number, r.username, r.package, r.invoices, r.total_minor, r.before_minor, r.flags,
             r.refusal, (s.billed_until <> r.billed_until or s.package_id <> r.package_id
               or coalesce(s.custom_price_minor, p.price_minor) <> r.price_minor or (s.status <> 'active') <> (r.flags & 64 <> 0)) as "stale!"
           from rehearsal_row r
           join service s on s.isp_id = $1 and s.id = r.service_id
           join package p on p.isp_id = $1 and p.id = s.package_id
           where r.isp_id = $1 and r.rehearsal_id = $2 and r.service_id = $3"#,
        isp,
        id.0,
        service.0
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let lines = sqlx::query!(
        "select lines, billed_until from rehearsal_row where isp_id = $1 and rehearsal_id = $2 and service_id = $3",
        isp,
        id.0,
        service.0
    )
    .fetch_one(tx.conn())
    .await?;
    let now = serde_json::from_value(lines.lines).map_err(|error| crate::Error::Corrupt(format!("lines of a rehearsal: {error}")))?;
    let before = sqlx::query_as!(
        RehearsedLine,
        r#"select description, period_start as "from", period_end as "until", net_minor, tax_minor from invoice_line
           where isp_id = $1 and invoice_id in (
             select l.invoice_id from invoice_line l join invoice i on i.isp_id = $1 and i.id = l.invoice_id and i.status = 'issued'
             where l.isp_id = $1 and l.service_id = $2 and l.kind = 'recurring' and not l.void
               and l.period_start >= ($3::date - interval '1 month')::date and l.period_start < $3)
           order by invoice_id, line"#,
        isp,
        service.0,
        lines.billed_until
    )
    .fetch_all(tx.conn())
    .await?;
    let hold = sqlx::query!("select reason, set_name from billing_hold where isp_id = $1 and service_id = $2", isp, service.0)
        .fetch_optional(tx.conn())
        .await?;
    Ok(Some(RehearsalDetail { row: row.read(books), now, before, hold: hold.map(|hold| (hold.reason, hold.set_name)) }))
}

/// Takes a service out of the runs. `false`: there is no such service.
pub async fn hold(tx: &mut IspTx, service: ServiceId, reason: &str, since: DateTime<Utc>) -> Result<bool> {
    let isp = tx.isp();
    let (by, name) = (tx.caller().actor_id(), tx.caller().actor_name().to_string());
    let done = sqlx::query!(
        "insert into billing_hold (isp_id, service_id, reason, since, set_by, set_name)
         select $1, s.id, $3, $4, $5, $6 from service s where s.isp_id = $1 and s.id = $2
         on conflict (isp_id, service_id) do update set reason = $3",
        isp,
        service.0,
        reason,
        since,
        by,
        name
    )
    .execute(tx.conn())
    .await?;
    mark_held(tx, service, true).await?;
    Ok(done.rows_affected() == 1)
}

/// Lets it in again. `false`: it was not held.
pub async fn release(tx: &mut IspTx, service: ServiceId) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!("delete from billing_hold where isp_id = $1 and service_id = $2", isp, service.0).execute(tx.conn()).await?;
    mark_held(tx, service, false).await?;
    Ok(done.rows_affected() == 1)
}

/// The rehearsals that are not decided show it at once.
async fn mark_held(tx: &mut IspTx, service: ServiceId, held: bool) -> Result<()> {
    let isp = tx.isp();
    let touched = sqlx::query_scalar!(
        "update rehearsal_row w set flags = (w.flags & ~128::smallint) | $3 from rehearsal r
         where w.isp_id = $1 and w.service_id = $2 and r.isp_id = $1 and r.id = w.rehearsal_id and r.state = 'open' returning r.id",
        isp,
        service.0,
        if held { Mark::Held.bit() } else { 0 }
    )
    .fetch_all(tx.conn())
    .await?;
    for id in touched {
        recount(tx, id.into()).await?;
    }
    Ok(())
}

/// Who among these services is held, whatever the ISP's rule.
pub async fn held(tx: &mut IspTx, services: &[ServiceId]) -> Result<Vec<ServiceId>> {
    let isp = tx.isp();
    let ids: Vec<_> = services.iter().map(|id| id.0).collect();
    let held = sqlx::query_scalar!("select service_id from billing_hold where isp_id = $1 and service_id = any($2)", isp, &ids)
        .fetch_all(tx.conn())
        .await?;
    Ok(held.into_iter().map(ServiceId).collect())
}

/// What was rehearsed for these services: total, or nothing for who was not in it.
pub async fn totals(tx: &mut IspTx, id: RehearsalId, services: &[ServiceId]) -> Result<HashMap<ServiceId, i64>> {
    let isp = tx.isp();
    let ids: Vec<_> = services.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        "select service_id, total_minor from rehearsal_row where isp_id = $1 and rehearsal_id = $2 and service_id = any($3) and flags & 64 = 0",
        isp,
        id.0,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.service_id.into(), row.total_minor)).collect())
}

/// A check sum of everything that a rehearsal says would be billed: two that agree bill the same.
pub async fn fingerprint(tx: &mut IspTx, id: RehearsalId) -> Result<(i64, i64, i64)> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"select count(*) as "rows!", coalesce(sum(total_minor), 0)::bigint as "total!",
             coalesce(sum(hashtextextended(service_id::text || total_minor || covered_until || coalesce(refusal, ''), 0) >> 20), 0)::bigint as "hash!"
           from rehearsal_row where isp_id = $1 and rehearsal_id = $2"#,
        isp,
        id.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.rows, row.total, row.hash))
}
