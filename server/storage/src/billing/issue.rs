//! Writing bills and their lines. The caller numbered them and posted their entries; the schema refuses a period that
//! was charged before.

use crate::{IspTx, Result};
use chrono::NaiveDate;
use domain::billing::InvoiceDraft;
use domain::{BillingRunId, CustomerId, EntryId, InvoiceId, Money};

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
