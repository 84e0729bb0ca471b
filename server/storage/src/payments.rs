//! Payments, what they were allocated to, and receipts.

use crate::db::currency;
use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::corrections::Origin;
use domain::payments::{Method, OpenInvoice, PaymentRow, Receipt};
use domain::{CustomerId, EntryId, InvoiceId, Money, PaymentId};
use uuid::Uuid;

/// The bills of a customer with something due, locked. The customer's row must be locked before (always customer
/// first, then invoices, so that two payments never wait for each other).
pub async fn open_invoices(tx: &mut IspTx, customer: CustomerId) -> Result<Vec<OpenInvoice>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select id, due_on, issued_on, due_minor from invoice where isp_id = $1 and customer_id = $2 and due_minor > 0 order by id for update",
        isp,
        customer.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| OpenInvoice { id: row.id.into(), due_on: row.due_on, issued_on: row.issued_on, due_minor: row.due_minor })
        .collect())
}

/// A payment that came in under this key before: its id, customer and amount.
pub async fn find_by_key(tx: &mut IspTx, key: &str) -> Result<Option<(PaymentId, CustomerId, i64)>> {
    let isp = tx.isp();
    let row = sqlx::query!("select id, customer_id, amount_minor from payment where isp_id = $1 and idempotency_key = $2", isp, key)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|row| (row.id.into(), row.customer_id.into(), row.amount_minor)))
}

/// A payment ready to be written.
#[derive(Clone, Debug)]
pub struct NewPayment<'a> {
    pub id: PaymentId,
    pub receipt_number: &'a str,
    pub customer_id: CustomerId,
    pub entry_id: EntryId,
    pub method: Method,
    pub amount: Money,
    pub business_date: NaiveDate,
    pub received_at: DateTime<Utc>,
    pub collected_by: Uuid,
    pub collector_name: &'a str,
    /// Number of the transaction, the cheque or the slip.
    pub reference: Option<&'a str>,
    pub note: Option<&'a str>,
    pub idempotency_key: &'a str,
}

pub async fn insert(tx: &mut IspTx, payment: &NewPayment<'_>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into payment (isp_id, id, receipt_number, customer_id, entry_id, method, amount_minor, currency, business_date, received_at, collected_by,
           collector_name, note, idempotency_key, reference, customer_name)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, (select name from customer where isp_id = $1 and id = $4))",
        isp,
        payment.id.0,
        payment.receipt_number,
        payment.customer_id.0,
        payment.entry_id.0,
        payment.method.slug(),
        payment.amount.minor,
        payment.amount.currency.code(),
        payment.business_date,
        payment.received_at,
        payment.collected_by,
        payment.collector_name,
        payment.note,
        payment.idempotency_key,
        payment.reference
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Money of a payment, or (`None`) of the customer's credit, against a bill.
#[derive(Clone, Copy, Debug)]
pub struct NewAllocation {
    pub invoice_id: InvoiceId,
    pub payment_id: Option<PaymentId>,
    pub entry_id: EntryId,
    pub amount_minor: i64,
}

/// Writes allocations and recomputes what is due on the bills they touch.
pub async fn allocate(tx: &mut IspTx, at: DateTime<Utc>, allocations: &[NewAllocation]) -> Result<()> {
    let rows: Vec<_> = allocations
        .iter()
        .map(|part| {
            let origin = part.payment_id.map_or(Origin::Credit, Origin::Payment);
            crate::allocations::NewAllocation::new(part.invoice_id, origin, part.entry_id, part.amount_minor)
        })
        .collect();
    crate::allocations::allocate(tx, at, &rows).await
}

