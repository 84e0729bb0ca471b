//! Reference work for `lastmile bench`: the same rows by the shortest SQL there is. Never called by the product.

use crate::{IspTx, Result};

/// Inserts as many invoices with their line, entry and postings as a run did, out of the services that are there,
/// into the same tables.
pub async fn raw_invoices(tx: &mut IspTx, count: i64) -> Result<()> {
    let isp = tx.isp();
    // Not checked queries: the temporary table exists only here.
    sqlx::query(
        "create temporary table raw on commit drop as
         select s.id as service_id, s.customer_id, gen_random_uuid() as invoice_id, gen_random_uuid() as entry_id, row_number() over () as n
         from service s where s.isp_id = current_isp()",
    )
    .execute(tx.conn())
    .await?;
    sqlx::query("delete from raw where n > $1").bind(count).execute(tx.conn()).await?;
    for statement in [
        "insert into journal_entry (isp_id, id, source, source_ref, business_date, at, memo) select $1, entry_id, 'raw', n::text, '2000-01-01', now(), 'raw' from raw",
        "insert into posting (isp_id, entry_id, line, account, party_id, amount_minor, currency)
           select $1, entry_id, 1, 'receivable', customer_id, 80000, 'BDT' from raw
           union all select $1, entry_id, 2, 'service_revenue', null, -76190, 'BDT' from raw
           union all select $1, entry_id, 3, 'vat_payable', null, -3810, 'BDT' from raw",
        "insert into invoice (isp_id, id, number, customer_id, entry_id, issued_on, due_on, cut_on, net_minor, tax_minor, total_minor, due_minor, currency, customer_name)
           select $1, invoice_id, 'RAW-2000-' || n, customer_id, entry_id, '2000-01-01', '2000-01-08', '2000-01-12', 76190, 3810, 80000, 80000, 'BDT', 'raw' from raw",
        "insert into invoice_line (isp_id, invoice_id, line, kind, service_id, description, period_start, period_end, days, days_in_period, net_minor, tax_rate, tax_minor)
           select $1, invoice_id, 1, 'recurring', service_id, 'raw', '2000-01-01', '2000-02-01', 31, 31, 76190, 5, 3810 from raw",
    ] {
        sqlx::query(statement).bind(isp).execute(tx.conn()).await?;
    }
    Ok(())
}

/// One look at every posting.
pub async fn sum_postings(tx: &mut IspTx) -> Result<i64> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(r#"select coalesce(sum(amount_minor), 0)::bigint as "sum!" from posting where isp_id = $1"#, isp)
        .fetch_one(tx.conn())
        .await?)
}
