//! Invoices as lists and pages show them.

use crate::db::currency;
use crate::error::known;
use crate::words::each_word;
use crate::{IspTx, Result};
use chrono::{Datelike, NaiveDate};
use domain::billing::{InvoiceDetail, InvoiceFacts, InvoiceFilter, InvoiceLineView, InvoiceRow, InvoiceState, LineKind};
use domain::customers::{Page, Paging};
use domain::{CustomerId, InvoiceId, Money, PaymentId};
use sqlx::{Postgres, QueryBuilder, Row};
use uuid::Uuid;

const COLUMNS: &str = "v.id, v.number, v.customer_id, c.number as customer_number, v.customer_name, v.issued_on, v.due_on, v.total_minor, v.due_minor, \
                       v.currency, v.status, v.credited_minor, v.written_off_minor";

/// One page of invoices, newest first, how many there are and what is due on them in all (minor units).
pub async fn page(
    tx: &mut IspTx,
    filter: &InvoiceFilter,
    customer: Option<CustomerId>,
    paging: Paging,
    today: NaiveDate,
) -> Result<(Page<InvoiceRow>, i64)> {
    let mut totals = QueryBuilder::new("select count(*), coalesce(sum(v.due_minor), 0)::bigint from invoice v");
    conditions(&mut totals, tx.isp(), filter, customer, today);
    let totals = totals.build().fetch_one(tx.conn()).await?;
    let (total, due): (i64, i64) = (totals.try_get(0)?, totals.try_get(1)?);

    let mut rows = QueryBuilder::new("select ");
    rows.push(COLUMNS).push(" from invoice v join customer c on c.isp_id = v.isp_id and c.id = v.customer_id");
    conditions(&mut rows, tx.isp(), filter, customer, today);
    rows.push(" order by v.issued_on desc, v.id desc limit ").push_bind(paging.size).push(" offset ").push_bind(paging.offset());
    let rows = rows.build().fetch_all(tx.conn()).await?;
    let rows: Result<Vec<_>> = rows.iter().map(|row| read(row, today)).collect();
    Ok((Page { rows: rows?, total, page: paging.page, size: paging.size }, due))
}

/// Invoices behind `after` in the order of their ids, which is the order in which they were made.
pub async fn behind(
    tx: &mut IspTx,
    filter: &InvoiceFilter,
    customer: Option<CustomerId>,
    after: Uuid,
    limit: i64,
    today: NaiveDate,
) -> Result<Vec<InvoiceRow>> {
    let mut rows = QueryBuilder::new("select ");
    rows.push(COLUMNS).push(" from invoice v join customer c on c.isp_id = v.isp_id and c.id = v.customer_id");
    conditions(&mut rows, tx.isp(), filter, customer, today);
    rows.push(" and v.id > ").push_bind(after).push(" order by v.id limit ").push_bind(limit);
    rows.build().fetch_all(tx.conn()).await?.iter().map(|row| read(row, today)).collect()
}

pub(crate) fn conditions(
    query: &mut QueryBuilder<Postgres>,
    isp: Uuid,
    filter: &InvoiceFilter,
    customer: Option<CustomerId>,
    today: NaiveDate,
) {
    query.push(" where v.isp_id = ").push_bind(isp);
    if !filter.search.trim().is_empty() {
        search(query, isp, &filter.search, today);
    }
    if let Some(from) = filter.from {
        query.push(" and v.issued_on >= ").push_bind(from);
    }
    if let Some(until) = filter.until {
        query.push(" and v.issued_on <= ").push_bind(until);
    }
    if let Some(least) = filter.least {
        query.push(" and v.total_minor >= ").push_bind(least);
    }
    if let Some(most) = filter.most {
        query.push(" and v.total_minor <= ").push_bind(most);
    }
    match filter.state {
        None => {}
        Some(InvoiceState::Void) => {
            query.push(" and v.status = 'void'");
        }
        Some(InvoiceState::Paid) => {
            query.push(
                " and v.status = 'issued' and v.due_minor = 0 and v.written_off_minor = 0 and (v.credited_minor = 0 or v.credited_minor < v.total_minor)",
            );
        }
        Some(InvoiceState::Credited) => {
            query.push(
                " and v.status = 'issued' and v.due_minor = 0 and v.written_off_minor = 0 and v.credited_minor > 0 and v.credited_minor = v.total_minor",
            );
        }
        Some(InvoiceState::WrittenOff) => {
            query.push(" and v.status = 'issued' and v.due_minor = 0 and v.written_off_minor > 0");
        }
        Some(InvoiceState::Overdue) => {
            query.push(" and v.status = 'issued' and v.due_minor > 0 and v.due_on < ").push_bind(today);
        }
        Some(InvoiceState::Open) => {
            query.push(" and v.status = 'issued' and v.due_minor > 0 and v.due_minor = v.total_minor and v.due_on >= ").push_bind(today);
        }
        Some(InvoiceState::PartlyPaid) => {
            query.push(" and v.status = 'issued' and v.due_minor > 0 and v.due_minor < v.total_minor and v.due_on >= ").push_bind(today);
        }
    }
    if let Some(run) = filter.run_id {
        query.push(" and v.run_id = ").push_bind(run.0);
    }
    if let Some(day) = filter.due_by {
        query.push(" and v.due_minor > 0 and v.due_on <= ").push_bind(day);
    }
    if let Some(customer) = customer {
        query.push(" and v.customer_id = ").push_bind(customer.0);
    }
}

