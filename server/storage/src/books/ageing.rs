//! What was owed at an instant, by age. A bill's due then is its due now and whatever was allocated since: for today
//! that reads the open bills alone, for the past also those that were touched later, and the answer never changes.

use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::books::{Age, AgedInvoice, AgeingRow};
use domain::customers::{Page, Paging};
use domain::{Currency, CustomerId, InvoiceId, Money};
use sqlx::{Postgres, QueryBuilder, Row};
use uuid::Uuid;

/// Pushes `with aged as (customer_id, id, number, issued_on, due_on, due, age)`.
fn aged(tx: &IspTx, as_of: DateTime<Utc>, on: NaiveDate) -> QueryBuilder<Postgres> {
    let isp = tx.isp();
    let mut query =
        QueryBuilder::new("with later as (select invoice_id, sum(amount_minor)::bigint as amount from allocation where isp_id = ");
    query.push_bind(isp).push(" and at > ").push_bind(as_of).push(" group by invoice_id), open as (");
    query.push("select i.id, i.customer_id, i.entry_id, i.number, i.issued_on, i.due_on, i.due_minor + coalesce(l.amount, 0) as due from invoice i ");
    query.push("left join later l on l.invoice_id = i.id where i.isp_id = ").push_bind(isp).push(" and i.due_minor > 0 union all ");
    query.push("select i.id, i.customer_id, i.entry_id, i.number, i.issued_on, i.due_on, l.amount from later l ");
    query.push("join invoice i on i.id = l.invoice_id and i.isp_id = ").push_bind(isp).push(" where i.due_minor = 0), aged as (");
    query.push("select o.customer_id, o.id, o.number, o.issued_on, o.due_on, o.due, case when o.due_on > ").push_bind(on);
    query.push(" then 0 when ").push_bind(on).push(" - o.due_on <= 30 then 1 when ").push_bind(on).push(" - o.due_on <= 60 then 2 when ");
    query
        .push_bind(on)
        .push(" - o.due_on <= 90 then 3 else 4 end as age from open o join journal_entry e on e.id = o.entry_id and e.isp_id = ");
    query.push_bind(isp).push(" where o.due <> 0 and e.at <= ").push_bind(as_of).push(")");
    query
}

const AGES: &str = "coalesce(sum(due) filter (where age = 0), 0)::bigint as a0, coalesce(sum(due) filter (where age = 1), 0)::bigint as a1, \
                    coalesce(sum(due) filter (where age = 2), 0)::bigint as a2, coalesce(sum(due) filter (where age = 3), 0)::bigint as a3, \
                    coalesce(sum(due) filter (where age = 4), 0)::bigint as a4, coalesce(sum(due), 0)::bigint as due";

fn ages(row: &sqlx::postgres::PgRow) -> Result<[i64; 5]> {
    Ok([row.try_get("a0")?, row.try_get("a1")?, row.try_get("a2")?, row.try_get("a3")?, row.try_get("a4")?])
}

/// One page of debtors, the largest first, and the sums over all of them.
pub async fn page(
    tx: &mut IspTx,
    as_of: DateTime<Utc>,
    on: NaiveDate,
    paging: Paging,
    books: Currency,
) -> Result<(Page<AgeingRow>, [i64; 5], Money)> {
    let mut totals = aged(tx, as_of, on);
    totals.push(" select count(distinct customer_id) as n, ").push(AGES).push(" from aged");
    let totals = totals.build().fetch_one(tx.conn()).await?;
    let total: i64 = totals.try_get("n")?;
    let isp = tx.isp();
    let mut rows = aged(tx, as_of, on);
    rows.push(", owing as (select customer_id, ").push(AGES);
    rows.push(" from aged group by customer_id order by due desc, customer_id limit ").push_bind(paging.size);
    rows.push(" offset ").push_bind(paging.offset());
    rows.push(") select o.*, c.number, c.name from owing o join customer c on c.id = o.customer_id and c.isp_id = ").push_bind(isp);
    rows.push(" order by o.due desc, o.customer_id");
    let rows = rows.build().fetch_all(tx.conn()).await?;
    let rows: Result<Vec<_>> = rows
        .iter()
        .map(|row| {
            Ok(AgeingRow {
                customer_id: CustomerId(row.try_get("customer_id")?),
                number: row.try_get("number")?,
                name: row.try_get("name")?,
                ages: ages(row)?,
                total: Money::new(row.try_get("due")?, books),
            })
        })
        .collect();
    Ok((Page { rows: rows?, total, page: paging.page, size: paging.size }, ages(&totals)?, Money::new(totals.try_get("due")?, books)))
}

/// The bills behind a figure: of one age, of one customer, or of both. With their sum.
pub async fn invoices(
    tx: &mut IspTx,
    as_of: DateTime<Utc>,
    on: NaiveDate,
    age: Option<Age>,
    customer: Option<CustomerId>,
    paging: Paging,
    books: Currency,
) -> Result<(Page<AgedInvoice>, Money)> {
    let narrow = |query: &mut QueryBuilder<Postgres>| {
        if let Some(age) = age {
            let index = Age::ALL.iter().position(|one| *one == age).and_then(|at| i32::try_from(at).ok()).unwrap_or(0);
            query.push(" and age = ").push_bind(index);
        }
        if let Some(customer) = customer {
            query.push(" and customer_id = ").push_bind(customer.0);
        }
    };
    let mut totals = aged(tx, as_of, on);
    totals.push(" select count(*), coalesce(sum(due), 0)::bigint from aged where true");
    narrow(&mut totals);
    let totals = totals.build().fetch_one(tx.conn()).await?;
    let isp = tx.isp();
    let mut rows = aged(tx, as_of, on);
    rows.push(", found as (select * from aged where true");
    narrow(&mut rows);
    rows.push(" order by due_on, id limit ").push_bind(paging.size).push(" offset ").push_bind(paging.offset());
    rows.push(") select f.*, c.name from found f join customer c on c.id = f.customer_id and c.isp_id = ").push_bind(isp);
    rows.push(" order by f.due_on, f.id");
    let rows = rows.build().fetch_all(tx.conn()).await?;
    let rows: Result<Vec<_>> = rows
        .iter()
        .map(|row| {
            let due_on: NaiveDate = row.try_get("due_on")?;
            Ok(AgedInvoice {
                id: InvoiceId(row.try_get("id")?),
                number: row.try_get("number")?,
                customer_id: CustomerId(row.try_get("customer_id")?),
                customer_name: row.try_get("name")?,
                issued_on: row.try_get("issued_on")?,
                due_on,
                age: Age::of(due_on, on),
                due: Money::new(row.try_get("due")?, books),
            })
        })
        .collect();
    let page = Page { rows: rows?, total: totals.try_get(0)?, page: paging.page, size: paging.size };
    Ok((page, Money::new(totals.try_get(1)?, books)))
}

/// What the receivable account said at an instant.
pub async fn receivable(tx: &mut IspTx, as_of: DateTime<Utc>) -> Result<i64> {
    let isp: Uuid = tx.isp();
    Ok(sqlx::query_scalar!(
        r#"select (coalesce((select sum(amount_minor) from posting where isp_id = $1 and account = 'receivable'), 0)
             - coalesce((select sum(p.amount_minor) from journal_entry e join posting p on p.isp_id = $1 and p.entry_id = e.id
                 where e.isp_id = $1 and e.at > $2 and p.account = 'receivable'), 0))::bigint as "sum!""#,
        isp,
        as_of
    )
    .fetch_one(tx.conn())
    .await?)
}
