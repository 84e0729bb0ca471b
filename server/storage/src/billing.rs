//! What the billing run reads and writes: set-based, so that 100,000 services are seconds, not hours.

use crate::db::currency;
use crate::error::known;
use crate::{Error, IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::billing::{Billable, InvoiceDraft, RunRow, Tax};
use domain::packages::Validity;
use domain::{BillingRunId, CustomerId, EntryId, InvoiceId, Money, ServiceId};
use std::collections::HashMap;
use uuid::Uuid;

/// A service with what its invoice and its list row must say.
#[derive(Clone, Debug)]
pub struct ToBill {
    pub billable: Billable,
    pub customer_name: String,
    pub customer_number: String,
    pub customer_address: Option<String>,
    pub username: String,
    pub package: String,
    /// IANA zone of the customer's billing profile, if it has its own.
    pub profile_zone: Option<String>,
    pub auto_suspend: bool,
}

/// Up to `limit` active services, in order of id after `after`, that have a day up to `on` which no invoice covers.
pub async fn to_bill(tx: &mut IspTx, on: NaiveDate, after: Option<ServiceId>, limit: i64) -> Result<Vec<ToBill>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select s.id, s.customer_id, s.username, s.billed_until, c.name, c.number, c.address, p.name as package,
             coalesce(s.custom_price_minor, p.price_minor) as "price_minor!", p.currency, p.validity_unit, p.validity_count,
             t.rate as "tax_rate?", t.inclusive as "tax_inclusive?", b.billing_day, b.due_days, b.grace_days, b.time_zone, b.auto_suspend
           from service s
           join customer c on c.isp_id = $1 and c.id = s.customer_id
           join package p on p.isp_id = $1 and p.id = s.package_id
           join billing_profile b on b.isp_id = $1 and b.id = c.billing_profile_id
           left join tax_profile t on t.isp_id = $1 and t.id = p.tax_profile_id
           where s.isp_id = $1 and s.status = 'active' and s.billed_until <= $2 and s.id > $3
           order by s.id limit $4"#,
        isp,
        on,
        after.map_or(Uuid::nil(), |id| id.0),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let validity = known(Validity::read(&row.validity_unit, row.validity_count.unsigned_abs()), "validity", &row.validity_unit)?;
            let tax = row.tax_rate.map(|rate| Tax { rate, inclusive: row.tax_inclusive.unwrap_or_default() });
            Ok(ToBill {
                billable: Billable {
                    service_id: row.id.into(),
                    customer_id: row.customer_id.into(),
                    description: row.package.clone(),
                    price_minor: row.price_minor,
                    currency: currency(&row.currency)?,
                    validity,
                    tax,
                    billed_until: row.billed_until,
                    billing_day: row.billing_day.unsigned_abs(),
                    due_days: row.due_days.unsigned_abs(),
                    grace_days: row.grace_days.unsigned_abs(),
                },
                customer_name: row.name,
                customer_number: row.number,
                customer_address: row.address,
                username: row.username,
                package: row.package,
                profile_zone: row.time_zone,
                auto_suspend: row.auto_suspend,
            })
        })
        .collect()
}

/// How many services `to_bill` would find in all.
pub async fn count_to_bill(tx: &mut IspTx, on: NaiveDate) -> Result<i64> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(
        "select count(*) as \"n!\" from service where isp_id = $1 and status = 'active' and billed_until <= $2",
        isp,
        on
    )
    .fetch_one(tx.conn())
    .await?)
}

/// An invoice ready to be written: numbered, with its entry posted before.
#[derive(Clone, Debug)]
pub struct NewInvoice<'a> {
    pub id: InvoiceId,
    pub number: String,
    pub entry_id: EntryId,
    pub draft: &'a InvoiceDraft,
    pub customer_name: &'a str,
    pub customer_address: Option<&'a str>,
}