/// All words in what is known of the customer; or one word that a number begins with, or a number without its year.
/// Ranges instead of LIKE where an index can answer, because row-level security lets only those into it.
fn search(query: &mut QueryBuilder<Postgres>, isp: Uuid, text: &str, today: NaiveDate) {
    query.push(" and (v.customer_id in (select id from customer where isp_id = ").push_bind(isp);
    query.push(" and search_text like all(").push_bind(each_word(text)).push("))");
    let mut words = text.split_whitespace();
    if let (Some(word), None) = (words.next(), words.next()) {
        let word = word.to_uppercase();
        if let Ok(number) = word.parse::<i64>().map(i64::abs) {
            let numbers: Vec<String> = (0..30).map(|back| format!("INV-{}-{number:05}", today.year() - back)).collect();
            query.push(" or v.number = any(").push_bind(numbers).push(")");
        }
        query.push(" or v.number collate \"C\" >= ").push_bind(word.clone());
        query.push(" and v.number collate \"C\" < ").push_bind(format!("{word}{}", char::MAX));
    }
    query.push(")");
}

fn read(row: &sqlx::postgres::PgRow, today: NaiveDate) -> Result<InvoiceRow> {
    let code: String = row.try_get("currency")?;
    let currency = currency(&code)?;
    let (total, due, due_on): (i64, i64, NaiveDate) = (row.try_get("total_minor")?, row.try_get("due_minor")?, row.try_get("due_on")?);
    let status: String = row.try_get("status")?;
    let facts = InvoiceFacts {
        void: status == "void",
        total_minor: total,
        due_minor: due,
        credited_minor: row.try_get("credited_minor")?,
        written_off_minor: row.try_get("written_off_minor")?,
        due_on,
    };
    Ok(InvoiceRow {
        id: InvoiceId(row.try_get("id")?),
        number: row.try_get("number")?,
        customer_id: CustomerId(row.try_get("customer_id")?),
        customer_number: row.try_get("customer_number")?,
        customer_name: row.try_get("customer_name")?,
        issued_on: row.try_get("issued_on")?,
        due_on,
        total: Money::new(total, currency),
        due: Money::new(due, currency),
        state: InvoiceState::of(facts, today),
    })
}

/// An invoice with its lines and what paid it.
pub async fn detail(tx: &mut IspTx, id: InvoiceId, today: NaiveDate) -> Result<Option<InvoiceDetail>> {
    let isp = tx.isp();
    let mut query = QueryBuilder::new("select v.net_minor, v.tax_minor, v.customer_address, ");
    query
        .push(COLUMNS)
        .push(" from invoice v join customer c on c.isp_id = v.isp_id and c.id = v.customer_id where v.isp_id = ")
        .push_bind(isp);
    query.push(" and v.id = ").push_bind(id.0);
    let Some(found) = query.build().fetch_optional(tx.conn()).await? else { return Ok(None) };
    let row = read(&found, today)?;
    let currency = row.total.currency;
    let lines = sqlx::query!(
        "select kind, description, service_id, period_start, period_end, days, days_in_period, net_minor, tax_minor, tax_rate from invoice_line
         where isp_id = $1 and invoice_id = $2 order by line",
        isp,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    let lines = lines.into_iter().map(|line| {
        Ok(InvoiceLineView {
            kind: known(LineKind::from_slug(&line.kind), "line kind", &line.kind)?,
            description: line.description,
            service_id: line.service_id.map(Into::into),
            period_start: line.period_start,
            period_end: line.period_end,
            days: line.days,
            days_in_period: line.days_in_period,
            net: Money::new(line.net_minor, currency),
            tax: Money::new(line.tax_minor, currency),
            tax_rate: line.tax_rate.normalize().to_string(),
        })
    });
    let lines: Result<Vec<_>> = lines.collect();
    // What paid it and still does: parts that were taken back again stand in its history, not here.
    let paid = sqlx::query!(
        r#"select a.payment_id, coalesce(p.receipt_number, '') as "number!", coalesce(p.business_date, e.business_date) as "day!",
             (a.amount_minor + coalesce((select sum(r.amount_minor) from allocation r where r.isp_id = $1 and r.reverses = a.id), 0))::bigint as "live!"
           from allocation a
           join journal_entry e on e.isp_id = $1 and e.id = a.entry_id
           left join payment p on p.isp_id = $1 and p.id = a.payment_id
           where a.isp_id = $1 and a.invoice_id = $2 and a.reverses is null and a.credit_note_id is null and a.write_off_id is null
           order by a.at, a.id"#,
        isp,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    let paid = paid.into_iter().filter(|part| part.live > 0);
    let reductions = (Money::new(found.try_get("credited_minor")?, currency), Money::new(found.try_get("written_off_minor")?, currency));
    let paid_by = paid.map(|part| (part.payment_id.map(PaymentId), part.number, part.day, Money::new(part.live, currency)));
    Ok(Some(InvoiceDetail {
        net: Money::new(found.try_get("net_minor")?, currency),
        tax: Money::new(found.try_get("tax_minor")?, currency),
        customer_address: found.try_get("customer_address")?,
        lines: lines?,
        paid_by: paid_by.collect(),
        credited: reductions.0,
        written_off: reductions.1,
        row,
    }))
}
