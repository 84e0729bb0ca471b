//! Payments found among a million. Whatever is searched by its beginning is compared with >= and <, because row-level
//! security keeps LIKE out of every index; customers are found first, by their own few rows. Counts and sums are exact:
//! an accountant adds them up.

use crate::db::currency;
use crate::error::known;
use crate::words::each_word;
use crate::{IspTx, Result};
use domain::customers::{Page, Paging};
use domain::payments::{FoundPayment, Method, PaymentFilter, PaymentRow, PaymentState};
use domain::{Currency, Money};
use sqlx::{Postgres, QueryBuilder, Row};
use uuid::Uuid;

/// Up to so many customers are named one by one; more are asked for by the words themselves.
const FEW: i64 = 2_000;
/// Bills whose number begins alike.
const MOST_BILLS: i64 = 200;

/// What the words of a search mean.
#[derive(Debug, Default)]
struct Meant {
    /// Customers whose name, number, mobile or user name hold all words; `None`: too many to name.
    customers: Option<Vec<Uuid>>,
    /// Receipts or references that begin with this, and receipts with exactly these numbers.
    begins: Option<String>,
    receipts: Vec<String>,
    /// Payments of a bill whose number begins like this.
    payments: Vec<Uuid>,
}

async fn understand(tx: &mut IspTx, search: &str) -> Result<Meant> {
    let isp = tx.isp();
    let words = each_word(search);
    let customers =
        sqlx::query_scalar!("select id from customer where isp_id = $1 and search_text like all($2) limit $3", isp, &words, FEW + 1)
            .fetch_all(tx.conn())
            .await?;
    let mut meant = Meant { customers: (customers.len() as i64 <= FEW).then_some(customers), ..Meant::default() };
    let mut words = search.split_whitespace();
    // Numbers are one word and hold a digit.
    let (Some(word), None) = (words.next(), words.next()) else { return Ok(meant) };
    let word = word.to_uppercase();
    if !word.bytes().any(|b| b.is_ascii_digit()) || word.len() > 40 {
        return Ok(meant);
    }
    if let Ok(number) = word.parse::<i64>().map(i64::abs) {
        let years = sqlx::query_scalar!(
            r#"select split_part(series, ':', 2) as "year!" from number_series where isp_id = $1 and series like 'receipt:%'"#,
            isp
        )
        .fetch_all(tx.conn())
        .await?;
        meant.receipts = years.into_iter().map(|year| format!("RCT-{year}-{number:05}")).collect();
    }
    meant.payments = sqlx::query_scalar!(
        r#"select distinct a.payment_id as "id!" from (
             select id from invoice where isp_id = $1 and number collate "C" >= $2 and number collate "C" < $3 limit $4) i
           join allocation a on a.isp_id = $1 and a.invoice_id = i.id where a.payment_id is not null"#,
        isp,
        word,
        after(&word),
        MOST_BILLS
    )
    .fetch_all(tx.conn())
    .await?;
    meant.begins = Some(word);
    Ok(meant)
}

/// The smallest text that does not begin with this.
fn after(text: &str) -> String {
    format!("{text}{}", char::MAX)
}

fn conditions(query: &mut QueryBuilder<Postgres>, isp: Uuid, filter: &PaymentFilter, meant: Option<&Meant>) {
    query.push(" where p.isp_id = ").push_bind(isp);
    if let Some(meant) = meant {
        query.push(" and (");
        match &meant.customers {
            Some(ids) => query.push("p.customer_id = any(").push_bind(ids.clone()).push(")"),
            None => {
                query.push("p.customer_id in (select id from customer where isp_id = ").push_bind(isp);
                query.push(" and search_text like all(").push_bind(each_word(&filter.search)).push("))")
            }
        };
        if let Some(begins) = &meant.begins {
            query.push(" or p.receipt_number collate \"C\" >= ").push_bind(begins.clone());
            query.push(" and p.receipt_number collate \"C\" < ").push_bind(after(begins));
            let reference: String = begins.chars().filter(char::is_ascii_alphanumeric).collect();
            if !reference.is_empty() {
                query.push(" or p.reference_key collate \"C\" >= ").push_bind(reference.clone());
                query.push(" and p.reference_key collate \"C\" < ").push_bind(after(&reference));
            }
        }
        if !meant.receipts.is_empty() {
            query.push(" or p.receipt_number = any(").push_bind(meant.receipts.clone()).push(")");
        }
        if !meant.payments.is_empty() {
            query.push(" or p.id = any(").push_bind(meant.payments.clone()).push(")");
        }
        query.push(")");
    }
    if let Some(customer) = filter.customer_id {
        query.push(" and p.customer_id = ").push_bind(customer.0);
    }
    if let Some(from) = filter.from {
        query.push(" and p.business_date >= ").push_bind(from);
    }
    if let Some(until) = filter.until {
        query.push(" and p.business_date <= ").push_bind(until);
    }
    if let Some(method) = filter.method {
        query.push(" and p.method = ").push_bind(method.slug());
    }
    if let Some(collector) = filter.collector {
        query.push(" and p.collected_by = ").push_bind(collector);
    }
    if let Some(least) = filter.least {
        query.push(" and p.amount_minor >= ").push_bind(least);
    }
    if let Some(most) = filter.most {
        query.push(" and p.amount_minor <= ").push_bind(most);
    }
    let reversed = "exists (select 1 from payment_reversal r where r.payment_id = p.id and r.isp_id = ";
    match filter.state {
        None => {}
        Some(PaymentState::Held) => {
            query.push(" and not ").push(reversed).push_bind(isp).push(")");
        }
        Some(PaymentState::Reversed) => {
            query.push(" and ").push(reversed).push_bind(isp).push(")");
        }
    }
}

