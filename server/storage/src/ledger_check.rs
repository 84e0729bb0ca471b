//! The books against their own facts: every entry, bill, receivable, drawer and number series of an ISP. The first pass
//! counts; what is wrong is listed only when something is, at most 100 findings of a kind, so that the memory this
//! takes does not grow with the books.

use crate::{IspTx, Result};
use domain::ledger::LedgerReport;
use uuid::Uuid;

pub async fn verify(tx: &mut IspTx) -> Result<LedgerReport> {
    let isp = tx.isp();
    // Sorting two million entries in the default few megabytes goes through files; the end of the transaction resets it.
    sqlx::query!("select set_config('work_mem', '96MB', true)").fetch_one(tx.conn()).await?;
    let sums = sqlx::query!(
        r#"select count(*) as "entries!", coalesce(sum(n), 0)::bigint as "postings!", coalesce(sum(s), 0)::bigint as "off!",
             count(*) filter (where s <> 0) as "wrong!"
           from (select sum(amount_minor) as s, count(*) as n from posting where isp_id = $1 group by entry_id) e"#,
        isp
    )
    .fetch_one(tx.conn())
    .await?;
    let entries = sqlx::query_scalar!(r#"select count(*) as "n!" from journal_entry where isp_id = $1"#, isp).fetch_one(tx.conn()).await?;
    // Postings always have an entry; an entry without postings shows in the counts.
    let unbalanced_entries = if sums.wrong == 0 && sums.entries == entries { Vec::new() } else { unbalanced(tx).await? };
    Ok(LedgerReport {
        entries,
        postings: sums.postings,
        unbalanced_entries,
        wrong_totals: wrong_totals(tx).await?,
        wrong_dues: wrong_dues(tx).await?,
        wrong_receivables: wrong_receivables(tx).await?,
        wrong_advances: wrong_advances(tx).await?,
        negative_credits: negative_credits(tx).await?,
        wrong_drawers: wrong_drawers(tx).await?,
        broken_series: broken_series(tx).await?,
        off_minor: sums.off,
    })
}

async fn unbalanced(tx: &mut IspTx) -> Result<Vec<Uuid>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(
        "select e.id from journal_entry e left join posting p on p.isp_id = $1 and p.entry_id = e.id
         where e.isp_id = $1 group by e.id having coalesce(sum(p.amount_minor), 1) <> 0 limit 100",
        isp
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Bills whose lines do not add up to what stands below them.
async fn wrong_totals(tx: &mut IspTx) -> Result<Vec<Uuid>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(
        "select i.id from invoice i
         left join (select invoice_id, sum(net_minor) as net, sum(tax_minor) as tax from invoice_line where isp_id = $1 group by invoice_id) l
           on l.invoice_id = i.id
         where i.isp_id = $1 and (i.net_minor <> coalesce(l.net, 0) or i.tax_minor <> coalesce(l.tax, 0)) limit 100",
        isp
    )
    .fetch_all(tx.conn())
    .await?)
}

async fn wrong_dues(tx: &mut IspTx) -> Result<Vec<Uuid>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(
        "select i.id from invoice i
         left join (select invoice_id, sum(amount_minor) as paid from allocation where isp_id = $1 group by invoice_id) a on a.invoice_id = i.id
         where i.isp_id = $1 and i.due_minor <> i.total_minor - coalesce(a.paid, 0) limit 100",
        isp
    )
    .fetch_all(tx.conn())
    .await?)
}