/// A receipt with the bills it paid.
pub async fn receipt(tx: &mut IspTx, id: PaymentId) -> Result<Option<Receipt>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"select p.id, p.receipt_number, p.customer_id, c.number, coalesce(p.customer_name, c.name) as "name!", p.method, p.amount_minor, p.currency, p.business_date, p.received_at,
             p.collector_name, p.note, p.reference,
             coalesce((select sum(due_minor) from invoice v where v.isp_id = $1 and v.customer_id = p.customer_id and v.due_minor > 0), 0)::bigint as "still_due!"
           from payment p join customer c on c.isp_id = $1 and c.id = p.customer_id where p.isp_id = $1 and p.id = $2"#,
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let currency = currency(&row.currency)?;
    let parts = sqlx::query!(
        r#"select a.invoice_id, v.number, sum(a.amount_minor)::bigint as "amount_minor!"
           from allocation a join invoice v on v.isp_id = $1 and v.id = a.invoice_id
           where a.isp_id = $1 and a.payment_id = $2
           group by a.invoice_id, v.number, v.due_on, v.id having sum(a.amount_minor) > 0 order by v.due_on, v.id"#,
        isp,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    let parts: Vec<_> =
        parts.into_iter().map(|part| (InvoiceId(part.invoice_id), part.number, Money::new(part.amount_minor, currency))).collect();
    let allocated: i64 = parts.iter().map(|part| part.2.minor).sum();
    let payment = PaymentRow {
        id: row.id.into(),
        receipt_number: row.receipt_number,
        customer_id: row.customer_id.into(),
        customer_number: row.number,
        customer_name: row.name,
        method: known(Method::from_slug(&row.method), "method", &row.method)?,
        amount: Money::new(row.amount_minor, currency),
        business_date: row.business_date,
        received_at: row.received_at,
        collector_name: row.collector_name,
        note: row.note,
    };
    let reversed = crate::allocations::reversal(tx, id).await?;
    let reference = row.reference;
    let credit = Money::new(if reversed.is_some() { 0 } else { payment.amount.minor - allocated }, currency);
    Ok(Some(Receipt { payment, reference, parts, credit, still_due: Money::new(row.still_due, currency), reversed }))
}

/// Up to `limit` customers after `after`, in order of id, who owe something: id and number.
pub async fn owing_after(tx: &mut IspTx, after: Option<CustomerId>, limit: i64) -> Result<Vec<(CustomerId, String)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select c.id, c.number from customer c
         where c.isp_id = $1 and c.id > $2 and exists (select 1 from invoice v where v.isp_id = $1 and v.customer_id = c.id and v.due_minor > 0)
         order by c.id limit $3",
        isp,
        after.map_or(Uuid::nil(), |id| id.0),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id.into(), row.number)).collect())
}

/// Locks these customers, then their bills with something due, always in order of id.
pub async fn open_invoices_of(tx: &mut IspTx, customers: &[CustomerId]) -> Result<Vec<(CustomerId, OpenInvoice)>> {
    let isp = tx.isp();
    let ids: Vec<_> = customers.iter().map(|id| id.0).collect();
    sqlx::query!("select id from customer where isp_id = $1 and id = any($2) order by id for update", isp, &ids)
        .fetch_all(tx.conn())
        .await?;
    let rows = sqlx::query!(
        "select id, customer_id, due_on, issued_on, due_minor from invoice where isp_id = $1 and customer_id = any($2) and due_minor > 0
         order by id for update",
        isp,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let open = |id: Uuid, due_on, issued_on, due_minor| OpenInvoice { id: id.into(), due_on, issued_on, due_minor };
    Ok(rows.into_iter().map(|row| (row.customer_id.into(), open(row.id, row.due_on, row.issued_on, row.due_minor))).collect())
}

/// Writes many payments in one statement.
pub async fn insert_many(tx: &mut IspTx, payments: &[NewPayment<'_>]) -> Result<()> {
    let isp = tx.isp();
    macro_rules! column {
        ($f:expr) => {
            payments.iter().map($f).collect::<Vec<_>>()
        };
    }
    sqlx::query!(
        "insert into payment (isp_id, id, receipt_number, customer_id, entry_id, method, amount_minor, currency, business_date, received_at, collected_by,
           collector_name, note, idempotency_key, reference, customer_name)
         select $1, v.*, (select name from customer c where c.isp_id = $1 and c.id = v.customer_id) from unnest($2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::bigint[], $8::text[], $9::date[], $10::timestamptz[],
           $11::uuid[], $12::text[], $13::text[], $14::text[], $15::text[])
           as v (id, receipt, customer_id, entry_id, method, amount, currency, day, at, by, by_name, note, key, reference)",
        isp,
        &column!(|p| p.id.0),
        &column!(|p| p.receipt_number) as &[&str],
        &column!(|p| p.customer_id.0),
        &column!(|p| p.entry_id.0),
        &column!(|p| p.method.slug()) as &[&str],
        &column!(|p| p.amount.minor),
        &column!(|p| p.amount.currency.code()) as &[&str],
        &column!(|p| p.business_date),
        &column!(|p| p.received_at),
        &column!(|p| p.collected_by),
        &column!(|p| p.collector_name) as &[&str],
        &column!(|p| p.note) as &[Option<&str>],
        &column!(|p| p.idempotency_key) as &[&str],
        &column!(|p| p.reference) as &[Option<&str>]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