/// One page of receipts, newest first, with how many there are and their sum. Of the second half of a long list the
/// pages are read from the other end, so that the last one costs no more than the first.
pub async fn page(tx: &mut IspTx, filter: &PaymentFilter, paging: Paging, books: Currency) -> Result<(Page<FoundPayment>, Money)> {
    let isp = tx.isp();
    let search = filter.search.trim();
    let meant = if search.is_empty() { None } else { Some(understand(tx, search).await?) };
    let mut totals = QueryBuilder::new("select count(*), coalesce(sum(p.amount_minor), 0)::bigint from payment p");
    conditions(&mut totals, isp, filter, meant.as_ref());
    let totals = totals.build().fetch_one(tx.conn()).await?;
    let (total, sum): (i64, i64) = (totals.try_get(0)?, totals.try_get(1)?);

    let first = paging.offset().min(total);
    let size = paging.size.min(total - first);
    let backwards = first > total / 2;
    let (order, offset) = if backwards { ("asc", total - first - size) } else { ("desc", first) };
    // The page is chosen first, out of the index alone; names are read for its few rows.
    let mut rows = QueryBuilder::new(
        "select p.id, p.receipt_number, p.customer_id, c.number, c.name, p.method, p.amount_minor, p.currency, p.business_date, p.received_at, \
         p.collector_name, p.note, p.reference, exists (select 1 from payment_reversal r where r.isp_id = p.isp_id and r.payment_id = p.id) as reversed \
         from (select p.id from payment p",
    );
    conditions(&mut rows, isp, filter, meant.as_ref());
    rows.push(format!(" order by p.business_date {order}, p.id {order} limit ")).push_bind(size).push(" offset ").push_bind(offset);
    rows.push(") found join payment p on p.id = found.id and p.isp_id = ").push_bind(isp);
    rows.push(" join customer c on c.id = p.customer_id and c.isp_id = ").push_bind(isp);
    rows.push(" order by p.business_date desc, p.id desc");
    let rows: Result<Vec<_>> = rows.build().fetch_all(tx.conn()).await?.iter().map(read).collect();
    Ok((Page { rows: rows?, total, page: paging.page, size: paging.size }, Money::new(sum, books)))
}

/// Receipts behind `after` in the order of their ids, which is the order in which they were taken.
pub async fn behind(tx: &mut IspTx, filter: &PaymentFilter, after: Uuid, limit: i64) -> Result<Vec<FoundPayment>> {
    let isp = tx.isp();
    let mut rows = QueryBuilder::new(
        "select p.id, p.receipt_number, p.customer_id, c.number, c.name, p.method, p.amount_minor, p.currency, p.business_date, p.received_at, \
         p.collector_name, p.note, p.reference, exists (select 1 from payment_reversal r where r.isp_id = p.isp_id and r.payment_id = p.id) as reversed \
         from payment p join customer c on c.isp_id = p.isp_id and c.id = p.customer_id",
    );
    conditions(&mut rows, isp, filter, None);
    rows.push(" and p.id > ").push_bind(after).push(" order by p.id limit ").push_bind(limit);
    rows.build().fetch_all(tx.conn()).await?.iter().map(read).collect()
}

fn read(row: &sqlx::postgres::PgRow) -> Result<FoundPayment> {
    let (code, method): (String, String) = (row.try_get("currency")?, row.try_get("method")?);
    let payment = PaymentRow {
        id: row.try_get::<Uuid, _>("id")?.into(),
        receipt_number: row.try_get("receipt_number")?,
        customer_id: row.try_get::<Uuid, _>("customer_id")?.into(),
        customer_number: row.try_get("number")?,
        customer_name: row.try_get("name")?,
        method: known(Method::from_slug(&method), "method", &method)?,
        amount: Money::new(row.try_get("amount_minor")?, currency(&code)?),
        business_date: row.try_get("business_date")?,
        received_at: row.try_get("received_at")?,
        collector_name: row.try_get("collector_name")?,
        note: row.try_get("note")?,
    };
    Ok(FoundPayment { payment, reference: row.try_get("reference")?, reversed: row.try_get("reversed")? })
}

/// Who has taken payments, for the filter: id and the name on his last receipt.
pub async fn collectors(tx: &mut IspTx) -> Result<Vec<(Uuid, String)>> {
    let isp = tx.isp();
    // One step an account, not one a payment.
    let rows = sqlx::query!(
        r#"with recursive who as (
             (select collected_by from payment where isp_id = $1 order by collected_by limit 1)
             union all
             select (select p.collected_by from payment p where p.isp_id = $1 and p.collected_by > w.collected_by order by p.collected_by limit 1)
             from who w where w.collected_by is not null)
           select w.collected_by as "id!", l.collector_name as "name!" from who w
           cross join lateral (select collector_name from payment p where p.isp_id = $1 and p.collected_by = w.collected_by
             order by p.business_date desc, p.id desc limit 1) l
           where w.collected_by is not null order by 2"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}