/// Writes invoices with their one line each. `invoice_line_period_key` refuses a period that was charged before.
pub async fn insert_invoices(tx: &mut IspTx, run: Option<BillingRunId>, invoices: &[NewInvoice<'_>]) -> Result<()> {
    let isp = tx.isp();
    macro_rules! column {
        ($f:expr) => {
            invoices.iter().map($f).collect::<Vec<_>>()
        };
    }
    let ids = column!(|i| i.id.0);
    let services = column!(|i| i.draft.service_id.0);
    let taxes = column!(|i| i.draft.tax_minor);
    let nets = column!(|i| i.draft.net_minor);
    sqlx::query!(
        "insert into invoice (isp_id, id, number, customer_id, run_id, entry_id, issued_on, due_on, cut_on, net_minor, tax_minor, total_minor, due_minor,
           currency, customer_name, customer_address)
         select $1, id, number, customer_id, $2, entry_id, issued_on, due_on, cut_on, net, tax, net + tax, net + tax, currency, name, address
         from unnest($3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::date[], $8::date[], $9::date[], $10::bigint[], $11::bigint[], $12::text[],
           $13::text[], $14::text[])
           as v (id, number, customer_id, entry_id, issued_on, due_on, cut_on, net, tax, currency, name, address)",
        isp,
        run.map(|run| run.0),
        &ids,
        &column!(|i| i.number.as_str()) as &[&str],
        &column!(|i| i.draft.customer_id.0),
        &column!(|i| i.entry_id.0),
        &column!(|i| i.draft.issued_on),
        &column!(|i| i.draft.due_on),
        &column!(|i| i.draft.cut_on),
        &nets,
        &taxes,
        &column!(|i| i.draft.currency.code()) as &[&str],
        &column!(|i| i.customer_name) as &[&str],
        &column!(|i| i.customer_address) as &[Option<&str>],
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into invoice_line (isp_id, invoice_id, line, kind, service_id, description, period_start, period_end, days, days_in_period, net_minor,
           tax_rate, tax_minor)
         select $1, invoice_id, 1, 'recurring', service_id, description, period_start, period_end, days, days_in_period, net, rate, tax
         from unnest($2::uuid[], $3::uuid[], $4::text[], $5::date[], $6::date[], $7::smallint[], $8::smallint[], $9::bigint[], $10::numeric[],
           $11::bigint[])
           as v (invoice_id, service_id, description, period_start, period_end, days, days_in_period, net, rate, tax)",
        isp,
        &ids,
        &services,
        &column!(|i| i.draft.description.as_str()) as &[&str],
        &column!(|i| i.draft.period.start),
        &column!(|i| i.draft.period.end),
        &column!(|i| i16::try_from(i.draft.days).unwrap_or(i16::MAX)),
        &column!(|i| i16::try_from(i.draft.days_in_period).unwrap_or(i16::MAX)),
        &nets,
        &column!(|i| i.draft.tax_rate),
        &taxes,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What decides when a service is cut, besides its invoices.
#[derive(Clone, Debug)]
pub struct CutoffFacts {
    pub service_id: ServiceId,
    pub customer_id: CustomerId,
    pub billed_until: NaiveDate,
    pub cutoff_at: Option<DateTime<Utc>>,
    pub due_days: u16,
    pub grace_days: u16,
    pub auto_suspend: bool,
    pub profile_zone: Option<String>,
    /// The earliest day on which an unpaid invoice of the customer may cut.
    pub oldest_cut_on: Option<NaiveDate>,
}

/// The facts of every service of these customers that is not terminated.
pub async fn cutoff_facts(tx: &mut IspTx, customers: &[CustomerId]) -> Result<Vec<CutoffFacts>> {
    let isp = tx.isp();
    let ids: Vec<_> = customers.iter().map(|id| id.0).collect();
    let oldest: HashMap<Uuid, NaiveDate> = sqlx::query!(
        r#"select customer_id, min(cut_on) as "cut_on!" from invoice where isp_id = $1 and customer_id = any($2) and due_minor > 0 group by customer_id"#,
        isp,
        &ids
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(|row| (row.customer_id, row.cut_on))
    .collect();
    let rows = sqlx::query!(
        "select s.id, s.customer_id, s.billed_until, s.cutoff_at, b.due_days, b.grace_days, b.auto_suspend, b.time_zone
         from service s
         join customer c on c.isp_id = $1 and c.id = s.customer_id
         join billing_profile b on b.isp_id = $1 and b.id = c.billing_profile_id
         where s.isp_id = $1 and s.customer_id = any($2) and s.status <> 'terminated'",
        isp,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let facts = rows.into_iter().map(|row| CutoffFacts {
        service_id: row.id.into(),
        customer_id: row.customer_id.into(),
        billed_until: row.billed_until,
        cutoff_at: row.cutoff_at,
        due_days: row.due_days.unsigned_abs(),
        grace_days: row.grace_days.unsigned_abs(),
        auto_suspend: row.auto_suspend,
        profile_zone: row.time_zone,
        oldest_cut_on: oldest.get(&row.customer_id).copied(),
    });
    Ok(facts.collect())
}

/// Sets up to which day services are covered and from when they may be cut.
pub async fn set_coverage(tx: &mut IspTx, rows: &[(ServiceId, NaiveDate, Option<DateTime<Utc>>)]) -> Result<()> {
    let isp = tx.isp();
    let ids: Vec<_> = rows.iter().map(|row| row.0.0).collect();
    let until: Vec<_> = rows.iter().map(|row| row.1).collect();
    let cutoff: Vec<_> = rows.iter().map(|row| row.2).collect();
    sqlx::query!(
        "update service s set billed_until = v.until, cutoff_at = v.cutoff
         from unnest($2::uuid[], $3::date[], $4::timestamptz[]) as v (id, until, cutoff)
         where s.isp_id = $1 and s.id = v.id",
        isp,
        &ids,
        &until,
        &cutoff as &[Option<DateTime<Utc>>]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The credit of those among `customers` that have some.
pub async fn credits(tx: &mut IspTx, customers: &[CustomerId]) -> Result<HashMap<CustomerId, i64>> {
    let isp = tx.isp();
    let ids: Vec<_> = customers.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select party_id as "party_id!", (-sum(amount_minor))::bigint as "credit!" from posting
           where isp_id = $1 and account = 'customer_advance' and party_id = any($2) group by party_id having sum(amount_minor) < 0"#,
        isp,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (CustomerId(row.party_id), row.credit)).collect())
}

/// Opens the run of a business day, or finds the one that is there.
pub async fn open_run(tx: &mut IspTx, on: NaiveDate, at: DateTime<Utc>, currency: domain::Currency) -> Result<BillingRunId> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into billing_run (isp_id, id, business_date, state, started_at, currency) values ($1, $2, $3, 'running', $4, $5) on conflict do nothing",
        isp,
        Uuid::now_v7(),
        on,
        at,
        currency.code()
    )
    .execute(tx.conn())
    .await?;
    let id = sqlx::query_scalar!("select id from billing_run where isp_id = $1 and business_date = $2 and kind = 'cycle'", isp, on)
        .fetch_one(tx.conn())
        .await?;
    Ok(id.into())
}

/// Adds what a batch did to its run.
pub async fn count_in_run(tx: &mut IspTx, run: BillingRunId, invoices: i64, total_minor: i64) -> Result<()> {
    let isp = tx.isp();
    let invoices = i32::try_from(invoices).map_err(|_| Error::Corrupt("invoices of a batch".into()))?;
    sqlx::query!(
        "update billing_run set invoices = invoices + $3, total_minor = total_minor + $4 where isp_id = $1 and id = $2",
        isp,
        run.0,
        invoices,
        total_minor
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Closes a run; its problems are counted from their rows. A second close changes nothing but the time of the first.
pub async fn close_run(tx: &mut IspTx, run: BillingRunId, at: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update billing_run r set state = 'done', finished_at = coalesce(finished_at, $3),
           problems = (select count(*) from billing_run_problem p where p.isp_id = $1 and p.run_id = $2)
         where isp_id = $1 and id = $2",
        isp,
        run.0,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Says that a run that was closed goes on: somebody asked for its day again.
pub async fn reopen_run(tx: &mut IspTx, run: BillingRunId) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("update billing_run set state = 'running', finished_at = null where isp_id = $1 and id = $2", isp, run.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Notes why a service could not be billed in this run.
pub async fn note_problem(tx: &mut IspTx, run: BillingRunId, service: ServiceId, problem: &str) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into billing_run_problem (isp_id, run_id, service_id, problem) values ($1, $2, $3, $4)
         on conflict (isp_id, run_id, service_id) do update set problem = $4",
        isp,
        run.0,
        service.0,
        problem
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

struct Run {
    id: Uuid,
    business_date: NaiveDate,
    state: String,
    started_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    invoices: i32,
    total_minor: i64,
    problems: i32,
    currency: String,
}

impl Run {
    fn row(self) -> Result<RunRow> {
        Ok(RunRow {
            id: self.id.into(),
            business_date: self.business_date,
            state: self.state,
            started_at: self.started_at,
            finished_at: self.finished_at,
            invoices: self.invoices,
            total: Money::new(self.total_minor, currency(&self.currency)?),
            problems: self.problems,
        })
    }
}

/// The last runs, newest business day first.
pub async fn runs(tx: &mut IspTx, limit: i64) -> Result<Vec<RunRow>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Run,
        "select id, business_date, state, started_at, finished_at, invoices, total_minor, problems, currency from billing_run
         where isp_id = $1 order by business_date desc, started_at desc limit $2",
        isp,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Run::row).collect()
}

pub async fn find_run(tx: &mut IspTx, id: BillingRunId) -> Result<Option<RunRow>> {
    let isp = tx.isp();
    let row = sqlx::query_as!(
        Run,
        "select id, business_date, state, started_at, finished_at, invoices, total_minor, problems, currency from billing_run where isp_id = $1 and id = $2",
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Run::row).transpose()
}

/// What could not be billed in a run: service, customer, user name, why.
pub async fn problems(tx: &mut IspTx, run: BillingRunId) -> Result<Vec<(ServiceId, CustomerId, String, String, String)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select p.service_id, s.customer_id, c.name, s.username, p.problem from billing_run_problem p
         join service s on s.isp_id = $1 and s.id = p.service_id join customer c on c.isp_id = $1 and c.id = s.customer_id
         where p.isp_id = $1 and p.run_id = $2 order by c.name limit 1000",
        isp,
        run.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.service_id.into(), row.customer_id.into(), row.name, row.username, row.problem)).collect())
}

