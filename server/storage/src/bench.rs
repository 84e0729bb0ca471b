//! Reference work for `lastmile bench`: the same rows by the shortest SQL there is. Never called by the product.

pub mod rights;
pub mod usage;

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

/// What a bare proof that entries balance costs: every posting, summed by its entry.
pub async fn sum_by_entry(tx: &mut IspTx) -> Result<i64> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "wrong!" from (
             select entry_id from posting where isp_id = $1 group by entry_id having sum(amount_minor) <> 0) e"#,
        isp
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Bills `from` to `until` of the customers that are there, each paid in full with a receipt, three postings and two.
pub async fn seed_paid_bills(tx: &mut IspTx, from: i64, until: i64) -> Result<()> {
    let isp = tx.isp();
    // Not checked queries: the temporary tables exist only here.
    sqlx::query(
        "create temporary table paid on commit drop as
         select g as n, gen_random_uuid() as invoice_id, gen_random_uuid() as payment_id, gen_random_uuid() as billed, gen_random_uuid() as received,
           c.id as customer_id, date '2024-01-01' + (g % 700)::integer as day, (array['cash', 'cash', 'cash', 'bank', 'other'])[1 + g % 5] as method,
           ('00000000-0000-0000-0000-00000000000' || (1 + g % 5))::uuid as collector
         from generate_series($1::bigint, $2::bigint) g
         join (select id, row_number() over (order by id) - 1 as k from customer where isp_id = current_isp()) c
           on c.k = g % (select count(*) from customer where isp_id = current_isp())",
    )
    .bind(from)
    .bind(until)
    .execute(tx.conn())
    .await?;
    for statement in [
        "insert into journal_entry (isp_id, id, source, source_ref, business_date, at, memo)
           select $1, billed, 'invoice', invoice_id::text, day, day + time '04:00', 'INV-2000-' || lpad(n::text, 7, '0') from paid
           union all select $1, received, 'payment', payment_id::text, day, day + time '05:00', 'RCT-2000-' || lpad(n::text, 7, '0') from paid",
        "insert into posting (isp_id, entry_id, line, account, party_id, amount_minor, currency)
           select $1, billed, 1, 'receivable', customer_id, 80000, 'BDT' from paid
           union all select $1, billed, 2, 'service_revenue', null, -76190, 'BDT' from paid
           union all select $1, billed, 3, 'vat_payable', null, -3810, 'BDT' from paid
           union all select $1, received, 1, case method when 'cash' then 'cash_drawer' else 'bank' end, case method when 'cash' then collector end,
             80000, 'BDT' from paid
           union all select $1, received, 2, 'receivable', customer_id, -80000, 'BDT' from paid",
        "insert into invoice (isp_id, id, number, customer_id, entry_id, issued_on, due_on, cut_on, net_minor, tax_minor, total_minor, due_minor, currency, customer_name)
           select $1, invoice_id, 'INV-2000-' || lpad(n::text, 7, '0'), customer_id, billed, day, day + 7, day + 11, 76190, 3810, 80000, 0, 'BDT', 'bench' from paid",
        "insert into invoice_line (isp_id, invoice_id, line, kind, description, net_minor, tax_rate, tax_minor)
           select $1, invoice_id, 1, 'one_time', 'bench', 76190, 5, 3810 from paid",
        "insert into payment (isp_id, id, receipt_number, customer_id, entry_id, method, amount_minor, currency, business_date, received_at, collected_by,
           collector_name, idempotency_key, reference)
           select $1, payment_id, 'RCT-2000-' || lpad(n::text, 7, '0'), customer_id, received, method, 80000, 'BDT', day, day + time '05:00', collector,
             'Collector ' || (1 + n % 5), payment_id::text, case method when 'bank' then 'TRX' || n end from paid",
        "insert into allocation (isp_id, id, invoice_id, payment_id, entry_id, amount_minor, at)
           select $1, gen_random_uuid(), invoice_id, payment_id, received, 80000, day + time '05:00' from paid",
    ] {
        sqlx::query(statement).bind(isp).execute(tx.conn()).await?;
    }
    for series in ["invoice:2000", "receipt:2000"] {
        sqlx::query!(
            "insert into number_series (isp_id, series, next) values ($1, $2, $3) on conflict (isp_id, series) do update set next = excluded.next",
            isp,
            series,
            until + 1
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// Receipts `from` to `until` of the customers that are there, all of one entry: what a search looks at and no more.
pub async fn seed_receipts(tx: &mut IspTx, from: i64, until: i64) -> Result<()> {
    let isp = tx.isp();
    let entry = uuid::Uuid::now_v7();
    for statement in [
        "insert into journal_entry (isp_id, id, source, source_ref, business_date, at, memo) values ($1, $2, 'bench', $3::bigint || ':' || $4::bigint, '2024-01-01', now(), 'bench')",
        "insert into posting (isp_id, entry_id, line, account, amount_minor, currency)
           values ($1, $2, 1, 'bank', 80000 * ($4::bigint - $3::bigint + 1), 'BDT'), ($1, $2, 2, 'customer_advance', -80000 * ($4::bigint - $3::bigint + 1), 'BDT')",
        "insert into payment (isp_id, id, receipt_number, customer_id, entry_id, method, amount_minor, currency, business_date, received_at, collected_by,
           collector_name, idempotency_key, reference)
           select $1, id, 'RCT-2000-' || lpad(n::text, 7, '0'), customer_id, $2, method, 80000, 'BDT', day, day + time '05:00',
             ('00000000-0000-0000-0000-00000000000' || (1 + n % 5))::uuid, 'Collector ' || (1 + n % 5), id::text,
             case method when 'bank' then 'TRX' || n end
           from (select g as n, gen_random_uuid() as id, c.id as customer_id, date '2024-01-01' + (g % 700)::integer as day,
                   (array['cash', 'cash', 'cash', 'bank', 'other'])[1 + g % 5] as method
                 from generate_series($3::bigint, $4::bigint) g
                 join (select id, row_number() over (order by id) - 1 as k from customer where isp_id = current_isp()) c
                   on c.k = g % (select count(*) from customer where isp_id = current_isp())) s",
    ] {
        sqlx::query(statement).bind(isp).bind(entry).bind(from).bind(until).execute(tx.conn()).await?;
    }
    Ok(())
}

/// Tells the planner what was seeded, as the database does by itself in the background.
pub async fn analyse(tx: &mut IspTx) -> Result<()> {
    for statement in
        ["analyze journal_entry", "analyze posting", "analyze invoice", "analyze invoice_line", "analyze payment", "analyze allocation"]
    {
        sqlx::query(statement).execute(tx.conn()).await?;
    }
    Ok(())
}

/// The shortest SQL for a page of receipts and their sum: how many, and the rows' receipt numbers.
pub async fn raw_payment_search(tx: &mut IspTx, begins: Option<&str>, customer_words: Option<&str>) -> Result<(i64, Vec<String>)> {
    let isp = tx.isp();
    let total = sqlx::query!(
        r#"select count(*) as "n!", coalesce(sum(amount_minor), 0)::bigint as "sum!" from payment
           where isp_id = $1 and ($2::text is null or receipt_number collate "C" >= $2 and receipt_number collate "C" < $2 || 'z')
             and ($3::text is null or customer_id in (select id from customer where isp_id = $1 and search_text like '%' || $3 || '%'))"#,
        isp,
        begins,
        customer_words
    )
    .fetch_one(tx.conn())
    .await?;
    let rows = sqlx::query_scalar!(
        r#"select p.receipt_number from payment p join customer c on c.isp_id = $1 and c.id = p.customer_id
           where p.isp_id = $1 and ($2::text is null or p.receipt_number collate "C" >= $2 and p.receipt_number collate "C" < $2 || 'z')
             and ($3::text is null or p.customer_id in (select id from customer where isp_id = $1 and search_text like '%' || $3 || '%'))
           order by p.business_date desc, p.id desc limit 50"#,
        isp,
        begins,
        customer_words
    )
    .fetch_all(tx.conn())
    .await?;
    Ok((total.n, rows))
}