async fn wrong_receivables(tx: &mut IspTx) -> Result<Vec<Uuid>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(
        r#"select coalesce(b.party_id, d.customer_id) as "id!" from
             (select party_id, sum(amount_minor) as books from posting where isp_id = $1 and account = 'receivable' group by party_id) b
             full join (select customer_id, sum(due_minor) as due from invoice where isp_id = $1 and due_minor > 0 group by customer_id) d
               on d.customer_id = b.party_id
           where coalesce(b.books, 0) <> coalesce(d.due, 0) limit 100"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Customers whose credit in the books is not what came in, less what went out again and what bills took: of a bill,
/// that is its total less what is due, was credited and was written off. What a credit note takes of the credit that its
/// bill had given, and a deposit that is given back, stand in their entries alone.
async fn wrong_advances(tx: &mut IspTx) -> Result<Vec<Uuid>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(
        r#"with fact (id, amount) as (
             select customer_id, sum(amount_minor) from payment where isp_id = $1 group by customer_id
             union all
             select p.customer_id, -p.amount_minor from payment_reversal r join payment p on p.isp_id = $1 and p.id = r.payment_id where r.isp_id = $1
             union all
             select customer_id, -sum(total_minor - due_minor - credited_minor - written_off_minor) from invoice where isp_id = $1 group by customer_id
             union all
             select customer_id, -amount_minor from refund where isp_id = $1
             union all
             select b.customer_id, r.amount_minor from refund_reversal b join refund r on r.isp_id = $1 and r.id = b.refund_id where b.isp_id = $1
             union all
             select customer_id, amount_minor from adjustment where isp_id = $1 and direction = 'credit'
             union all
             select v.customer_id, l.net_minor from invoice_line l join invoice v on v.isp_id = $1 and v.id = l.invoice_id
               where l.isp_id = $1 and l.kind = 'to_credit'
             union all
             select n.customer_id, -(coalesce(sum(p.amount_minor), 0) + n.freed_minor) from credit_note n
               left join posting p on p.isp_id = $1 and p.entry_id = n.entry_id and p.account = 'customer_advance'
               where n.isp_id = $1 group by n.id, n.customer_id, n.freed_minor
             union all
             select p.party_id, -p.amount_minor from journal_entry e join posting p on p.isp_id = $1 and p.entry_id = e.id and p.account = 'customer_advance'
               where e.isp_id = $1 and e.source = 'deposit_return'),
           facts as (select id, sum(amount) as amount from fact group by id),
           books as (select party_id as id, -sum(amount_minor) as amount from posting
             where isp_id = $1 and account = 'customer_advance' and party_id is not null group by party_id)
           select coalesce(f.id, b.id) as "id!" from facts f full join books b on b.id = f.id
           where coalesce(f.amount, 0) <> coalesce(b.amount, 0) limit 100"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Customers who have less than nothing ahead.
async fn negative_credits(tx: &mut IspTx) -> Result<Vec<Uuid>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(
        r#"select party_id as "id!" from posting where isp_id = $1 and account = 'customer_advance' and party_id is not null
           group by party_id having sum(amount_minor) > 0 limit 100"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Drawers whose content is not what receipts, reversals, refunds, hand-overs, moves, counts and expenses make it.
async fn wrong_drawers(tx: &mut IspTx) -> Result<Vec<Uuid>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(
        r#"with fact (id, amount) as (
             select collected_by, sum(amount_minor) from payment where isp_id = $1 and method = 'cash' group by collected_by
             union all
             select p.collected_by, -p.amount_minor from payment_reversal r join payment p on p.isp_id = $1 and p.id = r.payment_id
               where r.isp_id = $1 and p.method = 'cash'
             union all
             select coalesce(drawer_id, created_by, '00000000-0000-0000-0000-000000000000'), -amount_minor from refund where isp_id = $1 and method = 'cash'
             union all
             select coalesce(r.drawer_id, r.created_by, '00000000-0000-0000-0000-000000000000'), r.amount_minor
               from refund_reversal b join refund r on r.isp_id = $1 and r.id = b.refund_id where b.isp_id = $1 and r.method = 'cash'
             union all
             select giver_id, -amount_minor from cash_hand_over where isp_id = $1 and state = 'confirmed'
             union all
             select receiver_id, received_minor from cash_hand_over where isp_id = $1 and state = 'confirmed'
             union all
             select account_id, case direction when 'in' then amount_minor else -amount_minor end from cash_move where isp_id = $1
             union all
             select account_id, counted_minor - book_minor from cash_close where isp_id = $1
             union all
             select drawer_id, -amount_minor from expense where isp_id = $1 and drawer_id is not null and state = 'posted'),
           facts as (select id, sum(amount) as amount from fact group by id),
           books as (select party_id as id, sum(amount_minor) as amount from posting where isp_id = $1 and account = 'cash_drawer' group by party_id)
           select coalesce(f.id, b.id) as "id!" from facts f full join books b on b.id = f.id
           where coalesce(f.amount, 0) <> coalesce(b.amount, 0) limit 100"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Series whose documents are not numbered 1, 2, 3 … without a gap.
async fn broken_series(tx: &mut IspTx) -> Result<Vec<String>> {
    let isp = tx.isp();
    // The number's own unique index keeps it from being there twice, so that counting is enough.
    Ok(sqlx::query_scalar!(
        r#"with used as (
             select 'invoice:' || split_part(number, '-', 2) as series, split_part(number, '-', 3)::bigint as n from invoice where isp_id = $1
             union all
             select 'receipt:' || split_part(receipt_number, '-', 2), split_part(receipt_number, '-', 3)::bigint from payment where isp_id = $1
             union all
             select 'credit_note:' || split_part(number, '-', 2), split_part(number, '-', 3)::bigint from credit_note where isp_id = $1
             union all
             select 'refund:' || split_part(number, '-', 2), split_part(number, '-', 3)::bigint from refund where isp_id = $1
             union all
             select 'expense:' || split_part(voucher_number, '-', 2), split_part(voucher_number, '-', 3)::bigint from expense
               where isp_id = $1 and voucher_number is not null)
           select s.series as "series!" from number_series s
           left join (select series, count(*) as n, max(n) as last from used group by series) u on u.series = s.series
           where s.isp_id = $1 and split_part(s.series, ':', 1) in ('invoice', 'receipt', 'credit_note', 'refund', 'expense')
             and (coalesce(u.n, 0) <> s.next - 1 or coalesce(u.last, 0) <> s.next - 1)"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?)
}