/// Customers of one billing profile whose bills past their last day of grace add up to more than the profile
/// tolerates, and who still have a service that non-payment does not hold down: customer and overdue sum.
pub async fn to_suspend(tx: &mut IspTx, profile: domain::BillingProfileId, today: NaiveDate) -> Result<Vec<(CustomerId, i64)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select v.customer_id, sum(v.due_minor)::bigint as "overdue!"
           from invoice v join customer c on c.isp_id = $1 and c.id = v.customer_id and c.billing_profile_id = $2
           where v.isp_id = $1 and v.due_minor > 0 and v.cut_on <= $3
             and exists (
               select 1 from service s where s.isp_id = $1 and s.customer_id = v.customer_id and s.status = 'active'
                 and not exists (select 1 from service_block k where k.isp_id = $1 and k.service_id = s.id and k.reason = 'non_payment'))
           group by v.customer_id"#,
        isp,
        profile.0,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.customer_id.into(), row.overdue)).collect())
}

/// Holds every active service of these customers down for non-payment and answers with those that were up.
pub async fn suspend(tx: &mut IspTx, customers: &[CustomerId], since: DateTime<Utc>) -> Result<Vec<(ServiceId, CustomerId)>> {
    let isp = tx.isp();
    let ids: Vec<_> = customers.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        "with held as (
           insert into service_block (isp_id, service_id, reason, since)
           select $1, s.id, 'non_payment', $3 from service s where s.isp_id = $1 and s.customer_id = any($2) and s.status = 'active'
           on conflict do nothing returning service_id)
         select s.id, s.customer_id from service s join held on held.service_id = s.id where s.isp_id = $1",
        isp,
        &ids,
        since
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id.into(), row.customer_id.into())).collect())
}

