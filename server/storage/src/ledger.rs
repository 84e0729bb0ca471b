//! The books: accounts and entries. Nothing here updates or deletes; the schema would refuse.

use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::EntryId;
use domain::ledger::{Account, Entry, LedgerReport};
use uuid::Uuid;

/// Adds an account to the chart; one that is there stays as it is.
pub async fn create_account(tx: &mut IspTx, account: Account) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into ledger_account (isp_id, code, kind) values ($1, $2, $3) on conflict do nothing",
        isp,
        account.code(),
        account.kind().slug()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes entries and their postings, each set in one statement. The constraint `journal_entry_source_key` refuses an
/// event that was posted before.
pub async fn post(tx: &mut IspTx, at: DateTime<Utc>, entries: &[(EntryId, &Entry)]) -> Result<()> {
    let isp = tx.isp();
    let by = tx.caller().actor_id();
    let (mut ids, mut sources, mut refs, mut dates, mut memos, mut reversed) = (vec![], vec![], vec![], vec![], vec![], vec![]);
    let (mut entry_ids, mut lines, mut accounts, mut parties, mut amounts, mut currencies) =
        (vec![], vec![], vec![], vec![], vec![], vec![]);
    for (id, entry) in entries {
        ids.push(id.0);
        sources.push(entry.source());
        refs.push(entry.source_ref());
        dates.push(entry.business_date());
        memos.push(entry.memo());
        reversed.push(entry.reverses().map(|id| id.0));
        for (line, posting) in (1i16..).zip(entry.postings()) {
            entry_ids.push(id.0);
            lines.push(line);
            accounts.push(posting.account.code());
            parties.push(posting.party);
            amounts.push(posting.minor);
            currencies.push(entry.currency().code());
        }
    }
    sqlx::query!(
        "insert into journal_entry (isp_id, id, source, source_ref, business_date, at, memo, reverses, created_by)
         select $1, id, source, source_ref, business_date, $7, memo, reverses, $8
         from unnest($2::uuid[], $3::text[], $4::text[], $5::date[], $6::text[], $9::uuid[])
           as e (id, source, source_ref, business_date, memo, reverses)",
        isp,
        &ids,
        &sources as &[&str],
        &refs as &[&str],
        &dates,
        &memos as &[&str],
        at,
        by,
        &reversed as &[Option<Uuid>]
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into posting (isp_id, entry_id, line, account, party_id, amount_minor, currency)
         select $1, entry_id, line, account, party_id, amount_minor, currency
         from unnest($2::uuid[], $3::smallint[], $4::text[], $5::uuid[], $6::bigint[], $7::text[])
           as p (entry_id, line, account, party_id, amount_minor, currency)",
        isp,
        &entry_ids,
        &lines,
        &accounts as &[&str],
        &parties as &[Option<Uuid>],
        &amounts,
        &currencies as &[&str]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Was this event posted before?
pub async fn is_posted(tx: &mut IspTx, source: &str, reference: &str) -> Result<bool> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from journal_entry where isp_id = $1 and source = $2 and source_ref = $3) as "there!""#,
        isp,
        source,
        reference
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Sums of every account, in the order of the chart: code, kind, currency, debits, credits (both positive).
pub async fn trial_balance(tx: &mut IspTx) -> Result<Vec<(String, String, String, i64, i64)>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select a.code, a.kind, p.currency as "currency!",
             coalesce(sum(p.amount_minor) filter (where p.amount_minor > 0), 0)::bigint as "debit!",
             coalesce(-sum(p.amount_minor) filter (where p.amount_minor < 0), 0)::bigint as "credit!"
           from ledger_account a join posting p on p.isp_id = $1 and p.account = a.code
           where a.isp_id = $1 group by a.code, a.kind, p.currency order by a.kind, a.code"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.code, row.kind, row.currency, row.debit, row.credit)).collect())
}

/// Looks at every entry, bill, receivable and number series of the ISP. Lists at most 100 findings of a kind.
pub async fn verify(tx: &mut IspTx) -> Result<LedgerReport> {
    let isp = tx.isp();
    let totals = sqlx::query!(
        r#"select (select count(*) from journal_entry where isp_id = $1) as "entries!", count(*) as "postings!",
             coalesce(sum(amount_minor), 0)::bigint as "off!" from posting where isp_id = $1"#,
        isp
    )
    .fetch_one(tx.conn())
    .await?;
    let unbalanced_entries = sqlx::query_scalar!(
        "select e.id from journal_entry e left join posting p on p.isp_id = $1 and p.entry_id = e.id
         where e.isp_id = $1 group by e.id having coalesce(sum(p.amount_minor), 1) <> 0 limit 100",
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    let wrong_dues = sqlx::query_scalar!(
        "select i.id from invoice i
         left join (select invoice_id, sum(amount_minor) as paid from allocation where isp_id = $1 group by invoice_id) a on a.invoice_id = i.id
         where i.isp_id = $1 and i.due_minor <> i.total_minor - coalesce(a.paid, 0) limit 100",
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    let wrong_receivables = sqlx::query_scalar!(
        r#"select coalesce(b.party_id, d.customer_id) as "id!" from
             (select party_id, sum(amount_minor) as books from posting where isp_id = $1 and account = 'receivable' group by party_id) b
             full join (select customer_id, sum(due_minor) as due from invoice where isp_id = $1 group by customer_id) d
               on d.customer_id = b.party_id
           where coalesce(b.books, 0) <> coalesce(d.due, 0) limit 100"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    let negative_credits = sqlx::query_scalar!(
        r#"select party_id as "id!" from posting where isp_id = $1 and account = 'customer_advance' and party_id is not null
           group by party_id having sum(amount_minor) > 0 limit 100"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(LedgerReport {
        entries: totals.entries,
        postings: totals.postings,
        unbalanced_entries,
        wrong_dues,
        wrong_receivables,
        negative_credits,
        broken_series: broken_series(tx).await?,
        off_minor: totals.off,
    })
}

/// Series whose documents are not numbered 1, 2, 3 … without a gap.
async fn broken_series(tx: &mut IspTx) -> Result<Vec<String>> {
    let isp = tx.isp();
    let rows = sqlx::query_scalar!(
        r#"with used as (
             select 'invoice:' || split_part(number, '-', 2) as series, split_part(number, '-', 3)::bigint as n from invoice where isp_id = $1
             union all
             select 'receipt:' || split_part(receipt_number, '-', 2), split_part(receipt_number, '-', 3)::bigint from payment where isp_id = $1
             union all
             select 'credit_note:' || split_part(number, '-', 2), split_part(number, '-', 3)::bigint from credit_note where isp_id = $1
             union all
             select 'refund:' || split_part(number, '-', 2), split_part(number, '-', 3)::bigint from refund where isp_id = $1)
           select s.series as "series!" from number_series s
           left join (select series, count(*) as n, max(n) as last, count(distinct n) as different from used group by series) u on u.series = s.series
           where s.isp_id = $1 and split_part(s.series, ':', 1) in ('invoice', 'receipt', 'credit_note', 'refund')
             and (coalesce(u.n, 0) <> s.next - 1 or coalesce(u.last, 0) <> s.next - 1 or coalesce(u.different, 0) <> s.next - 1)"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}
