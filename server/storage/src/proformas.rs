//! Proformas: written once, read as they were written. What they say is computed elsewhere.

use crate::db::currency;
use crate::{Error, IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::billing::{NextBill, Proforma};
use domain::{CustomerId, Money, ProformaId};
use serde_json::Value;
use uuid::Uuid;

pub async fn create(tx: &mut IspTx, new: &Proforma) -> Result<()> {
    let isp = tx.isp();
    let bill = &new.bill;
    sqlx::query!(
        "insert into proforma (isp_id, id, number, customer_id, customer_number, customer_name, customer_address, made_at, made_on, expected_on, currency,
           net_minor, tax_minor, total_minor, credit_minor, lines, by_name)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        isp,
        new.id.0,
        new.number,
        new.customer_id.0,
        new.customer_number,
        new.customer_name,
        new.customer_address,
        new.made_at,
        new.made_on,
        bill.expected_on,
        bill.total.currency.code(),
        bill.net.minor,
        bill.tax.minor,
        bill.total.minor,
        bill.credit.minor,
        lines(bill),
        new.by
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

fn lines(bill: &NextBill) -> Value {
    serde_json::to_value(&bill.lines).unwrap_or_default()
}

struct Row {
    id: Uuid,
    number: String,
    customer_id: Uuid,
    customer_number: String,
    customer_name: String,
    customer_address: Option<String>,
    made_at: DateTime<Utc>,
    made_on: NaiveDate,
    expected_on: NaiveDate,
    currency: String,
    net_minor: i64,
    tax_minor: i64,
    total_minor: i64,
    credit_minor: i64,
    lines: Value,
    by_name: String,
}

fn read(row: Row) -> Result<Proforma> {
    let currency = currency(&row.currency)?;
    let lines = serde_json::from_value(row.lines).map_err(|error| Error::Corrupt(format!("proforma {}: {error}", row.number)))?;
    Ok(Proforma {
        id: row.id.into(),
        number: row.number,
        customer_id: row.customer_id.into(),
        customer_number: row.customer_number,
        customer_name: row.customer_name,
        customer_address: row.customer_address,
        made_at: row.made_at,
        made_on: row.made_on,
        by: row.by_name,
        bill: NextBill {
            expected_on: row.expected_on,
            lines,
            net: Money::new(row.net_minor, currency),
            tax: Money::new(row.tax_minor, currency),
            total: Money::new(row.total_minor, currency),
            credit: Money::new(row.credit_minor, currency),
        },
    })
}

pub async fn find(tx: &mut IspTx, id: ProformaId) -> Result<Option<Proforma>> {
    let isp = tx.isp();
    let row = sqlx::query_as!(
        Row,
        "select id, number, customer_id, customer_number, customer_name, customer_address, made_at, made_on, expected_on, currency, net_minor, tax_minor,
           total_minor, credit_minor, lines, by_name
         from proforma where isp_id = $1 and id = $2",
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(read).transpose()
}

/// The last ones of a customer, newest first.
pub async fn of_customer(tx: &mut IspTx, customer: CustomerId, limit: i64) -> Result<Vec<Proforma>> {
    let isp = tx.isp();
    let rows = sqlx::query_as!(
        Row,
        "select id, number, customer_id, customer_number, customer_name, customer_address, made_at, made_on, expected_on, currency, net_minor, tax_minor,
           total_minor, credit_minor, lines, by_name
         from proforma where isp_id = $1 and customer_id = $2 order by made_at desc, id desc limit $3",
        isp,
        customer.0,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(read).collect()
}

/// One of this day that says the same to the same person.
pub async fn alike(tx: &mut IspTx, new: &Proforma) -> Result<Option<ProformaId>> {
    let isp = tx.isp();
    let found = sqlx::query_scalar!(
        "select id from proforma where isp_id = $1 and customer_id = $2 and made_on = $3 and expected_on = $4 and credit_minor = $5 and lines = $6
           and customer_name = $7 and customer_address is not distinct from $8
         order by made_at desc limit 1",
        isp,
        new.customer_id.0,
        new.made_on,
        new.bill.expected_on,
        new.bill.credit.minor,
        lines(&new.bill),
        new.customer_name,
        new.customer_address
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.map(Into::into))
}