/// The sum of a customer's bills past their last day of grace, and what his profile tolerates.
pub async fn overdue_and_tolerance(tx: &mut IspTx, customer: CustomerId, today: NaiveDate) -> Result<(i64, i64)> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"select b.tolerance_minor,
             coalesce((select sum(due_minor) from invoice v where v.isp_id = $1 and v.customer_id = c.id and v.due_minor > 0 and v.cut_on <= $3), 0)::bigint as "overdue!"
           from customer c join billing_profile b on b.isp_id = $1 and b.id = c.billing_profile_id where c.isp_id = $1 and c.id = $2"#,
        isp,
        customer.0,
        today
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.overdue, row.tolerance_minor))
}

/// A bill that belongs to no period of a service.
#[derive(Clone, Debug)]
pub struct OneTimeInvoice<'a> {
    pub id: InvoiceId,
    pub number: String,
    pub entry_id: EntryId,
    pub customer_id: CustomerId,
    pub customer_name: &'a str,
    pub customer_address: Option<&'a str>,
    pub description: &'a str,
    pub issued_on: NaiveDate,
    pub due_on: NaiveDate,
    pub cut_on: NaiveDate,
    pub amount: Money,
}

/// Writes bills of one line without tax.
pub async fn insert_one_time(tx: &mut IspTx, invoices: &[OneTimeInvoice<'_>]) -> Result<()> {
    let isp = tx.isp();
    macro_rules! column {
        ($f:expr) => {
            invoices.iter().map($f).collect::<Vec<_>>()
        };
    }
    let ids = column!(|i| i.id.0);
    let amounts = column!(|i| i.amount.minor);
    sqlx::query!(
        "insert into invoice (isp_id, id, number, customer_id, entry_id, issued_on, due_on, cut_on, net_minor, tax_minor, total_minor, due_minor,
           currency, customer_name, customer_address)
         select $1, id, number, customer_id, entry_id, issued_on, due_on, cut_on, net, 0, net, net, currency, name, address
         from unnest($2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::date[], $7::date[], $8::date[], $9::bigint[], $10::text[], $11::text[], $12::text[])
           as v (id, number, customer_id, entry_id, issued_on, due_on, cut_on, net, currency, name, address)",
        isp,
        &ids,
        &column!(|i| i.number.as_str()) as &[&str],
        &column!(|i| i.customer_id.0),
        &column!(|i| i.entry_id.0),
        &column!(|i| i.issued_on),
        &column!(|i| i.due_on),
        &column!(|i| i.cut_on),
        &amounts,
        &column!(|i| i.amount.currency.code()) as &[&str],
        &column!(|i| i.customer_name) as &[&str],
        &column!(|i| i.customer_address) as &[Option<&str>],
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into invoice_line (isp_id, invoice_id, line, kind, description, net_minor, tax_rate, tax_minor)
         select $1, id, 1, 'one_time', description, net, 0, 0 from unnest($2::uuid[], $3::text[], $4::bigint[]) as v (id, description, net)",
        isp,
        &ids,
        &column!(|i| i.description) as &[&str],
        &amounts
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
