//! Writing bills and their lines. The caller numbered them and posted their entries; the schema refuses a period that
//! was charged before.

use crate::{Error, IspTx, Result};
use chrono::NaiveDate;
use domain::billing::{InvoiceDraft, LineDraft};
use domain::{BillingRunId, CustomerId, EntryId, InvoiceId, Money};
use rust_decimal::Decimal;
use uuid::Uuid;

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

/// Writes invoices with their lines, and marks the charges on them as billed. `invoice_line_period_key` refuses a
/// period that was charged before.
pub async fn insert_invoices(tx: &mut IspTx, run: Option<BillingRunId>, invoices: &[NewInvoice<'_>]) -> Result<()> {
    let isp = tx.isp();
    macro_rules! column {
        ($f:expr) => {
            invoices.iter().map($f).collect::<Vec<_>>()
        };
    }
    sqlx::query!(
        "insert into invoice (isp_id, id, number, customer_id, run_id, entry_id, issued_on, due_on, cut_on, net_minor, tax_minor, total_minor, due_minor,
           currency, customer_name, customer_address)
         select $1, id, number, customer_id, $2, entry_id, issued_on, due_on, cut_on, net, tax, net + tax, net + tax, currency, name, address
         from unnest($3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::date[], $8::date[], $9::date[], $10::bigint[], $11::bigint[], $12::text[],
           $13::text[], $14::text[])
           as v (id, number, customer_id, entry_id, issued_on, due_on, cut_on, net, tax, currency, name, address)",
        isp,
        run.map(|run| run.0),
        &column!(|i| i.id.0),
        &column!(|i| i.number.as_str()) as &[&str],
        &column!(|i| i.draft.customer_id.0),
        &column!(|i| i.entry_id.0),
        &column!(|i| i.draft.issued_on),
        &column!(|i| i.draft.due_on),
        &column!(|i| i.draft.cut_on),
        &column!(|i| i.draft.net_minor()),
        &column!(|i| i.draft.tax_minor()),
        &column!(|i| i.draft.currency.code()) as &[&str],
        &column!(|i| i.customer_name) as &[&str],
        &column!(|i| i.customer_address) as &[Option<&str>],
    )
    .execute(tx.conn())
    .await?;
    let lines: Vec<(Uuid, i16, &LineDraft)> =
        invoices.iter().flat_map(|i| (1i16..).zip(&i.draft.lines).map(|(line, draft)| (i.id.0, line, draft))).collect();
    insert_lines(tx, &lines).await?;
    mark_billed(tx, &lines).await
}

async fn insert_lines(tx: &mut IspTx, lines: &[(Uuid, i16, &LineDraft)]) -> Result<()> {
    let isp = tx.isp();
    macro_rules! column {
        ($f:expr) => {
            lines.iter().map(|(_, _, line)| line).map($f).collect::<Vec<_>>()
        };
    }
    let days = |days: Option<i64>| days.map(|days| i16::try_from(days).unwrap_or(i16::MAX));
    sqlx::query!(
        "insert into invoice_line (isp_id, invoice_id, line, kind, service_id, addon_id, description, quantity, period_start, period_end, days,
           days_in_period, net_minor, tax_rate, tax_minor)
         select $1, invoice_id, line, kind, service_id, addon_id, description, quantity, period_start, period_end, days, days_in_period, net, rate, tax
         from unnest($2::uuid[], $3::smallint[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::integer[], $9::date[], $10::date[],
           $11::smallint[], $12::smallint[], $13::bigint[], $14::numeric[], $15::bigint[])
           as v (invoice_id, line, kind, service_id, addon_id, description, quantity, period_start, period_end, days, days_in_period, net, rate, tax)",
        isp,
        &lines.iter().map(|line| line.0).collect::<Vec<_>>(),
        &lines.iter().map(|line| line.1).collect::<Vec<_>>(),
        &column!(|line| line.kind.slug()) as &[&str],
        &column!(|line| line.service_id.map(|id| id.0)) as &[Option<Uuid>],
        &column!(|line| line.addon_id.map(|id| id.0)) as &[Option<Uuid>],
        &column!(|line| line.description.as_str()) as &[&str],
        &column!(|line| line.quantity),
        &column!(|line| line.period.map(|period| period.start)) as &[Option<NaiveDate>],
        &column!(|line| line.period.map(|period| period.end)) as &[Option<NaiveDate>],
        &column!(|line| days(line.days)) as &[Option<i16>],
        &column!(|line| days(line.days_in_period)) as &[Option<i16>],
        &column!(|line| line.net_minor),
        &column!(|line| line.tax_rate),
        &column!(|line| line.tax_minor),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The charges on these lines are billed. One that somebody dropped or billed meanwhile is a conflict of the whole.
async fn mark_billed(tx: &mut IspTx, lines: &[(Uuid, i16, &LineDraft)]) -> Result<()> {
    let charges: Vec<(Uuid, Uuid)> = lines.iter().filter_map(|(invoice, _, line)| Some((line.charge_id?.0, *invoice))).collect();
    if charges.is_empty() {
        return Ok(());
    }
    let isp = tx.isp();
    let (ids, invoices): (Vec<_>, Vec<_>) = charges.into_iter().unzip();
    let done = sqlx::query!(
        "update charge c set state = 'billed', invoice_id = v.invoice, version = version + 1
         from unnest($2::uuid[], $3::uuid[]) as v (id, invoice) where c.isp_id = $1 and c.id = v.id and c.state = 'open'",
        isp,
        &ids,
        &invoices
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == ids.len() as u64 { Ok(()) } else { Err(Error::Constraint("charge_billed_once".into())) }
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
    /// Without tax.
    pub amount: Money,
    pub tax_minor: i64,
    pub tax_rate: Decimal,
}

/// Writes bills of one line.
pub async fn insert_one_time(tx: &mut IspTx, invoices: &[OneTimeInvoice<'_>]) -> Result<()> {
    let isp = tx.isp();
    macro_rules! column {
        ($f:expr) => {
            invoices.iter().map($f).collect::<Vec<_>>()
        };
    }
    let ids = column!(|i| i.id.0);
    let (amounts, taxes) = (column!(|i| i.amount.minor), column!(|i| i.tax_minor));
    sqlx::query!(
        "insert into invoice (isp_id, id, number, customer_id, entry_id, issued_on, due_on, cut_on, net_minor, tax_minor, total_minor, due_minor,
           currency, customer_name, customer_address)
         select $1, id, number, customer_id, entry_id, issued_on, due_on, cut_on, net, tax, net + tax, net + tax, currency, name, address
         from unnest($2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::date[], $7::date[], $8::date[], $9::bigint[], $10::text[], $11::text[], $12::text[],
           $13::bigint[])
           as v (id, number, customer_id, entry_id, issued_on, due_on, cut_on, net, currency, name, address, tax)",
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
        &taxes,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into invoice_line (isp_id, invoice_id, line, kind, description, net_minor, tax_rate, tax_minor)
         select $1, id, 1, 'one_time', description, net, rate, tax
         from unnest($2::uuid[], $3::text[], $4::bigint[], $5::numeric[], $6::bigint[]) as v (id, description, net, rate, tax)",
        isp,
        &ids,
        &column!(|i| i.description) as &[&str],
        &amounts,
        &column!(|i| i.tax_rate),
        &taxes
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
